//! Go programs that answer requests: that of `tests/go`, which says what Helm, kubectl and Iter8 themselves make of an
//! input, and others like it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use walkdir::WalkDir;

/// A program, running.
pub struct Go {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Go {
    /// Starts `subcommand`; see `tests/go/main.go` for what each takes and gives. Without Go on the machine the test
    /// skips: see [`skipped`].
    pub fn start(subcommand: &str) -> Option<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go");
        let program = program("helmwright-conformance", &source)?;
        Some(Self::run(Command::new(program).arg(subcommand)))
    }

    /// Starts `command`, a program that answers each line of JSON with one.
    pub fn run(command: &mut Command) -> Self {
        // It lives for one test and needs little memory, so it need not tidy up so often.
        command.env("GOGC", "1000").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the Go program starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    /// Sends one request and reads its answer.
    pub fn ask(&mut self, request: &Value) -> Value {
        let line = format!("{request}\n");
        let input = self.input.as_mut().expect("the pipe is open until drop");
        input.write_all(line.as_bytes()).expect("the Go program reads");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("the Go program answers");
        serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e} in the answer {answer:?} to {line}"))
    }
}

impl Drop for Go {
    fn drop(&mut self) {
        // The end of its input ends the program.
        self.input.take();
        let _ = self.child.wait();
    }
}

/// The program called `name`, which `make` makes where it is not yet there: once for all tests of a run, of which those
/// that come meanwhile wait.
pub fn once(name: &str, make: impl FnOnce() -> Option<PathBuf>) -> Option<PathBuf> {
    type Programs = Mutex<BTreeMap<String, Arc<OnceLock<Option<PathBuf>>>>>;
    static PROGRAMS: Programs = Mutex::new(BTreeMap::new());
    let program = PROGRAMS.lock().expect("no test panics here").entry(name.into()).or_default().clone();
    program.get_or_init(make).clone()
}

/// The Go program of the folder `source`; `None` without Go.
pub fn program(name: &str, source: &Path) -> Option<PathBuf> {
    once(name, || build(name, source))
}

/// Builds it, unless it was built of the same sources before.
fn build(name: &str, source: &Path) -> Option<PathBuf> {
    let Ok(version) = Command::new("go").arg("version").output() else {
        skipped("Go is not on this machine");
        return None;
    };
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (program, stamp) = (directory.join(name), directory.join(name).with_extension("sources"));
    let mut sources = DefaultHasher::new();
    version.stdout.hash(&mut sources);
    for file in WalkDir::new(source).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry")) {
        if file.file_type().is_file() {
            file.file_name().hash(&mut sources);
            std::fs::read(file.path()).expect("a source").hash(&mut sources);
        }
    }
    let sources = sources.finish().to_string();
    if program.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|built_of| built_of == sources) {
        return Some(program);
    }
    // Runs of the tests may build at the same time, so each builds under its own name.
    let unfinished = directory.join(format!("{name}-{}", std::process::id()));
    let mut command = Command::new("go");
    let status = command.args(["build", "-o"]).arg(&unfinished).arg(".").current_dir(source).status();
    assert!(status.is_ok_and(|s| s.success()), "{} does not build", source.display());
    std::fs::rename(&unfinished, &program).expect("the program takes its name");
    std::fs::write(stamp, sources).expect("a stamp");
    Some(program)
}

/// Says that a test skips for want of something. In CI, where the variable `CI` is set, it panics instead, unless
/// `CONFORMANCE` is `skip`.
pub fn skipped(why: &str) {
    let may = std::env::var_os("CI").is_none() || std::env::var_os("CONFORMANCE").is_some_and(|word| word == "skip");
    assert!(may, "{why}, and CI must not skip its tests (unless CONFORMANCE=skip says so)");
    eprintln!("skipped: {why}");
}

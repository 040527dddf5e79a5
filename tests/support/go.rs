//! Go programs that answer requests: that of `tests/go`, which says what Helm, kubectl and Iter8 themselves make of an
//! input, and others like it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

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
        static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
        let program = PROGRAM.get_or_init(build).as_ref()?;
        Some(Self::run(Command::new(program).arg(subcommand)))
    }

    /// Starts `command`, a program that answers each line of JSON with one.
    pub fn run(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
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

/// Builds the program; `None` without Go.
fn build() -> Option<PathBuf> {
    program("helmwright-conformance", &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go"))
}

/// Builds the Go program of the folder `source`; `None` without Go.
pub fn program(name: &str, source: &Path) -> Option<PathBuf> {
    if Command::new("go").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        skipped("Go is not on this machine");
        return None;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = directory.join(name);
    // Test binaries may build at the same time, so each builds under its own name; Go's cache makes that cheap.
    let own = directory.join(format!("{name}-{}", std::process::id()));
    // Go does not link anew what it finds to be up to date.
    let _ = std::fs::copy(&program, &own);
    let mut command = Command::new("go");
    let status = command.args(["build", "-o"]).arg(&own).arg(".").current_dir(source).status();
    assert!(status.is_ok_and(|s| s.success()), "{} does not build", source.display());
    std::fs::rename(&own, &program).expect("the program takes its name");
    Some(program)
}

/// Says that a test skips for want of something. In CI, where the variable `CI` is set, it panics instead, unless
/// `CONFORMANCE` is `skip`.
pub fn skipped(why: &str) {
    let may = std::env::var_os("CI").is_none() || std::env::var_os("CONFORMANCE").is_some_and(|word| word == "skip");
    assert!(may, "{why}, and CI must not skip its tests (unless CONFORMANCE=skip says so)");
    eprintln!("skipped: {why}");
}

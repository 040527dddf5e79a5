//! A case: a folder with a `cmd` and the files it works on.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of a folder and their bytes, by path from there.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a run of the program gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
    /// What is in the folder `out` afterwards.
    pub out: Files,
}

/// The folder with all cases.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Every folder with a `cmd`, below `tests/cases/<area>`.
pub fn all() -> Vec<PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let mut cases: Vec<PathBuf> = folders(&root()).iter().flat_map(|area| folders(area)).collect();
    cases.sort();
    for case in &cases {
        assert!(case.join("cmd").is_file(), "{} has no file `cmd`", case.display());
    }
    cases
}

/// `<area>/<case>`.
pub fn name(case: &Path) -> String {
    case.strip_prefix(root()).expect("a case").display().to_string()
}

/// The words of the case's `cmd`: split at white space, with '…' and "…" around what holds any.
pub fn words(case: &Path) -> Vec<String> {
    let text = fs::read_to_string(case.join("cmd")).expect("cmd");
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "{}: a quote has no end", name(case));
    words.extend(word);
    words
}

/// Runs the program with `words` in a copy of the case's folder, without any environment.
pub fn run(case: &Path, words: &[String]) -> Outcome {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files(case) {
        // What `before` holds is in the folder `out` when the program starts.
        let path = match path.strip_prefix("before/") {
            Some(path) => format!("out/{path}"),
            None if path.starts_with("out/") => continue,
            None => path,
        };
        let to = copy.path().join(path);
        fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        fs::write(to, bytes).expect("a copy");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    command.args(words).current_dir(copy.path()).env_clear().env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let input = fs::read(case.join("stdin")).unwrap_or_default();
    // A program that does not read its input is no failure here.
    let _ = child.stdin.take().expect("a pipe").write_all(&input);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
    Outcome {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        code: output.status.code().unwrap_or(-1),
        out: files(&copy.path().join("out")),
    }
}

/// All files below `folder`; none where there is no such folder.
pub fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

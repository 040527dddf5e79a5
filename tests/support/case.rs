//! A case: a folder with a command, the files it works on, and what must come of it. `tests/README.md` tells what each
//! file means.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of a folder and their bytes, by path from there.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What cases that stand beside each other have in common.
const BASE: &str = "_base";

/// What a run of the program gave, or must give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
    /// What is in the folder `out` afterwards.
    pub out: Files,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its path from `tests/cases`.
    pub name: String,
    /// Where its own files are.
    pub folder: PathBuf,
    /// The files of the folders `_base` beside it and further up, the nearest of each path.
    #[allow(dead_code, reason = "only who writes a case has to know")]
    pub inherited: Files,
    /// Those, and its own over them.
    files: Files,
}

/// All cases of `tests/cases`, by name.
pub fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for area in folders(&root) {
        collect_cases(&root, &area, &Files::new(), &mut cases);
    }
    cases
}

/// Those below `group`: each folder of it is a case, or a group of its own if it has a folder `_base`.
fn collect_cases(root: &Path, group: &Path, inherited: &Files, cases: &mut Vec<Case>) {
    let mut inherited = inherited.clone();
    inherited.extend(files(&group.join(BASE)));
    for folder in folders(group) {
        if folder.ends_with(BASE) {
            continue;
        }
        if folder.join(BASE).is_dir() {
            collect_cases(root, &folder, &inherited, cases);
        } else {
            let name = folder.strip_prefix(root).expect("a case").display().to_string();
            let case = Case::new(name, folder, inherited.clone());
            assert!(case.files.contains_key("cmd"), "{} has no file `cmd`, and no `_base` that has one", case.name);
            cases.push(case);
        }
    }
}

impl Case {
    /// What is in `folder`, over what it inherits.
    pub fn new(name: String, folder: PathBuf, inherited: Files) -> Self {
        let mut merged = inherited.clone();
        merged.extend(files(&folder));
        Self { name, folder, inherited, files: merged }
    }

    /// The text of one of its files.
    pub fn text(&self, path: &str) -> Option<String> {
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).expect("the file is text");
        self.files.get(path).map(text)
    }

    /// The arguments of its command: split at white space, with '…' and "…" around what holds any.
    pub fn words(&self) -> Vec<String> {
        split(&self.command().0).unwrap_or_else(|| panic!("{}: a quote has no end", self.name))
    }

    /// Its command, and the exit code that it must have: that of a last line `exit CODE`, else 0.
    pub fn command(&self) -> (String, i32) {
        let text = self.text("cmd").expect("cmd");
        match text.trim_end().rsplit_once("\nexit ") {
            Some((command, code)) => (command.to_string(), code.parse().expect("an exit code")),
            None => (text.trim_end().to_string(), 0),
        }
    }

    /// What it must give.
    pub fn expected(&self) -> Outcome {
        let out = self.below("out/");
        Outcome {
            stdout: self.text("stdout").unwrap_or_default(),
            stderr: self.text("stderr").unwrap_or_default(),
            code: self.command().1,
            // Nothing is said where nothing changes.
            out: if out.is_empty() { self.before() } else { out },
        }
    }

    /// What is in the folder `out` when the program starts.
    pub fn before(&self) -> Files {
        self.below("before/")
    }

    /// Its files below a folder, by path from there.
    fn below(&self, prefix: &str) -> Files {
        let from_there =
            |(path, bytes): (&String, &Vec<u8>)| Some((path.strip_prefix(prefix)?.to_string(), bytes.clone()));
        self.files.iter().filter_map(from_there).collect()
    }

    /// Puts what the program is to find into the folder `to`.
    pub fn unpack(&self, to: &Path) {
        for (path, bytes) in &self.files {
            let path = match path.strip_prefix("before/") {
                Some(path) => to.join("out").join(path),
                None if path.starts_with("out/") || ["cmd", "stdin", "stdout", "stderr"].contains(&path.as_str()) => {
                    continue;
                }
                None => to.join(path),
            };
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, bytes).expect("a copy");
        }
    }

    /// Runs the program with `words` in a copy of the case's files, without any environment.
    pub fn run(&self, words: &[String]) -> Outcome {
        let copy = tempfile::tempdir().expect("a temporary folder");
        self.unpack(copy.path());
        let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
        command.args(words).current_dir(copy.path()).env_clear().env("NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let input = self.files.get("stdin").map_or(&[][..], Vec::as_slice);
        // A program that does not read its input is no failure here.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
        Outcome {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            code: output.status.code().unwrap_or(-1),
            out: files(&copy.path().join("out")),
        }
    }
}

/// The words of a command; `None` where a quote has no end.
fn split(text: &str) -> Option<Vec<String>> {
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
    words.extend(word);
    quote.is_none().then_some(words)
}

/// The folders in `folder`, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// All files below `folder`; none where there is no such folder.
pub fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    collect_files(folder, "", &mut files);
    files
}

fn collect_files(folder: &Path, prefix: &str, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect_files(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

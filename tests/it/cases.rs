//! Every folder `tests/cases/<area>/<case>/` is a test; a new one needs no code.
//!
//! * `cmd`: the arguments after `helmwright`, on one line; the working directory is (a copy of) the case's folder.
//! * `stdin`: what it reads there, and any other input files.
//! * `stdout`, `stderr`: what it must write there; absent, it must write nothing.
//! * `code`: the exit code; absent, it is 0.
//! * `before/`, `out/`: what is in the folder `out` before and after.
//!
//! `BLESS=1 cargo test cases` takes what the program does now for what is expected: read the difference in Git
//! before you commit it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use similar::TextDiff;

use crate::support::case;
use crate::support::case::{Files, Outcome};

#[test]
fn cases() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    let cases = case::all();
    for folder in &cases {
        let actual = case::run(folder, &case::words(folder));
        let differences = differences(&expected(folder), &actual);
        if !differences.is_empty() && bless {
            write(folder, &actual);
        } else if !differences.is_empty() {
            failures.push(format!("== {}\n{differences}", case::name(folder)));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ; where that is right: BLESS=1 cargo test cases\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn expected(folder: &Path) -> Outcome {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    Outcome {
        stdout: read("stdout").unwrap_or_default(),
        stderr: read("stderr").unwrap_or_default(),
        code: read("code").map_or(0, |code| code.trim().parse().expect("an exit code")),
        out: case::files(&folder.join("out")),
    }
}

fn differences(expected: &Outcome, actual: &Outcome) -> String {
    let code = |outcome: &Outcome| Files::from([("code".into(), format!("{}\n", outcome.code).into_bytes())]);
    let text = |name: &str, text: &str| Files::from([(name.into(), text.as_bytes().to_vec())]);
    let mut report = String::new();
    compare("", &code(expected), &code(actual), &mut report);
    compare("", &text("stderr", &expected.stderr), &text("stderr", &actual.stderr), &mut report);
    compare("", &text("stdout", &expected.stdout), &text("stdout", &actual.stdout), &mut report);
    compare("out/", &expected.out, &actual.out, &mut report);
    report
}

fn compare(prefix: &str, expected: &Files, actual: &Files, report: &mut String) {
    let names: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    for name in names {
        let get = |files: &Files| String::from_utf8_lossy(files.get(name).map_or(&[], Vec::as_slice)).into_owned();
        match (expected.contains_key(name), actual.contains_key(name)) {
            (true, false) => report.push_str(&format!("{prefix}{name} is not there\n")),
            (false, true) => report.push_str(&format!("{prefix}{name} is there, and should not be\n")),
            _ => {}
        }
        let (before, after) = (get(expected), get(actual));
        if before != after {
            let diff = TextDiff::from_lines(&before, &after);
            let header = (&*format!("expected {prefix}{name}"), &*format!("actual {prefix}{name}"));
            report.push_str(&diff.unified_diff().header(header.0, header.1).to_string());
        }
    }
}

/// Makes `actual` what the case expects.
fn write(folder: &Path, actual: &Outcome) {
    let put = |name: &str, text: &str, absent: &str| {
        if text == absent {
            let _ = fs::remove_file(folder.join(name));
        } else {
            fs::write(folder.join(name), text).expect("a blessed file");
        }
    };
    put("stdout", &actual.stdout, "");
    put("stderr", &actual.stderr, "");
    put("code", &format!("{}\n", actual.code), "0\n");
    let _ = fs::remove_dir_all(folder.join("out"));
    for (path, bytes) in &actual.out {
        let path = folder.join("out").join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a blessed file");
    }
}

//! `cases/<case>`: every case of `tests/cases` gives what it says.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Trial;
use similar::TextDiff;

use crate::case::{self, Case, Files, Outcome};
use crate::{golden, trial};

/// One for each case.
pub fn trials() -> Vec<Trial> {
    let cases = case::all();
    assert!(cases.len() > 600, "only {} cases are there", cases.len());
    cases.into_iter().map(|case| trial(format!("cases/{}", case.name), move || check(&case))).collect()
}

fn check(case: &Case) {
    let actual = case.run(&case.words());
    let differences = differences(&case.expected(), &actual);
    if golden::bless() && !differences.is_empty() {
        bless(case, &actual);
    } else {
        let name = &case.name;
        assert!(differences.is_empty(), "where that is right: BLESS=1 cargo test cases/{name}\n{differences}");
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

/// Makes `actual` what the case expects, but for what it inherits.
fn bless(case: &Case, actual: &Outcome) {
    let (command, _) = case.command();
    let exit = if actual.code == 0 { String::new() } else { format!("exit {}\n", actual.code) };
    put(case, "cmd", &format!("{command}\n{exit}"));
    put(case, "stdout", &actual.stdout);
    put(case, "stderr", &actual.stderr);
    let out = case.folder.join("out");
    let _ = fs::remove_dir_all(&out);
    if actual.out == case.before() {
        return;
    }
    for (path, bytes) in &actual.out {
        if case.inherited.get(&format!("out/{path}")) != Some(bytes) {
            let path = out.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Writes a file of the case, unless it inherits the same.
fn put(case: &Case, file: &str, text: &str) {
    let path = case.folder.join(file);
    if case.inherited.get(file).map_or(&[][..], Vec::as_slice) == text.as_bytes() {
        let _ = fs::remove_file(path);
    } else {
        fs::write(path, text).unwrap();
    }
}

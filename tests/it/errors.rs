//! The codes of problems: what `helmwright explain` and docs/errors.md say of them. `BLESS=1` writes docs/errors.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use helmwright::problem::{Code, docs};
use helmwright::{lint, transition};
use walkdir::WalkDir;

const TABLE: &str = "src/problem/codes";

/// What the program says of these arguments: its exit code, standard output and standard error.
fn helmwright(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(arguments).env("NO_COLOR", "1").output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_documentation_is_that_of_the_codes() {
    let (path, page) = (Path::new("docs/errors.md"), docs::page());
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), page, "{}: BLESS=1 writes it", path.display());
}

#[test]
fn every_id_is_one_thing() {
    let rules = lint::RULES.iter().map(|rule| rule.id).chain(transition::RULES.iter().map(|rule| rule.id));
    let ids: Vec<&str> = Code::all().map(Code::id).chain(rules).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    let is_kebab =
        |id: &str| id.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
    Code::all().for_each(|code| assert!(is_kebab(code.id()), "{code}"));
}

#[test]
fn every_code_is_explained() {
    for code in Code::all() {
        for text in [code.title(), code.why(), code.how(), code.example()] {
            assert!(!text.trim().is_empty() && !text.contains("  \n"), "{code}: {text:?}");
        }
        assert!(!code.title().ends_with('.') && code.why().ends_with('.') && code.how().ends_with('.'), "{code}");
        let (status, explanation, _) = helmwright(&["explain", code.id()]);
        assert_eq!((status, explanation), (Some(0), docs::explain(code)));
    }
}

#[test]
fn every_code_is_used() {
    let mut used = BTreeSet::new();
    for entry in WalkDir::new("src").into_iter().map(|entry| entry.unwrap()) {
        if entry.file_type().is_dir() || entry.path().starts_with(TABLE) {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let names = text.match_indices("Code::").map(|(at, prefix)| &text[at + prefix.len()..]);
        used.extend(
            names
                .filter_map(|rest| rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().map(str::to_owned)),
        );
    }
    for code in Code::all() {
        assert!(used.contains(&code.id().replace('-', "_").to_uppercase()), "nothing says `{code}`");
    }
}

#[test]
fn rules_are_explained_too() {
    let (status, text, _) = helmwright(&["explain", "image-tag"]);
    assert_eq!((status, text), (Some(0), lint::RULES.explain(lint::RULES.find("image-tag").unwrap())));
    let (status, text, _) = helmwright(&["explain", "step-too-large"]);
    assert!(status == Some(0) && text.starts_with("step-too-large (") && text.contains("What to do instead"), "{text}");
    let (status, all, _) = helmwright(&["explain"]);
    assert_eq!(status, Some(0));
    let listed = all.lines().filter(|line| line.starts_with("  ")).count();
    assert_eq!(listed, Code::all().count() + lint::RULES.iter().count() + transition::RULES.iter().count());
}

#[test]
fn a_name_that_is_none_is_a_problem() {
    let (status, output, problem) = helmwright(&["explain", "unknown-filed"]);
    assert_eq!((status, output.as_str()), (Some(2), ""));
    assert!(problem.starts_with("no-such-code\n") && problem.contains("did you mean `unknown-field`?"), "{problem}");
    assert!(helmwright(&["explain", "xyz"]).2.contains("`helmwright explain` lists all"));
}

#[test]
fn shells_complete_the_codes() {
    let (_, script, _) = helmwright(&["completions", "bash"]);
    assert!(script.contains("unknown-field") && script.contains("image-tag") && script.contains("step-too-large"));
}

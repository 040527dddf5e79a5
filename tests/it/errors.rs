//! The codes of problems: what `helmwright explain` and docs/errors.md say of them. `BLESS=1` writes docs/errors.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use helmwright::problem::{Code, docs};
use helmwright::{lint, transition};
use walkdir::WalkDir;

#[cfg(unix)]
use crate::support::git;

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

const SPEC: &str = "\
environment: deployment-istio
routing: static
application:
  strategy: canary
  port: 8080
  versions:
  - image: r.io/shop:1
  - image: r.io/shop:2
    weight: 10
";

/// The codes whose examples need another user, another host, a damaged disk, or a defect of the program.
const NOT_RUN: &[&str] = &[
    "untrusted-repository",
    "incomplete-clone",
    "failed-git",
    "invalid-comparison",
    "more-problems",
    "internal-error",
];

/// A repository with a spec, a workspace and rendered files, and a branch that has nothing in common with `main`.
#[cfg(unix)]
fn place() -> git::Repo {
    let repo = git::Repo::new();
    ["release.yaml", "apps/shop/release.yaml", "apps/cart/release.yaml"].iter().for_each(|path| repo.write(path, SPEC));
    repo.write("helmwright.yaml", "releases:\n- spec: apps/*/release.yaml\n");
    says(&repo, "helmwright render shop -f release.yaml --output-dir rendered");
    repo.commit("all");
    repo.git(&["checkout", "--quiet", "--orphan", "gh-pages"]);
    repo.commit("pages");
    repo.git(&["checkout", "--quiet", "main"]);
    repo
}

/// What a shell prints that runs `commands` there.
#[cfg(unix)]
fn says(repo: &git::Repo, commands: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_helmwright")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", commands]).current_dir(&repo.folder).env("PATH", path).env("NO_COLOR", "1");
    let output = shell.stdin(std::process::Stdio::null()).output().expect("a shell");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// A whole spec of an example that is a part of one.
fn whole(code: Code) -> String {
    let example = code.example();
    let indented = |columns: usize| example.lines().map(|line| format!("{:columns$}{line}\n", "")).collect::<String>();
    match example.split(':').next().unwrap() {
        "application" if code != Code::NO_ENVIRONMENT => format!("environment: deployment-istio\n{example}"),
        "versions" => format!("environment: deployment-istio\napplication:\n{}", indented(2)),
        "extraObjects" => format!("{SPEC}{example}"),
        "livenessProbe" => {
            format!(
                "environment: deployment\napplication:\n  port: 8080\n  versions:\n  - image: r.io/shop:1\n{}",
                indented(4)
            )
        }
        _ => example.to_string(),
    }
}

#[cfg(unix)]
#[test]
fn examples_have_their_problem() {
    if git::missing() {
        return;
    }
    for code in Code::all().filter(|code| !NOT_RUN.contains(&code.id())) {
        let repo = place();
        let commands: Vec<&str> = code.example().lines().filter_map(|line| line.strip_prefix("$ ")).collect();
        let output = if !commands.is_empty() {
            says(&repo, &commands.join("\n"))
        } else if code.example().starts_with("releases:") {
            repo.write("helmwright.yaml", code.example());
            says(&repo, "helmwright render")
        } else {
            repo.write("example.yaml", &whole(code));
            says(&repo, "helmwright render shop -n prod -f example.yaml")
        };
        let is_code = |line: &str| line == code.id() || line.ends_with(&format!("[{code}]"));
        assert!(output.lines().any(is_code), "{code}: {}\n\n{output}", code.example());
    }
}

//! The hooks of .pre-commit-hooks.yaml, run by the real pre-commit. Without it on the machine the test skips; in CI it
//! fails.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[path = "support/git.rs"]
mod git;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git::Repo;

const SPEC: &str = "\
environment: deployment
application:
  port: 8080
  versions:
  - image: registry.example/shop:1.0.0
";

/// Runs pre-commit on all files of `repo` as a commit would.
fn hooks(repo: &Repo, hook: &str) -> Output {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_helmwright"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("pre-commit");
    command.args(["run", "--color=never", hook]).current_dir(&repo.folder).env_clear();
    command.env("PATH", format!("{}:{path}", program.parent().unwrap().display()));
    command.env("HOME", repo.beside("home")).env("PRE_COMMIT_HOME", repo.beside("cache"));
    command.output().unwrap()
}

/// Asserts that the hook passes, or that it fails and shows `what`.
fn expect(repo: &Repo, hook: &str, what: Option<&str>) {
    let output = hooks(repo, &format!("helmwright-{hook}-system"));
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.success(), what.is_none(), "{hook}: {output:?}");
    assert!(what.is_none_or(|what| text.contains(what)), "{hook}: {text}");
    assert!(!text.contains("Skipped"), "{hook}: {text}");
}

#[test]
fn hooks_stop_a_commit_that_is_stale_or_wrong() {
    if Command::new("pre-commit").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI needs pre-commit");
        eprintln!("skipped: there is no pre-commit");
        return;
    }
    let source = Repo::new();
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    source.write(".pre-commit-hooks.yaml", &std::fs::read_to_string(hooks).unwrap());
    source.git(&["add", "--all"]);
    source.git(&["commit", "--quiet", "--message=Hooks"]);

    let repo = Repo::new();
    let (from, revision) = (source.folder.display(), source.git(&["rev-parse", "HEAD"]));
    let ids: String =
        ["render", "check", "lint"].iter().map(|id| format!("  - id: helmwright-{id}-system\n")).collect();
    repo.write(".pre-commit-config.yaml", &format!("repos:\n- repo: {from}\n  rev: {revision}\n  hooks:\n{ids}"));
    repo.write("helmwright.yaml", "releases:\n- spec: apps/*/release.yaml\n  output: rendered/${{ name }}\n");
    repo.write("apps/shop/release.yaml", SPEC);
    repo.git(&["add", "--all"]);

    expect(&repo, "check", Some("missing"));
    expect(&repo, "render", Some("written"));
    repo.git(&["add", "--all"]);
    for hook in ["render", "check", "lint"] {
        expect(&repo, hook, None);
    }
    repo.git(&["commit", "--quiet", "--message=The shop"]);

    // Only the spec is in this commit, and then only what makes a file go.
    repo.write("apps/shop/release.yaml", &SPEC.replace(":1.0.0", ":latest"));
    repo.git(&["add", "--all"]);
    expect(&repo, "check", Some("stale"));
    expect(&repo, "render", Some("1 written"));
    expect(&repo, "lint", Some("image-tag"));
    repo.git(&["add", "--all"]);
    expect(&repo, "check", None);
    expect(&repo, "render", None);
    repo.git(&["commit", "--quiet", "--message=The latest"]);

    repo.git(&["rm", "--quiet", "apps/shop/release.yaml"]);
    expect(&repo, "check", Some("orphaned"));
    expect(&repo, "render", Some("removed"));
    repo.git(&["add", "--all"]);
    expect(&repo, "check", None);
    expect(&repo, "lint", None);

    repo.write("apps/shop/release.yaml", "environment: nowhere\n");
    repo.git(&["add", "--all"]);
    for hook in ["render", "check", "lint"] {
        expect(&repo, hook, Some("nowhere"));
    }
}

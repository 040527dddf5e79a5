//! The hooks of .pre-commit-hooks.yaml, run by the real pre-commit. Without it on the machine the tests skip; in CI they
//! fail. That pre-commit builds the program takes minutes, and is tried where PRE_COMMIT_RUST is set.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::git::Repo;

const SPEC: &str = "\
environment: deployment
application:
  port: 8080
  versions:
  - image: registry.example/shop:1.0.0
";

/// Whether there is no pre-commit here, so that a test has to skip; with `CI` set that is a failure.
fn missing() -> bool {
    let missing = Command::new("pre-commit").arg("--version").output().is_err();
    assert!(!missing || std::env::var_os("CI").is_none(), "CI needs pre-commit");
    if missing {
        eprintln!("skipped: there is no pre-commit");
    }
    missing
}

/// Runs pre-commit on all files of `repo` as a commit would, with `path` to find programs on.
fn hooks(repo: &Repo, hook: &str, path: &str, environment: &[(&str, PathBuf)]) -> Output {
    let mut command = Command::new("pre-commit");
    command.args(["run", "--color=never", hook]).current_dir(&repo.folder).env_clear().env("PATH", path);
    command.env("HOME", repo.beside("home")).env("PRE_COMMIT_HOME", repo.beside("cache"));
    command.envs(environment.iter().map(|(name, value)| (name, value))).output().unwrap()
}

/// Makes `repo` use the hooks `ids` of `source`.
fn configure(repo: &Repo, source: &Repo, ids: &[&str]) {
    let (from, revision) = (source.folder.display(), source.git(&["rev-parse", "HEAD"]));
    let ids: String = ids.iter().map(|id| format!("  - id: {id}\n")).collect();
    repo.write(".pre-commit-config.yaml", &format!("repos:\n- repo: {from}\n  rev: {revision}\n  hooks:\n{ids}"));
    repo.write("helmwright.yaml", "releases:\n- spec: apps/*/release.yaml\n  output: rendered/${{ name }}\n");
    repo.write("apps/shop/release.yaml", SPEC);
    repo.git(&["add", "--all"]);
}

/// Asserts that the hook passes, or that it fails and shows `what`.
fn expect(repo: &Repo, hook: &str, what: Option<&str>) {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_helmwright"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let output = hooks(repo, &format!("helmwright-{hook}-system"), &path, &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.success(), what.is_none(), "{hook}: {output:?}");
    assert!(what.is_none_or(|what| text.contains(what)), "{hook}: {text}");
    assert!(!text.contains("Skipped"), "{hook}: {text}");
}

#[test]
fn hooks_stop_a_commit_that_is_stale_or_wrong() {
    if missing() {
        return;
    }
    let source = Repo::new();
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    source.write(".pre-commit-hooks.yaml", &std::fs::read_to_string(hooks).unwrap());
    source.git(&["add", "--all"]);
    source.git(&["commit", "--quiet", "--message=Hooks"]);

    let repo = Repo::new();
    configure(&repo, &source, &["helmwright-render-system", "helmwright-check-system", "helmwright-lint-system"]);

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

#[test]
fn pre_commit_builds_the_program_itself() {
    if std::env::var_os("PRE_COMMIT_RUST").is_none() {
        eprintln!("skipped: PRE_COMMIT_RUST is not set");
        return;
    }
    if missing() {
        return;
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Command::new("git").args(["ls-files", "-z"]).current_dir(project).output().unwrap();
    let source = Repo::new();
    for file in String::from_utf8(files.stdout).unwrap().split_terminator('\0') {
        let to = source.folder.join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(project.join(file), to).unwrap();
    }
    source.git(&["add", "--all", "--force"]);
    source.git(&["commit", "--quiet", "--message=The project"]);

    let repo = Repo::new();
    configure(&repo, &source, &["helmwright-render", "helmwright-check", "helmwright-lint"]);
    // Rust's own tools are the machine's; that there is no helmwright on the path, they need not know.
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    let rust = std::env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
    let path = std::env::var("PATH").unwrap();
    let run = |hook: &str| hooks(&repo, hook, &path, &[("RUSTUP_HOME", rust.clone())]);
    let output = run("helmwright-check");
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stdout).contains("missing"), "{output:?}");
    assert!(!run("helmwright-render").status.success(), "it wrote files");
    repo.git(&["add", "--all"]);
    for hook in ["helmwright-render", "helmwright-check", "helmwright-lint"] {
        let output = run(hook);
        assert!(output.status.success(), "{output:?}");
    }
}

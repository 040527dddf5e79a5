//! The GitHub action and the GitLab job, run here: real histories, the real program, and a server that plays the forge.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::composite::{Action, Run};
use crate::support::forge::{Forge, TOKEN, USER};
use crate::support::git::Repo;
use crate::support::{composite, git};

const WORKSPACE: &str = "releases:\n- spec: apps/*/release.yaml\n  namespace: web\n  output: rendered/${{ name }}\n";
const SPEC: &str = "\
environment: deployment-istio
routing: static
application:
  strategy: blue-green
  port: 8080
  versions:
  - image: registry.example/shop:1.0.0
    weight: 90
  - image: registry.example/shop:2.0.0
    weight: 10
";
const MARKER: &str = "<!-- helmwright review -->";

/// Whether the scripts cannot run here; with `CI` set that is a failure.
fn missing() -> bool {
    let lacking = ["bash", "curl", "jq"].into_iter().find(|name| Command::new(name).arg("--version").output().is_err());
    if let Some(name) = lacking {
        assert!(std::env::var_os("CI").is_none(), "CI needs {name}");
        eprintln!("skipped: there is no {name}");
    }
    lacking.is_some() || git::missing()
}

/// A repository whose `main` has a release, on a branch for a change.
fn repository(branch: &str) -> Repo {
    let repo = Repo::new();
    repo.write("helmwright.yaml", WORKSPACE);
    repo.write("apps/shop/release.yaml", SPEC);
    render(&repo);
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message=The shop"]);
    repo.git(&["checkout", "--quiet", "-b", branch]);
    repo
}

fn render(repo: &Repo) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.arg("render").current_dir(&repo.folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Gives half of the traffic to the second version, and commits that.
fn change(repo: &Repo) {
    repo.write("apps/shop/release.yaml", &SPEC.replace(": 90", ": 50").replace(": 10", ": 50"));
    render(repo);
    repo.git(&["commit", "--quiet", "--all", "--message=Half of it"]);
}

/// Runs the action on the pull request 7 from the working tree of `repo` into `main`.
fn review(repo: &Repo, forge: &Forge, inputs: &[(&str, &str)]) -> Run {
    let temp = tempfile::tempdir().unwrap();
    let event = temp.path().join("event.json");
    fs::write(&event, r#"{"pull_request": {"number": 7, "head": {"ref": "$(touch owned)"}}}"#).unwrap();
    let branch = repo.git(&["branch", "--show-current"]);
    let env = [
        ("GITHUB_API_URL", forge.address.clone()),
        ("GITHUB_REPOSITORY", "owner/repo".into()),
        ("GITHUB_EVENT_PATH", event.display().to_string()),
        ("GITHUB_BASE_REF", "main".into()),
        ("GITHUB_HEAD_REF", branch),
    ];
    Action { folder: &repo.folder, temp: temp.path(), inputs, env: &env, token: TOKEN }.run()
}

#[test]
fn the_first_run_comments_and_later_ones_update_that_comment() {
    if missing() {
        return;
    }
    let (repo, forge) = (repository("half"), Forge::start());
    // So many that the bot's own comment is on the second page.
    let talk = (0..120).map(|id| ("somebody".to_owned(), id, format!("{MARKER}\nme too {id}")));
    forge.state.lock().unwrap().comments.extend(talk);
    let others = forge.comments();

    change(&repo);
    let first = review(&repo, &forge, &[]);
    assert_eq!(first.code, 0, "{}", first.log);
    assert_eq!(first.outputs["has-diff"], "true");
    let comments = forge.comments();
    assert_eq!(comments[..120], others[..], "comments of others stay, though they begin as the bot's");
    let [(user, id, text)] = &comments[120..] else { panic!("{} comments", comments.len()) };
    assert_eq!(user, USER);
    assert!(text.starts_with(MARKER) && text.contains("shop"), "{text}");
    assert_eq!(first.outputs["summary"].trim_end(), text.trim_end(), "the comment is the output");
    assert_eq!(first.summary.trim_end(), text.trim_end(), "and the job's summary");

    repo.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "3.0.0"));
    render(&repo);
    let second = review(&repo, &forge, &[]);
    assert_eq!(second.code, 0, "{}", second.log);
    let comments = forge.comments();
    assert_eq!(comments.len(), 121);
    assert_eq!(comments[120].1, *id);
    assert!(comments[120].2.contains("3.0.0"), "{}", comments[120].2);

    repo.git(&["checkout", "--quiet", "main", "--", "."]);
    let third = review(&repo, &forge, &[]);
    assert_eq!((third.code, third.outputs["has-diff"].as_str()), (0, "false"), "{}", third.log);
    let comments = forge.comments();
    assert_eq!(comments.len(), 121);
    assert!(!comments[120].2.contains("3.0.0"), "what is no longer true is gone: {}", comments[120].2);
}

#[test]
fn nothing_to_say_makes_no_comment() {
    if missing() {
        return;
    }
    let (repo, forge) = (repository("nothing"), Forge::start());
    let run = review(&repo, &forge, &[]);
    assert_eq!((run.code, run.outputs["has-diff"].as_str()), (0, "false"), "{}", run.log);
    assert!(forge.comments().is_empty());
}

#[test]
fn a_fork_may_not_comment_and_does_not_fail() {
    if missing() {
        return;
    }
    let (repo, forge) = (repository("fork"), Forge::start());
    forge.state.lock().unwrap().read_only = true;
    change(&repo);
    let run = review(&repo, &forge, &[]);
    assert_eq!((run.code, run.outputs["has-diff"].as_str()), (0, "true"), "{}", run.log);
    assert!(run.log.contains("::warning::"), "{}", run.log);
    assert!(run.summary.contains("shop"), "{}", run.summary);
    assert!(forge.comments().is_empty());
}

#[test]
fn stale_files_findings_and_wrong_specs_fail_after_they_are_told() {
    if missing() {
        return;
    }
    let (repo, forge) = (repository("wrong"), Forge::start());
    repo.write("apps/shop/release.yaml", &SPEC.replace("shop:2.0.0", "shop:latest"));
    let stale = review(&repo, &forge, &[]);
    assert_eq!(stale.code, 1, "{}", stale.log);
    let text = forge.comments().remove(0).2;
    assert!(text.contains("not what the specs render to") && text.contains("Lints found 1"), "{text}");
    let lint = review(&repo, &forge, &[("fail", "false"), ("lint", "false"), ("comment", "false")]);
    assert_eq!((lint.code, lint.outputs["sarif"].as_str()), (0, ""), "{}", lint.log);

    let rendered = review(&repo, &forge, &[("render", "true"), ("fail", "false")]);
    assert_eq!(rendered.code, 0, "{}", rendered.log);
    assert!(repo.git(&["diff", "--name-only"]).contains("rendered/shop/deployment-shop-1.yaml"));

    repo.write("apps/shop/release.yaml", "environment: nowhere\n");
    let wrong = review(&repo, &forge, &[("fail", "false")]);
    assert_eq!((wrong.code, wrong.outputs["has-diff"].as_str()), (2, ""), "{}", wrong.log);
    assert!(wrong.log.contains("nowhere"), "{}", wrong.log);
    let comments = forge.comments();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].2.contains("cannot be rendered"), "{}", comments[0].2);
}

#[test]
fn what_a_pull_request_says_is_never_a_command() {
    if missing() {
        return;
    }
    let hostile = "a$(touch${IFS}owned)`touch${IFS}owned`;touch${IFS}owned'\"&&{}";
    let (repo, forge) = (repository(hostile), Forge::start());
    let name = "::error::$(touch owned)\n::set-output name=x::y";
    repo.write(&format!("apps/{name}/release.yaml"), SPEC);
    repo.write("apps/shop/release.yaml", &SPEC.replace(": 90", ": \"::add-mask::$(touch owned)\""));
    let run = review(&repo, &forge, &[("base", "main")]);
    assert_ne!(run.code, 0, "{}", run.log);
    assert!(!repo.git(&["status", "--porcelain", "--ignored"]).contains("owned\n"), "{}", run.log);
    assert!(!repo.folder.join("owned").exists());

    // Between the two, the runner takes no line for a command.
    let seal = run.log.lines().find_map(|line| line.strip_prefix("::stop-commands::")).unwrap();
    let (before, inside) = run.log.split_once(&format!("::stop-commands::{seal}\n")).unwrap();
    let (_, after) = inside.split_once(&format!("\n::{seal}::\n")).unwrap();
    let commands: Vec<&str> = before.lines().chain(after.lines()).filter(|line| line.starts_with("::")).collect();
    assert!(commands.is_empty(), "{commands:?}");
}

#[test]
fn the_comment_keeps_to_the_limit() {
    if missing() {
        return;
    }
    let (repo, forge) = (repository("many"), Forge::start());
    for number in 0..30 {
        repo.write(&format!("apps/team-{number}/release.yaml"), SPEC);
    }
    let run = review(&repo, &forge, &[("limit", "3000"), ("fail", "false")]);
    assert_eq!(run.code, 0, "{}", run.log);
    let text = forge.comments().remove(0).2;
    assert!(text.starts_with(MARKER) && text.contains("Some files") && text.len() <= 3000, "{}: {text}", text.len());
}

/// Runs a script of the GitLab job in the merge request 7 of `repo` into `main`.
fn gitlab(repo: &Repo, forge: &Forge, out: &Path, script: &str, token: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(root.join("action").join(script));
    command.current_dir(&repo.folder).env_clear().env("PATH", composite::path()).env("HOME", out);
    command.env("HELMWRIGHT", env!("CARGO_BIN_EXE_helmwright")).env("OUT", out.join("out")).env("MARKER", MARKER);
    command.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", repo.git(&["rev-parse", "main"]));
    command.env("CI_API_V4_URL", &forge.address).env("CI_PROJECT_ID", "1").env("CI_MERGE_REQUEST_IID", "7");
    command.env("GITLAB_TOKEN", token).output().unwrap()
}

#[test]
fn a_merge_request_gets_one_note() {
    if missing() {
        return;
    }
    let (repo, forge, out) = (repository("half"), Forge::start(), tempfile::tempdir().unwrap());
    forge.state.lock().unwrap().comments.push(("somebody".into(), 1, format!("{MARKER}\nmine")));
    repo.write("apps/shop/release.yaml", &SPEC.replace("shop:2.0.0", "shop:latest"));
    render(&repo);
    for round in 0..2 {
        let review = gitlab(&repo, &forge, out.path(), "review", TOKEN);
        assert_eq!(review.status.code(), Some(1), "a finding: {review:?}");
        let note = gitlab(&repo, &forge, out.path(), "note", TOKEN);
        assert!(note.status.success(), "{note:?}");
        let comments = forge.comments();
        assert_eq!(comments.len(), 2, "round {round}");
        assert_eq!(comments[0].2, format!("{MARKER}\nmine"));
        assert!(comments[1].2.contains("latest"), "{}", comments[1].2);
    }
    let quality = fs::read_to_string(out.path().join("out/code-quality.json")).unwrap();
    let quality: serde_json::Value = serde_json::from_str(&quality).unwrap();
    assert_eq!(quality[0]["check_name"], "image-tag", "{quality}");
    assert_eq!(quality[0]["location"]["path"], "apps/shop/release.yaml", "{quality}");
    assert_eq!(quality[0]["location"]["lines"]["begin"], 9, "{quality}");

    let without = gitlab(&repo, &forge, out.path(), "note", "");
    assert!(without.status.success(), "a fork has no token: {without:?}");
    let refused = gitlab(&repo, &forge, out.path(), "note", "wrong");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(!format!("{refused:?}").contains("wrong"), "no token in a log: {refused:?}");
}

#[test]
fn a_download_must_be_what_the_release_says() {
    if missing() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let bash = |script: &str| {
        let output = Command::new("bash").args(["-euc", script]).current_dir(place.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    bash(
        "target=helmwright-$(uname -m | sed s/arm64/aarch64/)-$([[ $(uname -s) == Darwin ]] && echo apple-darwin || echo unknown-linux-gnu)
        mkdir -p download/v1.2.3 $target && printf '#!/bin/sh\necho it runs\n' >$target/helmwright && chmod +x $target/helmwright
        tar -czf download/v1.2.3/$target.tar.gz $target && cd download/v1.2.3
        (sha256sum * || shasum -a 256 *) >../sums; mv ../sums SHA256SUMS",
    );
    let install = |version: &str| {
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("action/install"));
        command.env("VERSION", version).env("FOLDER", place.path().join("there"));
        command.env("RELEASES", format!("file://{}", place.path().display())).output().unwrap()
    };
    let output = install("v1.2.3");
    assert!(output.status.success(), "{output:?}");
    let program = String::from_utf8(output.stdout).unwrap();
    let ran = Command::new(program.trim_end()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "it runs\n");

    bash("printf x >>download/v1.2.3/*.tar.gz");
    let output = install("v1.2.3");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("SHA256SUMS"), "{output:?}");
    assert_eq!(install("../v1").status.code(), Some(2));
    assert_eq!(install("v9").status.code(), Some(2), "there is no such release");
}

#[test]
fn the_gitlab_job_runs_what_a_release_brings() {
    if missing() || !cfg!(target_os = "linux") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ci/gitlab.yml")).unwrap();
    let (_, job) = text.split_once("\n---\n").unwrap();
    let job: serde_json::Value = serde_yaml::from_str(job).unwrap();
    let script = job["helmwright-$[[ inputs.name ]]"]["script"][0].as_str().unwrap();
    let (repo, place) = (repository("half"), tempfile::tempdir().unwrap());
    change(&repo);
    let pack = "target=helmwright-$(uname -m)-unknown-linux-gnu; mkdir -p download/v1.2.3 $target
        cp -R \"$ACTION\" $target/action; ln -s \"$PROGRAM\" $target/helmwright
        tar -czf download/v1.2.3/$target.tar.gz $target; cd download/v1.2.3; sha256sum * >../sums; mv ../sums SHA256SUMS";
    let mut command = Command::new("bash");
    command.args(["-euc", pack]).current_dir(place.path());
    let packed = command.env("ACTION", root.join("action")).env("PROGRAM", env!("CARGO_BIN_EXE_helmwright")).output();
    assert!(packed.as_ref().unwrap().status.success(), "{packed:?}");
    let run = || {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(&repo.folder).env_clear().env("PATH", composite::path());
        command.env("HELMWRIGHT_RELEASES", format!("file://{}", place.path().display()));
        command.env("HELMWRIGHT_VERSION", "v1.2.3").env("CI_PROJECT_DIR", &repo.folder).env("MARKER", MARKER);
        command
            .env("OUT", place.path().join("out"))
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", repo.git(&["rev-parse", "main"]));
        command.env("CI_MERGE_REQUEST_IID", "7").output().unwrap()
    };
    let output = run();
    assert!(output.status.success(), "{output:?}");
    let report = fs::read_to_string(place.path().join("out/report.md")).unwrap();
    assert!(report.starts_with(MARKER) && report.contains("50"), "{report}");

    let sums = fs::read_dir(place.path().join("download/v1.2.3")).unwrap().map(|entry| entry.unwrap().path());
    fs::write(sums.into_iter().find(|path| path.ends_with("SHA256SUMS")).unwrap(), "0  other\n").unwrap();
    assert!(!run().status.success(), "another sum");
}

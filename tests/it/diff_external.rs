//! `helmwright diff` in place of what Git and kubectl compare with: called by a real Git, and as kubectl calls it.

use std::fs;
use std::process::Command;

use crate::support::git;
use crate::support::git::Repo;

const PROGRAM: &str = env!("CARGO_BIN_EXE_helmwright");

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: prod}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - {name: main, image: registry.example/shop:1}
";

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {password: hunter-two}\n";

/// A repository whose last commit has these files; `None` where there is no Git.
fn repository(files: &[(&str, &str)]) -> Option<Repo> {
    if git::missing() {
        return None;
    }
    let repo = Repo::new();
    files.iter().for_each(|(path, text)| repo.write(path, text));
    repo.commit("first");
    Some(repo)
}

/// What `git diff` shows with this program, which must not fail.
fn diff(repo: &Repo, options: &str, arguments: &[&str]) -> String {
    let external = format!("diff.external='{PROGRAM}' diff {options} --git-external");
    repo.git(&[&["-c", &external, "--no-pager", "diff"], arguments].concat())
}

#[test]
fn git_shows_objects_as_objects_and_all_else_as_text() {
    let files =
        [("app/a b.yaml", DEPLOYMENT), ("-x.yaml", "a: 1\n"), ("README.md", "one\ntwo\n"), ("gone.yaml", SECRET)];
    let Some(repo) = repository(&files) else { return };
    repo.write("app/a b.yaml", &DEPLOYMENT.replace("replicas: 2", "replicas: 3 # more"));
    repo.write("-x.yaml", "a: 2\n");
    repo.write("README.md", "one\nthree\n");
    repo.write("new.yaml", SECRET);
    fs::write(repo.folder.join("blob"), b"\xff\xfe\x00").unwrap();
    fs::remove_file(repo.folder.join("gone.yaml")).unwrap();
    repo.git(&["add", "--all"]);
    assert_eq!(
        diff(&repo, "", &["--cached", "--no-renames"]),
        "\
-x.yaml
1 changed

~ Document 1
  ~ a: 1 → 2
README.md
@@ -1,2 +1,2 @@
 one
-two
+three
app/a b.yaml
1 changed

~ Deployment prod/shop
  ~ spec.replicas: 2 → 3
blob
binary files differ
gone.yaml
1 deleted

- Secret login
new.yaml
1 created

+ Secret login
    stringData:
      password: \"(masked)\""
    );
    let unified = diff(&repo, "-o unified --ignore spec.replicas", &["--cached", "--", "app"]);
    assert_eq!(unified, "app/a b.yaml\n# 1 change hidden by --ignore spec.replicas");
}

#[test]
fn a_renamed_file_is_one_and_a_form_is_none() {
    let Some(repo) = repository(&[("a.yaml", DEPLOYMENT)]) else { return };
    repo.git(&["mv", "a.yaml", "b.yaml"]);
    repo.write("b.yaml", &DEPLOYMENT.replace("replicas: 2", "replicas: 3"));
    let shown = diff(&repo, "", &["-M", "HEAD"]);
    assert_eq!(shown, "a.yaml → b.yaml\n1 changed\n\n~ Deployment prod/shop\n  ~ spec.replicas: 2 → 3");
    repo.git(&["checkout", "--quiet", "HEAD", "--", "a.yaml"]);
    repo.write(
        "a.yaml",
        &DEPLOYMENT.replace("metadata: {name: shop, namespace: prod}", "metadata: {namespace: prod, name: \"shop\"}"),
    );
    assert_eq!(diff(&repo, "", &["--", "a.yaml"]), "a.yaml");
}

#[test]
fn what_cannot_be_read_is_shown_as_text_unless_it_may_be_a_secret() {
    let files = [("a.yaml", "a: {{ .Values.a }}\n"), ("secret.yaml", "kind: Secret\na: {{ .Values.a }}\n")];
    let Some(repo) = repository(&files) else { return };
    repo.write("a.yaml", "a: {{ .Values.b }}\n");
    repo.write("secret.yaml", "kind: Secret\na: hunter-two {{ .Values.a }}\nb: {{ c }}\n");
    let shown = diff(&repo, "", &[]);
    assert!(shown.contains("-a: {{ .Values.a }}\n+a: {{ .Values.b }}\n"), "{shown}");
    assert!(shown.contains("secret.yaml\ndiffers; it cannot be read as YAML and may hold a secret"), "{shown}");
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(diff(&repo, "--show-secrets", &[]).contains("+a: hunter-two"), "{shown}");
}

#[test]
fn git_never_sees_a_failure() {
    for arguments in [&["--git-external"][..], &["--git-external", "a", "b"], &["--no-such", "--git-external", "a"]] {
        let output = Command::new(PROGRAM).arg("diff").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?} says nothing");
    }
    let output = Command::new(PROGRAM).args(["diff", "--git-external", "a.yaml"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "* Unmerged path a.yaml\n");
}

/// kubectl splits the variable at spaces, adds the two folders it made, and takes 1 for differences and more for a
/// failure (`k8s.io/kubectl/pkg/cmd/diff`).
#[test]
fn kubectl_gets_the_exit_codes_it_knows() {
    let place = tempfile::tempdir().unwrap();
    let (live, merged) = (place.path().join("LIVE-123"), place.path().join("MERGED-456"));
    let name = "apps.v1.Deployment.prod.shop";
    for folder in [&live, &merged] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join(name), DEPLOYMENT).unwrap();
    }
    let run = || {
        let words = "diff --no-index".split(' ');
        let output = Command::new(PROGRAM).args(words).args([&live, &merged]).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    assert_eq!(run(), (String::new(), Some(0)));
    fs::write(merged.join(name), DEPLOYMENT.replace("shop:1", "shop:2")).unwrap();
    let (text, code) = run();
    assert!(text.contains("containers[main].image: registry.example/shop:1 → registry.example/shop:2"), "{text}");
    assert_eq!(code, Some(1));
    fs::write(merged.join(name), "a: [").unwrap();
    assert_eq!(run().1, Some(2));
}

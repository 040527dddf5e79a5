//! `helmwright diff` on real Git histories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const SPEC: &str = "\
environment: deployment-istio
routing: static
application:
  strategy: blue-green
  versions:
  - image: registry.example/shop:1.0.0
    weight: 90
  - image: registry.example/shop:2.0.0
    weight: 10
";

/// A repository with a workspace of one release, `shop`.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Self {
        let own = Self { folder: tempfile::tempdir().unwrap() };
        own.git(&["init", "--quiet", "--initial-branch=main"]);
        own.write(
            "helmwright.yaml",
            "releases:\n- spec: apps/*/release.yaml\n  namespace: web\n  output: out/${{ name }}\n",
        );
        own.write("apps/shop/release.yaml", SPEC);
        own
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn git(&self, words: &[&str]) {
        let output = git(self.folder.path(), words);
        assert!(output.status.success(), "git {}: {output:?}", words.join(" "));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn render(&self) {
        assert!(self.run(&["render"], self.folder.path(), &[]).status.success());
    }

    fn run(&self, words: &[&str], at: &Path, environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
        command.args(words).current_dir(at).env_clear().env("NO_COLOR", "1");
        command.envs(environment.iter().copied()).output().unwrap()
    }

    /// What `diff` prints, and its exit code.
    fn diff(&self, words: &[&str]) -> (String, i32) {
        let output = self.run(&[&["diff"], words].concat(), self.folder.path(), &[]);
        let error = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().unwrap();
        assert_ne!(code, 2, "{error}");
        (String::from_utf8(output.stdout).unwrap(), code)
    }
}

fn git(at: &Path, words: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(words).current_dir(at).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A Person").env(format!("GIT_{who}_EMAIL"), "person@shop.example");
    }
    command.env("GIT_ALLOW_PROTOCOL", "file").output().unwrap()
}

#[test]
fn a_change_of_weights_is_told_in_a_sentence() {
    let repository = Repository::new();
    repository.render();
    repository.commit("one");
    assert_eq!(repository.diff(&[]), (String::new(), 0));
    repository
        .write("apps/shop/release.yaml", &SPEC.replace("weight: 90", "weight: 50").replace("weight: 10", "weight: 50"));
    let (text, code) = repository.diff(&[]);
    assert_eq!(code, 1);
    // The specs are ahead of the output, and the cluster gets that.
    let stale = "\
shop: 1 file is not as rendered
The output is not what its spec renders to, and the cluster gets the output: run `helmwright render`.

~ out/shop/virtualservice-shop.yaml

shop: 1 changed

`shop`: ";
    assert!(text.starts_with(stale), "{text}");
    repository.render();
    let (text, _) = repository.diff(&[]);
    assert!(!text.contains("The output"), "{text}");
    assert!(text.contains("90 % → 50 %") && text.contains("10 % → 50 %"), "{text}");
    assert!(text.contains("Routine: only weights change, and every check is green."), "{text}");
    repository.commit("two");
    let (again, code) = repository.diff(&["HEAD~1..HEAD"]);
    assert_eq!((again, code), (text.clone(), 1));
    assert_eq!(repository.diff(&["--base", "HEAD~1"]), (text, 1));
    assert_eq!(repository.diff(&["HEAD~1", "--exit-zero"]).1, 0);
    assert_eq!(
        repository.run(&["diff", "HEAD~1", "--detailed-exitcode"], repository.folder.path(), &[]).status.code(),
        Some(2)
    );
}

#[test]
fn several_releases_begin_with_a_line_for_each_that_differs_from_the_others() {
    let repository = Repository::new();
    let workspace = "releases:\n- spec: apps/*/release.yaml\n  stages: [a, b]\n  namespace: ${{ stage }}\n";
    repository.write("helmwright.yaml", workspace);
    for stage in ["a", "b"] {
        repository.write(&format!("apps/shop/release.{stage}.yaml"), "");
        repository.write(&format!("apps/store/release.{stage}.yaml"), "");
    }
    repository.write("apps/store/release.yaml", SPEC);
    repository.commit("one");
    let spec = SPEC.replace("weight: 90", "weight: 50").replace("weight: 10", "weight: 50");
    repository.write("apps/shop/release.yaml", &spec);
    // One stage says more than the other.
    repository.write(
        "apps/store/release.b.yaml",
        &SPEC[SPEC.find("application").unwrap()..SPEC.find("  - image: registry.example/shop:2").unwrap()],
    );
    let (text, _) = repository.diff(&[]);
    let overview = "\
shop (a), shop (b)
  routine: `shop`: `2.0.0` 10 % → 50 %, `1.0.0` 90 % → 50 %.
store (b)
  1 warning: `store`: `2.0.0` rolled back and removed, 10 % → 0 %; `1.0.0` 90 % → 100 %.

shop (a): 1 changed
";
    assert!(text.starts_with(overview), "{text}");
    let (text, _) = repository.diff(&["-o", "markdown"]);
    let table = "
| release | what happens | checks |
| --- | --- | --- |
| `shop (a)`, `shop (b)` | `shop`: `2.0.0` 10 % → 50 %, `1.0.0` 90 % → 50 %. | ✅ routine |
";
    assert!(text.contains(table), "{text}");
    // One release alone says it all itself.
    assert!(repository.diff(&["--release", "store"]).0.starts_with("store (b): "), "{text}");
}

#[test]
fn code_review_gets_paths_from_the_root() {
    let repository = Repository::new();
    repository.commit("one");
    repository.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "latest"));
    repository.commit("two");
    for words in [&["diff", "HEAD~1"][..], &["diff", "HEAD~1..HEAD"], &["lint"]] {
        for at in ["", "apps/shop"] {
            let output = repository.run(&[words, &["-o", "sarif"]].concat(), &repository.path(at), &[]);
            let text = String::from_utf8(output.stdout).unwrap();
            let mut places = text.lines().filter(|line| line.contains("\"uri\"")).peekable();
            assert!(places.peek().is_some(), "{words:?} {at}: {text}");
            assert!(places.all(|line| line.trim() == "\"uri\": \"apps/shop/release.yaml\""), "{words:?} {at}: {text}");
        }
    }
}

#[test]
fn the_renderers_part_is_apart() {
    let repository = Repository::new();
    repository.render();
    let service = repository.path("out/shop/service-shop-0.yaml");
    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, text.replace("port: 80", "port: 81")).unwrap();
    repository.commit("as another release of the program rendered it");
    repository.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "2.0.1"));
    repository.render();
    let (text, _) = repository.diff(&[]);
    let (own, renderer) = text.split_once("Not of this change").unwrap_or_else(|| panic!("{text}"));
    assert!(own.contains("registry.example/shop:2.0.1") && !own.contains("Service web/shop-0\n"), "{text}");
    assert!(renderer.contains("Service web/shop-0") && renderer.contains("81 → 80"), "{text}");
}

#[test]
fn output_that_somebody_changed_is_shown_whole() {
    let repository = Repository::new();
    repository.render();
    repository.commit("one");
    repository.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "2.0.1"));
    repository.render();
    let service = repository.path("out/shop/service-shop-0.yaml");
    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, text.replace("port: 80", "port: 81")).unwrap();
    let (text, _) = repository.diff(&[]);
    let (output, own) = text.split_once("\n\nshop: 1 changed\n\n").unwrap_or_else(|| panic!("{text}"));
    assert!(output.starts_with("shop: 1 changed\nThe output is not what"), "{text}");
    assert!(output.contains("Service web/shop-0") && output.contains("80 → 81"), "{text}");
    assert!(own.contains("registry.example/shop:2.0.1") && !own.contains("Service web"), "{text}");
    // It stays there when the spec does not change any more.
    repository.commit("two");
    assert_eq!(repository.diff(&[]).0.trim_end(), output);
}

#[test]
fn files_of_a_chart_that_are_stale_are_named() {
    let repository = Repository::new();
    let workspace = "releases:\n- spec: apps/*/release.yaml\n  output: charts/${{ name }}\n  format: chart\n";
    repository.write("helmwright.yaml", workspace);
    repository.render();
    repository.commit("one");
    assert_eq!(repository.diff(&[]), (String::new(), 0));
    repository.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "2.0.1"));
    let named = "\
~ charts/shop/Chart.yaml
~ charts/shop/README.md
~ charts/shop/values.yaml

shop: 1 changed
";
    let (text, _) = repository.diff(&[]);
    assert!(text.contains(named), "{text}");
    for (form, what) in [
        ("markdown", "- `charts/shop/values.yaml`\n"),
        ("unified", "# charts/shop/values.yaml is not as rendered\n"),
        ("json", "\"charts/shop/values.yaml\""),
        ("sarif", "\"uri\": \"charts/shop/values.yaml\""),
    ] {
        let (text, _) = repository.diff(&["-o", form]);
        assert!(text.contains(what), "{form}: {text}");
    }
    repository.render();
    let (text, _) = repository.diff(&[]);
    assert!(text.starts_with("shop: 1 changed\n\n"), "{text}");
}

#[test]
fn the_base_comes_from_the_ci_system() {
    let repository = Repository::new();
    repository.commit("one");
    let clone = tempfile::tempdir().unwrap();
    let from = repository.folder.path().display().to_string();
    let at = clone.path().join("clone");
    assert!(git(clone.path(), &["clone", "--quiet", &from, "clone"]).status.success());
    assert!(git(&at, &["switch", "--quiet", "-c", "change"]).status.success());
    fs::write(at.join("apps/shop/release.yaml"), SPEC.replace("2.0.0", "2.0.1")).unwrap();
    assert!(git(&at, &["commit", "--quiet", "-am", "two"]).status.success());
    let id = String::from_utf8(git(&at, &["rev-parse", "HEAD~1"]).stdout).unwrap();
    for environment in [&[][..], &[("GITHUB_BASE_REF", "main")], &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", id.trim())]] {
        let output = repository.run(&["diff", "-o", "unified"], &at, environment);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{environment:?} {output:?}");
        assert!(text.contains("+        image: registry.example/shop:2.0.1"), "{environment:?} {text}");
    }
    // From below, and with a detached head, too.
    assert!(git(&at, &["switch", "--quiet", "--detach"]).status.success());
    let output = repository.run(&["diff"], &at.join("apps"), &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");

    let shallow = clone.path().join("shallow");
    let url = format!("file://{}", at.display());
    assert!(git(clone.path(), &["clone", "--quiet", "--depth=1", &url, "shallow"]).status.success());
    let output = repository.run(&["diff", "--base", id.trim()], &shallow, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("fetch-depth: 0"), "{output:?}");
}

#[test]
fn a_plan_shows_secrets_only_when_asked() {
    let repository = Repository::new();
    let secret =
        "extraObjects:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: key}\n  stringData: {key: hunter2}\n";
    repository.write("apps/shop/release.yaml", &format!("{SPEC}{secret}"));
    repository.commit("one");
    repository.write("apps/shop/release.yaml", &format!("{SPEC}{secret}").replace("2.0.0", "2.0.1"));
    let (text, _) = repository.diff(&["--fix-plan"]);
    assert!(text.starts_with("# shop\n# ") && text.contains("`--show-secrets` prints them"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    assert!(repository.diff(&["--fix-plan", "--show-secrets"]).0.contains("hunter2"));
}

#[test]
fn everything_is_new_where_nothing_was() {
    let repository = Repository::new();
    let (text, code) = repository.diff(&[]);
    assert_eq!(code, 1);
    assert!(text.contains("created") && text.contains("+ Deployment web/shop-0"), "{text}");
    repository.write("note", "");
    repository.git(&["add", "note"]);
    repository.git(&["commit", "--quiet", "-m", "before the workspace"]);
    assert!(repository.diff(&[]).0.contains("+ Deployment web/shop-0"));
}

#[test]
fn a_release_that_moved_is_compared_with_itself() {
    let repository = Repository::new();
    repository.commit("one");
    repository.git(&["mv", "apps/shop", "apps/store"]);
    repository.write(
        "helmwright.yaml",
        "releases:\n- spec: apps/*/release.yaml\n  name: shop\n  namespace: web\n  output: out/${{ name }}\n",
    );
    assert_eq!(repository.diff(&[]), (String::new(), 0));
}

#[test]
fn a_spec_alone_needs_no_workspace() {
    let repository = Repository::new();
    fs::remove_file(repository.path("helmwright.yaml")).unwrap();
    repository.commit("one");
    repository.write("apps/shop/release.yaml", &SPEC.replace("2.0.0", "2.0.1"));
    let words = ["-f", "apps/shop/release.yaml", "--name", "shop", "-n", "web"];
    let (text, code) = repository.diff(&words);
    assert_eq!(code, 1);
    assert!(text.contains("Images: `registry.example/shop:2.0.0` → `registry.example/shop:2.0.1`"), "{text}");
}

#[test]
fn a_change_that_is_not_safe_has_a_plan_that_is() {
    let repository = Repository::new();
    repository.commit("one");
    let (head, _) = SPEC.split_once("  - image: registry.example/shop:2.0.0").unwrap();
    repository.write("apps/shop/release.yaml", head);
    let (text, _) = repository.diff(&[]);
    assert!(text.contains("removed") && text.contains("safe"), "{text}");
    let (plan, code) = repository.diff(&["--fix-plan"]);
    assert_eq!(code, 0);
    assert!(plan.contains("# Commit 1 of ") && !plan.contains("Not safe"), "{plan}");
    assert!(plan.trim_end().ends_with(head.trim_end()), "the last commit is the change itself: {plan}");
}

//! Workspaces: in working trees, at revisions, and through changes of what they list.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use helmwright::files::Files;
use helmwright::git::{Ask, Repository};
use helmwright::pack::Catalog;
use helmwright::workspace::{Location, Release, Workspace, moved_specs, pairs};
use helmwright::write;

use crate::support::git;
use crate::support::git::Repo;

const WORKSPACE: &str = "\
releases:
- spec: apps/*/release.yaml
  namespace: prod
  output: rendered/${{ name }}
";

const STAGES: &str = "\
packs: [packs]
releases:
- spec: apps/*/release.yaml
  namespace: ${{ stage }}
  stages: [staging, prod]
  values: [common.yaml]
  set: [application.port=9090]
  output: rendered/${{ stage }}/${{ name }}
";

fn spec(name: &str) -> String {
    format!(
        "environment: deployment\nrouting: static\napplication:\n  strategy: none\n  port: 8080\n  versions:\n  - image: registry.example/{name}:1.0.0\n"
    )
}

/// A folder that is no repository.
struct Place(tempfile::TempDir);

impl Place {
    fn new(workspace: &str, apps: &[&str]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("helmwright.yaml", workspace);
        apps.iter().for_each(|app| place.write(&format!("apps/{app}/release.yaml"), &spec(app)));
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// Runs the program, and gives its exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        run(self.0.path(), arguments)
    }

    /// Renders everything, which works, and gives the note.
    fn render(&self) -> String {
        let (code, out, err) = self.run(&["render"]);
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        err.trim_end().to_owned()
    }

    /// All files and their content.
    fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        collect(&self.path(folder), "", &mut found);
        found
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(arguments).current_dir(folder).env_clear().env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn what_was_rendered_is_clean_and_is_not_touched_again() {
    for format in ["manifests", "kustomize", "chart"] {
        let place = Place::new(&format!("{WORKSPACE}  format: {format}\n"), &["shop", "web"]);
        assert_eq!(place.run(&["check"]).0, 1);
        place.render();
        let (before, states) = (place.files("rendered"), states(&place));
        let (code, out, err) = place.run(&["check"]);
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        assert!(place.render().contains(": 0 written, "));
        assert_eq!(place.files("rendered"), before);
        assert_eq!(self::states(&place), states, "{format}: the very same files");
    }
}

/// What tells one file of that name from another.
fn states(place: &Place) -> Vec<(String, std::time::SystemTime)> {
    let time = |path: &String| fs::metadata(place.path("rendered").join(path)).unwrap().modified().unwrap();
    place.files("rendered").keys().map(|path| (path.clone(), time(path))).collect()
}

#[test]
fn a_wrong_release_leaves_everything_as_it_was() {
    let place = Place::new(WORKSPACE, &["shop", "web"]);
    place.render();
    let before = place.files("rendered");
    place.write("apps/shop/release.yaml", &spec("changed"));
    place.write("apps/new/release.yaml", &spec("new"));
    place.write("apps/web/release.yaml", "environment: nothing\n");
    for verb in ["render", "check"] {
        let (code, out, err) = place.run(&[verb]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("web: there is no environment `nothing`"), "{err}");
    }
    assert_eq!(place.files("rendered"), before);
    // What is not asked for is not in the way.
    assert_eq!(place.run(&["render", "shop"]).0, 0);
    assert!(place.files("rendered/shop")["deployment-shop-0.yaml"].contains("registry.example/changed"));
    assert_eq!(place.files("rendered/new").len(), 0);
}

#[test]
fn files_of_others_are_in_the_way_until_force() {
    let place = Place::new(WORKSPACE, &["shop", "web"]);
    place.write("rendered/web/service-web-0.yaml", "theirs\n");
    let (code, _, err) = place.run(&["render"]);
    assert_eq!(code, 2);
    assert!(err.contains("that helmwright did not write are in the way"), "{err}");
    assert_eq!(place.files("rendered").len(), 1, "not even the other release is written");
    assert_eq!(place.run(&["check", "web"]).1.lines().filter(|line| line.starts_with("stale")).count(), 1);
    assert_eq!(place.run(&["render", "--force"]).0, 0);
    assert_eq!(place.run(&["check"]).0, 0);
}

#[test]
fn what_releases_leave_behind_is_removed_and_nothing_else() {
    let place = Place::new(
        "releases:\n- spec: apps/*/release.yaml\n  namespace: prod\n  output: rendered/v1/prod/${{ name }}\n",
        &["shop", "web"],
    );
    place.render();
    place.write("rendered/v1/prod/web/notes.txt", "theirs");
    // By hand, outside of the workspace.
    let alone = ["render", "x", "-f", "apps/shop/release.yaml", "--output-dir", "rendered/alone"];
    assert_eq!(place.run(&alone).0, 0);
    // A repository inside, whose own workspace is none of ours.
    place.write("rendered/vendored/.git/HEAD", "");
    place.write("rendered/vendored/shop/.helmwright", &place.files("rendered/v1/prod/shop")[".helmwright"]);
    let others = |place: &Place| -> Vec<String> {
        let files = place.files("rendered").into_keys();
        files.filter(|path| !path.starts_with("v2/") && !path.starts_with("v1/")).collect()
    };
    let before = others(&place);

    place.write("helmwright.yaml", &WORKSPACE.replace("${{ name }}", "v2/${{ namespace }}-${{ name }}"));
    let (code, out, _) = place.run(&["check"]);
    let count = |state: &str| out.lines().filter(|line| line.starts_with(state)).count();
    assert_eq!((code, count("missing"), count("orphaned")), (1, 6, 6), "{out}");
    assert!(out.contains("orphaned rendered/v1/prod/web/deployment-web-0.yaml  web\n"), "{out}");
    assert_eq!(place.render(), "note: 2 releases: 4 written, 0 unchanged, 4 removed");
    assert_eq!(others(&place), before);
    assert_eq!(place.files("rendered/v1").into_keys().collect::<Vec<_>>(), ["prod/web/notes.txt"]);
    assert!(!place.path("rendered/v1/prod/shop").exists(), "empty folders go, too");
    assert_eq!(place.run(&["check"]).0, 0);

    fs::remove_dir_all(place.path("apps/web")).unwrap();
    assert_eq!(place.run(&["check", "shop"]).0, 0, "what is gone is looked for only with everything");
    assert_eq!(place.render(), "note: 1 release: 0 written, 2 unchanged, 2 removed");
    fs::remove_dir_all(place.path("apps/shop")).unwrap();
    let note = place.render();
    assert!(note.contains("no file matches `apps/*/release.yaml`") && note.ends_with("2 removed"), "{note}");
    assert_eq!(others(&place), before);
    assert!(!place.path("rendered/v2").exists());
}

#[test]
fn a_stage_in_the_first_name_of_output_leaves_nothing_either() {
    let workspace = STAGES.replace("rendered/${{ stage }}/", "out-${{ stage }}/").replace("packs: [packs]\n", "");
    let place = Place::new(&workspace, &["shop"]);
    place.write("common.yaml", "");
    ["staging", "prod"].iter().for_each(|stage| place.write(&format!("apps/shop/release.{stage}.yaml"), ""));
    place.render();
    place.write("helmwright.yaml", &workspace.replace("[staging, prod]", "[prod]"));
    assert_eq!(place.render(), "note: 1 release: 0 written, 2 unchanged, 2 removed");
    assert!(!place.path("out-staging").exists() && place.path("out-prod/shop").exists());
}

#[test]
fn a_folder_that_becomes_part_of_another_loses_no_file() {
    let chart = "releases:\n- spec: apps/shop/release.yaml\n  format: chart\n  output: rendered/shop\n";
    let place = Place::new(chart, &["shop"]);
    place.render();
    // What was the chart's is now another release's.
    place.write(
        "helmwright.yaml",
        "releases:\n- spec: apps/shop/release.yaml\n  output: rendered/shop\n\
         - spec: apps/shop/release.yaml\n  cluster: two\n  output: rendered/shop/templates\n",
    );
    assert_eq!(place.run(&["render", "--force"]).0, 0);
    assert_eq!(place.run(&["check"]), (0, String::new(), "note: 2 releases, 4 files: all as rendered\n".into()));
    let names: Vec<String> = place.files("rendered/shop").into_keys().filter(|name| name.ends_with("yaml")).collect();
    let own = ["deployment-shop-0.yaml", "service-shop-0.yaml"];
    assert_eq!(names, [own.map(str::to_owned), own.map(|name| format!("templates/{name}"))].concat());
}

#[cfg(unix)]
#[test]
fn output_through_a_link_is_refused() {
    let place = Place::new(WORKSPACE, &["shop"]);
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), place.path("rendered")).unwrap();
    let (code, _, err) = place.run(&["render"]);
    assert_eq!(code, 2);
    assert!(err.contains("`rendered` is a symbolic link"), "{err}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn the_file_is_found_upward_but_not_beyond_the_repository() {
    let place = Place::new(WORKSPACE, &["shop"]);
    fs::create_dir_all(place.path("apps/shop/deep/.git")).unwrap();
    fs::create_dir_all(place.path("other")).unwrap();
    let root = place.0.path().canonicalize().unwrap();
    let find = |folder: &str| Location::find(&root.join(folder)).map(|found| (found.root, found.config));
    let own = |root: &str, config: &str| Some((PathBuf::from(root), config.to_owned()));
    assert_eq!(find(""), own("", "helmwright.yaml"));
    assert_eq!(find("apps/shop"), own("../..", "helmwright.yaml"));
    assert_eq!(find("apps/shop/deep"), None, "that is a repository of its own");
    // Inside a repository paths are from its root, wherever the file is.
    fs::create_dir(place.path(".git")).unwrap();
    place.write("apps/helmwright.yaml", "releases:\n- spec: shop/release.yaml\n  output: ../rendered\n");
    assert_eq!(find("apps/shop"), own("../..", "apps/helmwright.yaml"));
    let (code, _, err) = run(&place.path("apps/shop"), &["render"]);
    assert_eq!(code, 0, "{err}");
    assert!(place.path("rendered/deployment-shop-0.yaml").exists());
    let of = |from: &str, file: &str| Location::of_file(&root.join(file), &root.join(from)).unwrap();
    let location = of("other", "apps/helmwright.yaml");
    assert_eq!((location.root, location.config), (PathBuf::from(".."), "apps/helmwright.yaml".to_owned()));
    assert_eq!(of("..", "helmwright.yaml").root.file_name(), root.file_name(), "from outside");
    let (code, _, err) = run(&place.path("other"), &["check", "--config", "../apps/helmwright.yaml"]);
    assert_eq!(code, 0, "{err}");
}

/// A repository with a pack of its own, and a workspace with everything in it that is read.
fn full() -> Repo {
    let repo = Repo::new();
    repo.write("helmwright.yaml", STAGES);
    repo.write("common.yaml", "application:\n  metadata:\n    labels:\n      team: base\n");
    for (file, text) in [
        ("pack.yaml", "description: A pod.\nstrategies:\n  none: [static]\nfields: [image, port]\nexample: ''\n"),
        ("values.yaml", "application:\n  strategy: none\n"),
        (
            "version.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${{ version.name }}\n  namespace: ${{ version.namespace }}\n  \
             labels: ${{ version.metadata.labels }}\nspec:\n  containers:\n  - name: base\n    image: ${{ version.image }}\n    \
             ports:\n    - containerPort: ${{ version.port }}\n",
        ),
    ] {
        repo.write(&format!("packs/own/{file}"), text);
    }
    for app in ["shop", "web"] {
        let spec = format!("environment: own\napplication:\n  versions:\n  - image: registry.example/{app}:1.0.0\n");
        repo.write(&format!("apps/{app}/release.yaml"), &spec);
        repo.write(
            &format!("apps/{app}/release.staging.yaml"),
            "application:\n  metadata:\n    labels:\n      stage: s\n",
        );
        repo.write(
            &format!("apps/{app}/release.prod.yaml"),
            "application:\n  metadata:\n    labels:\n      stage: p\n",
        );
    }
    repo
}

fn read(files: Files) -> (Workspace, Vec<Release>) {
    let workspace = Workspace::read(files, "helmwright.yaml").unwrap().unwrap();
    let releases = workspace.releases(|remark| panic!("{remark}")).unwrap();
    (workspace, releases)
}

/// The manifests of every release.
fn manifests(files: Files) -> Vec<(String, String)> {
    let (workspace, releases) = read(files);
    let mut catalog = Catalog::embedded();
    workspace.add_packs(&mut catalog).unwrap();
    let all: Vec<&Release> = releases.iter().collect();
    let (texts, _) = workspace.stream(&all, &catalog, write::manifests, || {}).unwrap();
    releases.iter().map(ToString::to_string).zip(texts).collect()
}

#[test]
fn a_base_is_made_of_nothing_but_the_base() {
    if git::missing() {
        return;
    }
    let repo = full();
    repo.commit("base");
    let disk = || Files::Disk(repo.folder.clone());
    let before = manifests(disk());
    assert_eq!(before.len(), 4);
    assert_eq!(before[0].0, "shop (staging)");
    for part in ["team: base", "stage: s", "name: base", "containerPort: 9090", "namespace: staging", "shop:1.0.0"] {
        assert!(before[0].1.contains(part), "{part} in {}", before[0].1);
    }
    // Everything that could be read from the wrong place says so.
    for path in ["common.yaml", "packs/own/version.yaml", "apps/shop/release.yaml", "apps/web/release.prod.yaml"] {
        let text = fs::read_to_string(repo.folder.join(path)).unwrap();
        repo.write(path, &text.replace("base", "head").replace("stage: p", "stage: h").replace("1.0.0", "2.0.0"));
    }
    repo.write("helmwright.yaml", &STAGES.replace("9090", "7070"));
    fs::remove_file(repo.folder.join("apps/web/release.staging.yaml")).unwrap();
    repo.write("apps/web/release.staging.yml", "");
    let after = manifests(disk());
    assert!(after.iter().zip(&before).all(|(after, before)| after.0 == before.0 && after.1 != before.1));

    let repository = Repository::open(&repo.folder).unwrap();
    let base = repository.sides(Ask::default()).unwrap().base;
    assert_eq!(manifests(Files::Revision(base.clone())), before);
    repo.commit("head");
    let head = repository.head().unwrap().unwrap();
    assert_eq!(manifests(Files::Revision(head)), after);
    assert_eq!(manifests(Files::Revision(base)), before);

    // A bare clone has all that it takes.
    let bare = Repo::clone_of(&repo, &["--bare"]);
    let sides = Repository::open(&bare.folder).unwrap().sides(Ask { range: Some("HEAD~1"), ..Ask::default() }).unwrap();
    assert_eq!(manifests(Files::Revision(sides.base)), before);
    assert_eq!(manifests(Files::Revision(sides.head.unwrap())), after);
}

#[test]
fn problems_of_a_base_name_its_revision() {
    if git::missing() {
        return;
    }
    let repo = full();
    repo.write("apps/web/release.yaml", "environment: own\nx: 1\n");
    fs::remove_file(repo.folder.join("apps/shop/release.prod.yaml")).unwrap();
    repo.commit("base");
    let base = Repository::open(&repo.folder).unwrap().head().unwrap().unwrap();
    let name = base.name().to_owned();
    let (workspace, releases) = read(Files::Revision(base.clone()));
    let mut catalog = Catalog::embedded();
    workspace.add_packs(&mut catalog).unwrap();
    let all: Vec<&Release> = releases.iter().collect();
    let report = workspace.render_all(&all, &catalog, |_, _| Ok(()), || {}).unwrap_err().to_string();
    assert!(report.contains(&format!("{name}:apps/web/release.yaml:2:1: web (staging), web (prod): ")), "{report}");
    assert!(report.contains(&format!("neither `{name}:apps/shop/release.prod.yaml` nor")), "{report}");
    assert!(Workspace::read(Files::Revision(base.clone()), "other.yaml").unwrap().is_none());
    let nothing = Repository::open(&repo.folder).unwrap().nothing();
    assert!(Workspace::read(Files::Revision(nothing), "helmwright.yaml").unwrap().is_none(), "everything is new");
    let outputs = workspace.outputs(&releases, &Default::default(), &catalog, false, || {});
    assert_eq!(outputs.unwrap_err().to_string(), "nothing can be written into a revision");
}

#[test]
fn releases_pair_with_their_old_selves() {
    if git::missing() {
        return;
    }
    let repo = full();
    repo.write(
        "helmwright.yaml",
        &format!("{STAGES}- spec: one/release.yaml\n  name: one\n- spec: one/release.yaml\n  name: two\n"),
    );
    repo.write("one/release.yaml", &spec("one"));
    repo.commit("base");
    let base = Repository::open(&repo.folder).unwrap().head().unwrap().unwrap();
    repo.git(&["mv", "apps/shop", "apps/store"]);
    fs::remove_dir_all(repo.folder.join("apps/web")).unwrap();
    repo.write("apps/new/release.yaml", &spec("new"));
    repo.write("apps/new/release.prod.yaml", "");
    repo.write("apps/new/release.staging.yaml", "");
    repo.write(
        "helmwright.yaml",
        &format!(
            "{STAGES}- spec: one/release.yaml\n  name: two\n  namespace: x\n- spec: else/release.yaml\n  name: one\n"
        ),
    );
    repo.write("else/release.yaml", &spec("something else entirely"));

    let (_, before) = read(Files::Revision(base.clone()));
    let (_, after) = read(Files::Disk(repo.folder.clone()));
    let shifts = moved_specs((&before, &base), (&after, None)).unwrap();
    let moved_to = |spec: &str| shifts.get(spec).map(String::as_str);
    assert_eq!(moved_to("apps/store/release.yaml"), Some("apps/shop/release.yaml"));
    let title = |release: Option<&Release>| release.map_or("-".to_owned(), ToString::to_string);
    let pairs = pairs(&before, &after, &shifts);
    let pairs: Vec<String> = pairs.iter().map(|pair| format!("{} → {}", title(pair.base), title(pair.head))).collect();
    assert_eq!(
        pairs,
        [
            "- → new (staging)",
            "- → new (prod)",
            "shop (staging) → store (staging)",
            "shop (prod) → store (prod)",
            "two → two",
            "one → one",
            "web (staging) → -",
            "web (prod) → -",
        ]
    );
}

#[test]
fn there_is_a_bar_on_a_terminal_and_none_in_a_pipe() {
    // The one of util-linux gives a program a terminal.
    let script = Command::new("script").arg("--version").output();
    if !script.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
        eprintln!("skipped: there is no `script`");
        return;
    }
    let place = Place::new(WORKSPACE, &["shop", "web"]);
    let command = format!("{} render", env!("CARGO_BIN_EXE_helmwright"));
    let output = Command::new("script").args(["-qec", &command, "/dev/null"]).current_dir(place.0.path()).output();
    let shown = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(shown.contains("rendering █") && shown.contains("/2"), "{shown:?}");
    let last = shown.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last.contains("2 releases: ") && !last.contains("rendering"), "nothing of it stays: {shown:?}");
    assert_eq!(place.render(), "note: 2 releases: 0 written, 4 unchanged, 0 removed");
}

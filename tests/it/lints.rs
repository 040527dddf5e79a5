//! The lints as a whole; `tests/lints` holds what each finds. `BLESS=1` writes `docs/lints.md`.

use std::fs;
use std::path::{Path, PathBuf};

use helmwright::lint::{self, RULES, Settings};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs, Strategy};

use crate::support::golden;

/// The crate's folder, which is where tests run; relative, so that no path of this machine gets into what is expected.
fn root() -> PathBuf {
    PathBuf::new()
}

/// The findings in `objects`, one a line: rule, object, path and message.
fn findings(objects: &Objects, settings: &Settings) -> Vec<String> {
    let line = |finding: &lint::Finding| {
        format!("{}: {} {}: {}", finding.rule.id, finding.object, finding.path, finding.message)
    };
    lint::lint(objects, settings).iter().map(line).collect()
}

fn settings(crds: Option<&Path>) -> Settings {
    let mut settings = Settings::default();
    if let Some(path) = crds.filter(|path| path.exists()) {
        settings.crds.add(&path.display().to_string()).unwrap();
    }
    settings
}

#[test]
fn ids_are_names_of_files() {
    for rule in RULES.iter() {
        let file = root().join("src/lint/rules").join(rule.id.replace('-', "_")).with_extension("rs");
        assert!(file.is_file(), "{} is not in {}", rule.id, file.display());
    }
}

#[test]
fn the_documentation_is_that_of_the_rules() {
    golden::compare(&root().join("docs/lints.md"), &lint::page());
}

#[test]
fn what_packs_start_with_is_clean() {
    let catalog = Catalog::embedded();
    let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for strategy in environment.strategies() {
            for routing in environment.modes(strategy) {
                let text = |name: &str, text: String| Input::Text { name: name.into(), text };
                let spec = text("release.yaml", environment.starting_spec(name, strategy).unwrap());
                let routing = text("routing.yaml", format!("routing: {routing}\n"));
                let inputs = Inputs { files: vec![spec, routing], ..Inputs::default() };
                let objects: Objects = render(&inputs, &release, &catalog).unwrap().into();
                let found = lint::lint(&objects, &Settings::default());
                // True of these environments, whatever the spec.
                let inherent = |id: &str| match id {
                    "kserve-modelmesh" | "kserve-canary-rebuild" => true,
                    // Its Service for the mesh stands there without a route, as in Iter8.
                    "selector-selects-nothing" => (name, strategy) == ("deployment-gtw", Strategy::None),
                    _ => false,
                };
                let found: Vec<_> = found.iter().filter(|finding| !inherent(finding.rule.id)).collect();
                assert!(found.is_empty(), "{name} {strategy}: {found:#?}");
            }
        }
    }
}

#[test]
fn nothing_but_the_truth_is_said_of_real_releases() {
    let shared = root().join("../shared");
    if !shared.exists() {
        assert!(
            std::env::var_os("CI").is_none() || std::env::var("CONFORMANCE").is_ok_and(|v| v == "skip"),
            "no ../shared"
        );
        println!("skipped: there is no ../shared");
        return;
    }
    let settings = settings(Some(&shared.join("crds")));
    let catalog = Catalog::embedded();
    let mut checked = 0;
    for case in fs::read_dir(shared.join("iter8")).unwrap() {
        let folder = case.unwrap().path();
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let values = text("values.yaml");
        let inputs =
            Inputs { files: vec![Input::Path(folder.join("values.yaml").display().to_string())], ..Inputs::default() };
        let release =
            ReleaseName { name: Some(text("release").trim().into()), namespace: Some(text("namespace").trim().into()) };
        let rendered: Objects = render(&inputs, &release, &catalog).unwrap().into();
        let expected = Objects::read(&folder.join("expected.yaml").display().to_string()).unwrap();
        for objects in [&rendered, &expected] {
            for finding in lint::lint(objects, &settings) {
                let (id, message) = (finding.rule.id, &finding.message);
                let truth = match id {
                    "image-tag" => message.contains("`kennethreitz/httpbin` has no tag"),
                    "kserve-modelmesh" => values.contains("environment: kserve-modelmesh-istio"),
                    _ => false,
                };
                assert!(truth, "{}: {id}: {} {message}", folder.display(), finding.object);
            }
            checked += 1;
        }
    }
    for tutorial in fs::read_dir(shared.join("tutorials")).unwrap() {
        for step in fs::read_dir(tutorial.unwrap().path()).unwrap() {
            let file = step.unwrap().path().join("expected.yaml");
            let percent = fs::read_to_string(&file).unwrap().contains("canaryTrafficPercent: ");
            let found = findings(&Objects::read(&file.display().to_string()).unwrap(), &settings);
            assert!(found.len() == usize::from(percent), "{}: {found:#?}", file.display());
            assert!(
                found.iter().all(|line| line.starts_with("kserve-canary-rebuild: ")),
                "{}: {found:#?}",
                file.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 130, "only {checked}");
}

//! The specs that properties are tested over: those beside this file, and Iter8's cases where ../shared is there.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::problem::Problems;
use helmwright::render::{self, Rendered};
use helmwright::spec::{Input, Inputs, Mode, Strategy};

/// A spec and what it is released as.
pub struct Case {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Name and namespace.
    pub release: ReleaseName,
}

/// All specs.
pub fn all() -> Vec<Case> {
    let mut cases = own();
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/iter8");
    if shared.is_dir() {
        cases.extend(sorted(&shared).into_iter().map(|folder| {
            let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
            let word = |file: &str| Some(read(file).trim().into());
            let release = ReleaseName { name: word("release"), namespace: word("namespace") };
            Case { name: folder.file_name().unwrap().to_str().unwrap().into(), text: read("values.yaml"), release }
        }));
    } else {
        eprintln!("skipped: the cases of ../shared are not there");
    }
    cases
}

/// The specs of this repository.
pub fn own() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/specs");
    let case = |path: std::path::PathBuf| Case {
        name: path.file_stem().unwrap().to_str().unwrap().into(),
        text: fs::read_to_string(&path).unwrap(),
        release: ReleaseName { name: Some("app".into()), namespace: Some("ns".into()) },
    };
    sorted(&folder).into_iter().map(case).collect()
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Renders one text.
pub fn render(text: &str, release: &ReleaseName, catalog: &Catalog) -> Result<Rendered, Problems> {
    let files = vec![Input::Text { name: "spec.yaml".into(), text: text.into() }];
    render::render(&Inputs { files, ..Inputs::default() }, release, catalog)
}

/// A spec that any environment takes, if it takes the strategy.
pub fn of(environment: &str, strategy: Strategy, mode: Option<Mode>, versions: usize, matched: bool) -> String {
    let mut out = format!("environment: {environment}\n");
    if let Some(mode) = mode {
        writeln!(out, "routing: {mode}").unwrap();
    }
    writeln!(out, "application:\n  strategy: {strategy}\n  image: registry.example/shop:1.0.0").unwrap();
    writeln!(out, "  modelFormat: sklearn\n  storageUri: gs://models/wisdom\n  primary: v1\n  versions:").unwrap();
    for number in 1..=versions {
        writeln!(out, "    v{number}:").unwrap();
        match number {
            1 => writeln!(out, "      port: 8080").unwrap(),
            _ => writeln!(out, "      weight: 10").unwrap(),
        }
        if number == 2 && matched {
            writeln!(out, "      match: [{{headers: {{x-tier: {{exact: beta}}}}}}]").unwrap();
        }
    }
    out
}

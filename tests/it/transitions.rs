//! Every transition check finds what can go wrong, and nothing else. A case is a folder in `tests/transitions/<check>/bad` or
//! `good` with `old.yaml` and `new.yaml`: specs, or manifests where they name no environment; either may be missing.
//! `delivery` says who delivers, where the spec does not.
//! `expected` in a bad one holds all that is found. `BLESS=1` writes those and `docs/transitions.md`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use helmwright::delivery::Delivery;
use helmwright::impact::{Change, ReleaseState};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::{Rendered, render};
use helmwright::rules::Finding;
use helmwright::spec::{Input, Inputs};
use helmwright::transition::{self, RULES, TransitionSettings};

/// The crate's folder, which is where tests run; relative, so that no path of this machine gets into what is expected.
fn root() -> PathBuf {
    PathBuf::new()
}

fn golden(path: &Path, text: &str) {
    let written = fs::read_to_string(path).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() && written != text {
        fs::write(path, text).unwrap();
    } else {
        assert_eq!(written, text, "{}: BLESS=1 writes it", path.display());
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// One side of a case.
fn side(path: &Path) -> (Objects, Option<Rendered>) {
    let Ok(text) = fs::read_to_string(path) else { return (Objects::default(), None) };
    if !text.starts_with("environment:") && !text.contains("\nenvironment:") {
        return (Objects::read(path.to_str().unwrap()).unwrap(), None);
    }
    let inputs = Inputs { files: vec![Input::Path(path.display().to_string())], ..Inputs::default() };
    let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
    let rendered =
        render(&inputs, &release, &Catalog::embedded()).unwrap_or_else(|report| panic!("{}: {report}", path.display()));
    (Objects::from(&rendered), Some(rendered))
}

/// What is found in a case, with the places of the new side.
fn found(folder: &Path) -> (Vec<Finding>, String) {
    let (old, new) = (side(&folder.join("old.yaml")), side(&folder.join("new.yaml")));
    let (old_side, new_side) = (
        ReleaseState { objects: &old.0, rendered: old.1.as_ref() },
        ReleaseState { objects: &new.0, rendered: new.1.as_ref() },
    );
    let mut settings = TransitionSettings::of(new_side);
    if let Ok(word) = fs::read_to_string(folder.join("delivery")) {
        settings.delivery = match word.trim() {
            "helm" => Some(Delivery::Helm),
            "argocd" => Some(Delivery::ArgoCd),
            "flux" => Some(Delivery::Flux),
            other => panic!("{}: {other}", folder.display()),
        };
    }
    let change = Change::new(old_side, new_side);
    let findings = transition::check_with(&change, old_side, new_side, &settings);
    let mut text = String::new();
    for finding in &findings {
        let place = finding.at.map_or_else(String::new, |at| {
            let (line, column) = new.0.sources.line_column(at);
            format!("{line}:{column}: ")
        });
        let path = if finding.path.0.is_empty() { String::new() } else { format!(" {}", finding.path) };
        writeln!(text, "{place}{}: {}{path}: {}", finding.rule.id, finding.object, finding.message).unwrap();
        for (index, step) in finding.safe.iter().enumerate() {
            writeln!(text, "    {}. {step}", index + 1).unwrap();
        }
    }
    (findings, text)
}

#[test]
fn every_check_finds_its_bad_cases_and_no_good_one() {
    for rule in RULES.iter() {
        let folder = root().join("tests/transitions").join(rule.id);
        let (good, bad) = (folders(&folder.join("good")), folders(&folder.join("bad")));
        assert!(!good.is_empty() && !bad.is_empty(), "{} needs a good and a bad case", rule.id);
        for case in good {
            let (findings, text) = found(&case);
            assert!(findings.iter().all(|finding| finding.rule.id != rule.id), "{}: {text}", case.display());
        }
        for case in bad {
            let (findings, text) = found(&case);
            assert!(findings.iter().any(|finding| finding.rule.id == rule.id), "{}: {text}", case.display());
            for finding in &findings {
                assert!(finding.at.is_some(), "{} has no place: {finding:?}", case.display());
                assert!(!finding.help().is_empty());
            }
            golden(&case.join("expected"), &text);
        }
    }
}

#[test]
fn every_case_belongs_to_a_check() {
    for entry in fs::read_dir(root().join("tests/transitions")).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(RULES.iter().any(|rule| *rule.id == *name), "there is no check {name:?}");
    }
}

#[test]
fn ids_are_names_of_files() {
    for rule in RULES.iter() {
        let file = root().join("src/transition/rules").join(rule.id.replace('-', "_")).with_extension("rs");
        assert!(file.is_file(), "{} is not in {}", rule.id, file.display());
    }
}

#[test]
fn the_documentation_is_that_of_the_checks() {
    golden(&root().join("docs/transitions.md"), &transition::page());
}

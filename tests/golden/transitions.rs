//! `transitions/<check>/<case>`: every transition check finds what can go wrong in the changes of `tests/transitions/<check>/bad`,
//! and nothing in those of `good`. Their states are specs, or manifests where they name no environment.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use helmwright::delivery::Delivery;
use helmwright::impact::{self, ReleaseState};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::{Rendered, render};
use helmwright::rules::{Finding, Rule};
use helmwright::spec::{Input, Inputs};
use helmwright::transition::{self, RULES, TransitionSettings};
use libtest_mimic::Trial;

use crate::change::Change;
use crate::{folders, golden, name, trial};

/// One for each change. Tests run in the crate's folder; paths are relative, so that no path of a machine gets into what is
/// expected.
pub fn trials() -> Vec<Trial> {
    let root = Path::new("tests/transitions");
    let known = |folder: &PathBuf| RULES.iter().any(|rule| rule.id == name(folder));
    let unknown: Vec<PathBuf> = folders(root).into_iter().filter(|path| !known(path)).collect();
    assert!(unknown.is_empty(), "there are no such checks: {unknown:?}");
    RULES.iter().flat_map(|rule| of_rule(rule, &root.join(rule.id))).collect()
}

fn of_rule(rule: &'static Rule, folder: &Path) -> Vec<Trial> {
    let (good, bad) = (folders(&folder.join("good")), folders(&folder.join("bad")));
    assert!(!good.is_empty() && !bad.is_empty(), "{} needs a good and a bad case", rule.id);
    let of = |kind: &str, case: &Path| format!("transitions/{}/{kind}/{}", rule.id, name(case));
    let good = good.into_iter().map(|case| trial(of("good", &case), move || nothing_is_found(rule, &case)));
    let bad = bad.into_iter().map(|case| trial(of("bad", &case), move || it_is_found(rule, &case)));
    good.chain(bad).collect()
}

fn nothing_is_found(rule: &Rule, case: &Path) {
    let (findings, text) = check(case);
    assert!(findings.iter().all(|finding| finding.rule.id != rule.id), "{}: {text}", case.display());
}

fn it_is_found(rule: &Rule, case: &Path) {
    let (findings, text) = check(case);
    assert!(findings.iter().any(|finding| finding.rule.id == rule.id), "{}: {text}", case.display());
    for finding in &findings {
        assert!(finding.at.is_some(), "{} has no place: {finding:?}", case.display());
        assert!(!finding.help().is_empty());
    }
    golden::compare(&case.join("expected"), &text);
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
fn check(folder: &Path) -> (Vec<Finding>, String) {
    let states = Change::read(folder);
    let (old, new) = (side(&states.side("old")), side(&states.side("new")));
    let (old_side, new_side) = (
        ReleaseState { objects: &old.0, rendered: old.1.as_ref() },
        ReleaseState { objects: &new.0, rendered: new.1.as_ref() },
    );
    let mut settings = TransitionSettings::of(new_side);
    if let Some(delivery) = states.get("delivery") {
        settings.delivery = match delivery {
            "helm" => Some(Delivery::Helm),
            "argocd" => Some(Delivery::ArgoCd),
            "flux" => Some(Delivery::Flux),
            other => panic!("{}: {other}", folder.display()),
        };
    }
    let change = impact::Impact::new(old_side, new_side);
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

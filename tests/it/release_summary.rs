//! The paragraph of every step of every example and tutorial, forwards and backwards, is what a person would write.
//! `BLESS=1` writes `tests/release_summary/*.txt`; read the difference before you commit it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use helmwright::impact::{ReleaseState, summary};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::{Rendered, render};
use helmwright::spec::{Input, Inputs, Strategy};
use helmwright::transition;

use crate::support::versions::Version;
use crate::support::{golden, shared, versions};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rendered(path: &Path) -> Rendered {
    let inputs = Inputs { files: vec![Input::Path(path.display().to_string())], ..Inputs::default() };
    let catalog = Catalog::embedded();
    render(&inputs, &ReleaseName::default(), &catalog).unwrap_or_else(|report| panic!("{}: {report}", path.display()))
}

/// The paragraph of a change between specs; `None` is a side without the release.
fn paragraph(old: Option<&Rendered>, new: Option<&Rendered>) -> String {
    let none = Objects::default();
    let [before, after] = [old, new].map(|side| side.map(Objects::from));
    let old_side = ReleaseState { objects: before.as_ref().unwrap_or(&none), rendered: old };
    let new_side = ReleaseState { objects: after.as_ref().unwrap_or(&none), rendered: new };
    told(old_side, new_side)
}

/// The paragraph, and what the transition checks find, one a line.
fn told(old: ReleaseState<'_>, new: ReleaseState<'_>) -> String {
    let findings = transition::check(old, new);
    let mut text = summary(old, new).text(findings.is_empty());
    for finding in findings {
        write!(text, "\n  ! {}: {}", finding.rule.id, finding.message).unwrap();
    }
    text
}

fn steps(folder: &Path) -> Vec<PathBuf> {
    let mut steps: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    steps.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    steps.retain(|path| fs::read_to_string(path).unwrap().lines().any(|line| line.starts_with("environment:")));
    steps.sort();
    steps
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_string()
}

#[test]
fn every_step_of_the_examples() {
    let mut out = String::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir() && !path.ends_with("own-environment"));
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_string();
        let steps: Vec<(String, Rendered)> = steps(&folder).iter().map(|path| (stem(path), rendered(path))).collect();
        let mut say = |from: &str, to: &str, text: String| writeln!(out, "{name}: {from} to {to}\n  {text}\n").unwrap();
        let Some((first, last)) = steps.first().zip(steps.last()) else { continue };
        say("nothing", &first.0, paragraph(None, Some(&first.1)));
        for pair in steps.windows(2) {
            say(&pair[0].0, &pair[1].0, paragraph(Some(&pair[0].1), Some(&pair[1].1)));
        }
        for pair in steps.windows(2).rev() {
            say(&pair[1].0, &pair[0].0, paragraph(Some(&pair[1].1), Some(&pair[0].1)));
        }
        say(&last.0, "nothing", paragraph(Some(&last.1), None));
    }
    golden::compare(&root().join("tests/release_summary/examples.txt"), &out);
}

#[test]
fn every_step_of_the_tutorials_from_their_manifests_alone() {
    let Some(shared) = shared::shared() else { return };
    let mut out = String::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(shared.join("tutorials")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_string();
        let mut steps: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        steps.sort();
        let read = |path: &PathBuf| Objects::read(path.join("expected.yaml").to_str().unwrap()).unwrap();
        let steps: Vec<(String, Objects)> =
            steps.iter().map(|path| (path.file_name().unwrap().to_str().unwrap().to_string(), read(path))).collect();
        let mut say = |from: &(String, Objects), to: &(String, Objects)| {
            let text = told(ReleaseState::of(&from.1), ReleaseState::of(&to.1));
            writeln!(out, "{name}: {} to {}\n  {text}\n", from.0, to.0).unwrap();
        };
        steps.windows(2).for_each(|pair| say(&pair[0], &pair[1]));
        steps.windows(2).rev().for_each(|pair| say(&pair[1], &pair[0]));
    }
    golden::compare(&root().join("tests/release_summary/tutorials.txt"), &out);
}

#[test]
fn every_environment_and_strategy() {
    let catalog = Catalog::embedded();
    let mut out = String::new();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for &strategy in Strategy::ALL {
            for mode in environment.modes(strategy) {
                let matched = strategy == Strategy::Canary && !environment.percent;
                let share = |weight: u32| {
                    if matched || strategy == Strategy::Bandit || strategy == Strategy::None {
                        None
                    } else {
                        Some(weight)
                    }
                };
                let rest = |weight: u32| {
                    if environment.percent || strategy == Strategy::Mirror { None } else { share(weight) }
                };
                let states: [(&str, Vec<Version>); 5] = [
                    ("one", vec![(1, rest(100), false)]),
                    ("idle", vec![(1, rest(100), false), (2, share(0), matched)]),
                    ("some", vec![(1, rest(80), false), (2, share(20), matched)]),
                    ("promoted", vec![(2, rest(100), false)]),
                    ("next", vec![(2, rest(90), false), (3, share(10), matched)]),
                ];
                let states: BTreeMap<&str, Rendered> = states
                    .into_iter()
                    .filter_map(|(state, versions)| {
                        let files = vec![Input::Text {
                            name: "spec".into(),
                            text: versions::spec(name, strategy, *mode, "", &versions),
                        }];
                        let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
                        let inputs = Inputs { files, ..Inputs::default() };
                        Some((state, render(&inputs, &release, &catalog).ok()?))
                    })
                    .collect();
                for (from, to) in [
                    ("one", "idle"),
                    ("idle", "some"),
                    ("some", "promoted"),
                    ("some", "next"),
                    ("some", "one"),
                    ("promoted", "some"),
                    ("one", "promoted"),
                ] {
                    if let (Some(old), Some(new)) = (states.get(from), states.get(to)) {
                        writeln!(
                            out,
                            "{name} {strategy} {mode}: {from} to {to}\n  {}",
                            paragraph(Some(old), Some(new))
                        )
                        .unwrap();
                    }
                }
                out.push('\n');
            }
        }
    }
    golden::compare(&root().join("tests/release_summary/environments.txt"), &out);
}

//! `fix_plan/<case>`: plans read as a person would write them. `expected` holds the commits, and how each spec differs from the
//! one before.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use helmwright::fix_plan::{FixPlan, fix_plan};
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::spec::{Input, Inputs};
use libtest_mimic::Trial;
use similar::{ChangeTag, TextDiff};

use crate::change::Change;
use crate::{folders, golden, name, trial};

/// One for each plan.
pub fn trials() -> Vec<Trial> {
    let cases = folders(Path::new("tests/fix_plan"));
    assert!(cases.len() > 4, "only {cases:?}");
    cases.into_iter().map(|case| trial(format!("fix_plan/{}", name(&case)), move || check(&case))).collect()
}

fn check(case: &Path) {
    let change = Change::read(case);
    let [old, new] = ["old", "new"].map(|side| fs::read_to_string(change.side(side)).unwrap());
    golden::compare(&case.join("expected"), &shown(&old, &new));
}

fn inputs(text: &str) -> Inputs {
    Inputs { files: vec![Input::Text { name: "spec.yaml".into(), text: text.into() }], ..Inputs::default() }
}

fn release() -> ReleaseName {
    ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) }
}

fn plan(old: &str, new: &str) -> FixPlan {
    fix_plan(&inputs(old), &inputs(new), &release(), &Catalog::embedded(), |_| false)
        .unwrap_or_else(|report| panic!("{report}\n{old}\n{new}"))
}

/// A plan as users see it: the commits, and how each spec differs from the one before.
fn shown(old: &str, new: &str) -> String {
    let plan = plan(old, new);
    let (mut out, mut before) = (String::new(), old.to_string());
    for (index, commit) in plan.commits.iter().enumerate() {
        writeln!(out, "{}. {}", index + 1, commit.title).unwrap();
        for finding in &commit.findings {
            writeln!(out, "   ! {}: {}", finding.rule.id, finding.message).unwrap();
        }
        if let Some(wait) = &commit.wait {
            writeln!(out, "   then wait until {wait}").unwrap();
        }
        let diff = TextDiff::from_lines(&before, &commit.spec);
        for change in diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal) {
            write!(out, "   {}{}", change.tag(), change).unwrap();
        }
        before = commit.spec.clone();
    }
    out
}

//! `lints/<rule>`: every rule finds what is wrong in the files of `tests/lints/<rule>/bad`, and nothing in those of `good`.

use std::fs;
use std::path::{Path, PathBuf};

use helmwright::lint::{self, RULES, Rule, Settings};
use helmwright::objects::Objects;
use libtest_mimic::Trial;

use crate::{entries, golden, lint_cases, name, trial};

/// One for each rule.
pub fn trials() -> Vec<Trial> {
    let known = |folder: &PathBuf| name(folder) == "_good" || RULES.iter().any(|rule| rule.id == name(folder));
    let unknown: Vec<PathBuf> = entries(Path::new("tests/lints")).into_iter().filter(|path| !known(path)).collect();
    assert!(unknown.is_empty(), "there are no such rules: {unknown:?}");
    RULES.iter().map(|rule| trial(format!("lints/{}", rule.id), || check(rule))).collect()
}

fn check(rule: &Rule) {
    let settings = settings(&lint_cases::folder(rule.id));
    let read = |file: &Path| Objects::read(&file.display().to_string()).unwrap();
    let (good, bad) = (lint_cases::good(rule.id), lint_cases::bad(rule.id));
    assert!(!good.is_empty() && !bad.is_empty(), "{} needs a good and a bad case", rule.id);
    for file in good {
        let findings = lint::lint(&read(&file), &settings);
        assert!(findings.is_empty(), "{}: {findings:#?}", file.display());
    }
    let mut expected = String::new();
    for file in bad {
        let objects = read(&file);
        let findings = lint::lint(&objects, &settings);
        assert!(!findings.is_empty(), "{}: nothing is found", file.display());
        for finding in findings {
            assert_eq!(finding.rule.id, rule.id, "{}: {finding:?}", file.display());
            let (line, column) = objects.sources.line_column(finding.at.expect("a place"));
            let (object, path) = (&finding.object, &finding.path);
            expected += &format!("{}:{line}:{column}: {object} {path}: {}\n", name(&file), finding.message);
        }
    }
    golden::compare(&lint_cases::folder(rule.id).join("bad/expected"), &expected);
}

/// What the rule is told.
fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::default();
    let crds = folder.join("crds.yaml");
    if crds.exists() {
        settings.crds.add(&crds.display().to_string()).unwrap();
    }
    let registries = fs::read_to_string(folder.join("registries")).unwrap_or_default();
    settings.private_registries = registries.lines().map(str::to_string).collect();
    settings
}

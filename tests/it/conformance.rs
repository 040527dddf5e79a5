//! Iter8's users' files become what Iter8's own chart makes of them.

use std::fs;
use std::path::Path;
use std::process::Command;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs};
use helmwright::write;

use crate::support::shared;

#[test]
fn conformance_iter8() {
    let Some(shared) = shared::shared() else { return };
    let Some(parity) = shared::parity(&shared) else { return };
    let directory = tempfile::tempdir().expect("a temporary folder");
    let catalog = Catalog::embedded();
    let actual = directory.path().join("actual.yaml");
    let mut failures = Vec::new();
    let cases = shared::iter8(&shared);
    assert!(cases.len() >= 62, "of the cases in ../shared/iter8 only {} are there", cases.len());
    for case in &cases {
        let inputs = Inputs { files: vec![Input::Path(case.values())], ..Inputs::default() };
        let (name, namespace) = (case.release.as_str().into(), case.namespace.as_str().into());
        match render(&inputs, &ReleaseName { name: Some(name), namespace: Some(namespace) }, &catalog) {
            Err(report) => failures.push(format!("== {}\n{report}", case.name())),
            Ok(rendered) => {
                fs::write(&actual, write::manifests(&rendered.bundle)).expect("a temporary file");
                // Iter8's routes lack the guards that ours have there, so they agree only with all versions available.
                let ready = rendered.environment.name == "deployment-gtw";
                if let Some(differences) = compare(&parity, case, ready, &actual) {
                    failures.push(format!("== {}\n{differences}", case.name()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} differ\n\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// What differs from the chart's objects.
fn compare(parity: &Path, case: &shared::Iter8, ready: bool, actual: &Path) -> Option<String> {
    let mut command = Command::new(parity);
    command.args(["-n", &case.namespace]).args(ready.then_some("-ready"));
    let output = command.arg(case.folder.join("expected.yaml")).arg(actual).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (!output.status.success()).then(|| text(&output.stdout) + &text(&output.stderr))
}

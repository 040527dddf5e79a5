//! Each example of a tutorial becomes what the tutorial applies by hand, from a spec that is short, and that changes
//! in a few lines from step to step.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use similar::{ChangeTag, TextDiff};

use crate::support::shared;

const TUTORIALS: [&str; 4] = ["kserve-canary", "kserve-rollout", "seldon-canary", "tf-serving"];

#[test]
fn conformance_tutorials() {
    let Some(shared) = shared::shared() else { return };
    let Some(parity) = shared::parity(&shared) else { return };
    let directory = tempfile::tempdir().expect("a temporary folder");
    let actual = directory.path().join("actual.yaml");
    let mut failures = Vec::new();
    let steps = steps(&shared);
    assert!(steps.len() >= 17, "of the tutorials in ../shared only {steps:?} are there");
    for (example, expected) in &steps {
        let name = example.strip_prefix(examples()).unwrap().display();
        assert!(example.is_file(), "there is no examples/{name}");
        let rendered = render(example);
        fs::write(&actual, &rendered).expect("a temporary file");
        let output = Command::new(&parity).args(["-n", "default"]).arg(expected).arg(&actual).output().unwrap();
        if !output.status.success() {
            let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            failures.push(format!("== {name}\n{out}{err}"));
        }
        let (spec, objects) =
            (lines(&fs::read_to_string(example).unwrap()), lines(&fs::read_to_string(expected).unwrap()));
        if spec * 2 > objects {
            failures.push(format!("== {name} has {spec} lines for objects of {objects}"));
        }
    }
    assert!(failures.is_empty(), "{} failures in {} steps\n\n{}", failures.len(), steps.len(), failures.join("\n"));
}

#[test]
fn a_step_is_one_to_five_lines() {
    for tutorial in TUTORIALS.into_iter().chain(["iter8-kserve"]) {
        let mut steps: Vec<PathBuf> =
            fs::read_dir(examples().join(tutorial)).unwrap().map(|entry| entry.unwrap().path()).collect();
        steps.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        steps.sort();
        assert!(steps.len() > 1, "{tutorial} has one step");
        for pair in steps.windows(2) {
            let [before, after] = [0, 1].map(|i| fs::read_to_string(&pair[i]).unwrap());
            let [before, after] = [&before, &after].map(|text| meant(text).join("\n") + "\n");
            let changed = changed(&before, &after);
            assert!((1..=5).contains(&changed), "{changed} lines differ from {:?} to {:?}", pair[0], pair[1]);
        }
    }
}

/// The lines that changed, where one that is replaced by another counts once.
fn changed(before: &str, after: &str) -> usize {
    let diff = TextDiff::from_lines(before, after);
    let mut changed = 0;
    for op in diff.ops() {
        let count = |tag| diff.iter_changes(op).filter(|change| change.tag() == tag).count();
        changed += count(ChangeTag::Delete).max(count(ChangeTag::Insert));
    }
    changed
}

/// The examples, and what they stand for.
fn steps(shared: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut steps = Vec::new();
    for tutorial in TUTORIALS {
        for entry in fs::read_dir(shared.join("tutorials").join(tutorial)).unwrap() {
            let folder = entry.unwrap().path();
            let step = format!("{}.yaml", folder.file_name().unwrap().to_str().unwrap());
            steps.push((examples().join(tutorial).join(step), folder.join("expected.yaml")));
        }
    }
    for (number, step) in ["0-initial", "1-candidate", "2-promoted"].into_iter().enumerate() {
        let expected = shared.join(format!("iter8/docs-kserve_canary-{number}/expected.yaml"));
        steps.push((examples().join("iter8-kserve").join(step).with_extension("yaml"), expected));
    }
    steps.sort();
    steps
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn render(example: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_helmwright")).args(["render", "-f"]).arg(example).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{}:\n{err}", example.display());
    out
}

/// Without comments, blank lines and what separates documents.
fn meant(text: &str) -> Vec<&str> {
    let says = |line: &&str| !(line.trim().is_empty() || line.trim_start().starts_with('#') || *line == "---");
    text.lines().filter(says).collect()
}

fn lines(text: &str) -> usize {
    meant(text).len()
}

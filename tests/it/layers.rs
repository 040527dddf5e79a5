//! Random overrides lie over a spec's values as Helm lays them over those of a chart.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use helmwright::source::Sources;
use helmwright::spec::{Inputs, input};
use helmwright::yaml::{Data, Yaml};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value};

use crate::support::dials::Dials;
use crate::support::helm::{Call, Helm, VERSIONS};
use crate::support::overrides::{Override, overrides};
use crate::support::releases::Subject;
use crate::support::{helm, json, making, releases};

/// A chart that says what its values are, and nothing else.
struct Echo {
    subject: Subject,
    dials: Dials,
    folder: PathBuf,
}

impl Echo {
    fn new(subject: Subject, folder: &Path) -> Self {
        let rendered = subject.render().unwrap_or_else(|report| panic!("{}: {report}", subject.name));
        let folder = folder.join(subject.name.replace('/', "-"));
        let values = values(&subject.inputs).unwrap();
        fs::create_dir_all(folder.join("templates")).unwrap();
        fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: echo\nversion: 0.1.0\n").unwrap();
        let mut text = String::new();
        making::write(&keyed(values), &mut text);
        fs::write(folder.join("values.yaml"), text).unwrap();
        fs::write(folder.join("templates/NOTES.txt"), "{{ .Values | toJson }}").unwrap();
        Self { dials: Dials::of(&rendered), subject, folder }
    }
}

/// The values of `inputs`, before any default.
fn values(inputs: &Inputs) -> Result<Value, String> {
    let mut problems = Vec::new();
    let (layers, first_flag) = input::read(inputs, &mut Sources::default(), &mut problems);
    match problems.first() {
        Some(problem) => Err(problem.message.clone()),
        None => {
            let nothing = Yaml { data: Data::Map(Vec::new()), at: layers.values().at };
            let values = layers.over(&nothing, |at| at.source >= first_flag, &mut problems);
            problems.first().map_or_else(|| Ok(json::of_yaml(&values)), |problem| Err(problem.message.clone()))
        }
    }
}

/// The values with the versions by position.
fn keyed(mut values: Value) -> Value {
    if let Some(versions) = values.pointer_mut("/application/versions")
        && let Value::Array(list) = versions
    {
        let entries = std::mem::take(list).into_iter().enumerate();
        *versions = Value::Object(entries.map(|(i, version)| (i.to_string(), version)).collect::<Map<_, _>>());
    }
    values
}

/// The values without entries that are null: what they delete is gone, and elsewhere they stand for nothing.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            entries.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key, pruned(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(pruned).collect(),
        other => other,
    }
}

fn check(echo: &Echo, over: &Override, helm: &mut Helm, version: u8) -> Result<(), String> {
    let mut ours = echo.subject.inputs.clone();
    let applied = over.applied(&echo.dials).over;
    ours.files.extend(applied.files.clone());
    ours.edits.extend(applied.edits.clone());
    let theirs = if over.with_spec { &ours } else { &applied };
    let call = Call { helm: version, chart: &echo.folder, name: "echo", namespace: "n", values: theirs };
    let own = values(&ours).map(keyed).map(pruned);
    let their = helm.template(&call, None).map(|templated| templated.notes);
    let what = format!("{}\nhelm template{}", echo.subject.name, helm::arguments(theirs, ""));
    match (own, their) {
        (Err(_), Err(_)) => Ok(()),
        (Ok(own), Ok(notes)) => {
            let their = pruned(keyed(serde_json::from_str(&notes).unwrap()));
            if json::same(&own, &their) { Ok(()) } else { Err(format!("{what}\nours   {own}\nHelm's {their}")) }
        }
        (own, their) => Err(format!("{what}\nours   {own:?}\nHelm's {their:?}")),
    }
}

#[test]
fn conformance_layers() {
    let Some(helm) = Helm::start() else { return };
    let helm = RefCell::new(helm);
    let folder = tempfile::tempdir().unwrap();
    // What lies beneath an override must be one file, as flags are laid over all files.
    let subjects = releases::all().into_iter().filter(|subject| subject.spec().is_some());
    let echoes: Vec<Echo> = subjects.map(|subject| Echo::new(subject, folder.path())).collect();
    assert!(echoes.len() > 300, "only {} releases are there", echoes.len());
    let config = Config { cases: 500.max(Config::default().cases), failure_persistence: None, ..Config::default() };
    let strategy = ((0..echoes.len()).no_shrink(), overrides(), prop::sample::select(&VERSIONS[..]).no_shrink());
    let result = TestRunner::new(config).run(&strategy, |(index, over, (version, _))| {
        check(&echoes[index], &over, &mut helm.borrow_mut(), version).map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

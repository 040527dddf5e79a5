//! A chart gives what `helmwright render` gives: for every release, and whatever its dials are turned to.
//!
//! ```text
//! helm template NAME CHART -n NS <overrides>   ≡   helmwright render NAME -n NS -f spec <overrides>
//! ```
//!
//! Where one refuses, the other has to. `PROPTEST_RNG_SEED` repeats a run, `PROPTEST_CASES` makes it longer.

use std::cell::RefCell;
use std::fs;
use std::process::Command;

use helmwright::spec::Inputs;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use crate::support::breaches::{Breach, What, breaches};
use crate::support::charts::{Charted, Outcome, Question};
use crate::support::helm::{Call, Helm, VERSIONS};
use crate::support::overrides::{Override, overrides};
use crate::support::{charts, helm, shared};

/// Runs `check` for each chart under each version of Helm, those at the same time, and tells all that it gives.
fn each(check: impl Fn(&Charted, u8, &mut Helm, &mut Vec<String>) + Sync) {
    let charts = charts::all();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let run = |(version, _)| {
            let check = &check;
            scope.spawn(move || {
                let mut failures = Vec::new();
                if let Some(mut helm) = Helm::start() {
                    charts.iter().for_each(|chart| check(chart, version, &mut helm, &mut failures));
                }
                failures
            })
        };
        let threads = VERSIONS.map(run);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn a_chart_gives_what_is_rendered() {
    let none = Inputs::default();
    each(|chart, helm, process, failures| {
        let question = Question { helm, name: None, namespace: None, over: &none, with_spec: false };
        let mut questions = vec![
            Question { ..question },
            Question { name: Some("12"), namespace: Some("34"), ..question },
            Question { name: Some("other"), namespace: Some("other"), ..question },
        ];
        if chart.subject.spec().is_some() {
            questions.push(Question { with_spec: true, ..question });
        }
        for question in questions {
            match chart.ask(&question, process) {
                Outcome::Equal => {}
                Outcome::Refused if question.name.is_some() || question.namespace.is_some() => {}
                Outcome::HelmRefused(_) if chart.fixed && (question.name.is_some() || question.namespace.is_some()) => {
                }
                Outcome::Refused => failures.push(format!("{}: both refuse", chart.subject.name)),
                Outcome::HelmRefused(why) | Outcome::Differs(why) => failures.push(why),
            }
        }
    });
}

#[test]
fn a_chart_has_no_lint() {
    let none = Inputs::default();
    each(|chart, helm, process, failures| {
        let call = Call { helm, chart: &chart.folder, name: chart.name(), namespace: chart.namespace(), values: &none };
        let (messages, passed) = process.lint(&call);
        // What a user asks for, or Iter8's users have, is theirs.
        let theirs = ["is deprecated in", "must contain matchLabels"];
        let bad =
            |message: &&String| !message.starts_with("[INFO]") && !theirs.iter().any(|words| message.contains(words));
        if let Some(first) =
            messages.iter().find(bad).or(messages.first().filter(|_| !passed && messages.iter().all(|m| bad(&m))))
        {
            failures.push(format!("{} under Helm {helm}: {first}", chart.folder.display()));
        }
        match process.template(&call, None) {
            Ok(made) if made.notes.trim().is_empty() => failures.push(format!("{}: no notes", chart.folder.display())),
            Ok(made) if !made.warnings.is_empty() => {
                failures.push(format!("{} under Helm {helm}: {}", chart.folder.display(), made.warnings));
            }
            _ => {}
        }
    });
}

/// What the other tests find with Helm's packages and a comparison of their own, for some releases with Helm's commands
/// and the comparison that Iter8's cases are held to.
#[test]
fn conformance_charts() {
    let Some(shared) = shared::shared() else { return };
    let Some(parity) = shared::parity(&shared) else { return };
    let folder = tempfile::tempdir().unwrap();
    let [expected, actual] = ["expected.yaml", "actual.yaml"].map(|name| folder.path().join(name));
    let none = Inputs::default();
    for (i, chart) in charts::all().iter().enumerate().filter(|(i, _)| i % 20 == 0) {
        let (helm, _) = VERSIONS[i / 20 % 2];
        let Some(program) = helm::released(helm) else { return };
        let call = Call { helm, chart: &chart.folder, name: chart.name(), namespace: chart.namespace(), values: &none };
        let output = helm::run(&program, &call, false);
        assert!(output.status.success(), "{}: {}", chart.subject.name, String::from_utf8_lossy(&output.stderr));
        fs::write(&actual, output.stdout).unwrap();
        fs::write(&expected, chart.installed(&chart.subject.render().unwrap(), chart.namespace())).unwrap();
        let output = Command::new(&parity).args([&expected, &actual]).output().unwrap();
        assert!(output.status.success(), "{}: {}", chart.subject.name, String::from_utf8_lossy(&output.stdout));
    }
}

/// Draws from `strategy`, a thousand times unless the environment says more.
fn draw<S: Strategy>(cases: u32, strategy: &S, check: impl Fn(S::Value) -> Result<(), String>)
where
    S::Value: std::fmt::Debug,
{
    let config = Config { failure_persistence: None, ..Config::default() };
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64,
    };
    eprintln!("PROPTEST_RNG_SEED={seed}");
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases };
    let config = Config { cases, rng_seed: RngSeed::Fixed(seed), ..config };
    let result = TestRunner::new(config).run(strategy, |value| check(value).map_err(TestCaseError::fail));
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// What the random overrides came to.
#[derive(Debug, Default)]
struct Count {
    equal: u32,
    refused: u32,
    helm_refused: u32,
}

fn turned(helm: u8) {
    let Some(process) = Helm::start() else { return };
    // A flag of the spec's own would lie over the override's files.
    let open = |chart: &&Charted| chart.subject.inputs.edits.is_empty() && !chart.subject.deletes();
    let charts: Vec<&Charted> = charts::all().iter().filter(open).collect();
    let state = RefCell::new((process, Count::default()));
    draw(1_000, &((0..charts.len()).no_shrink(), overrides()), |(index, over): (usize, Override)| {
        let chart = charts[index];
        let with_spec = over.with_spec && chart.subject.spec().is_some();
        let applied = Override { with_spec, ..over.clone() }.applied(&chart.dials);
        let question = Question { helm, name: over.name, namespace: over.namespace, over: &applied.over, with_spec };
        let (process, count) = &mut *state.borrow_mut();
        match chart.ask(&question, process) {
            Outcome::Equal => count.equal += 1,
            Outcome::Refused => count.refused += 1,
            Outcome::HelmRefused(_) if !applied.keeps || chart.fixed => count.helm_refused += 1,
            Outcome::HelmRefused(why) | Outcome::Differs(why) => return Err(why),
        }
        Ok(())
    });
    let count = state.into_inner().1;
    eprintln!("Helm {helm}: {count:?}");
    assert!(count.equal > count.refused + count.helm_refused, "most overrides should be taken: {count:?}");
}

#[test]
fn whatever_its_dials_are_turned_to_a_chart_gives_what_is_rendered_under_helm_3() {
    turned(3);
}

#[test]
fn whatever_its_dials_are_turned_to_a_chart_gives_what_is_rendered_under_helm_4() {
    turned(4);
}

#[test]
fn a_change_of_structure_is_refused() {
    let Some(process) = Helm::start() else { return };
    let charts: Vec<&Charted> = charts::all().iter().filter(|chart| chart.subject.inputs.edits.is_empty()).collect();
    let process = RefCell::new(process);
    let which = ((0..charts.len()).no_shrink(), prop::sample::select(&VERSIONS[..]).no_shrink());
    draw(600, &(which, breaches()), |((index, (helm, _)), breach): ((usize, _), Breach)| {
        let chart = charts[index];
        let with_spec = breach.with_spec && chart.subject.spec().is_some();
        let Some(applied) = (Breach { with_spec, ..breach.clone() }).applied(&chart.dials) else { return Ok(()) };
        let question = Question { helm, name: None, namespace: None, over: &applied.over, with_spec };
        match (chart.ask(&question, &mut process.borrow_mut()), breach.what) {
            (Outcome::Refused | Outcome::HelmRefused(_), _) => Ok(()),
            // One may be given where that is all that it changes.
            (Outcome::Equal, What::Absent | What::Unknown) => Ok(()),
            (Outcome::Equal, what) => Err(format!("{}: {what:?} is taken: {applied:?}", chart.folder.display())),
            (Outcome::Differs(why), _) => Err(why),
        }
    });
}

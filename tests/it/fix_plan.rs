//! What a fix plan proposes is safe: in every environment, strategy and mode, for every change between states of a release,
//! the checks find nothing on any of its ways, and it ends with the change's own spec. `tests/fix_plan` holds plans as users
//! see them.

use std::fmt::Write;

use helmwright::fix_plan::{FixPlan, fix_plan};
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs, Strategy};

use crate::support::versions;
use crate::support::versions::Version;

fn inputs(text: &str) -> Inputs {
    Inputs { files: vec![Input::Text { name: "spec.yaml".into(), text: text.into() }], ..Inputs::default() }
}

fn release() -> ReleaseName {
    ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) }
}

fn plan(old: &str, new: &str, catalog: &Catalog) -> FixPlan {
    fix_plan(&inputs(old), &inputs(new), &release(), catalog, |_| false)
        .unwrap_or_else(|report| panic!("{report}\n{old}\n{new}"))
}

fn told(plan: &FixPlan) -> String {
    let mut out = String::new();
    for (index, commit) in plan.commits.iter().enumerate() {
        writeln!(out, "    {}. {}", index + 1, commit.title).unwrap();
        for finding in &commit.findings {
            writeln!(out, "       ! {}: {}", finding.rule.id, finding.message).unwrap();
        }
        if let Some(wait) = &commit.wait {
            writeln!(out, "       wait until {wait}").unwrap();
        }
    }
    out
}

/// The states of a release that is on its way from version 1 to version 3.
fn states(strategy: Strategy, percent: bool) -> Vec<(&'static str, Vec<Version>)> {
    let matched = strategy == Strategy::Canary && !percent;
    let share = |weight: u32| {
        let none = matched || strategy == Strategy::Bandit || strategy == Strategy::None;
        if none { None } else { Some(weight) }
    };
    let rest = |weight: u32| if percent || strategy == Strategy::Mirror { None } else { share(weight) };
    vec![
        ("one", vec![(1, rest(100), false)]),
        ("some", vec![(1, rest(80), false), (2, share(20), matched)]),
        ("all", vec![(1, rest(0), false), (2, share(100), matched)]),
        ("promoted", vec![(2, rest(100), false)]),
        ("next", vec![(2, rest(90), false), (3, share(10), matched)]),
        ("other", vec![(1, rest(80), false), (3, share(20), matched)]),
    ]
}

/// What no sequence of specs makes safe: `NAME STRATEGY MODE`.
const NEVER: [&str; 2] = [
    // A candidate without a weight leaves all requests without a destination there, as in Iter8, so none can wait.
    "kserve-modelmesh-istio blue-green routemap",
    "kserve-modelmesh-istio canary routemap",
];

/// Every plan from each state to each other one, with `more` in the application, and with `head` before all.
fn every_plan(head: &str, more: &str, from_states: &[&str]) {
    let catalog = Catalog::embedded();
    let (mut count, mut wrong) = (0, String::new());
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for &strategy in Strategy::ALL {
            for mode in environment.modes(strategy) {
                let case = format!("{name} {strategy} {mode}");
                let states = states(strategy, environment.percent);
                let texts: Vec<(&str, String)> = states
                    .iter()
                    .map(|(state, all)| (*state, format!("{head}{}", versions::spec(name, strategy, *mode, more, all))))
                    .filter(|(_, text)| render(&inputs(text), &release(), &catalog).is_ok())
                    .collect();
                for (from, old) in texts.iter().filter(|(state, _)| from_states.contains(state)) {
                    for (to, new) in &texts {
                        let plan = plan(old, new, &catalog);
                        count += 1;
                        // It ends with the change's own spec, and what it prints are specs.
                        assert!(plan.commits.last().is_none_or(|last| last.spec == *new), "{case} {from} to {to}");
                        for document in plan.specs().split("---\n").skip(1) {
                            assert!(render(&inputs(document), &release(), &catalog).is_ok(), "{document}");
                        }
                        let may = !more.is_empty() && NEVER.contains(&case.as_str());
                        if !plan.is_safe() && !may {
                            writeln!(wrong, "{case} {from} to {to}\n{}", told(&plan)).unwrap();
                        }
                    }
                }
            }
        }
    }
    assert!(count > 150, "only {count}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_plan_is_safe() {
    every_plan("", "", &["one", "some", "promoted", "next"]);
}

#[test]
fn every_plan_with_small_steps_is_safe() {
    every_plan("", "  maxStep: 40\n", &["one", "some"]);
}

#[test]
fn every_plan_is_safe_however_it_is_delivered() {
    for delivery in ["argocd", "flux", "helm"] {
        every_plan(&format!("delivery: {delivery}\n"), "", &["some"]);
    }
}

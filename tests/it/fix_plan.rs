//! What a fix plan proposes is safe: in every environment, strategy and mode, for every change between states of a release,
//! the checks find nothing on any of its ways, and it ends with the change's own spec. `tests/fix_plan` holds plans as users
//! see them.

use std::fmt::Write;

use helmwright::fix_plan::{FixPlan, fix_plan};
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs, Strategy};
use rayon::prelude::*;

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
    let mut cells = Vec::new();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for &strategy in Strategy::ALL {
            cells.extend(environment.modes(strategy).iter().map(|mode| {
                let text = |all: &[Version]| format!("{head}{}", versions::spec(name, strategy, *mode, more, all));
                let specs = states(strategy, environment.percent).into_iter().map(|(state, all)| (state, text(&all)));
                (format!("{name} {strategy} {mode}"), specs.collect::<Vec<_>>())
            }));
        }
    }
    let unsafe_plans = |(cell, specs): &(String, Vec<_>)| {
        let may = !more.is_empty() && NEVER.contains(&cell.as_str());
        plans_of_cell(cell, specs, from_states, may, &catalog)
    };
    let plans: Vec<(usize, String)> = cells.par_iter().map(unsafe_plans).collect();
    let count: usize = plans.iter().map(|(count, _)| count).sum();
    let wrong: String = plans.into_iter().map(|(_, wrong)| wrong).collect();
    assert!(count > 150, "only {count}");
    assert!(wrong.is_empty(), "{wrong}");
}

/// How many plans there are between the states of one environment, strategy and mode, and those that are not safe though
/// they have to be.
fn plans_of_cell(
    cell: &str,
    specs: &[(&str, String)],
    from_states: &[&str],
    may: bool,
    catalog: &Catalog,
) -> (usize, String) {
    let renders = |text: &str| render(&inputs(text), &release(), catalog).is_ok();
    let specs: Vec<&(&str, String)> = specs.iter().filter(|(_, text)| renders(text)).collect();
    let (mut count, mut wrong) = (0, String::new());
    for (from, old) in specs.iter().filter(|(state, _)| from_states.contains(state)) {
        for (to, new) in &specs {
            let plan = plan(old, new, catalog);
            count += 1;
            // It ends with the change's own spec, and what it prints are specs.
            assert!(plan.commits.last().is_none_or(|last| last.spec == *new), "{cell} {from} to {to}");
            for document in plan.specs().split("---\n").skip(1) {
                assert!(renders(document), "{document}");
            }
            if !plan.is_safe() && !may {
                writeln!(wrong, "{cell} {from} to {to}\n{}", told(&plan)).unwrap();
            }
        }
    }
    (count, wrong)
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

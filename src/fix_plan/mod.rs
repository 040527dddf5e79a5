//! A sequence of commits that is safe, in place of one that is not.
//!
//! The states between both specs are made of the specs themselves ([`phases`]): versions come in without requests, requests
//! move in steps, and versions go when nobody asks them any more. Each state is rendered, and each way from one to another
//! is checked like the user's own; of all states, only those stay that make the ways safe.

mod edit;
mod layout;
mod migration;
mod phases;

use std::fmt::Write;

use crate::impact::{Impact, ReleaseState};
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::plan::ReleaseName;
use crate::problem::Problems;
use crate::render::{Rendered, render};
use crate::rules::Finding;
use crate::source::Sources;
use crate::spec::{Input, Inputs, input};
use crate::transition::{TransitionSettings, check_with};
use crate::yaml::Yaml;
use layout::Layout;

/// The commits from one spec to another.
#[derive(Debug, Clone)]
pub struct FixPlan {
    /// Whether a spec has something in it that is not to be shown.
    pub is_secret: bool,
    /// The commits, in order; the last one is the change's own spec.
    pub commits: Vec<Commit>,
}

/// One commit of a plan.
#[derive(Debug, Clone)]
pub struct Commit {
    /// What it does, in words: a first line for its message.
    pub title: String,
    /// The whole spec. The last one is the change's own, word for word where that is one file.
    pub spec: String,
    /// What to wait for before the next one, in words.
    pub wait: Option<String>,
    /// What the checks still find on the way from the commit before.
    pub findings: Vec<Finding>,
}

impl FixPlan {
    /// The specs as a stream of YAML documents; comments say what each commit does, and what to wait for after it.
    pub fn specs(&self) -> String {
        let mut out = String::new();
        let count = self.commits.len();
        if self.is_secret {
            let commits = if count == 1 { "1 commit".into() } else { format!("{count} commits") };
            return format!("# {commits}; the specs hold secrets, and `--show-secrets` prints them.\n");
        }
        // Writing to a String cannot fail.
        for (index, commit) in self.commits.iter().enumerate() {
            let _ = writeln!(out, "---\n# Commit {} of {count}: {}", index + 1, one_line(&commit.title));
            for finding in &commit.findings {
                let _ = writeln!(out, "# Not safe: {}: {}", finding.rule.id, one_line(&finding.message));
            }
            if let Some(wait) = &commit.wait {
                let _ = writeln!(out, "# Before the next one, wait until {}.", one_line(wait));
            }
            let spec = commit.spec.strip_prefix("---\n").unwrap_or(&commit.spec);
            out.push_str(spec);
            out.push_str(if spec.ends_with('\n') { "" } else { "\n" });
        }
        out
    }

    /// Whether every way is safe.
    pub fn is_safe(&self) -> bool {
        self.commits.iter().all(|commit| commit.findings.is_empty())
    }
}

/// The commits that lead from `old` to `new`, the specs of one release.
///
/// `is_secret` says whether objects hold what is not to be shown.
///
/// # Errors
/// A spec that cannot be rendered.
pub fn fix_plan(
    old: &Inputs,
    new: &Inputs,
    release: &ReleaseName,
    catalog: &Catalog,
    is_secret: impl Fn(&Objects) -> bool,
) -> Result<FixPlan, Problems> {
    let (before, after) = (UserValues::read(old), UserValues::read(new));
    let text = |values: &Option<UserValues>| values.as_ref().map(UserValues::text).unwrap_or_default();
    let first = RenderedSpec::render(old, release, catalog, text(&before))?;
    let last = RenderedSpec::render(new, release, catalog, text(&after))?;
    let between = match (&before, &after) {
        (Some(before), Some(after)) => between(&first, &last, before, &after.spec, release, catalog),
        _ => Vec::new(),
    };
    let mut states = vec![first];
    for state in between {
        // What makes no other objects is no step.
        if states.last().is_none_or(|before| before.differs(&state)) {
            states.push(state);
        }
    }
    // The user's own spec is the last, whatever makes the same objects.
    if states.len() > 1 && states.last().is_some_and(|before| !before.differs(&last)) {
        states.pop();
    }
    if states.last().is_none_or(|before| before.differs(&last)) {
        states.push(last);
    }
    let is_secret = states.iter().any(|state| is_secret(&state.objects));
    Ok(FixPlan { is_secret, commits: shortest(&states) })
}

/// A spec on the way, rendered.
struct RenderedSpec {
    rendered: Rendered,
    objects: Objects,
    /// Its text.
    spec: String,
}

impl RenderedSpec {
    fn render(inputs: &Inputs, release: &ReleaseName, catalog: &Catalog, spec: String) -> Result<Self, Problems> {
        let rendered = render(inputs, release, catalog)?;
        Ok(Self { objects: Objects::from(&rendered), rendered, spec })
    }

    /// The spec that `layout` stands for, written like the file `like`; `None` where that cannot be rendered.
    fn of(layout: &Layout, like: Option<&str>, release: &ReleaseName, catalog: &Catalog) -> Option<Self> {
        let spec = edit::written(&layout.spec(), like);
        let file = Input::Text { name: "spec.yaml".into(), text: spec.clone() };
        let inputs = Inputs { files: vec![file], ..Inputs::default() };
        Self::render(&inputs, release, catalog, spec).ok()
    }

    fn side(&self) -> ReleaseState<'_> {
        ReleaseState::rendered(&self.objects, &self.rendered)
    }

    fn differs(&self, next: &RenderedSpec) -> bool {
        !crate::impact::ObjectChanges::new(&self.objects, &next.objects).is_empty()
    }
}

/// The values of a spec as its user wrote them.
struct UserValues {
    /// All layers together.
    spec: Yaml,
    /// Their text, where they are one file.
    file: Option<String>,
}

impl UserValues {
    /// The values of `inputs`, if they can be read.
    fn read(inputs: &Inputs) -> Option<Self> {
        let (mut sources, mut problems) = (Sources::default(), Vec::new());
        let (layers, _) = input::read(inputs, &mut sources, &mut problems);
        let is_one_file = inputs.files.len() == 1 && inputs.stage.is_none() && inputs.edits.is_empty();
        let file = sources.iter().next().filter(|_| is_one_file).map(|source| source.text.to_string());
        problems.is_empty().then(|| Self { spec: layers.values().clone(), file })
    }

    /// The file as it is, or the values written as one.
    fn text(&self) -> String {
        self.file.clone().unwrap_or_else(|| edit::written(&self.spec, None))
    }
}

/// The states between both, as far as they can be said as specs.
fn between(
    first: &RenderedSpec,
    last: &RenderedSpec,
    before: &UserValues,
    after: &Yaml,
    release: &ReleaseName,
    catalog: &Catalog,
) -> Vec<RenderedSpec> {
    let (Some(old), Some(new)) = (Layout::of(&before.spec), Layout::of(after)) else { return Vec::new() };
    let state = |layout: &Layout| RenderedSpec::of(layout, before.file.as_deref(), release, catalog);
    // What several files or flags say together may not be what one file says.
    if state(&old).is_none_or(|state| state.differs(first)) {
        return Vec::new();
    }
    let impact = Impact::new(first.side(), last.side());
    let max_step = TransitionSettings::of(last.side()).max_step;
    let layouts = phases::layouts(&impact, &old, &new, &first.rendered, &last.rendered, max_step);
    layouts.iter().filter_map(state).collect()
}

/// The best way through `states`: the one with the fewest findings, then with the fewest commits, then with the least
/// traffic that moves.
fn shortest(states: &[RenderedSpec]) -> Vec<Commit> {
    let Some(last) = states.len().checked_sub(1).filter(|last| *last > 0) else { return Vec::new() };
    let settings = TransitionSettings::of(states[last].side());
    let direct = step(states, 0, last, &settings);
    let mut best: Vec<Option<BestPath>> = vec![None];
    if direct.cost.findings == 0 {
        best.resize(last, None);
        best.push(Some(direct));
    } else {
        for to in 1..=last {
            let paths = (0..to).map(|from| {
                let so_far = best[from].as_ref().map_or(Cost::default(), |path| path.cost);
                let step = step(states, from, to, &settings);
                BestPath { cost: so_far.and(step.cost), ..step }
            });
            let cheapest = paths.min_by_key(|path| path.cost);
            best.push(cheapest);
        }
    }
    let mut commits = Vec::new();
    let mut at = last;
    while let Some(path) = best.get_mut(at).and_then(Option::take) {
        let impact = Impact::new(states[path.from].side(), states[at].side());
        let mut commit = commit(&impact, &states[at], path.findings);
        if at == last {
            commit.wait = None;
        }
        commits.push(commit);
        at = path.from;
    }
    commits.reverse();
    commits
}

/// The commit from one state to another.
fn step(states: &[RenderedSpec], from: usize, to: usize, settings: &TransitionSettings) -> BestPath {
    let (old, new) = (states[from].side(), states[to].side());
    let impact = Impact::new(old, new);
    let findings = check_with(&impact, old, new, settings);
    BestPath { cost: Cost { findings: findings.len(), commits: 1, shift: shift(&impact) }, from, findings }
}

/// The cheapest way to a state, by its last step.
#[derive(Debug, Clone)]
struct BestPath {
    /// What the whole way costs.
    cost: Cost,
    from: usize,
    /// What is found on the last step.
    findings: Vec<Finding>,
}

/// What a way costs, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Cost {
    findings: usize,
    commits: usize,
    /// Percent points that versions' shares move by.
    shift: u64,
}

impl Cost {
    fn and(self, step: Cost) -> Cost {
        Cost {
            findings: self.findings + step.findings,
            commits: self.commits + step.commits,
            shift: self.shift + step.shift,
        }
    }
}

/// By how many percent points shares change, all kinds of requests together.
fn shift(impact: &Impact<'_>) -> u64 {
    let kinds = impact.entry_points.iter().flat_map(|entry_point| &entry_point.shifts);
    let points = kinds.filter_map(|shift| {
        let (before, after) = shift.outcome.before.as_ref().zip(shift.outcome.after.as_ref())?;
        let gone =
            before.shares.iter().filter(|(receiver, _)| after.shares.iter().all(|(staying, _)| staying != receiver));
        let receivers = after.shares.iter().chain(gone).map(|(receiver, _)| receiver);
        Some(
            receivers
                .filter_map(|receiver| Some((after.percent(receiver)? - before.percent(receiver)?).abs()))
                .sum::<f64>(),
        )
    });
    points.sum::<f64>().round() as u64
}

fn commit(impact: &Impact<'_>, state: &RenderedSpec, findings: Vec<Finding>) -> Commit {
    let summary = impact.summary();
    let sentences = summary.routes.iter().map(|route| route.phrase.to_string()).filter(|text| !text.is_empty());
    let title: Vec<String> = sentences.map(|text| text.trim_end_matches('.').to_string()).collect();
    let title = match title.is_empty() {
        true => summary.text(false),
        false => title.join("; "),
    };
    Commit { title, spec: state.spec.clone(), wait: wait(impact), findings }
}

/// `text` as it can stand in a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What has to be ready before the next step.
fn wait(impact: &Impact<'_>) -> Option<String> {
    let mut objects: Vec<String> = Vec::new();
    for (index, version_pair) in impact.version_pairs.iter().enumerate() {
        let Some(after) = impact.after(index) else { continue };
        let stays = impact.before(index).is_some_and(|before| before.same_place(after)) && !version_pair.is_replaced();
        let name = format!("{} `{}`", after.object.kind, after.object.name);
        if !stays && !after.previous && !objects.contains(&name) {
            objects.push(name);
        }
    }
    match objects.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is ready")),
        several => Some(format!("{} are ready", several.join(" and "))),
    }
}

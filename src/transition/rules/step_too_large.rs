use super::{Rule, Severity};
use crate::impact::{EntryPoint, Outcome, Receiver, Workload};
use crate::rules::Findings;
use crate::sides::{Side, Sides};
use crate::traffic::percent_text;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "step-too-large",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a version's share of the requests changes by more than the spec's `maxStep`",
    what: "The requests that no match takes, where the spec sets `application.maxStep`: by how many percent points each version's \
           share changes. A version that takes another's place at once changes by all that it gets.",
    why: "Who sets `maxStep` wants to see how a version does with some requests before it gets many.",
    how: "Go there in several commits, each with a step that is small enough.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let Some(most) = transition.settings.max_step else { return };
    for entry_point in transition.entry_points() {
        // Where versions are reached by their own names, nobody shares anything.
        let is_alone = transition.impact.sides.after.plan.is_some_and(|plan| plan.routing.rules.is_empty());
        if is_alone
            || entry_point
                .route
                .after
                .is_none_or(|new| transition.impact.sides.after.entry_points[new].identity.is_service())
        {
            continue;
        }
        let mut steps = steps(transition, entry_point);
        steps.retain(|step| step.points() > most as f64 + 1e-9);
        steps.sort_by(|a, b| b.points().total_cmp(&a.points()));
        let Some(Step { receiver, before, after }) = steps.first() else { continue };
        let name = transition.receiver(receiver, Side::After);
        let points = (after - before).abs();
        let message = format!(
            "{name} of `{}` moves by {} points ({} → {}), and `maxStep` is {most}",
            entry_point.name,
            points.round(),
            percent_text(*before),
            percent_text(*after)
        );
        let count = (points / most as f64).ceil() as usize;
        let commits = (1..=count).map(|commit| {
            let share = before + (after - before) * commit as f64 / count as f64;
            format!("{name} {}", percent_text(share.round()))
        });
        // A long list of commits says little.
        let safe =
            if count <= 10 { commits.collect() } else { vec![format!("{count} commits of {most} points at most")] };
        let position = match receiver {
            Receiver::Version(version_pair) => transition.at_version(*version_pair, "weight"),
            Receiver::Other(_) => transition.object_of(entry_point).map(|object| transition.at_route(object)),
        };
        if let Some(position) = position {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What a version gets of the rest, in percent.
struct Step<'e> {
    receiver: &'e Receiver,
    before: f64,
    after: f64,
}

impl Step<'_> {
    fn points(&self) -> f64 {
        (self.after - self.before).abs()
    }
}

/// What each version gets of the rest before and after. A candidate comes first where two move alike: it is the one
/// whose share the user sets.
fn steps<'e>(transition: &Transition<'_>, entry_point: &'e EntryPoint) -> Vec<Step<'e>> {
    let Some(Sides { before: Some(before), after: Some(after) }) = entry_point.rest().map(|rest| &rest.outcome) else {
        return Vec::new();
    };
    let mut receivers = entry_point.receivers(Side::After);
    for receiver in entry_point.receivers(Side::Before) {
        if !receivers.contains(&receiver) {
            receivers.push(receiver);
        }
    }
    receivers.sort_by_key(|receiver| entry_point.primary.before.as_ref() == Some(*receiver));
    let mut steps = Vec::new();
    for receiver in &receivers {
        // A version may stand in two places for a while; what goes from one to the other does not move.
        let places = || receivers.iter().filter(|place| place == &receiver || is_twin(transition, receiver, place));
        let total_before: Option<f64> = places().map(|place| share_before(transition, place, before)).sum();
        let total_after: Option<f64> = places().map(|place| after.percent(place)).sum();
        steps.extend(total_before.zip(total_after).map(|(before, after)| Step { receiver, before, after }));
    }
    steps
}

/// What the version that is at `receiver` now got before: nothing, where it takes another's place.
fn share_before(transition: &Transition<'_>, receiver: &Receiver, before: &Outcome) -> Option<f64> {
    match receiver {
        Receiver::Version(version_pair) => {
            let version_pair = &transition.impact.version_pairs[*version_pair];
            let is_new = version_pair.is_replaced() && version_pair.name.before != version_pair.name.after;
            if is_new { Some(0.0) } else { before.percent(receiver) }
        }
        Receiver::Other(_) => before.percent(receiver),
    }
}

/// Whether both are the same version, in different places.
fn is_twin(transition: &Transition<'_>, receiver: &Receiver, twin: &Receiver) -> bool {
    let workloads = workload(transition, receiver).zip(workload(transition, twin));
    receiver != twin && workloads.is_some_and(|(workload, twin)| workload.is_version(twin))
}

/// The workload that a receiver is now, or was at last.
fn workload<'a>(transition: &Transition<'a>, receiver: &Receiver) -> Option<&'a Workload> {
    match receiver {
        Receiver::Version(version_pair) => {
            transition.impact.after(*version_pair).or_else(|| transition.impact.before(*version_pair))
        }
        Receiver::Other(_) => None,
    }
}

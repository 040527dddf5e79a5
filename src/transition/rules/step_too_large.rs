use super::{Rule, Severity};
use crate::impact::{EntryPoint, Receiver};
use crate::traffic::percent_text;
use crate::rules::Findings;
use crate::sides::Side;
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
        let alone = transition.impact.sides.after.plan.is_some_and(|plan| plan.routing.rules.is_empty());
        if alone || entry_point.route.after.is_none_or(|new| transition.impact.sides.after.entry_points[new].identity.is_service()) {
            continue;
        }
        let mut steps = steps(transition, entry_point);
        steps.retain(|(_, before, after)| (after - before).abs() > most as f64 + 1e-9);
        steps.sort_by(|a, b| (b.2 - b.1).abs().total_cmp(&(a.2 - a.1).abs()));
        let Some((receiver, before, after)) = steps.first() else { continue };
        let points = format!("{} points", (after - before).abs().round());
        let message = format!(
            "{} of `{}` moves by {points} ({} → {}), and `maxStep` is {most}",
            transition.receiver(receiver, Side::After),
            entry_point.name,
            percent_text(*before),
            percent_text(*after)
        );
        let count = ((after - before).abs() / most as f64).ceil() as usize;
        let way = (1..=count).map(|step| {
            let share = before + (after - before) * step as f64 / count as f64;
            format!("{} {}", transition.receiver(receiver, Side::After), percent_text(share.round()))
        });
        // The whole way says little where it is long.
        let safe = if count <= 10 { way.collect() } else { vec![format!("{count} commits of {most} points at most")] };
        let position = match receiver {
            Receiver::Version(version_pair) => transition.at_version(*version_pair, "weight"),
            Receiver::Other(_) => transition.object_of(entry_point).map(|object| transition.at_route(object)),
        };
        if let Some(position) = position {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What each version gets of the rest before and after. A candidate comes first where two move alike: it is the one
/// whose share the user sets.
fn steps<'e>(transition: &Transition<'_>, entry_point: &'e EntryPoint) -> Vec<(&'e Receiver, f64, f64)> {
    let Some((before, after)) = entry_point.rest().and_then(|rest| rest.outcome.before.as_ref().zip(rest.outcome.after.as_ref())) else {
        return Vec::new();
    };
    let mut receivers: Vec<&Receiver> = entry_point.receivers(Side::After);
    let gone = entry_point.receivers(Side::Before).into_iter().filter(|receiver| !receivers.contains(receiver));
    let gone: Vec<&Receiver> = gone.collect();
    receivers.extend(gone);
    receivers.sort_by_key(|receiver| entry_point.primary.before.as_ref() == Some(*receiver));
    let replaced = |receiver: &Receiver| match receiver {
        Receiver::Version(version_pair) => {
            let version_pair = &transition.impact.version_pairs[*version_pair];
            version_pair.is_replaced() && version_pair.name.before != version_pair.name.after
        }
        Receiver::Other(_) => false,
    };
    let step = |receiver: &'e Receiver| {
        let was = |receiver: &Receiver| if replaced(receiver) { Some(0.0) } else { before.percent(receiver) };
        // A version may stand in two places for a while; what goes from one to the other does not move.
        let twins = receivers.iter().filter(|other| is_twin(transition, receiver, other));
        let (mut old, mut new) = (was(receiver)?, after.percent(receiver)?);
        for twin in twins {
            old += was(twin)?;
            new += after.percent(twin)?;
        }
        Some((receiver, old, new))
    };
    receivers.iter().filter_map(|receiver| step(receiver)).collect()
}

/// Whether both are the same version, in different places.
fn is_twin(transition: &Transition<'_>, one: &Receiver, other: &Receiver) -> bool {
    let workload = |receiver: &Receiver| match receiver {
        Receiver::Version(version_pair) => transition.impact.after(*version_pair).or_else(|| transition.impact.before(*version_pair)),
        Receiver::Other(_) => None,
    };
    one != other && workload(one).zip(workload(other)).is_some_and(|(one, other)| one.is_version(other))
}

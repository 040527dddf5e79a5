use super::{Rule, Severity};
use crate::impact::{Entrance, Party};
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
    for entrance in transition.entrances() {
        // Where versions are reached by their own names, nobody shares anything.
        let alone = transition.change.sides.after.plan.is_some_and(|plan| plan.routing.rules.is_empty());
        if alone || entrance.route.after.is_none_or(|new| transition.change.sides.after.entrances[new].identity.is_service()) {
            continue;
        }
        let mut steps = steps(transition, entrance);
        steps.retain(|(_, before, after)| (after - before).abs() > most as f64 + 1e-9);
        steps.sort_by(|a, b| (b.2 - b.1).abs().total_cmp(&(a.2 - a.1).abs()));
        let Some((party, before, after)) = steps.first() else { continue };
        let points = format!("{} points", (after - before).abs().round());
        let message = format!(
            "{} of `{}` moves by {points} ({} → {}), and `maxStep` is {most}",
            transition.party(party, Side::After),
            entrance.name,
            percent_text(*before),
            percent_text(*after)
        );
        let count = ((after - before).abs() / most as f64).ceil() as usize;
        let way = (1..=count).map(|step| {
            let share = before + (after - before) * step as f64 / count as f64;
            format!("{} {}", transition.party(party, Side::After), percent_text(share.round()))
        });
        // The whole way says little where it is long.
        let safe = if count <= 10 { way.collect() } else { vec![format!("{count} commits of {most} points at most")] };
        let position = match party {
            Party::Track(track) => transition.at_version(*track, "weight"),
            Party::Other(_) => transition.object_of(entrance).map(|object| transition.at_route(object)),
        };
        if let Some(position) = position {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What each version gets of the rest before and after. A candidate comes first where two move alike: it is the one
/// whose share the user sets.
fn steps<'e>(transition: &Transition<'_>, entrance: &'e Entrance) -> Vec<(&'e Party, f64, f64)> {
    let Some((before, after)) = entrance.rest().and_then(|rest| rest.outcome.before.as_ref().zip(rest.outcome.after.as_ref())) else {
        return Vec::new();
    };
    let mut parties: Vec<&Party> = entrance.parties(Side::After);
    let gone = entrance.parties(Side::Before).into_iter().filter(|party| !parties.contains(party));
    let gone: Vec<&Party> = gone.collect();
    parties.extend(gone);
    parties.sort_by_key(|party| entrance.primary.before.as_ref() == Some(*party));
    let replaced = |party: &Party| match party {
        Party::Track(track) => {
            let track = &transition.change.tracks[*track];
            track.is_replaced() && track.name.before != track.name.after
        }
        Party::Other(_) => false,
    };
    let step = |party: &'e Party| {
        let was = |party: &Party| if replaced(party) { Some(0.0) } else { before.percent(party) };
        // A version may stand in two places for a while; what goes from one to the other does not move.
        let twins = parties.iter().filter(|other| is_twin(transition, party, other));
        let (mut old, mut new) = (was(party)?, after.percent(party)?);
        for twin in twins {
            old += was(twin)?;
            new += after.percent(twin)?;
        }
        Some((party, old, new))
    };
    parties.iter().filter_map(|party| step(party)).collect()
}

/// Whether both are the same version, in different places.
fn is_twin(transition: &Transition<'_>, one: &Party, other: &Party) -> bool {
    let unit = |party: &Party| match party {
        Party::Track(track) => transition.change.after(*track).or_else(|| transition.change.before(*track)),
        Party::Other(_) => None,
    };
    one != other && unit(one).zip(unit(other)).is_some_and(|(one, other)| one.is_version(other))
}

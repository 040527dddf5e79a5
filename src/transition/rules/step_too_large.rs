use super::{Rule, Severity};
use crate::impact::{Entrance, Outcome, Party, Unit};
use crate::traffic::percent_text;
use crate::rules::Findings;
use crate::sides::{Side, Sides};
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
        let is_alone = transition.change.sides.after.plan.is_some_and(|plan| plan.routing.rules.is_empty());
        if is_alone || entrance.route.after.is_none_or(|new| transition.change.sides.after.entrances[new].identity.is_service()) {
            continue;
        }
        let mut steps = steps(transition, entrance);
        steps.retain(|step| step.points() > most as f64 + 1e-9);
        steps.sort_by(|a, b| b.points().total_cmp(&a.points()));
        let Some(Step { party, before, after }) = steps.first() else { continue };
        let name = transition.party(party, Side::After);
        let points = (after - before).abs();
        let message = format!(
            "{name} of `{}` moves by {} points ({} → {}), and `maxStep` is {most}",
            entrance.name,
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
        let safe = if count <= 10 { commits.collect() } else { vec![format!("{count} commits of {most} points at most")] };
        let position = match party {
            Party::Track(track) => transition.at_version(*track, "weight"),
            Party::Other(_) => transition.object_of(entrance).map(|object| transition.at_route(object)),
        };
        if let Some(position) = position {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// What a version gets of the rest, in percent.
struct Step<'e> {
    party: &'e Party,
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
fn steps<'e>(transition: &Transition<'_>, entrance: &'e Entrance) -> Vec<Step<'e>> {
    let Some(Sides { before: Some(before), after: Some(after) }) = entrance.rest().map(|rest| &rest.outcome) else {
        return Vec::new();
    };
    let mut parties = entrance.parties(Side::After);
    for party in entrance.parties(Side::Before) {
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    parties.sort_by_key(|party| entrance.primary.before.as_ref() == Some(*party));
    let mut steps = Vec::new();
    for party in &parties {
        // A version may stand in two places for a while; what goes from one to the other does not move.
        let places = || parties.iter().filter(|place| place == &party || is_twin(transition, party, place));
        let total_before: Option<f64> = places().map(|place| share_before(transition, place, before)).sum();
        let total_after: Option<f64> = places().map(|place| after.percent(place)).sum();
        steps.extend(total_before.zip(total_after).map(|(before, after)| Step { party, before, after }));
    }
    steps
}

/// What the version that is at `party` now got before: nothing, where it takes another's place.
fn share_before(transition: &Transition<'_>, party: &Party, before: &Outcome) -> Option<f64> {
    match party {
        Party::Track(track) => {
            let track = &transition.change.tracks[*track];
            let is_new = track.is_replaced() && track.name.before != track.name.after;
            if is_new { Some(0.0) } else { before.percent(party) }
        }
        Party::Other(_) => before.percent(party),
    }
}

/// Whether both are the same version, in different places.
fn is_twin(transition: &Transition<'_>, party: &Party, twin: &Party) -> bool {
    let units = unit(transition, party).zip(unit(transition, twin));
    party != twin && units.is_some_and(|(unit, twin)| unit.is_version(twin))
}

/// The unit that a party is now, or was at last.
fn unit<'a>(transition: &Transition<'a>, party: &Party) -> Option<&'a Unit> {
    match party {
        Party::Track(track) => transition.change.after(*track).or_else(|| transition.change.before(*track)),
        Party::Other(_) => None,
    }
}

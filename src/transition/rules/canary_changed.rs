use super::{Rule, Severity};
use crate::impact::{Change, Entrance, Kind, Party, settings_changed};
use crate::rules::Findings;
use crate::sides::Side;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "canary-changed",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a version changes in the middle of a canary",
    what: "Every entrance whose requests, or copies of them, several versions get before and after: whether one of them has another \
           content, or other settings. Of KServe's own canary, also whether the primary of the spec is the revision that KServe \
           has kept.",
    why: "What was learnt of a version so far does not hold for another one in its place, and a primary that changes leaves nothing to \
          compare with. KServe goes on with the revision that had all requests last, whatever the spec calls its primary: nothing \
          in the cluster shows the difference.",
    how: "End the canary first: promote the candidate, or take it out. Then change the version, and start again.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for entrance in transition.entrances() {
        if served(entrance, Side::Before) < 2 || served(entrance, Side::After) < 2 {
            continue;
        }
        for party in entrance.parties(Side::After) {
            let Party::Track(track) = party else { continue };
            if serves(entrance, party, Side::Before) && serves(entrance, party, Side::After) {
                changed(transition, entrance, *track, findings);
            }
        }
    }
    base(transition, findings);
}

fn serves(entrance: &Entrance, party: &Party, side: Side) -> bool {
    // Clients that come back by a cookie do so for as long as it lasts.
    let moved = entrance.moved.iter().filter(|moved| moved.requests.kind != Kind::Returning);
    let mut outcomes = moved.filter_map(|moved| moved.outcome[side].as_ref());
    outcomes.any(|outcome| outcome.serves(party))
}

fn served(entrance: &Entrance, side: Side) -> usize {
    let parties = entrance.parties(side);
    parties.into_iter().filter(|party| serves(entrance, party, side)).count()
}

fn changed(transition: &Transition<'_>, entrance: &Entrance, track: usize, findings: &mut Findings<'_>) {
    let change: &Change<'_> = transition.change;
    let (Some(before), Some(after)) = (change.before(track), change.after(track)) else { return };
    // A version that is tried already, and gets another's place as well, is on its way to be promoted.
    if change.tracks[track].is_replaced() && change.relatives(track, Side::Before).any(|unit| unit.is_version(after)) {
        return;
    }
    let primary = entrance.primary.after == Some(Party::Track(track));
    let role = if primary { "the primary" } else { "the candidate" };
    let version = &change.tracks[track];
    let what = if version.is_replaced() {
        let (old, new) = (&version.name.before, &version.name.after);
        if old == new { format!("{role} `{new}` serves something else") } else { format!("`{new}` takes the place of {role} `{old}`") }
    } else {
        match settings_changed(before, after).as_slice() {
            [] => return,
            fields => format!("{role} {} changes in `{}`", transition.name(track), fields.join("`, `")),
        }
    };
    let share = transition.share_text(entrance, &Party::Track(track), Side::Before);
    let share = share.unwrap_or_else(|| "copies of requests".into());
    let message = format!("{what} in the middle of a canary, while it gets {share}");
    let field = if after.models.is_empty() { "image" } else { "storageUri" };
    if let Some(position) = transition.at_version(track, field) {
        findings.add_at(position, message).safe_commits(safe(transition, entrance));
    }
}

/// The primary of a spec for KServe's own canary, and the revision that KServe goes back to.
fn base(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (index, unit) in transition.change.sides.after.units.iter().enumerate().filter(|(_, unit)| unit.previous) {
        let Some(planned) = transition.change.sides.after.planned_primary(unit) else { continue };
        if !unit.is_known() || planned.serves_same(unit) {
            continue;
        }
        let Some(track) = transition.change.tracks.iter().position(|track| track.unit.after == Some(index)) else { continue };
        let message = format!(
            "the spec's primary is `{}`, but KServe goes on with {} for the rest of the requests: \
             it keeps the revision that had all of them last",
            planned.name,
            transition.name(track)
        );
        let safe = vec![
            "promote the candidate, or take it out, so that one version gets all requests".into(),
            format!("make `{}` that version, and wait until it is ready", planned.name),
            "start the canary".into(),
        ];
        if let Some(position) = transition.at_version(track, "image") {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

fn safe(transition: &Transition<'_>, entrance: &Entrance) -> Vec<String> {
    let primary = entrance.primary.before.as_ref().map_or_else(|| "the primary".into(), |party| transition.party(party, Side::Before));
    vec![
        format!("end the canary: send all requests to {primary}"),
        "change the version, and wait until it is ready".into(),
        "start the canary again".into(),
    ]
}

use super::{Place, Rule};
use crate::impact::{Change, Entrance, Kind, Party, settings_changed};
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "canary-changed",
    severity: crate::lint::Severity::Warning,
    summary: "a version changes in the middle of a canary",
    what: "Every entrance whose requests, or copies of them, several versions get before and after: whether one of them has another \
           content, or other settings. Of KServe's own canary, also whether the primary of the spec is the revision that KServe \
           has kept.",
    why: "What was learnt of a version so far does not hold for another one in its place, and a primary that changes leaves nothing to \
          compare with. KServe goes on with the revision that had all requests last, whatever the spec calls its primary: nothing \
          in the cluster shows the difference.",
    how: "End the canary first: promote the candidate, or take it out. Then change the version, and start again.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for entrance in context.entrances() {
        if served(entrance, false) < 2 || served(entrance, true) < 2 {
            continue;
        }
        for party in entrance.parties(|moved| &moved.after) {
            let Party::Track(track) = party else { continue };
            if serves(entrance, party, false) && serves(entrance, party, true) {
                changed(context, entrance, *track, findings);
            }
        }
    }
    base(context, findings);
}

fn serves(entrance: &Entrance, party: &Party, is_new: bool) -> bool {
    // Clients that come back by a cookie do so for as long as it lasts.
    let moved = entrance.moved.iter().filter(|moved| moved.requests.kind != Kind::Returning);
    let mut outcomes = moved.filter_map(|moved| if is_new { moved.after.as_ref() } else { moved.before.as_ref() });
    outcomes.any(|outcome| outcome.serves(party))
}

fn served(entrance: &Entrance, is_new: bool) -> usize {
    let parties = entrance.parties(|moved| if is_new { &moved.after } else { &moved.before });
    parties.into_iter().filter(|party| serves(entrance, party, is_new)).count()
}

fn changed(context: &Context<'_>, entrance: &Entrance, track: usize, findings: &mut Findings<'_>) {
    let change: &Change<'_> = context.change;
    let (Some(before), Some(after)) = (change.before(track), change.after(track)) else { return };
    // A version that is tried already, and gets another's place as well, is on its way to be promoted.
    if change.tracks[track].is_replaced() && change.relatives(track, false).any(|unit| unit.is_version(after)) {
        return;
    }
    let primary = entrance.new_primary == Some(Party::Track(track));
    let role = if primary { "the primary" } else { "the candidate" };
    let own = &change.tracks[track];
    let what = if own.is_replaced() {
        let (old, new) = (&own.old_name, &own.new_name);
        if old == new { format!("{role} `{new}` serves something else") } else { format!("`{new}` takes the place of {role} `{old}`") }
    } else {
        match settings_changed(before, after).as_slice() {
            [] => return,
            fields => format!("{role} {} changes in `{}`", context.name(track), fields.join("`, `")),
        }
    };
    let share = context.share_text(entrance, &Party::Track(track), false);
    let share = share.unwrap_or_else(|| "copies of requests".into());
    let message = format!("{what} in the middle of a canary, while it gets {share}");
    let field = if after.models.is_empty() { "image" } else { "storageUri" };
    findings.add(Place::Version(track, field), message, safe(context, entrance));
}

/// The primary of a spec for KServe's own canary, and the revision that KServe goes back to.
fn base(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (index, unit) in context.change.new.units.iter().enumerate().filter(|(_, unit)| unit.previous) {
        let Some(planned) = context.change.new.planned_primary(unit) else { continue };
        if !unit.is_known() || planned.serves_same(unit) {
            continue;
        }
        let Some(track) = context.change.tracks.iter().position(|track| track.new == Some(index)) else { continue };
        let message = format!(
            "the spec's primary is `{}`, but KServe goes on with {} for the rest of the requests: \
             it keeps the revision that had all of them last",
            planned.name,
            context.name(track)
        );
        let safe = vec![
            "promote the candidate, or take it out, so that one version gets all requests".into(),
            format!("make `{}` that version, and wait until it is ready", planned.name),
            "start the canary".into(),
        ];
        findings.add(Place::Version(track, "image"), message, safe);
    }
}

fn safe(context: &Context<'_>, entrance: &Entrance) -> Vec<String> {
    let primary = entrance.old_primary.as_ref().map_or_else(|| "the primary".into(), |party| context.party(party, false));
    vec![
        format!("end the canary: send all requests to {primary}"),
        "change the version, and wait until it is ready".into(),
        "start the canary again".into(),
    ]
}

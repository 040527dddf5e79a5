use super::{Rule, Severity};
use crate::impact::{EntryPoint, Impact, Receiver, RequestKind, settings_changed};
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
    for entry_point in transition.entry_points() {
        if served(entry_point, Side::Before) < 2 || served(entry_point, Side::After) < 2 {
            continue;
        }
        for receiver in entry_point.receivers(Side::After) {
            let Receiver::Version(version_pair) = receiver else { continue };
            if serves(entry_point, receiver, Side::Before) && serves(entry_point, receiver, Side::After) {
                changed(transition, entry_point, *version_pair, findings);
            }
        }
    }
    base(transition, findings);
}

fn serves(entry_point: &EntryPoint, receiver: &Receiver, side: Side) -> bool {
    // Clients that come back by a cookie do so for as long as it lasts.
    let shift = entry_point.shifts.iter().filter(|shift| shift.requests.kind != RequestKind::Returning);
    let mut outcomes = shift.filter_map(|shift| shift.outcome[side].as_ref());
    outcomes.any(|outcome| outcome.serves(receiver))
}

fn served(entry_point: &EntryPoint, side: Side) -> usize {
    let receivers = entry_point.receivers(side);
    receivers.into_iter().filter(|receiver| serves(entry_point, receiver, side)).count()
}

fn changed(transition: &Transition<'_>, entry_point: &EntryPoint, version_pair: usize, findings: &mut Findings<'_>) {
    let impact: &Impact<'_> = transition.impact;
    let (Some(before), Some(after)) = (impact.before(version_pair), impact.after(version_pair)) else { return };
    // A version that is tried already, and gets another's place as well, is on its way to be promoted.
    if impact.version_pairs[version_pair].is_replaced()
        && impact.relatives(version_pair, Side::Before).any(|workload| workload.is_version(after))
    {
        return;
    }
    let primary = entry_point.primary.after == Some(Receiver::Version(version_pair));
    let role = if primary { "the primary" } else { "the candidate" };
    let version = &impact.version_pairs[version_pair];
    let what = if version.is_replaced() {
        let (old, new) = (&version.name.before, &version.name.after);
        if old == new {
            format!("{role} `{new}` serves something else")
        } else {
            format!("`{new}` takes the place of {role} `{old}`")
        }
    } else {
        match settings_changed(before, after).as_slice() {
            [] => return,
            fields => format!("{role} {} changes in `{}`", transition.name(version_pair), fields.join("`, `")),
        }
    };
    let share = transition.share_text(entry_point, &Receiver::Version(version_pair), Side::Before);
    let share = share.unwrap_or_else(|| "copies of requests".into());
    let message = format!("{what} in the middle of a canary, while it gets {share}");
    let field = if after.models.is_empty() { "image" } else { "storageUri" };
    if let Some(position) = transition.at_version(version_pair, field) {
        findings.add_at(position, message).safe_commits(safe(transition, entry_point));
    }
}

/// The primary of a spec for KServe's own canary, and the revision that KServe goes back to.
fn base(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (index, workload) in
        transition.impact.sides.after.workloads.iter().enumerate().filter(|(_, workload)| workload.previous)
    {
        let Some(planned) = transition.impact.sides.after.planned_primary(workload) else { continue };
        if !workload.is_known() || planned.serves_same(workload) {
            continue;
        }
        let Some(version_pair) =
            transition.impact.version_pairs.iter().position(|version_pair| version_pair.workload.after == Some(index))
        else {
            continue;
        };
        let message = format!(
            "the spec's primary is `{}`, but KServe goes on with {} for the rest of the requests: \
             it keeps the revision that had all of them last",
            planned.name,
            transition.name(version_pair)
        );
        let safe = vec![
            "promote the candidate, or take it out, so that one version gets all requests".into(),
            format!("make `{}` that version, and wait until it is ready", planned.name),
            "start the canary".into(),
        ];
        if let Some(position) = transition.at_version(version_pair, "image") {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

fn safe(transition: &Transition<'_>, entry_point: &EntryPoint) -> Vec<String> {
    let primary = entry_point
        .primary
        .before
        .as_ref()
        .map_or_else(|| "the primary".into(), |receiver| transition.receiver(receiver, Side::Before));
    vec![
        format!("end the canary: send all requests to {primary}"),
        "change the version, and wait until it is ready".into(),
        "start the canary again".into(),
    ]
}

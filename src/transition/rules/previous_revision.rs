use super::{Rule, Severity};
use crate::impact::{Party, Unit, View};
use crate::rules::Findings;
use crate::sides::{Side, Sides};
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "previous-revision",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a percentage on a model that is promoted already sends requests back to the revision before it",
    what: "InferenceServices in Knative mode that got all requests before, and get less than 100 percent now, with the same content.",
    why: "The rest goes to the revision that had all requests before this one. KServe keeps that in the object's status and nowhere \
          else, so no file tells which it is; on a rebuilt cluster there is none, and the newest gets everything. It is how \
          to go back after a promotion, and a surprise to everybody else.",
    how: "If it is meant, see in the cluster which revision that is. To go back for good, bring the older version in as a candidate \
          and promote it.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let change = transition.change;
    for (index, unit) in change.sides.after.units.iter().enumerate().filter(|(_, unit)| unit.previous) {
        let Sides { before: old, after: new } = &change.sides;
        let (Some(before), Some(after)) = (revision(old, unit, false), revision(new, unit, false)) else { continue };
        if revision(old, unit, true).is_some() || !before.is_revision_of(after) {
            continue;
        }
        let Some(track) = change.tracks.iter().position(|track| track.unit.after == Some(index)) else { continue };
        let newest = change.tracks.iter().position(|track| track.unit.after.is_some_and(|n| change.sides.after.units[n].is_main && change.sides.after.units[n].same_place(after)));
        let Some(newest) = newest else { continue };
        let party = Party::Track(change.tracks[track].version);
        let share = transition.entrances().find_map(|entrance| transition.share_text(entrance, &party, Side::After));
        let share = share.unwrap_or_else(|| "no request yet".into());
        let which = match change.tracks[track].unknown {
            true => String::new(),
            false => format!(" ({} by the spec)", transition.name(track)),
        };
        let name = transition.name(newest);
        let message = format!(
            "{name} is promoted already, so what its percentage leaves goes back to the revision before it{which}: {share}"
        );
        let older = if which.is_empty() { "the older version".to_string() } else { transition.name(track) };
        let safe = vec![
            format!("bring {older} in as a candidate of {name}, and wait until it is ready"),
            format!("give {older} all requests"),
            format!("make {older} the primary"),
        ];
        if let Some(position) = transition.at_version(newest, "weight") {
            findings.add_at(position, message).safe_commits(safe);
        }
    }
}

/// The newest revision of the object of `unit` on one side, or the previous one.
fn revision<'v>(view: &'v View<'_>, unit: &Unit, previous: bool) -> Option<&'v Unit> {
    let is_wanted = |revision: &Unit| revision.object.same_object(&unit.object) && revision.previous == previous;
    view.unit(&unit.object, is_wanted).map(|index| &view.units[index])
}

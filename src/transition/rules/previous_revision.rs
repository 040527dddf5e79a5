use super::{Rule, Severity};
use crate::impact::{Receiver, View, Workload};
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
    let impact = transition.impact;
    for (index, workload) in impact.sides.after.workloads.iter().enumerate().filter(|(_, workload)| workload.previous) {
        let Sides { before: old, after: new } = &impact.sides;
        let (Some(before), Some(after)) = (revision(old, workload, false), revision(new, workload, false)) else {
            continue;
        };
        if revision(old, workload, true).is_some() || !before.is_revision_of(after) {
            continue;
        }
        let Some(version_pair) =
            impact.version_pairs.iter().position(|version_pair| version_pair.workload.after == Some(index))
        else {
            continue;
        };
        let newest = impact.version_pairs.iter().position(|version_pair| {
            version_pair.workload.after.is_some_and(|n| {
                impact.sides.after.workloads[n].is_main && impact.sides.after.workloads[n].same_place(after)
            })
        });
        let Some(newest) = newest else { continue };
        let receiver = Receiver::Version(impact.version_pairs[version_pair].version);
        let share = transition
            .entry_points()
            .find_map(|entry_point| transition.share_text(entry_point, &receiver, Side::After));
        let share = share.unwrap_or_else(|| "no request yet".into());
        let which = match impact.version_pairs[version_pair].unknown {
            true => String::new(),
            false => format!(" ({} by the spec)", transition.name(version_pair)),
        };
        let name = transition.name(newest);
        let message = format!(
            "{name} is promoted already, so what its percentage leaves goes back to the revision before it{which}: {share}"
        );
        let older = if which.is_empty() { "the older version".to_string() } else { transition.name(version_pair) };
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

/// The newest revision of the object of `workload` on one side, or the previous one.
fn revision<'v>(view: &'v View<'_>, workload: &Workload, previous: bool) -> Option<&'v Workload> {
    let is_wanted =
        |revision: &Workload| revision.object.same_object(&workload.object) && revision.previous == previous;
    view.workload(&workload.object, is_wanted).map(|index| &view.workloads[index])
}

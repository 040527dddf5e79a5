use std::collections::HashSet;

use super::{Rule, Severity};
use crate::bundle::Key;
use crate::impact::{RequestKind, requests_text};
use crate::rules::Findings;
use crate::transition::Transition;
use crate::transition::words::part_text;

pub const RULE: Rule = Rule {
    id: "version-removed",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "a version is removed while it still gets requests",
    what: "The objects of every version that answers requests before the change, where the change deletes them.",
    why: "The routes and the pods go at their own speed: proxies learn of a new route seconds after it is stored, and requests \
          under way and connections that are kept alive still go to pods that are being stopped. And there is nothing left \
          to go back to.",
    how: "Take its requests away in one commit, see that nobody misses it, and remove it in the next.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    let old = &transition.impact.sides.before;
    // What goes on under another name is told as that.
    let renamed: HashSet<Key<'_>> = transition.impact.renamed.iter().map(|(from, _)| from.key()).collect();
    for entry_point in transition.entry_points() {
        // A Service goes by the pods that there are; what Kubernetes takes away is taken out first.
        let route =
            entry_point.route.before.map(|index| &old.entry_points[index]).filter(|route| !route.identity.is_service());
        let Some(route) = route else { continue };
        let mut deleted: Vec<(usize, Vec<String>)> = Vec::new();
        for shift in entry_point.shifts.iter().filter(|shift| shift.requests.kind != RequestKind::Returning) {
            let Some(rule) = shift.requests.rule(route) else { continue };
            for share in rule.shares.iter().filter(|share| rule.percent(share) != Some(0.0)) {
                let text = part_text(rule.percent(share), requests_text(&shift.requests));
                for workload in old.workloads_of(route, &share.version) {
                    let object = &old.workloads[workload].object;
                    if transition.impact.sides.after.object(object).is_some() || renamed.contains(&object.key()) {
                        continue;
                    }
                    match deleted.iter_mut().find(|(listed, _)| *listed == workload) {
                        Some((_, all)) => all.push(text.clone()),
                        None => deleted.push((workload, vec![text.clone()])),
                    }
                }
            }
        }
        for (workload, requests) in deleted {
            let identity = &old.workloads[workload].object;
            let object = format!("{} `{}`", identity.kind, identity.name);
            let name = &entry_point.name;
            let message = format!("{object} is deleted while `{name}` sends it {}", requests.join(" and "));
            let safe = vec![
                format!("send its requests elsewhere, and keep {object}"),
                "wait until the routes have settled".into(),
                format!("remove {object}"),
            ];
            findings.add_at(transition.at_object(identity), message).for_requests(requests).safe_commits(safe);
        }
    }
}

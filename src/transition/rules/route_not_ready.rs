use super::{Rule, Severity};
use crate::rules::{Findings, Moment};
use crate::transition::{Effect, RequestFailure, Step, Transition};

pub const RULE: Rule = Rule {
    id: "route-not-ready",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "requests are sent to a version that the same change creates, before it is ready",
    what: "The way of the change through its delivery, step by step: every version that a VirtualService, an HTTPRoute or a \
           GRPCRoute sends requests to, and whose objects were only just created.",
    why: "A static route has no readiness gate: it takes effect when it is stored, and requests fail until the new pods are \
          ready. An Iter8 routemap, KServe and Seldon wait by themselves, and so do Argo CD's waves where versions come in \
          an earlier one than routes.",
    how: "Bring the version in without requests, wait until it is ready, and give it its share in the next commit; or let a \
          `delivery` wait that can.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (outage, requests) in transition.grouped_outages() {
        let Effect::Fails(RequestFailure::NotReady(version_pair, object)) = &outage.effect else { continue };
        let entry_point = &transition.impact.entry_points[outage.entry_point];
        let moment = Moment {
            after: transition.step_text(outage.begin),
            until: match outage.end {
                Step::Ready => format!("{object} is ready"),
                step => transition.step_text(step),
            },
        };
        let name = version_pair.map_or_else(|| object.clone(), |version_pair| transition.name(version_pair));
        let message = format!(
            "`{}` sends {} to {name}, which may not be ready: {object} is only just created",
            entry_point.name,
            requests.join(" and ")
        );
        let safe = vec![
            format!("bring {name} in without requests"),
            format!("wait until {object} is ready"),
            "send it requests".into(),
        ];
        let position = match version_pair {
            Some(version_pair) => transition.at_version(*version_pair, "weight"),
            None => transition.object_of(entry_point).map(|object| transition.at_route(object)),
        };
        if let Some(position) = position {
            findings.add_at(position, message).during(moment).for_requests(requests).safe_commits(safe);
        }
    }
}

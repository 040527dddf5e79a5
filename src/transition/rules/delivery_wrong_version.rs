use super::{Rule, Severity};
use crate::impact::Receiver;
use crate::rules::{Findings, Moment};
use crate::transition::{Effect, Step, Transition};

pub const RULE: Rule = Rule {
    id: "delivery-wrong-version",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "for a moment of the delivery, requests come to a version that is neither the one before nor the one after",
    what: "The way of the change, object by object, in the order in which its `delivery` applies and deletes: which versions answer \
           every kind of request. While the pods of an object are replaced, both of its versions do.",
    why: "A promotion by position is the case in point: the primary's object gets the candidate's content, and the routes turn to \
          it at once, while its old pods still answer. Those who were sent to the candidate for a reason, or had left the \
          old primary long ago, are back on it for as long as the pods take. Another is a KServe canary that is taken out: \
          as soon as no percentage is set, everything goes to the newest revision that is ready, and that is the canary \
          until the next one is.",
    how: "First put the version in its new place, and leave the routes alone; turn the routes when its pods are replaced.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (outage, requests) in transition.grouped_outages() {
        let Effect::WrongVersion(version) = outage.effect else { continue };
        let entry_point = &transition.impact.entry_points[outage.entry_point];
        let until = match outage.end {
            Step::Ready => "the new pods are ready".to_string(),
            step => transition.step_text(step),
        };
        let moment = Moment { after: transition.step_text(outage.begin), until };
        let message = format!(
            "after {} and until {}, {} at `{}` may be answered by {}",
            moment.after,
            moment.until,
            requests.join(" and "),
            entry_point.name,
            transition.receiver(&Receiver::Version(version.version_pair), version.side)
        );
        let safe = vec![
            "put the version in its new place, and leave the routes as they are".into(),
            "wait until the pods are replaced".into(),
            "turn the routes".into(),
            "remove what is left".into(),
        ];
        if let Some(object) = transition.object_of(entry_point) {
            let position = transition.at_route(object);
            findings.add_at(position, message).during(moment).for_requests(requests).safe_commits(safe);
        }
    }
}

use super::{Place, Rule};
use crate::impact::Party;
use crate::transition::finding::Moment;
use crate::transition::{Context, Findings, Step, What};

pub const RULE: Rule = Rule {
    id: "delivery-wrong-version",
    severity: crate::lint::Severity::Error,
    summary: "for a moment of the delivery, requests come to a version that is neither the one before nor the one after",
    what: "The way of the change, object by object, in the order in which its `delivery` applies and deletes: which versions answer \
           every kind of request. While the pods of an object are replaced, both of its versions do.",
    why: "A promotion by position is the case in point: the primary's object gets the candidate's content, and the routes turn to \
          it at once, while its old pods still answer. Those who were sent to the candidate for a reason, or had left the \
          old primary long ago, are back on it for as long as the pods take. Another is a KServe canary that is taken out: \
          as soon as no percentage is set, everything goes to the newest revision that is ready, and that is the canary \
          until the next one is.",
    how: "First put the version in its new place, and leave the routes alone; turn the routes when its pods are replaced.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (gap, requests) in context.grouped() {
        let What::Wrong((track, is_new)) = gap.what else { continue };
        let entrance = &context.change.entrances[gap.entrance];
        let until = match gap.end {
            Step::Ready => "the new pods are ready".to_string(),
            step => context.step_text(step),
        };
        let moment = Moment { after: context.step_text(gap.begin), until };
        let message = format!(
            "after {} and until {}, {} at `{}` may be answered by {}",
            moment.after,
            moment.until,
            requests.join(" and "),
            entrance.name,
            context.party(&Party::Track(track), is_new)
        );
        let safe = vec![
            "put the version in its new place, and leave the routes as they are".into(),
            "wait until the pods are replaced".into(),
            "turn the routes".into(),
            "remove what is left".into(),
        ];
        if let Some(object) = context.object_of(entrance) {
            findings.add_at(Place::Route(object), message, safe, Some(moment), requests);
        }
    }
}

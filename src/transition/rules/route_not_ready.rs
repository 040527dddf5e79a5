use super::{Place, Rule};
use crate::transition::finding::Moment;
use crate::transition::{Context, Failure, Findings, Step, What};

pub const RULE: Rule = Rule {
    id: "route-not-ready",
    severity: crate::lint::Severity::Error,
    summary: "requests are sent to a version that the same change creates, before it is ready",
    what: "The way of the change through its delivery, step by step: every version that a VirtualService, an HTTPRoute or a \
           GRPCRoute sends requests to, and whose objects were only just created.",
    why: "A static route has no readiness gate: it takes effect when it is stored, and requests fail until the new pods are \
          ready. An Iter8 routemap, KServe and Seldon wait by themselves, and so do Argo CD's waves where versions come in \
          an earlier one than routes.",
    how: "Bring the version in without requests, wait until it is ready, and give it its share in the next commit; or let a \
          `delivery` wait that can.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (gap, requests) in context.grouped() {
        let What::Fails(Failure::NotReady(track, object)) = &gap.what else { continue };
        let entrance = &context.change.entrances[gap.entrance];
        let moment = Moment {
            after: context.step_text(gap.begin),
            until: match gap.end {
                Step::Ready => format!("{object} is ready"),
                step => context.step_text(step),
            },
        };
        let name = track.map_or_else(|| object.clone(), |track| context.name(track));
        let message = format!(
            "`{}` sends {} to {name}, which may not be ready: {object} is only just created",
            entrance.name,
            requests.join(" and ")
        );
        let safe = vec![
            format!("bring {name} in without requests"),
            format!("wait until {object} is ready"),
            "send it requests".into(),
        ];
        let place = match (track, context.object_of(entrance)) {
            (Some(track), _) => Place::Version(*track, "weight"),
            (None, Some(object)) => Place::Route(object),
            (None, None) => continue,
        };
        findings.add_at(place, message, safe, Some(moment), requests);
    }
}

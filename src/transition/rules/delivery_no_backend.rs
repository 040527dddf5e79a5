use super::{Rule, Severity};
use crate::impact::Missing;
use crate::kinds::{RouteReader, Selects};
use crate::rules::{Findings, Moment};
use crate::transition::{Effect, Outage, RequestFailure, Step, Transition};

pub const RULE: Rule = Rule {
    id: "delivery-no-backend",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "for a moment of the delivery, requests have no backend",
    what: "The way of the change, object by object, in the order in which its `delivery` applies and deletes: whether every kind \
           of request finds a route, and every destination its Service, port, subset and pods, or its InferenceService.",
    why: "No delivery applies all objects at once. Helm applies kind by kind and deletes last; Argo CD deletes before it \
          applies, wave by wave; Flux applies by kind, then deletes. In between, a route may lead to what is not there \
          yet, or not there any more.",
    how: "Split the change, so that what is routed to is there before the route leads to it, and goes after no route does.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (outage, requests) in transition.grouped_outages() {
        let Effect::Fails(failure) = &outage.effect else { continue };
        let why = match failure {
            RequestFailure::NotReady(..) => continue,
            // A selector that changes is looked at by itself.
            RequestFailure::Missing(Missing::Pods(_)) if selects(transition, outage) => continue,
            RequestFailure::NoRoute => "no route takes them".to_string(),
            RequestFailure::Missing(missing) => missing.to_string(),
        };
        let entry_point = &transition.impact.entry_points[outage.entry_point];
        let moment = Moment { after: transition.step_text(outage.begin), until: transition.step_text(outage.end) };
        let message = format!(
            "after {} and until {}, {} at `{}` fail: {why}",
            moment.after,
            moment.until,
            requests.join(" and "),
            entry_point.name
        );
        let safe = safe(transition, outage, failure);
        if let Some(object) = transition.object_of(entry_point) {
            let position = transition.at_route(object);
            findings.add_at(position, message).during(moment).for_requests(requests).safe_commits(safe);
        }
    }
}

/// Whether the outage begins with a selector.
fn selects(transition: &Transition<'_>, outage: &Outage) -> bool {
    let Step::Apply(index) = outage.begin else { return false };
    let object = transition.new.objects.manifests.get(index);
    object.is_some_and(|object| object.identity.selects() != Selects::Nothing)
}

/// What goes is first left alone by the routes; what comes is there first.
fn safe(transition: &Transition<'_>, outage: &Outage, failure: &RequestFailure) -> Vec<String> {
    let goes = match (outage.begin, failure) {
        (Step::Delete(_), _) => true,
        // A subset or a port that the new object does not have any more.
        (Step::Apply(index), RequestFailure::Missing(Missing::Subset(..) | Missing::Port(..) | Missing::Pods(..))) => {
            transition.new.objects.manifests.get(index).is_some_and(|object| {
                let routing = object.identity.known().and_then(|kind| kind.routing);
                !routing.is_some_and(RouteReader::is_static) && !object.identity.is("", "ConfigMap")
            })
        }
        _ => false,
    };
    let what = match failure {
        RequestFailure::Missing(Missing::Service(name) | Missing::Pods(name)) => {
            format!("the Service `{name}` and its pods")
        }
        RequestFailure::Missing(Missing::Port(name, port)) => format!("port {port} of the Service `{name}`"),
        RequestFailure::Missing(Missing::Subset(name, subset)) => format!("the subset `{subset}` of `{name}`"),
        RequestFailure::Missing(Missing::Model(name)) => format!("the InferenceService `{name}`"),
        RequestFailure::Missing(Missing::Part(name)) => format!("`{name}`"),
        RequestFailure::NoRoute | RequestFailure::NotReady(..) => "the new route beside the old one".into(),
    };
    match (goes, failure) {
        (_, RequestFailure::NoRoute) => vec![format!("add {what}"), "remove the old route".into()],
        (true, _) => vec![format!("change the routes, and keep {what}"), format!("remove {what}")],
        (false, _) => vec![format!("add {what}"), "change the routes".into()],
    }
}

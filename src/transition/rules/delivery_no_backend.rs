use super::{Place, Rule};
use crate::impact::Missing;
use crate::transition::finding::Moment;
use crate::transition::{Context, Failure, Findings, Gap, Step, What};

pub const RULE: Rule = Rule {
    id: "delivery-no-backend",
    severity: crate::lint::Severity::Error,
    summary: "for a moment of the delivery, requests have no backend",
    what: "The way of the change, object by object, in the order in which its `delivery` applies and deletes: whether every kind \
           of request finds a route, and every destination its Service, port, subset and pods, or its InferenceService.",
    why: "No delivery applies all objects at once. Helm applies kind by kind and deletes last; Argo CD deletes before it \
          applies, wave by wave; Flux applies by kind, then deletes. In between, a route may lead to what is not there \
          yet, or not there any more.",
    how: "Split the change, so that what is routed to is there before the route leads to it, and goes after no route does.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (gap, requests) in context.grouped() {
        let What::Fails(failure) = &gap.what else { continue };
        let why = match failure {
            Failure::NotReady(..) => continue,
            // A selector that changes is looked at by itself.
            Failure::Missing(Missing::Pods(_)) if selects(context, gap) => continue,
            Failure::NoRoute => "no route takes them".to_string(),
            Failure::Missing(missing) => missing.to_string(),
        };
        let entrance = &context.change.entrances[gap.entrance];
        let moment = Moment { after: context.step_text(gap.begin), until: context.step_text(gap.end) };
        let message = format!(
            "after {} and until {}, {} at `{}` fail: {why}",
            moment.after,
            moment.until,
            requests.join(" and "),
            entrance.name
        );
        let safe = safe(context, gap, failure);
        if let Some(object) = context.object_of(entrance) {
            findings.add_at(Place::Route(object), message, safe, Some(moment), requests);
        }
    }
}

/// Whether the gap begins with a selector.
fn selects(context: &Context<'_>, gap: &Gap) -> bool {
    let Step::Apply(index) = gap.begin else { return false };
    let object = context.new.objects.manifests.get(index);
    object.is_some_and(|object| ["Service", "DestinationRule"].contains(&object.identity.kind.as_str()))
}

/// What goes is first left alone by the routes; what comes is there first.
fn safe(context: &Context<'_>, gap: &Gap, failure: &Failure) -> Vec<String> {
    let goes = match (gap.begin, failure) {
        (Step::Delete(_), _) => true,
        // A subset or a port that the new object does not have any more.
        (Step::Apply(index), Failure::Missing(Missing::Subset(..) | Missing::Port(..) | Missing::Pods(..))) => {
            context.new.objects.manifests.get(index).is_some_and(|object| {
                !matches!(object.identity.kind.as_str(), "VirtualService" | "HTTPRoute" | "GRPCRoute" | "ConfigMap")
            })
        }
        _ => false,
    };
    let what = match failure {
        Failure::Missing(Missing::Service(name) | Missing::Pods(name)) => format!("the Service `{name}` and its pods"),
        Failure::Missing(Missing::Port(name, port)) => format!("port {port} of the Service `{name}`"),
        Failure::Missing(Missing::Subset(name, subset)) => format!("the subset `{subset}` of `{name}`"),
        Failure::Missing(Missing::Model(name)) => format!("the InferenceService `{name}`"),
        Failure::Missing(Missing::Part(name)) => format!("`{name}`"),
        Failure::NoRoute | Failure::NotReady(..) => "the new route beside the old one".into(),
    };
    match (goes, failure) {
        (_, Failure::NoRoute) => vec![format!("add {what}"), "remove the old route".into()],
        (true, _) => vec![format!("change the routes, and keep {what}"), format!("remove {what}")],
        (false, _) => vec![format!("add {what}"), "change the routes".into()],
    }
}

use crate::lint::view::selects;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-subset-selects-nothing",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the labels of a subset select pods of the release",
    what: "Subsets of DestinationRules for a Service of the release, where the pods behind it are the release's own.",
    why: "The requests that a route sends to such a subset get 503: \"no healthy upstream\".",
    how: "Let the subset's labels be those of the pods' template.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("networking.istio.io", "DestinationRule") {
        let host = object.node.str_at(&["spec", "host"]).and_then(|host| context.service_of_host(host, object));
        let Some((namespace, name)) = host else { continue };
        let service = context.service(&namespace, &name);
        let Some(selector) = service.and_then(|service| service.node.at(&["spec", "selector"])) else { continue };
        if !context.knows_pods(&namespace) || context.selected(&namespace, selector).next().is_none() {
            continue;
        }
        for subset in object.node.items_at(&["spec", "subsets"]) {
            let Some(labels) = subset.at(&["labels"]) else { continue };
            if !context.selected(&namespace, selector).any(|pods| selects(labels, pods.labels)) {
                findings.add(object, labels, format!("no pod behind Service {name} has these labels"));
            }
        }
    }
}

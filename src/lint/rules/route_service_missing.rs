use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "route-service-missing",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a route leads to Services that the release has",
    what: "Destinations of VirtualServices, HTTPRoutes and GRPCRoutes in the release's own namespaces, where the release \
           has Services. Other namespaces and hosts of a ServiceEntry are someone else's; Services that a controller makes \
           of an InferenceService, a SeldonDeployment or the like count as there.",
    why: "A route to a Service that does not exist is accepted, and its share of the requests gets an error (500, 503).",
    how: "Add the Service, or correct the name.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    if context.services().next().is_none() {
        return;
    }
    for destination in context.destinations() {
        let Some((namespace, name)) = &destination.service else { continue };
        if context.service(namespace, name).is_none() && !context.is_generated(namespace, name) {
            let node =
                ["host", "name"].into_iter().find_map(|key| destination.node.get(key)).unwrap_or(destination.node);
            findings.add(destination.route, node, format!("the release has no Service {namespace}/{name}"));
        }
    }
}

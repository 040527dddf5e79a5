use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "route-port-missing",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a route leads to ports that its Service has",
    what: "Destinations of VirtualServices, HTTPRoutes and GRPCRoutes whose Service is in the release.",
    why: "A route to a port that the Service does not have is accepted, and its requests get an error (500, 503).",
    how: "Name a `port` of the Service, not a `targetPort`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for destination in context.destinations() {
        let (Some((namespace, name)), Some(port)) = (&destination.service, destination.port) else { continue };
        let Some(service) = context.service(namespace, name) else { continue };
        let ports = service.node.items_at(&["spec", "ports"]);
        let external = service.node.str_at(&["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
        if external || ports.iter().any(|candidate| candidate.number_at(&["port"]) == Some(port)) {
            continue;
        }
        let ports: Vec<String> = ports.iter().filter_map(|port| Some(port.number_at(&["port"])?.to_string())).collect();
        let node = destination.node.get("port").unwrap_or(destination.node);
        let message = format!("Service {name} has no port {port}; it has {}", ports.join(", "));
        findings.add(destination.route, node, message);
    }
}

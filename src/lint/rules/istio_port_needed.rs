use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-port-needed",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a destination without a port leads to a Service with one port",
    what: "Destinations of VirtualServices without `port`, whose Service is in the release and has several ports.",
    why: "The port may be left out only where there is no choice. Otherwise Envoy takes the port that the request came \
          to, which at a gateway is the gateway's, and finds no such cluster.",
    how: "Add `port.number`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for destination in context.destinations() {
        let Some((namespace, name)) = &destination.service else { continue };
        if destination.port.is_some() || !destination.route.identity.is("networking.istio.io", "VirtualService") {
            continue;
        }
        let Some(service) = context.service(namespace, name) else { continue };
        let ports = service.node.items_at(&["spec", "ports"]).len();
        let external = service.node.str_at(&["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
        if ports > 1 && !external {
            let message = format!("Service {name} has {ports} ports, so the destination has to name one");
            findings.add(destination.route, destination.node, message);
        }
    }
}

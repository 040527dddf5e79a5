use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-subset-missing",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a subset that a route names stands in the DestinationRule of its host",
    what: "Destinations with a `subset`, where the release has the DestinationRule of their host, or its Service.",
    why: "Envoy answers 503 to a request for a cluster that nobody defined. Nothing refuses the objects.",
    how: "Add the subset to the DestinationRule, or correct its name. The DestinationRule goes first when it is added, \
          and last when it is removed.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for destination in context.destinations() {
        let (Some(subset), Some(service)) = (&destination.subset, &destination.service) else { continue };
        let rules = context.of("networking.istio.io", "DestinationRule").filter(|rule| {
            let host = rule.node.str_at(&["spec", "host"]);
            host.and_then(|host| context.service_of_host(host, rule)).as_ref() == Some(service)
        });
        let rules: Vec<_> = rules.collect();
        let mut subsets = rules.iter().flat_map(|rule| rule.node.items_at(&["spec", "subsets"]));
        if subsets.any(|candidate| candidate.str_at(&["name"]).as_ref() == Some(subset)) {
            continue;
        }
        let message = match rules.first() {
            Some(rule) => format!("{} has no subset `{subset}`", rule.identity),
            None if context.service(&service.0, &service.1).is_some() => {
                format!("no DestinationRule of the release has a subset `{subset}` for `{}`", service.1)
            }
            None => continue,
        };
        let node = destination.node.get("subset").unwrap_or(destination.node);
        findings.add(destination.route, node, message);
    }
}

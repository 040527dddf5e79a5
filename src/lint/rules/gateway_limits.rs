use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "gateway-limits",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "a route of the Gateway API stays within the API's limits",
    what: "At most 16 rules and 16 hostnames a route, 64 matches (8 up to version 1.1 of the API) and 16 `backendRefs` a \
           rule, 128 matches a route, 16 headers a match.",
    why: "The limits stand in the CRDs (`maxItems`, and a CEL rule for the 128), so the API server refuses more.",
    how: "Split the route: several may have one parent and one host.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for route in context.gateway_routes() {
        let mut limit = |node: Option<&_>, count: usize, most: usize, of: &str| {
            if let (true, Some(node)) = (count > most, node) {
                findings.add(route, node, format!("{count} {of}; {most} is the most"));
            }
        };
        let (hosts, rules) = (route.node.at(&["spec", "hostnames"]), route.node.at(&["spec", "rules"]));
        limit(hosts, hosts.map_or(0, |hosts| hosts.items().len()), 16, "hostnames");
        let items = route.node.items_at(&["spec", "rules"]);
        limit(rules, items.len(), 16, "rules");
        limit(rules, items.iter().map(|rule| rule.items_at(&["matches"]).len()).sum(), 128, "matches in all rules");
        for rule in items {
            for (key, most) in [("matches", 64), ("backendRefs", 16)] {
                limit(rule.at(&[key]), rule.items_at(&[key]).len(), most, key);
            }
            for one in rule.items_at(&["matches"]) {
                limit(one.at(&["headers"]), one.items_at(&["headers"]).len(), 16, "headers");
            }
        }
    }
}

use crate::bundle::Manifest;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

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
        let spec = route.node.at(&["spec"]).unwrap_or(&Node::NULL);
        check_length(route, spec, ("hostnames", 16), findings);
        check_length(route, spec, ("rules", 16), findings);
        if let Some(rules) = spec.at(&["rules"]) {
            let matches = rules.items().iter().map(|rule| rule.items_at(&["matches"]).len()).sum();
            check_count(route, rules, (matches, "matches in all rules", 128), findings);
        }
        for rule in spec.items_at(&["rules"]) {
            check_length(route, rule, ("matches", 64), findings);
            check_length(route, rule, ("backendRefs", 16), findings);
            for one in rule.items_at(&["matches"]) {
                check_length(route, one, ("headers", 16), findings);
            }
        }
    }
}

/// Reports the list under `key` of `parent` if it has more than `most` items.
fn check_length<'a>(
    route: &'a Manifest,
    parent: &'a Node,
    (key, most): (&str, usize),
    findings: &mut Findings<'a>,
) {
    if let Some(list) = parent.at(&[key]) {
        check_count(route, list, (list.items().len(), key, most), findings);
    }
}

fn check_count<'a>(
    route: &'a Manifest,
    node: &'a Node,
    (count, what, most): (usize, &str, usize),
    findings: &mut Findings<'a>,
) {
    if count > most {
        findings.add(route, node, format!("{count} {what}; {most} is the most"));
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "gateway-weight",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "the weight of a backend is 0 to 1,000,000",
    what: "The `weight` of each of the `backendRefs` of HTTPRoutes and GRPCRoutes.",
    why: "The limits stand in the CRDs, so the API server refuses another weight.",
    how: "Weights are proportions: 90 and 10 do what 900000000 and 100000000 would.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (route, rule) in context.gateway_rules() {
        for node in rule.items_at(&["backendRefs"]).iter().filter_map(|backend| backend.at(&["weight"])) {
            if let Some(weight) = node.as_number().filter(|weight| !(0.0..=1e6).contains(weight)) {
                findings.add(route, node, format!("{weight} is no weight; 0 to 1000000 are"));
            }
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-weights",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "weights of a VirtualService are not negative, and not all 0",
    what: "The `weight` of the destinations of each rule.",
    why: "Istio's webhook (`validateWeights`, `pkg/config/validation`) refuses a negative weight, and a total of 0 where \
          a rule has more than one destination: there would be nobody to take the request.",
    how: "Give at least one destination a weight above 0. A version that is to get nothing has weight 0 or is left out.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        let shares = rule.items_at(&["route"]);
        let mut total = 0.0;
        for weight in shares.iter().filter_map(|share| share.at(&["weight"])) {
            let value = weight.as_number().unwrap_or_default();
            if value < 0.0 {
                findings.add(object, weight, format!("a weight cannot be negative; this is {value}"));
            }
            total += value.abs();
        }
        if shares.len() > 1 && total == 0.0 {
            let node = shares.last().and_then(|share| share.at(&["weight"])).unwrap_or(rule);
            findings.add(object, node, "the weights of all destinations are 0, so no request can be served");
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "istio-weight-sum",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "the weights of a rule of a VirtualService sum to 100",
    what: "Rules with more than one destination whose weights are all given.",
    why: "Istio up to 1.14 refuses any other sum. Later versions take the weights as proportions, which a reader who takes \
          them for percentages misreads.",
    how: "Write the weights as percentages.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        let shares = rule.items_at(&["route"]);
        let weights = shares.iter().map(|share| share.at(&["weight"]).and_then(Node::as_number));
        let last = shares.last().and_then(|share| share.at(&["weight"]));
        let Some(weights) = weights.collect::<Option<Vec<f64>>>() else { continue };
        let sum: f64 = weights.iter().sum();
        // What no Istio takes is for `istio-weights` to say.
        if shares.len() > 1 && sum != 100.0 && sum > 0.0 && weights.iter().all(|weight| *weight >= 0.0) {
            findings.add(object, last.unwrap_or(rule), format!("the weights sum to {sum}, not to 100"));
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-sum",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the canaries of an InferenceService get at most 100 percent together",
    what: "The sum of `trafficPercent` over `spec.canary`.",
    why: "The stable predictor gets the rest, which cannot be negative. KServe's webhook refuses the object.",
    how: "Lower one of them.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let canaries = object.node.items_at(&["spec", "canary"]);
        let sum: f64 = canaries.iter().filter_map(|canary| canary.number_at(&["trafficPercent"])).sum();
        // A single one above 100 is for `kserve-canary-percent` to say.
        let last = canaries.last().and_then(|canary| canary.at(&["trafficPercent"]));
        let node = last.filter(|_| canaries.len() > 1 && sum > 100.0);
        if let Some(node) = node {
            findings.add(object, node, format!("the canaries get {sum}% together; 100 is the most"));
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-traffic",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the traffic of a SeldonDeployment's predictors sums to 100",
    what: "`traffic` of the predictors that are not shadows: a sum of 100 where there are several, 0 or 100 for a single one.",
    why: "Seldon Core's webhook refuses anything else: \"Traffic must sum to 100 for multiple predictors\" \
          (`seldondeployment_webhook.go`).",
    how: "Write percentages, for every predictor.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.seldon_deployments() {
        let predictors = object.node.items_at(&["spec", "predictors"]).iter();
        let live: Vec<_> = predictors.filter(|predictor| !super::seldon_shadow::is_shadow(predictor)).collect();
        let sum: f64 = live.iter().filter_map(|predictor| predictor.number_at(&["traffic"])).sum();
        match live.as_slice() {
            [only] if sum != 0.0 && sum != 100.0 => {
                let node = only.at(&["traffic"]).unwrap_or(only);
                findings.add(object, node, format!("a single predictor has 100 (or 0) as its traffic, not {sum}"));
            }
            [_, _, ..] if sum != 100.0 => {
                let last = live.last().copied().unwrap_or(&object.node);
                let node = last.at(&["traffic"]).unwrap_or(last);
                findings.add(object, node, format!("the traffic of the predictors sums to {sum}, not to 100"));
            }
            _ => {}
        }
    }
}

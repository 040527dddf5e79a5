use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-replicas",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a component of an InferenceService has at most `maxReplicas` replicas at least",
    what: "Components whose `minReplicas` is above their `maxReplicas` (0 means no limit), and negative numbers.",
    why: "KServe's webhook refuses the object: \"MinReplicas cannot be greater than MaxReplicas\".",
    how: "Raise `maxReplicas`, or lower `minReplicas`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        for component in ["predictor", "transformer", "explainer"] {
            let Some(component) = object.node.at(&["spec", component]) else { continue };
            let min = component.number_at(&["minReplicas"]).unwrap_or(1.0);
            let max = component.number_at(&["maxReplicas"]).unwrap_or_default();
            for (key, value) in [("minReplicas", min), ("maxReplicas", max)] {
                if let Some(node) = component.at(&[key]).filter(|_| value < 0.0) {
                    findings.add(object, node, format!("`{key}` cannot be negative"));
                }
            }
            if let Some(node) = component.at(&["maxReplicas"]).filter(|_| max > 0.0 && min > max) {
                let note = if component.at(&["minReplicas"]).is_none() { ", its default" } else { "" };
                findings.add(object, node, format!("`maxReplicas` {max} is below `minReplicas` {min}{note}"));
            }
        }
    }
}

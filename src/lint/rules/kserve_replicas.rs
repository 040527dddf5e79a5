use crate::lint::view::{dig, number_at};
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
            let Some(component) = dig(&object.node, &["spec", component]) else { continue };
            let min = number_at(component, &["minReplicas"]).unwrap_or(1.0);
            let max = number_at(component, &["maxReplicas"]).unwrap_or_default();
            for (key, value) in [("minReplicas", min), ("maxReplicas", max)] {
                if let Some(node) = dig(component, &[key]).filter(|_| value < 0.0) {
                    findings.add(object, node, format!("`{key}` cannot be negative"));
                }
            }
            if let Some(node) = dig(component, &["maxReplicas"]).filter(|_| max > 0.0 && min > max) {
                let note = if dig(component, &["minReplicas"]).is_none() { ", its default" } else { "" };
                findings.add(object, node, format!("`maxReplicas` {max} is below `minReplicas` {min}{note}"));
            }
        }
    }
}

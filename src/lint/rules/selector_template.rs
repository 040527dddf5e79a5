use crate::lint::view::selects;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "selector-template",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "a workload selects the pods that it makes",
    what: "`spec.selector` of Deployments, StatefulSets, DaemonSets and ReplicaSets, and the labels of their template.",
    why: "The API server refuses it: \"`selector` does not match template `labels`\". And it cannot be changed later.",
    how: "Let the template have all labels of the selector.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
        for object in context.of("apps", kind) {
            let Some(selector) = object.node.at(&["spec", "selector", "matchLabels"]) else { continue };
            if !selects(selector, object.node.at(&["spec", "template", "metadata", "labels"])) {
                findings.add(object, selector, "the selector does not match the labels of the template");
            }
        }
    }
}

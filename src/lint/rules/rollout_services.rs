use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "rollout-services",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an Argo Rollout has distinct Services for old and new pods",
    what: "`stableService` and `canaryService`, or `activeService` and `previewService`, with one name.",
    why: "The controller sets the selectors of these Services. It marks a Rollout that names one for both as invalid \
          (`InvalidSpec`).",
    how: "Make two Services.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("argoproj.io", "Rollout") {
        for (strategy, old, new) in
            [("canary", "stableService", "canaryService"), ("blueGreen", "activeService", "previewService")]
        {
            let Some(strategy) = object.node.at(&["spec", "strategy", strategy]) else { continue };
            let (old_name, new_name) = (strategy.str_at(&[old]), strategy.str_at(&[new]));
            if let (true, Some(node), Some(name)) = (old_name == new_name, strategy.at(&[new]), new_name) {
                findings.add(object, node, format!("`{old}` and `{new}` are both `{name}`"));
            }
        }
    }
}

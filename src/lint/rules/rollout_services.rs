use crate::lint::view::{dig, text_at};
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
        for (strategy, old, new) in [("canary", "stableService", "canaryService"), ("blueGreen", "activeService", "previewService")] {
            let Some(strategy) = dig(&object.node, &["spec", "strategy", strategy]) else { continue };
            let (old_name, new_name) = (text_at(strategy, &[old]), text_at(strategy, &[new]));
            if let (true, Some(node), Some(name)) = (old_name == new_name, dig(strategy, &[new]), new_name) {
                findings.add(object, node, format!("`{old}` and `{new}` are both `{name}`"));
            }
        }
    }
}

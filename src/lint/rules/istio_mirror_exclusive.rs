use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-mirror-exclusive",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a rule of a VirtualService has `mirror` or `mirrors`, not both",
    what: "Rules that have both fields.",
    why: "They exclude each other; Istio's webhook refuses the object.",
    how: "Write every mirror as an item of `mirrors`, with its own `percentage`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        if let (Some(mirror), Some(_)) = (rule.at(&["mirror"]), rule.at(&["mirrors"])) {
            findings.add(object, mirror, "`mirror` and `mirrors` exclude each other");
        }
    }
}

use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-experiment-default",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the default of a Seldon Experiment is one of its candidates",
    what: "`default` of Experiments of Seldon Core 2.",
    why: "The scheduler refuses the experiment otherwise, and the status is \
          all that shows it.",
    how: "Name a candidate, or leave `default` out.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.of("mlops.seldon.io", "Experiment") {
        if let Some(node) = object.node.at(&["spec", "default"])
            && let Some(default) = node.as_str()
        {
            let mut candidates = object.node.items_at(&["spec", "candidates"]).iter();
            if !candidates.any(|candidate| candidate.str_at(&["name"]).as_ref() == Some(&default)) {
                findings.add(object, node, format!("no candidate is called `{default}`"));
            }
        }
    }
}

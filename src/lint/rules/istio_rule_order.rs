use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "istio-rule-order",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a rule without `match` is the last of its VirtualService",
    what: "Rules after one that takes every request.",
    why: "Rules are tried in order and the first that matches wins, so those after it never see a request.",
    how: "Move the rule without `match` to the end.",
};

/// Whether `rule` takes every request.
pub fn takes_all(rule: &Node) -> bool {
    let matches = rule.items_at(&["match"]);
    matches.is_empty()
        || matches.iter().any(|m| !m.entries().iter().any(|(key, _)| key.text().is_none_or(|k| k != "name")))
}

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.virtual_services() {
        let rules = object.node.items_at(&["spec", "http"]);
        if let Some(first) = rules.iter().position(takes_all)
            && first + 1 < rules.len()
        {
            let later = rules.len() - first - 1;
            let rules_are = if later == 1 { "the rule after it is" } else { "the rules after it are" };
            findings.add(object, &rules[first], format!("this rule takes every request, so {rules_are} never tried"));
        }
    }
}

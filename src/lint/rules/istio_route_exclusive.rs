use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "istio-route-exclusive",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a rule of a VirtualService has destinations, a redirect or a direct response",
    what: "Rules with more than one of `route`, `redirect` and `directResponse`, and rules with none of them that do not \
           `delegate` either.",
    why: "They exclude each other, and one is needed; Istio's webhook refuses the object.",
    how: "Make a rule of its own for each.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, rule) in context.istio_rules() {
        let actions = ["route", "redirect", "directResponse"].map(|key| rule.at(&[key]).map(|node| (key, node)));
        let actions: Vec<_> = actions.into_iter().flatten().collect();
        match actions.as_slice() {
            [] if rule.at(&["delegate"]).is_none() => {
                findings.add(object, rule, "the rule has no `route`, `redirect` or `directResponse`");
            }
            [(first, _), (second, node), ..] => {
                findings.add(object, node, format!("`{first}` and `{second}` exclude each other"));
            }
            _ => {}
        }
    }
}

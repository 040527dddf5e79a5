use crate::lint::{Context, Findings, Rule, Severity};
use crate::spec::names::dns_label;

pub const RULE: Rule = Rule {
    id: "seldon-names",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the predictors of a SeldonDeployment have names of their own, which are DNS labels",
    what: "The names of the predictors.",
    why: "They become Services and Istio subsets. Seldon Core's webhook refuses a name that comes twice (\"Duplicate \
          predictor name\"); a name that is no DNS-1123 label fails when the objects are made.",
    how: "Use lower-case letters, digits and `-`, and each name once.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.seldon_deployments() {
        let mut seen = Vec::new();
        for node in object.node.items_at(&["spec", "predictors"]).iter().filter_map(|predictor| predictor.at(&["name"]))
        {
            let Some(name) = node.as_str() else { continue };
            if let Some(why) = dns_label(&name) {
                findings.add(object, node, format!("`{name}`: {why}"));
            } else if seen.contains(&name) {
                findings.add(object, node, format!("there are two predictors `{name}`"));
            }
            seen.push(name);
        }
    }
}

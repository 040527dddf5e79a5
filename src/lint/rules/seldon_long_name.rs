use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "seldon-long-name",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "the names that Seldon makes have at most 63 characters",
    what: "`<deployment>-<predictor>` and, for each componentSpec, `<deployment>-<predictor>-<index>-<containers>`.",
    why: "Seldon Core replaces a longer name by a hash (`seldon-` and 32 digits), so that Services and Deployments are \
          called what nobody can guess.",
    how: "Shorten the names of the deployment, its predictors or its containers.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for (object, predictor) in context.seldon_predictors() {
        let Some(name) = predictor.str_at(&["name"]) else { continue };
        let mut longest = format!("{}-{name}", object.identity.name);
        for (i, component) in predictor.items_at(&["componentSpecs"]).iter().enumerate() {
            let mut deployment = format!("{}-{name}-{i}", object.identity.name);
            for container in component.items_at(&["spec", "containers"]).iter().filter_map(|c| c.str_at(&["name"])) {
                deployment.push('-');
                deployment.push_str(&container);
            }
            if deployment.len() > longest.len() {
                longest = deployment;
            }
        }
        if longest.len() > 63 {
            let node = predictor.at(&["name"]).unwrap_or(predictor);
            let message = format!("`{longest}` has {} characters, so Seldon replaces it by a hash", longest.len());
            findings.add(object, node, message);
        }
    }
}

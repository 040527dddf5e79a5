use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-names",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the predictors of `spec.canary` have names of their own",
    what: "Entries without `predictor.name`, with the name of another entry, or with that of the stable predictor.",
    why: "The name tells the Deployments of one InferenceService apart. KServe's webhook refuses the object.",
    how: "Name each predictor after its version. To promote, give the stable predictor the canary's name and drop the entry.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let mut seen: Vec<_> = object.node.str_at(&["spec", "predictor", "name"]).into_iter().collect();
        let stable = seen.len();
        for canary in object.node.items_at(&["spec", "canary"]) {
            let Some(node) = canary.at(&["predictor", "name"]) else {
                findings.add(object, canary, "the canary's predictor needs a `name`");
                continue;
            };
            let Some(name) = node.as_str() else { continue };
            match seen.iter().position(|earlier| *earlier == name) {
                Some(i) if i < stable => {
                    findings.add(object, node, format!("the stable predictor is called `{name}`, too"))
                }
                Some(_) => findings.add(object, node, format!("another canary is called `{name}`, too")),
                None => seen.push(name),
            }
        }
    }
}

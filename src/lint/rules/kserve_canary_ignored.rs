use crate::lint::view::deployment_mode;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-ignored",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "`canaryTrafficPercent` is not set where KServe ignores it",
    what: "`canaryTrafficPercent` on an InferenceService annotated with `serving.kserve.io/deploymentMode: Standard` or \
           `RawDeployment` (its name before 0.16), or with `ModelMesh`.",
    why: "Only the Knative mode keeps the previous revision. In the others the field is ignored without a word, and the \
          new spec gets all the traffic at once.",
    how: "From KServe 0.20 on use `spec.canary` (the environment `kserve-standard`), or the mode `Knative`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let Some(mode) = deployment_mode(object).filter(|mode| !matches!(&**mode, "Knative" | "Serverless")) else {
            continue;
        };
        for component in ["predictor", "transformer", "explainer"] {
            if let Some(node) = object.node.at(&["spec", component, "canaryTrafficPercent"]) {
                findings.add(object, node, format!("the deployment mode {mode} ignores `canaryTrafficPercent`"));
            }
        }
    }
}

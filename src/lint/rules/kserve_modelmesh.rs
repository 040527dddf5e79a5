use crate::lint::view::deployment_mode;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-modelmesh",
    severity: Severity::Warning,
    checked_by_server: false,
    summary: "ModelMesh is no longer maintained",
    what: "InferenceServices with the annotation `serving.kserve.io/deploymentMode: ModelMesh`.",
    why: "The project was archived in April 2026: it gets no releases and no security fixes.",
    how: "Move to the modes Standard or Knative, with the environment `kserve` or `kserve-standard`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let node = object.node.at(&["metadata", "annotations", "serving.kserve.io/deploymentMode"]);
        if let (Some("ModelMesh"), Some(node)) = (deployment_mode(object).as_deref(), node) {
            findings.add(object, node, "ModelMesh was archived by its maintainers in April 2026");
        }
    }
}

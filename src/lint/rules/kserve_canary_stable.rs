use crate::lint::view::deployment_mode;
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-stable",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "an InferenceService with `spec.canary` is in Standard mode and serves a model",
    what: "`spec.canary` on an InferenceService without the annotation `serving.kserve.io/deploymentMode: Standard`, or \
           whose predictor has containers in place of a model.",
    why: "KServe's webhook refuses both (`inference_service_validation.go`), so CRDs on an API server alone do not show it.",
    how: "Add the annotation. For containers use an InferenceService a version (`kserve`), or `kserve-native`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let Some(canary) = object.node.at(&["spec", "canary"]).filter(|canary| !canary.items().is_empty()) else {
            continue;
        };
        if deployment_mode(object).is_none_or(|mode| !matches!(&*mode, "Standard" | "RawDeployment")) {
            let message = "`spec.canary` needs the annotation `serving.kserve.io/deploymentMode: Standard`";
            findings.add(object, canary, message);
        }
        if !object.node.items_at(&["spec", "predictor", "containers"]).is_empty()
            && object.node.at(&["spec", "predictor", "model"]).is_none()
        {
            let node = object.node.at(&["spec", "predictor"]).unwrap_or(canary);
            findings.add(object, node, "beside `spec.canary` the stable predictor has to be a model, not containers");
        }
    }
}

use crate::lint::view::{dig, list};
use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-storage-uri",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a predictor has `storageUri` or `storageUris`, not both",
    what: "Predictors of InferenceServices whose model has a `storageUri` and that have `storageUris`.",
    why: "KServe's webhook refuses the object.",
    how: "Write every location into `storageUris`, each with its `mountPath`.",
};

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let canaries = list(&object.node, &["spec", "canary"]).iter().filter_map(|canary| dig(canary, &["predictor"]));
        for predictor in dig(&object.node, &["spec", "predictor"]).into_iter().chain(canaries) {
            let single = predictor.entries().iter().any(|(_, model)| dig(model, &["storageUri"]).is_some());
            if let Some(node) = dig(predictor, &["storageUris"]).filter(|_| single) {
                findings.add(object, node, "`storageUri` and `storageUris` exclude each other");
            }
        }
    }
}

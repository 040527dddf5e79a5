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
        let canaries = object.node.items_at(&["spec", "canary"]).iter().filter_map(|canary| canary.at(&["predictor"]));
        for predictor in object.node.at(&["spec", "predictor"]).into_iter().chain(canaries) {
            let single = predictor.entries().iter().any(|(_, model)| model.at(&["storageUri"]).is_some());
            if let Some(node) = predictor.at(&["storageUris"]).filter(|_| single) {
                findings.add(object, node, "`storageUri` and `storageUris` exclude each other");
            }
        }
    }
}

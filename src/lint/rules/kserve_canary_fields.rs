use crate::lint::{Context, Findings, Rule, Severity};

pub const RULE: Rule = Rule {
    id: "kserve-canary-fields",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "the predictors of `spec.canary` leave scaling to the stable one",
    what: "`maxReplicas`, `scaleTarget`, `scaleMetric`, `scaleMetricType`, `autoScaling` and `workerSpec` in a canary's \
           predictor, and a `minReplicas` above the stable predictor's.",
    why: "A canary runs a fixed number of replicas, so that the stable predictor keeps what it needs. KServe's webhook \
          refuses the object.",
    how: "Remove the field. `minReplicas` says how many replicas the canary has.",
};

const FORBIDDEN: [&str; 6] =
    ["maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType", "autoScaling", "workerSpec"];

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let stable = object.node.number_at(&["spec", "predictor", "minReplicas"]).unwrap_or(1.0);
        for predictor in object.node.items_at(&["spec", "canary"]).iter().filter_map(|c| c.at(&["predictor"])) {
            for key in FORBIDDEN {
                if let Some(node) = predictor.at(&[key]) {
                    findings.add(object, node, format!("a canary cannot have `{key}`"));
                }
            }
            if let Some(node) = predictor.at(&["minReplicas"])
                && predictor.number_at(&["minReplicas"]).is_some_and(|replicas| replicas > stable)
            {
                findings.add(object, node, format!("`minReplicas` is above the stable predictor's, {stable}"));
            }
        }
    }
}

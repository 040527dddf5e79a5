use crate::traffic::testing::{said, unread};

fn with(group: &str, annotations: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}/v1beta1
kind: InferenceService
metadata: {{name: fraud, annotations: {{{annotations}}}}}
spec: {spec}"
    )
}

const STANDARD: &str = "serving.kserve.io/deploymentMode: Standard";

#[test]
fn the_newest_revision_gets_its_percentage() {
    for group in ["serving.kserve.io", "serving.kubeflow.org"] {
        let spec = "{predictor: {canaryTrafficPercent: 20, containers: [{name: rf, image: f:rf}]}}";
        assert_eq!(said(&with(group, "", spec)), ["all requests: rf 20, (previous revision) 80"]);
    }
    let pinned = "{predictor: {canaryTrafficPercent: 0, tensorflow: {storageUri: gs://m}}}";
    assert_eq!(said(&with("serving.kserve.io", "", pinned)), ["all requests: gs://m 0, (previous revision) 100"]);
    let all = "{predictor: {canaryTrafficPercent: 100, model: {modelFormat: {name: x}, storageUri: gs://m}}}";
    assert_eq!(said(&with("serving.kserve.io", "", all)), ["all requests: gs://m 100"]);
}

#[test]
fn the_deployment_mode_decides_which_canary_counts() {
    let both = "{predictor: {name: one, canaryTrafficPercent: 20, model: {storageUri: s3://one}},
      canary: [{trafficPercent: 10, predictor: {name: two}}, {trafficPercent: 0, predictor: {name: three}}]}";
    let standard = with("serving.kserve.io", STANDARD, both);
    assert_eq!(said(&standard), ["all requests: one 90, two 10, three 0"]);
    assert!(unread(&standard)[0].contains("`canaryTrafficPercent` is ignored"));
    let raw = with("serving.kserve.io", "serving.kserve.io/deploymentMode: RawDeployment", both);
    assert_eq!(said(&raw), said(&standard));
    let default = with("serving.kserve.io", "", both);
    assert_eq!(said(&default), ["all requests: one 20, (previous revision) 80"]);
    assert!(unread(&default)[0].contains("`canary` is ignored"));
    let mesh = with("serving.kserve.io", "serving.kserve.io/deploymentMode: ModelMesh", both);
    assert_eq!(said(&mesh), ["all requests: one 100"]);
    assert_eq!(unread(&mesh).len(), 2);
}

#[test]
fn a_percentage_that_is_none_is_noted() {
    let text = with("serving.kserve.io", "", "{predictor: {canaryTrafficPercent: 120, model: {storageUri: s3://m}}}");
    assert_eq!(said(&text), ["all requests: s3://m 100"]);
    assert_eq!(unread(&text), ["`canaryTrafficPercent: 120` is not a percentage (0–100)"]);
}

#[test]
fn a_predictor_is_called_by_what_tells_it_from_others() {
    for (predictor, name) in [
        ("{containers: [{name: kserve-container, image: r/m:2}]}", "r/m:2"),
        ("{containers: [{name: xgb, image: r/m:2}]}", "xgb"),
        ("{minReplicas: 1, sklearn: {storageUri: s3://a}}", "s3://a"),
        ("{name: stable, model: {storageUri: s3://a}}", "stable"),
        ("{}", "fraud"),
    ] {
        let text = with("serving.kserve.io", "", &format!("{{predictor: {predictor}}}"));
        assert_eq!(said(&text), [format!("all requests: {name} 100")], "{predictor}");
    }
}

use crate::lint::{Context, Findings, Rule, Severity};
use crate::node::Node;

pub const RULE: Rule = Rule {
    id: "kserve-one-implementation",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a component of an InferenceService has one implementation",
    what: "A predictor with none, or more than one, of `model`, the older keys such as `tensorflow`, and `containers`; an \
           explainer with both `art` and `containers`. Containers that KServe puts beside a model \
           (`transformer-container`) do not count.",
    why: "KServe's webhook refuses it: \"Exactly one of [Custom, ONNX, …] must be specified in PredictorSpec\" \
          (`validateExactlyOneImplementation`).",
    how: "Keep the one that is meant.",
};

const FORMATS: [&str; 12] = [
    "model",
    "huggingface",
    "lightgbm",
    "onnx",
    "paddle",
    "pmml",
    "pytorch",
    "sklearn",
    "tensorflow",
    "triton",
    "xgboost",
    "art",
];

pub fn check<'a>(context: &Context<'a>, findings: &mut Findings<'a>) {
    for object in context.inference_services() {
        let canaries = object.node.items_at(&["spec", "canary"]).iter().filter_map(|canary| canary.at(&["predictor"]));
        let predictors = object.node.at(&["spec", "predictor"]).into_iter().chain(canaries);
        for predictor in predictors {
            match implementations(predictor).as_slice() {
                [] => findings.add(object, predictor, "the predictor has no `model` and no `containers`"),
                [_] => {}
                several => findings.add(object, predictor, format!("one of {} has to go", several.join(", "))),
            }
        }
        if let Some(explainer) = object.node.at(&["spec", "explainer"])
            && let several @ [_, _, ..] = implementations(explainer).as_slice()
        {
            findings.add(object, explainer, format!("one of {} has to go", several.join(", ")));
        }
    }
}

fn implementations(component: &Node) -> Vec<String> {
    let models = FORMATS.iter().filter(|key| component.at(&[key]).is_some());
    let mut implementations: Vec<String> = models.map(|key| format!("`{key}`")).collect();
    let mut containers = component.items_at(&["containers"]).iter();
    let custom = match implementations.is_empty() {
        true => containers.len() > 0,
        false => containers.any(|container| !is_transformer(container)),
    };
    if custom || component.at(&["workerSpec"]).is_some() && implementations.is_empty() {
        implementations.push("`containers`".into());
    }
    implementations
}

/// Whether `container` is the transformer, which stands beside the model.
fn is_transformer(container: &Node) -> bool {
    container.str_at(&["name"]).is_some_and(|name| name == "transformer-container")
}

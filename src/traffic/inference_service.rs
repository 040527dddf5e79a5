//! KServe's InferenceService, of both API groups.
//!
//! A canary is said in two ways, and the deployment mode decides which is honoured; the other is ignored without a
//! word. In Knative mode (formerly Serverless, the default), `spec.predictor.canaryTrafficPercent` goes to the newest
//! revision, and the rest to the last one that had everything, which the object does not name. In Standard mode
//! (formerly RawDeployment), `spec.canary[]` holds more predictors, each with its `trafficPercent`; the stable one gets
//! the rest (KServe 0.20).

use super::{Route, Rule, Target, amount};
use crate::node::Node;

/// What a reader of the object alone can call the revision that served before.
pub const PREVIOUS: &str = "(previous revision)";

/// Reads `object` into `route`.
pub fn read(object: &Node, route: &mut Route) {
    let Some(spec) = object.get("spec") else { return };
    let predictor = spec.get("predictor").unwrap_or(&Node::NULL);
    let mode = object.text_at(&["metadata", "annotations", "serving.kserve.io/deploymentMode"]);
    let mode = match mode.as_deref() {
        Some("Standard" | "RawDeployment") => DeploymentMode::Standard,
        Some("ModelMesh") => DeploymentMode::ModelMesh,
        Some(_) => DeploymentMode::Knative,
        None => DeploymentMode::Default,
    };
    let newest = served(predictor).unwrap_or_else(|| route.identity.name.clone());
    let percent = canary_percent(predictor, &mut route.unread);
    let canaries = spec.items_at(&["canary"]);
    if percent.is_some() && matches!(mode, DeploymentMode::Standard | DeploymentMode::ModelMesh) {
        route.unread.push(format!("`canaryTrafficPercent` is ignored in the deployment mode {mode}"));
    }
    if !canaries.is_empty() && mode != DeploymentMode::Standard {
        route.unread.push(format!("`canary` is ignored in the deployment mode {mode}; it needs Standard"));
    }
    let mut rule = Rule::new(None);
    match (mode, percent) {
        (DeploymentMode::Standard, _) => {
            let mut rest = 100_u64;
            let mut shares = Vec::new();
            for (i, canary) in canaries.iter().enumerate() {
                let percent = whole_percent(canary, "trafficPercent", &mut route.unread).unwrap_or(0);
                rest = rest.saturating_sub(percent);
                let predictor = canary.get("predictor").unwrap_or(&Node::NULL);
                shares.push((served(predictor).unwrap_or_else(|| format!("canary {}", i + 1)), percent));
            }
            rule.share(newest, rest);
            shares.into_iter().for_each(|(name, percent)| rule.share(name, percent));
        }
        (DeploymentMode::Knative | DeploymentMode::Default, Some(percent)) => {
            rule.share(newest, percent);
            if percent < 100 {
                rule.share(PREVIOUS, 100 - percent);
            }
        }
        _ => rule.share(newest, 100),
    }
    for share in &rule.shares {
        let object = route.identity.clone();
        let target = match share.version.as_str() {
            PREVIOUS => Target::Previous { object },
            name => Target::Part { object, name: name.to_string() },
        };
        route.reach(share.version.clone(), target);
    }
    route.rules.push(rule);
}

/// How KServe runs the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeploymentMode {
    Standard,
    Knative,
    ModelMesh,
    /// As the cluster is configured, which is Knative where nobody said otherwise.
    Default,
}

impl std::fmt::Display for DeploymentMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            DeploymentMode::Standard => "Standard",
            DeploymentMode::Knative => "Knative",
            DeploymentMode::ModelMesh => "ModelMesh",
            DeploymentMode::Default => "that is the default",
        })
    }
}

fn canary_percent(predictor: &Node, unread: &mut Vec<String>) -> Option<u64> {
    whole_percent(predictor, "canaryTrafficPercent", unread)
}

/// The percentage under `key`; one that is not is noted, and counts as absent.
fn whole_percent(node: &Node, key: &str, unread: &mut Vec<String>) -> Option<u64> {
    let value = node.at(&[key])?;
    let percent = amount(node, &[key]).filter(|percent| percent.fract() == 0.0 && *percent <= 100.0);
    if percent.is_none() {
        let text = value.text().unwrap_or_default();
        unread.push(format!("`{key}: {text}` is not a percentage (0–100)"));
    }
    percent.map(|percent| percent as u64)
}

/// What a predictor is called: its own name; its container's, unless that is the one that KServe asks for, then its
/// image; else the place of its model.
fn served(predictor: &Node) -> Option<String> {
    if let Some(name) = predictor.text_at(&["name"]) {
        return Some(name);
    }
    let container = predictor.items_at(&["containers"]).first();
    if let Some(container) = container {
        let name = container.text_at(&["name"]).filter(|name| name != "kserve-container");
        return name.or_else(|| container.text_at(&["image"]));
    }
    // A `model`, or a map under the framework's name, as KServe had it before.
    let implementation = predictor.entries().iter().map(|(_, value)| value);
    implementation.clone().find_map(model_place).or_else(|| {
        let model = predictor.get("model")?;
        model.text_at(&["image"]).or_else(|| model.text_at(&["name"]))
    })
}

fn model_place(node: &Node) -> Option<String> {
    node.text_at(&["storageUri"]).or_else(|| node.text_at(&["storage", "path"]))
}

#[cfg(test)]
#[path = "tests/inference_service.rs"]
mod tests;

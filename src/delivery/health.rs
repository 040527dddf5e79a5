//! When objects are ready of whose kind Flux cannot tell that by itself.
//!
//! Flux reads readiness as kstatus does, which takes a custom object without a condition `Ready` for ready: so also one
//! whose controller has not looked at it yet, and a new model's route would not wait for it. Of a kind that has no such
//! condition it never learns. For these, expressions in CEL say it (`spec.healthCheckExprs`). While one cannot be
//! evaluated, because there is no status, Flux waits.

use crate::bundle::{Identity, Manifest};
use crate::node::Node;

/// A condition `Ready`, which new objects do not have yet.
const READY: &str = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')";
/// The state of a SeldonDeployment.
const AVAILABLE: &str = "status.state == 'Available'";
/// The phase of a Rollout, which counts its generations in strings.
const HEALTHY: &str = "status.phase == 'Healthy' && status.observedGeneration == string(metadata.generation)";

const KINDS: [(&str, &str, &str); 9] = [
    ("argoproj.io", "Rollout", HEALTHY),
    ("machinelearning.seldon.io", "SeldonDeployment", AVAILABLE),
    ("mlops.seldon.io", "Experiment", READY),
    ("mlops.seldon.io", "Model", READY),
    ("mlops.seldon.io", "Pipeline", READY),
    ("serving.knative.dev", "Service", READY),
    ("serving.kserve.io", "InferenceGraph", READY),
    ("serving.kserve.io", "InferenceService", READY),
    ("serving.kserve.io", "LLMInferenceService", READY),
];

/// When objects of one kind are ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    api_version: String,
    kind: &'static str,
    /// CEL, which is true if the object is as it should be.
    current: &'static str,
}

/// For the kinds of `objects` that need it, each once: a second entry for a kind is an error to Flux, in whatever
/// version.
pub fn health<'m>(objects: impl IntoIterator<Item = &'m Manifest>) -> Vec<Health> {
    let identities: Vec<&Identity> = objects.into_iter().map(|object| &object.identity).collect();
    let checks = KINDS.into_iter().filter_map(|(group, kind, current)| {
        let identity = identities.iter().find(|identity| identity.group == group && identity.kind == kind)?;
        Some(Health { api_version: format!("{group}/{}", identity.version), kind, current })
    });
    checks.collect()
}

impl Health {
    /// The entry of `spec.healthCheckExprs`.
    pub fn node(&self) -> Node {
        Node::filled([
            ("apiVersion", Node::literal(self.api_version.as_str())),
            ("kind", Node::literal(self.kind)),
            ("current", Node::literal(self.current)),
        ])
    }
}

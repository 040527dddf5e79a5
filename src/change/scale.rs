//! How many pods a unit has, and who decides it.

use std::fmt;

use super::unit::Unit;
use crate::lint::view::{dig, number_at, text_at};
use crate::node::Node;
use crate::objects::Objects;

/// How many pods a unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scale {
    /// The number that is asked for.
    pub replicas: Option<u64>,
    /// The fewest, where it scales by itself.
    pub min: Option<u64>,
    /// The most, where it scales by itself.
    pub max: Option<u64>,
    /// Whether an autoscaler decides.
    pub autoscaled: bool,
}

impl fmt::Display for Scale {
    /// `3`, `2 to 10`; `default` where nothing is said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.replicas.filter(|_| !self.autoscaled), self.min, self.max) {
            (Some(replicas), ..) => write!(f, "{replicas}"),
            (None, Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (None, Some(min), None) => write!(f, "at least {min}"),
            (None, None, Some(max)) => write!(f, "at most {max}"),
            (None, None, None) => f.write_str("the default"),
        }
    }
}

/// The kinds that scale another object: group, kind, and the keys of the fewest and the most pods.
const SCALERS: [(&str, &str, &str, &str); 2] = [
    ("autoscaling", "HorizontalPodAutoscaler", "minReplicas", "maxReplicas"),
    ("keda.sh", "ScaledObject", "minReplicaCount", "maxReplicaCount"),
];

/// The scale of `unit`.
pub fn of(unit: &Unit, objects: &Objects) -> Scale {
    let whole = |node: &Node, path: &[&str]| number_at(node, path).filter(|n| *n >= 0.0).map(|n| n as u64);
    match unit.object.kind.as_str() {
        "InferenceService" => {
            let (min, max) = (whole(&unit.body, &["minReplicas"]), whole(&unit.body, &["maxReplicas"]));
            Scale { replicas: None, min, max, autoscaled: min.is_some() || max.is_some() }
        }
        "SeldonDeployment" => {
            let component = dig(&unit.body, &["componentSpecs"]).and_then(|list| list.items().first());
            let hpa = component.and_then(|component| dig(component, &["hpaSpec"]));
            let own = |key: &str| hpa.and_then(|hpa| whole(hpa, &[key]));
            Scale {
                replicas: whole(&unit.body, &["replicas"]),
                min: own("minReplicas"),
                max: own("maxReplicas"),
                autoscaled: hpa.is_some(),
            }
        }
        _ => {
            let Some(manifest) = objects.manifests.get(unit.manifest) else { return Scale::default() };
            let scaler = objects.manifests.iter().find_map(|other| {
                let of_kind = SCALERS
                    .iter()
                    .find(|(group, kind, ..)| other.identity.group == *group && other.identity.kind == *kind);
                let (_, _, min, max) = of_kind?;
                scales(&other.node, unit)
                    .then(|| (whole(&other.node, &["spec", min]), whole(&other.node, &["spec", max])))
            });
            let replicas = whole(&manifest.node, &["spec", "replicas"]);
            match scaler {
                Some((min, max)) => Scale { replicas, min, max, autoscaled: true },
                None => Scale { replicas, ..Scale::default() },
            }
        }
    }
}

/// Whether the autoscaler `object` scales the object of `unit`.
fn scales(object: &Node, unit: &Unit) -> bool {
    let target = |key: &str| text_at(object, &["spec", "scaleTargetRef", key]);
    let namespace = text_at(object, &["metadata", "namespace"]);
    target("name").is_some_and(|name| name == unit.object.name)
        && target("kind").is_none_or(|kind| kind == unit.object.kind)
        && namespace.as_deref() == unit.object.namespace.as_deref()
}

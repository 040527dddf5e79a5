//! How many pods a workload has, and who decides it.

use std::fmt;

use super::companions::Companions;
use super::workload::Workload;
use crate::kinds::PodSource;
use crate::node::Node;

/// How many pods a workload has.
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

/// The scale of `workload`, a part of `object`.
pub fn of(workload: &Workload, object: &Node, companions: &Companions<'_>) -> Scale {
    match workload.object.pods() {
        PodSource::InferenceService => {
            let (min, max) = (whole(&workload.body, &["minReplicas"]), whole(&workload.body, &["maxReplicas"]));
            Scale { replicas: None, min, max, autoscaled: min.is_some() || max.is_some() }
        }
        PodSource::SeldonDeployment => {
            let hpa = workload.body.at(&["componentSpecs", "0", "hpaSpec"]);
            Scale {
                replicas: whole(&workload.body, &["replicas"]),
                min: hpa.and_then(|hpa| whole(hpa, &["minReplicas"])),
                max: hpa.and_then(|hpa| whole(hpa, &["maxReplicas"])),
                autoscaled: hpa.is_some(),
            }
        }
        _ => {
            let namespace = workload.object.namespace.as_deref();
            let scaler = companions.scaler(namespace, &workload.object.kind, &workload.object.name);
            let scaler = scaler.map(|scaler| [scaler.min, scaler.max].map(|key| whole(scaler.object, &["spec", key])));
            let replicas = whole(object, &["spec", "replicas"]);
            match scaler {
                Some([min, max]) => Scale { replicas, min, max, autoscaled: true },
                None => Scale { replicas, ..Scale::default() },
            }
        }
    }
}

/// The number of pods at `path`.
fn whole(node: &Node, path: &[&str]) -> Option<u64> {
    node.number_at(path).filter(|n| *n >= 0.0).map(|n| n as u64)
}

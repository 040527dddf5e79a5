//! Which objects are new, gone, or changed, and whether only weights or images are.

use std::collections::HashMap;

use super::same::{same, without};
use crate::bundle::{Identity, Manifest};
use crate::node::Node;
use crate::objects::Objects;
use crate::traffic::opened;

/// The objects of both sides, compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectChanges {
    /// Those that only the new side has.
    pub added: Vec<Identity>,
    /// Those that only the old side has.
    pub removed: Vec<Identity>,
    /// Those that both have, and that differ.
    pub changed: Vec<Identity>,
    /// Those of them that differ in more than weights and images.
    pub otherwise: Vec<Identity>,
    /// What all the differences are.
    pub only: Only,
}

/// What all the differences between two sets of objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    /// There are none.
    #[default]
    Nothing,
    /// Weights of versions.
    Weights,
    /// Images or models, and the label of their version.
    Images,
    /// Weights and images.
    WeightsAndImages,
    /// More than that.
    More,
}

impl ObjectChanges {
    /// Compares the objects of both sides.
    pub fn new(old: &Objects, new: &Objects) -> Self {
        let key = |identity: &Identity| {
            (identity.group.clone(), identity.kind.clone(), identity.namespace.clone(), identity.name.clone())
        };
        let before: HashMap<_, &Manifest> = old.manifests.iter().map(|own| (key(&own.identity), own)).collect();
        let after: HashMap<_, &Manifest> = new.manifests.iter().map(|own| (key(&own.identity), own)).collect();
        let mut changes = Self::default();
        let (mut weights, mut images) = (false, false);
        for manifest in &new.manifests {
            match before.get(&key(&manifest.identity)) {
                None => changes.added.push(manifest.identity.clone()),
                Some(own) if same(&own.node, &manifest.node) => {}
                Some(own) => {
                    let (before, after) = (opened(own), opened(manifest));
                    if same(&before, &after) {
                        continue;
                    }
                    changes.changed.push(manifest.identity.clone());
                    let plain = |node: &Node| without(node, &|path| is_weight(path) || is_image(path));
                    if same(&plain(&before), &plain(&after)) {
                        let drop = |node: &Node, path: fn(&[String]) -> bool| without(node, &path);
                        weights |= !same(&drop(&before, is_image), &drop(&after, is_image));
                        images |= !same(&drop(&before, is_weight), &drop(&after, is_weight));
                    } else {
                        changes.otherwise.push(manifest.identity.clone());
                    }
                }
            }
        }
        let gone = old.manifests.iter().filter(|own| !after.contains_key(&key(&own.identity)));
        changes.removed = gone.map(|own| own.identity.clone()).collect();
        let more = [&changes.added, &changes.removed, &changes.otherwise].iter().any(|list| !list.is_empty());
        changes.only = match (more, weights, images) {
            (true, ..) => Only::More,
            (_, true, true) => Only::WeightsAndImages,
            (_, true, _) => Only::Weights,
            (_, _, true) => Only::Images,
            _ => Only::Nothing,
        };
        changes
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Whether the value at `path` of an object is a version's share of the traffic.
pub fn is_weight(path: &[String]) -> bool {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        keys.as_slice(),
        ["spec", "http" | "tls" | "tcp", "[]", "route", "[]", "weight"]
        | ["spec", "http", "[]", "mirrorPercentage", "value"]
        | ["spec", "http", "[]", "mirrors", "[]", "percentage", "value"]
        | ["spec", "rules", "[]", "backendRefs", "[]", "weight"]
        | ["spec", "rules", "[]", "filters", "[]", "requestMirror", "percent"]
        | ["spec", "predictor", "canaryTrafficPercent"]
        | ["spec", "canary", "[]", "trafficPercent"]
        | ["spec", "predictors", "[]", "traffic"]
        // Of a split in the graph: `ratioA`.
        | ["spec", "predictors", "[]", "graph", "parameters", "[]", "value"]
        | ["spec", "nodes", _, "steps", "[]", "weight"]
        | ["data", "strSpec", "versions", "[]", "weight"]
        | ["metadata", "annotations", "iter8.tools/weight"]
    )
}

/// Whether the value at `path` of an object says what a version serves.
pub fn is_image(path: &[String]) -> bool {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        keys.as_slice(),
        [.., "containers" | "initContainers", "[]", "image"]
            | ["spec", "predictor", _, "storageUri"]
            | ["spec", "canary", "[]", "predictor", _, "storageUri"]
            | ["spec", "predictors", "[]", "graph", .., "modelUri"]
            | [.., "metadata", "labels", super::unit::VERSION_LABEL]
    )
}

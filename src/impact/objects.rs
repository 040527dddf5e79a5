//! Which objects are new, gone, or changed, and whether only weights or images are.

use std::collections::HashMap;

use super::same::{same, without};
use crate::bundle::{Identity, Key, Manifest};
use crate::kinds;
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
    pub fn new<'o>(old: &'o Objects, new: &'o Objects) -> Self {
        let by_key = |objects: &'o Objects| -> HashMap<Key<'o>, &'o Manifest> {
            objects.manifests.iter().map(|manifest| (manifest.identity.key(), manifest)).collect()
        };
        let (before, after) = (by_key(old), by_key(new));
        let mut changes = Self::default();
        let (mut weights, mut images) = (false, false);
        for manifest in &new.manifests {
            match before.get(&manifest.identity.key()) {
                None => changes.added.push(manifest.identity.clone()),
                Some(own) if same(&own.node, &manifest.node) => {}
                Some(own) => {
                    let (before, after) = (opened(own), opened(manifest));
                    if same(&before, &after) {
                        continue;
                    }
                    changes.changed.push(manifest.identity.clone());
                    let kind = manifest.identity.known();
                    let is_weight = |path: &[String]| kinds::is_weight(kind, path);
                    let is_image = |path: &[String]| kinds::is_image(kind, path);
                    let plain = |node: &Node| without(node, &|path| is_weight(path) || is_image(path));
                    if same(&plain(&before), &plain(&after)) {
                        weights |= !same(&without(&before, &is_image), &without(&after, &is_image));
                        images |= !same(&without(&before, &is_weight), &without(&after, &is_weight));
                    } else {
                        changes.otherwise.push(manifest.identity.clone());
                    }
                }
            }
        }
        let gone = old.manifests.iter().filter(|own| !after.contains_key(&own.identity.key()));
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

//! Which objects are new, gone, or changed, and whether only weights or images are.

use std::collections::HashMap;

use super::same::{same, without};
use crate::bundle::{Identity, Key, Manifest};
use crate::kinds::{self, KnownKind};
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
        let (before, after) = (by_key(old), by_key(new));
        let mut changes = Self::default();
        let (mut weights, mut images) = (false, false);
        for manifest in &new.manifests {
            match before.get(&manifest.identity.key()) {
                None => changes.added.push(manifest.identity.clone()),
                Some(old) if same(&old.node, &manifest.node) => {}
                Some(old) => {
                    let (before, after) = (opened(old), opened(manifest));
                    if same(&before, &after) {
                        continue;
                    }
                    changes.changed.push(manifest.identity.clone());
                    let kind = manifest.identity.known();
                    let [old_weights, new_weights] = [&before, &after].map(|node| without_images(node, kind));
                    let [old_images, new_images] = [&before, &after].map(|node| without_weights(node, kind));
                    if same(&without_images(&old_images, kind), &without_images(&new_images, kind)) {
                        weights |= !same(&old_weights, &new_weights);
                        images |= !same(&old_images, &new_images);
                    } else {
                        changes.otherwise.push(manifest.identity.clone());
                    }
                }
            }
        }
        let gone = old.manifests.iter().filter(|manifest| !after.contains_key(&manifest.identity.key()));
        changes.removed = gone.map(|manifest| manifest.identity.clone()).collect();
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

fn by_key(objects: &Objects) -> HashMap<Key<'_>, &Manifest> {
    objects.manifests.iter().map(|manifest| (manifest.identity.key(), manifest)).collect()
}

fn without_weights(node: &Node, kind: Option<&KnownKind>) -> Node {
    without(node, &|path| kinds::is_weight(kind, path))
}

fn without_images(node: &Node, kind: Option<&KnownKind>) -> Node {
    without(node, &|path| kinds::is_image(kind, path))
}

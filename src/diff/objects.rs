//! The objects of two sides, compared.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Comparer;
use super::identical;
use super::mask::{self, Masker};
use super::pattern::Matching;
use super::{ChangeKind, DiffOptions, Hidden, ObjectDiff, ObjectKind, ObjectSide, pair};
use crate::bundle::Manifest;
use crate::node::Node;
use crate::objects::Objects;

/// Compares the objects of two sides. Nothing is said of those that are equal.
pub fn diff(before: &Objects, after: &Objects, options: &DiffOptions) -> (Vec<ObjectDiff>, Hidden) {
    let mut hidden = Hidden::default();
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    let mut paired = pair::same_name(&before.manifests, &after.manifests);
    paired.both.retain(|(old, new)| {
        let [a, b] = [&before.manifests[*old], &after.manifests[*new]];
        !identical(&a.node, &b.node)
    });
    // The objects that may differ, by their positions on their side.
    let differing = paired.both.iter().map(|(old, _)| *old).chain(paired.gone.iter().copied());
    let old: BTreeMap<usize, Manifest> =
        differing.map(|at| (at, masked_object(&before.manifests[at], &mut masker))).collect();
    let differing = paired.both.iter().map(|(_, new)| *new).chain(paired.new.iter().copied());
    let new: BTreeMap<usize, Manifest> =
        differing.map(|at| (at, masked_object(&after.manifests[at], &mut masker))).collect();
    let renamed = pair::alike(&paired.gone, &paired.new, &old, &new);
    let renamed_from: BTreeSet<usize> = renamed.iter().map(|(old, _)| *old).collect();
    let partner: BTreeMap<usize, usize> = paired.both.iter().chain(&renamed).map(|(old, new)| (*new, *old)).collect();

    let mut objects = Vec::new();
    let sides =
        new.iter().map(|(at, object)| (partner.get(at).and_then(|at| Some((*at, old.get(at)?))), Some((*at, object))));
    let gone = paired
        .gone
        .iter()
        .filter(|at| !renamed_from.contains(at))
        .filter_map(|at| Some((Some((*at, old.get(at)?)), None)));
    for (old, new) in sides.chain(gone) {
        let Some(identity) = old.or(new).map(|(_, object)| &object.identity) else { continue };
        let (matching, ignored) = Matching::begin(&options.ignore, identity);
        if let Some(pattern) = ignored {
            hidden.add(pattern, 1);
            continue;
        }
        let changes = match (old, new) {
            (Some((_, old)), Some((_, new))) => {
                Comparer::new(&options.ignore, after, &mut hidden).changes(&old.node, &new.node, &matching)
            }
            _ => Vec::new(),
        };
        hidden.form += changes.iter().filter(|change| change.kind == ChangeKind::Form).count();
        let kind = match (old, new) {
            (None, _) => ObjectKind::Created,
            (_, None) => ObjectKind::Deleted,
            (Some((_, old)), Some((_, new))) if old.identity.same_object(&new.identity) => ObjectKind::Changed,
            _ => ObjectKind::Renamed,
        };
        if kind == ObjectKind::Changed && changes.is_empty() {
            continue;
        }
        let at = new.and_then(|(_, new)| after.first_user_at(&new.node));
        let [old_node, new_node] = [old, new].map(|side| side.map(|(_, object)| &object.node));
        let [before, after] = [
            object_side(old, &paired.nth[0], old_node.map(mask::shown)),
            object_side(new, &paired.nth[1], new_node.map(|node| mask::shown_beside(node, old_node))),
        ];
        objects.push(ObjectDiff { kind, before, after, changes: changes.into_iter().map(mask::change).collect(), at });
    }
    hidden.by_pattern = hidden.ignored.iter().map(|(at, count)| (options.ignore[*at].to_string(), *count)).collect();
    (objects, hidden)
}

fn masked_object(object: &Manifest, masker: &mut Masker<'_>) -> Manifest {
    let node = masker.masked(&object.node, &object.identity);
    Manifest { node: node.unwrap_or_else(|| object.node.clone()), ..object.clone() }
}

/// One side of a difference: an object by its position, with `node` as a reader may see it.
fn object_side(object: Option<(usize, &Manifest)>, nth: &[usize], node: Option<Node>) -> Option<ObjectSide> {
    let (at, object) = object?;
    Some(ObjectSide { identity: object.identity.clone(), nth: nth[at], node: node? })
}

/// Whether `objects` hold anything that `options` mask.
pub fn holds_secrets(objects: &Objects, options: &DiffOptions) -> bool {
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    objects.manifests.iter().any(|object| masker.masked(&object.node, &object.identity).is_some())
}

/// Both sides with what [`DiffOptions::secrets`] name masked as it is shown, for whoever tells of them in words. The data
/// of Secrets is masked as well.
pub fn masked(before: &Objects, after: &Objects, options: &DiffOptions) -> [Objects; 2] {
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    let [mut before, mut after] = [before, after].map(|objects| {
        let mut objects = objects.clone();
        for object in &mut objects.manifests {
            if let Some(node) = masker.masked(&object.node, &object.identity) {
                object.node = node;
            }
        }
        objects
    });
    let partners: BTreeMap<usize, usize> =
        pair::same_name(&before.manifests, &after.manifests).both.into_iter().map(|(old, new)| (new, old)).collect();
    for (at, object) in after.manifests.iter_mut().enumerate() {
        let old = partners.get(&at).and_then(|old| before.manifests.get(*old)).map(|old| &old.node);
        object.node = mask::shown_beside(&object.node, old);
    }
    for object in &mut before.manifests {
        object.node = mask::shown(&object.node);
    }
    [before, after]
}

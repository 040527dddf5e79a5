//! The objects of two sides, compared.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Comparer;
use super::identical;
use super::mask::{self, Masker};
use super::pattern::Matching;
use super::{ChangeKind, Hidden, ObjectDiff, ObjectKind, ObjectSide, Options, pair};
use crate::bundle::Manifest;
use crate::node::Node;
use crate::objects::Objects;

/// Compares the objects of two sides. Nothing is said of those that are equal.
pub fn diff(before: &Objects, after: &Objects, options: &Options) -> (Vec<ObjectDiff>, Hidden) {
    let mut hidden = Hidden::default();
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    let mut paired = pair::same_name(&before.manifests, &after.manifests);
    paired.both.retain(|(old, new)| {
        let [a, b] = [&before.manifests[*old], &after.manifests[*new]];
        !identical(&a.node, &b.node)
    });
    let mut masked = |objects: &Objects, at: usize| -> Manifest {
        let object = &objects.manifests[at];
        let node = masker.masked(&object.node, &object.identity);
        Manifest { node: node.unwrap_or_else(|| object.node.clone()), ..object.clone() }
    };
    // What is left of both sides, by its position there.
    let mut old: BTreeMap<usize, Manifest> = BTreeMap::new();
    let mut new: BTreeMap<usize, Manifest> = BTreeMap::new();
    old.extend(
        paired.both.iter().map(|(old, _)| *old).chain(paired.gone.iter().copied()).map(|at| (at, masked(before, at))),
    );
    new.extend(
        paired.both.iter().map(|(_, new)| *new).chain(paired.new.iter().copied()).map(|at| (at, masked(after, at))),
    );
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
        let side = |side: Option<(usize, &Manifest)>, nth: &[usize], node: Option<Node>| {
            let (at, object) = side?;
            Some(ObjectSide { identity: object.identity.clone(), nth: nth[at], node: node? })
        };
        let Some(identity) = old.or(new).map(|(_, object)| &object.identity) else { continue };
        let (matching, found) = Matching::begin(&options.ignore, identity);
        if let Some(pattern) = found {
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
            side(old, &paired.nth[0], old_node.map(mask::shown)),
            side(new, &paired.nth[1], new_node.map(|node| mask::shown_beside(node, old_node))),
        ];
        objects.push(ObjectDiff { kind, before, after, changes: changes.into_iter().map(mask::change).collect(), at });
    }
    hidden.by_pattern = hidden.ignored.iter().map(|(at, count)| (options.ignore[*at].to_string(), *count)).collect();
    (objects, hidden)
}

/// Whether `objects` hold anything that `options` mask.
pub fn holds_secrets(objects: &Objects, options: &Options) -> bool {
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    objects.manifests.iter().any(|object| masker.masked(&object.node, &object.identity).is_some())
}

/// Both sides with what [`Options::secrets`] name masked as it is shown, for whoever tells of them in words. The data
/// of Secrets is masked as well.
pub fn masked(before: &Objects, after: &Objects, options: &Options) -> [Objects; 2] {
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    let mut hide = |objects: &Objects| {
        let mut objects = objects.clone();
        for object in &mut objects.manifests {
            if let Some(node) = masker.masked(&object.node, &object.identity) {
                object.node = node;
            }
        }
        objects
    };
    let [mut before, mut after] = [hide(before), hide(after)];
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

//! Objects and places that tell of a change what its traffic does not: names that changed, places that got another
//! version, objects that have nothing to do with either.

use std::collections::{HashMap, HashSet};

use super::{EntryPoint, Impact};
use crate::bundle::{Identity, Key, Manifest};
use crate::diff::digest;
use crate::kinds::Selects;
use crate::node::Node;
use crate::traffic::is_routemap;

impl Impact<'_> {
    /// Places where a version stands that stood elsewhere: the object, and what stands there before and after. An
    /// object that routes requests by itself is no place, and neither is one whose Service says what it leads to.
    pub fn reassigned(&self) -> Vec<(Identity, String, String)> {
        let routes: HashSet<Key<'_>> = self.sides.after.entry_points.iter().map(|route| route.identity.key()).collect();
        let services = self.sides.after.entry_points.iter().filter(|route| route.identity.is_service());
        let services: HashSet<_> = services.map(|route| (&route.identity.namespace, &route.identity.name)).collect();
        let before: HashMap<_, usize> = (0..self.version_pairs.len())
            .filter_map(|version_pair| Some((place(self.before(version_pair)?), version_pair)))
            .collect();
        let mut reassigned = Vec::new();
        for (index, version_pair) in self.version_pairs.iter().enumerate() {
            let Some(after) = self.after(index) else { continue };
            let is_routed = routes.contains(&after.object.key())
                || services.contains(&(&after.object.namespace, &after.object.name));
            let before = before.get(&place(after)).filter(|before| **before != index && !is_routed);
            if let Some(before) = before {
                reassigned.push((
                    after.object.clone(),
                    self.version_pairs[*before].name.before.clone(),
                    version_pair.name.after.clone(),
                ));
            }
        }
        reassigned
    }

    /// Objects that changed in ways that neither the routes nor the versions tell of.
    pub fn unrelated(&self) -> Vec<Identity> {
        let changed: Vec<&EntryPoint> = self.entry_points.iter().filter(|entry_point| entry_point.is_told()).collect();
        let mut explained: HashSet<Key<'_>> =
            self.sides.after.workloads.iter().map(|workload| workload.object.key()).collect();
        for route in
            changed.iter().filter_map(|entry_point| self.sides.after.entry_points.get(entry_point.route.after?))
        {
            explained.insert(route.identity.key());
            explained.extend(route.through.iter().map(|map| map.identity.key()));
        }
        if !changed.is_empty() {
            let maps = self.sides.after.objects.manifests.iter().filter(|manifest| is_routemap(manifest));
            explained.extend(maps.map(|map| map.identity.key()));
        }
        let unexplained = self.objects.otherwise.iter().filter(|identity| !explained.contains(&identity.key()));
        unexplained.filter(|identity| changed.is_empty() || !follows_versions(identity)).cloned().collect()
    }

    /// Objects that go on under another name: those that make the same version or the same entry point, and those that
    /// are the same in all but their name.
    pub(super) fn find_renamed(&self) -> Vec<(Identity, Identity)> {
        let mut renamed = Renamed {
            fresh: self.objects.added.iter().map(Identity::key).collect(),
            gone: self.objects.removed.iter().map(Identity::key).collect(),
            pairs: Vec::new(),
        };
        if renamed.fresh.is_empty() || renamed.gone.is_empty() {
            return Vec::new();
        }
        for entry_point in &self.entry_points {
            if let (Some(old), Some(new)) = (entry_point.route.before, entry_point.route.after) {
                renamed
                    .add(&self.sides.before.entry_points[old].identity, &self.sides.after.entry_points[new].identity);
            }
        }
        for (index, version_pair) in self.version_pairs.iter().enumerate() {
            if let (Some(before), Some(after), false) =
                (self.before(index), self.after(index), version_pair.is_replaced())
            {
                renamed.add(&before.object, &after.object);
            }
        }
        let mut fresh: HashMap<(&str, u64), Vec<&Manifest>> = HashMap::new();
        for new in self.sides.after.objects.manifests.iter().filter(|new| renamed.fresh.contains(&new.identity.key())) {
            fresh.entry((&new.identity.kind, content_digest(&new.node))).or_default().push(new);
        }
        for old in &self.sides.before.objects.manifests {
            if !renamed.gone.contains(&old.identity.key()) {
                continue;
            }
            let alike = (old.identity.kind.as_str(), content_digest(&old.node));
            let Some(alike) = fresh.get_mut(&alike) else { continue };
            // The name stays, or the namespace does.
            let named = alike.iter().position(|new| new.identity.name == old.identity.name);
            let beside = alike.iter().position(|new| new.identity.namespace == old.identity.namespace);
            if let Some(position) = named.or(beside) {
                renamed.add(&old.identity, &alike.remove(position).identity);
            }
        }
        renamed.pairs
    }
}

/// Whether an object follows from the versions that there are, and from their scale and weights.
fn follows_versions(object: &Identity) -> bool {
    object.selects() == Selects::Subsets
        || object.is("autoscaling", "HorizontalPodAutoscaler")
        || object.is("policy", "PodDisruptionBudget")
        || object.is("", "ConfigMap") && object.name.ends_with("-weight-config")
}

/// What an object holds besides its metadata, as a digest.
fn content_digest(node: &Node) -> u64 {
    digest(&super::same::without(node, &|path| matches!(path, [key] if key == "metadata")))
}

/// The part of an object that a workload is.
fn place(workload: &super::Workload) -> (Key<'_>, Option<&str>, bool) {
    (workload.object.key(), workload.part.as_deref(), workload.previous)
}

/// What is renamed, and what may still be.
struct Renamed<'c> {
    fresh: HashSet<Key<'c>>,
    gone: HashSet<Key<'c>>,
    pairs: Vec<(Identity, Identity)>,
}

impl<'c> Renamed<'c> {
    fn add(&mut self, old: &'c Identity, new: &'c Identity) {
        if old.kind == new.kind && self.gone.contains(&old.key()) && self.fresh.remove(&new.key()) {
            self.gone.remove(&old.key());
            self.pairs.push((old.clone(), new.clone()));
        }
    }
}

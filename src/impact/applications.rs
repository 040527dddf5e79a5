//! Which workloads belong to one application: those that one entry point leads to, and those of one object, on either side.

use std::collections::HashMap;

use super::union_find::UnionFind;
use super::view::View;
use crate::bundle::Key;
use crate::sides::{Side, Sides};

/// For each workload of a side, the number of its application.
pub fn applications(sides: Sides<&View<'_>>) -> Sides<Vec<usize>> {
    let mut sets = UnionFind::default();
    let mut objects: HashMap<Key<'_>, usize> = HashMap::new();
    let mut entry_points: HashMap<Key<'_>, usize> = HashMap::new();
    let mut nodes: Sides<Vec<usize>> = Sides::default();
    for side in Side::BOTH {
        let view = sides[side];
        for workload in &view.workloads {
            let node = sets.add();
            let object = *objects.entry(workload.object.key()).or_insert(node);
            sets.join(node, object);
            nodes[side].push(node);
        }
        for route in &view.entry_points {
            let entry_point = *entry_points.entry(route.identity.key()).or_insert_with(|| sets.add());
            let versions = route.targets.iter().map(|(version, _)| version);
            for workload in versions.flat_map(|version| view.workloads_of(route, version)) {
                sets.join(nodes[side][workload], entry_point);
            }
            // A routemap also watches versions that get nothing now.
            for watched in route.through.iter().flat_map(|map| &map.watched) {
                for index in view.index.workloads_of_object(&watched.name) {
                    let workload = view.workloads.get(*index);
                    if workload.is_some_and(|workload| workload.object.namespace == route.identity.namespace) {
                        sets.join(nodes[side][*index], entry_point);
                    }
                }
            }
        }
    }
    nodes.map(|side| side.into_iter().map(|node| sets.root(node)).collect())
}

//! Which units belong to one application: those that one entrance leads to, and those of one object, on either side.

use std::collections::HashMap;

use super::sets::Sets;
use super::unit::Unit;
use super::view::View;
use crate::bundle::Key;
use crate::sides::{Side, Sides};

/// The families of all units: for each unit of a side, the number of its family.
pub fn families(sides: Sides<&View<'_>>) -> Sides<Vec<usize>> {
    let mut sets = Sets::default();
    let mut objects: HashMap<Key<'_>, usize> = HashMap::new();
    let mut entrances: HashMap<Key<'_>, usize> = HashMap::new();
    let mut nodes: Sides<Vec<usize>> = Sides::default();
    for side in Side::BOTH {
        let view = sides[side];
        for unit in &view.units {
            let node = sets.add();
            let object = *objects.entry(unit.object.key()).or_insert(node);
            sets.join(node, object);
            nodes[side].push(node);
        }
        for route in &view.entrances {
            let entrance = *entrances.entry(route.identity.key()).or_insert_with(|| sets.add());
            let versions = route.targets.iter().map(|(version, _)| version);
            for unit in versions.flat_map(|version| view.units_of(route, version)) {
                sets.join(nodes[side][unit], entrance);
            }
            // A routemap also watches versions that get nothing now.
            for watched in route.through.iter().flat_map(|map| &map.watched) {
                for unit in view.index.units_of_object(&watched.name) {
                    let own = |unit: &Unit| unit.object.namespace == route.identity.namespace;
                    if view.units.get(*unit).is_some_and(own) {
                        sets.join(nodes[side][*unit], entrance);
                    }
                }
            }
        }
    }
    nodes.map(|side| side.into_iter().map(|node| sets.root(node)).collect())
}

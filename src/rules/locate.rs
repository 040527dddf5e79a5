//! Where a part of an object stands: in the object, and in the user's files.

use std::sync::Arc;

use crate::bundle::{Identity, Manifest};
use crate::node::{Node, Path, Segment};
use crate::objects::Objects;
use crate::source::At;

/// What a finding is about.
#[derive(Debug, Clone)]
pub struct Position {
    /// The object.
    pub object: Identity,
    /// The path to the value inside the object.
    pub path: Path,
    /// Where that stands in the user's files.
    pub at: Option<At>,
}

/// The position of `node`, a part of `object`: where it stands itself, or what is nearest to it of all that has a place.
pub fn locate(objects: &Objects, object: &Manifest, node: &Node) -> Position {
    let mut steps = Vec::new();
    find(&object.node, node, &mut steps);
    let path = Path(steps.iter().map(|(_, segment)| segment.clone()).collect());
    let at = objects.at(node).or_else(|| nearest(objects, node, &steps));
    Position { object: object.identity.clone(), path, at }
}

/// The nearest place in the user's files to `node`, which has none: that of one of its parts, else of what it is a part
/// of, else of what stands beside it.
fn nearest(objects: &Objects, node: &Node, steps: &[(&Node, Segment)]) -> Option<At> {
    let parents = || steps.iter().rev().map(|(parent, _)| *parent);
    // The object as a whole does not say where in it.
    let inner_parents = || parents().take(steps.len().saturating_sub(1));
    let nearest = objects.nearest_user_at(Some(node), parents());
    nearest.or_else(|| inner_parents().find_map(|parent| objects.first_user_at(parent)))
}

/// Finds `wanted` in `root` by identity, not by equality. `steps` then lead from `root` to it: each collection that is
/// passed, and the step in it. They stay empty where it is not there.
fn find<'n>(root: &'n Node, wanted: &Node, steps: &mut Vec<(&'n Node, Segment)>) -> bool {
    if std::ptr::eq(root, wanted) {
        return true;
    }
    match root {
        Node::Map(entries, _) => entries.iter().any(|(key, value)| {
            // A key that is wrong is reported as its entry.
            let child = if std::ptr::eq(key, wanted) { key } else { value };
            let segment = Segment::Key(Arc::from(key.text().unwrap_or_default()));
            find_below(root, segment, child, wanted, steps)
        }),
        node => {
            let mut items = node.items().iter().enumerate();
            items.any(|(index, item)| find_below(root, Segment::Index(index as u32), item, wanted, steps))
        }
    }
}

/// Finds `wanted` in `child`, which is one step below `parent`.
fn find_below<'n>(
    parent: &'n Node,
    segment: Segment,
    child: &'n Node,
    wanted: &Node,
    steps: &mut Vec<(&'n Node, Segment)>,
) -> bool {
    steps.push((parent, segment));
    let is_below = find(child, wanted, steps);
    if !is_below {
        steps.pop();
    }
    is_below
}

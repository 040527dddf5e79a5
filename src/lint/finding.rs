//! What rules report, and where it stands.

use std::sync::Arc;

use super::{Rule, Severity};
use crate::bundle::{Identity, Manifest};
use crate::node::{Node, Path, Segment};
use crate::objects::Objects;
use crate::source::{At, Sources};

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a short sentence without a full stop.
    pub message: String,
    /// The object that it is in.
    pub object: Identity,
    /// The way to the value inside the object.
    pub path: Path,
    /// Where it stands in the user's file: the value itself, or what is nearest to it of all that has a place.
    pub at: Option<At>,
}

/// What the rules found so far.
#[derive(Debug)]
pub struct Findings<'a> {
    objects: &'a Objects,
    rule: Option<(&'static Rule, Severity)>,
    list: Vec<(usize, Finding)>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(objects: &'a Objects) -> Self {
        Self { objects, rule: None, list: Vec::new() }
    }

    /// What is added from here on is found by `rule`.
    pub(super) fn of(&mut self, rule: &'static Rule, severity: Severity) {
        self.rule = Some((rule, severity));
    }

    pub(super) fn into_list(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|(object, _)| *object);
        self.list.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Reports `node`, a part of `object`. Where a value is missing, `node` is what it is missing from.
    pub fn add(&mut self, object: &'a Manifest, node: &Node, message: impl Into<String>) {
        let Some((rule, severity)) = self.rule else { return };
        let (path, at) = locate(self.objects, object, node);
        let index = self.objects.manifests.iter().position(|other| std::ptr::eq(other, object)).unwrap_or_default();
        let object = object.identity.clone();
        self.list.push((index, Finding { rule, severity, message: message.into(), object, path, at }));
    }
}

/// The way to `node`, a part of `object`, and where it stands, or what is nearest to it of all that has a place.
pub(crate) fn locate(objects: &Objects, object: &Manifest, node: &Node) -> (Path, Option<At>) {
    let mut way = Vec::new();
    find(&object.node, node, &mut way);
    let path = Path(way.iter().map(|(_, segment)| segment.clone()).collect());
    let at = objects.at(node).or_else(|| {
        let above = || way.iter().rev().map(|(parent, _)| *parent);
        let nearest = inside(objects, node).or_else(|| above().find_map(|parent| own(objects, parent)));
        // The whole object says nothing of where in it.
        nearest.or_else(|| above().take(way.len().max(1) - 1).find_map(|parent| inside(objects, parent)))
    });
    (path, at)
}

/// Where `node` stands, if that is in the user's own files: of a default one can say only that it is wrong itself.
fn own(objects: &Objects, node: &Node) -> Option<At> {
    objects.at(node).filter(|at| at.source.0 < Sources::PACKS)
}

/// Where `node` stands, or the first of its parts that stands anywhere.
fn inside(objects: &Objects, node: &Node) -> Option<At> {
    own(objects, node).or_else(|| match node {
        Node::Map(entries, _) => entries.iter().find_map(|(_, value)| inside(objects, value)),
        Node::Symbol(symbol) => symbol.inputs().iter().find_map(|input| inside(objects, input)),
        node => node.items().iter().find_map(|item| inside(objects, item)),
    })
}

/// The way from `root` to `wanted`: each collection that is passed, and the step in it. `wanted` is found by
/// identity, not by equality. Nothing is pushed where it is not there.
fn find<'n>(root: &'n Node, wanted: &Node, way: &mut Vec<(&'n Node, Segment)>) -> bool {
    if std::ptr::eq(root, wanted) {
        return true;
    }
    let mut enter = |segment: Segment, child: &'n Node| {
        way.push((root, segment));
        let found = find(child, wanted, way);
        if !found {
            way.pop();
        }
        found
    };
    match root {
        Node::Map(entries, _) => entries.iter().any(|(key, value)| {
            // A key that is wrong is reported as its entry.
            let child = if std::ptr::eq(key, wanted) { key } else { value };
            enter(Segment::Key(Arc::from(key.text().unwrap_or_default())), child)
        }),
        node => node.items().iter().enumerate().any(|(i, item)| enter(Segment::Index(i as u32), item)),
    }
}

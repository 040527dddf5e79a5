//! Two values of one object, field by field.

use std::sync::Arc;

use super::content;
use super::list;
use super::path::CONDITION;
use super::pattern::{Matching, Pattern, Taken};
use super::value::{identical, leaf};
use super::{ChangeKind, Hidden, PathStep, ValueChange, ValuePath};
use crate::node::Node;
use crate::objects::Objects;
use crate::source::At;

/// Compares the parts of one object.
pub struct Comparer<'a> {
    /// What is not to be shown.
    pub ignore: &'a [Pattern],
    /// The new objects, which know where their values stand.
    pub after: &'a Objects,
    /// What was not shown.
    pub hidden: &'a mut Hidden,
    changes: Vec<ValueChange>,
    path: Vec<PathStep>,
    /// The new values that hold the present one, from the root.
    above: Vec<Node>,
    /// Whether this is what a string holds.
    held: bool,
}

impl<'a> Comparer<'a> {
    /// A comparer for one object.
    pub fn new(ignore: &'a [Pattern], after: &'a Objects, hidden: &'a mut Hidden) -> Self {
        Self { ignore, after, hidden, changes: Vec::new(), path: Vec::new(), above: Vec::new(), held: false }
    }

    /// What it takes to make `after` of `before`.
    pub fn changes(mut self, before: &Node, after: &Node, matching: &Matching) -> Vec<ValueChange> {
        self.value(before, after, None, matching);
        self.changes
    }

    /// `key` is where the values stand in a map.
    fn value(&mut self, before: &Node, after: &Node, key: Option<&str>, matching: &Matching) {
        self.above.push(after.clone());
        let condition = |node| self.held && content::condition(node).is_some();
        if condition(before) || condition(after) {
            self.conditional(before, after, key, matching);
        } else {
            self.unconditional(before, after, key, matching);
        }
        self.above.pop();
    }

    fn unconditional(&mut self, before: &Node, after: &Node, key: Option<&str>, matching: &Matching) {
        match (before, after) {
            (Node::Map(ours, _), Node::Map(theirs, _)) => {
                if !Arc::ptr_eq(ours, theirs) {
                    self.maps(before, after, matching);
                }
            }
            (Node::Seq(ours, _), Node::Seq(theirs, _)) => {
                if !Arc::ptr_eq(ours, theirs) {
                    self.lists(key, ours, theirs, matching);
                }
            }
            _ if identical(before, after) => {}
            _ => match (content::string(before), content::string(after)) {
                (Some(_), Some(_)) => self.strings(before, after, key, matching),
                _ => self.push(ChangeKind::Changed, Some(before), Some(after)),
            },
        }
    }

    /// Values at least one of which is there only under a condition.
    fn conditional(&mut self, before: &Node, after: &Node, key: Option<&str>, matching: &Matching) {
        let [(old, before), (new, after)] = [before, after].map(|node| match content::condition(node) {
            Some((condition, body)) => (Some(Node::literal(condition)), body),
            None => (None, node),
        });
        if old != new {
            self.entry(CONDITION, old.as_ref(), new.as_ref(), matching);
        }
        self.value(before, after, key, matching);
    }

    fn maps(&mut self, before: &Node, after: &Node, matching: &Matching) {
        for (i, (key, old)) in before.entries().iter().enumerate() {
            let text = key.text().unwrap_or_default();
            let same_place =
                after.entries().get(i).filter(|(after_key, _)| key.is_same_text(after_key)).map(|(_, value)| value);
            self.entry(&text, Some(old), same_place.or_else(|| after.get(&text)), matching);
        }
        for (i, (key, new)) in after.entries().iter().enumerate() {
            let same_place = before.entries().get(i).is_some_and(|(before_key, _)| key.is_same_text(before_key));
            if same_place {
                continue;
            }
            let text = key.text().unwrap_or_default();
            if before.get(&text).is_none() {
                self.entry(&text, None, Some(new), matching);
            }
        }
    }

    fn entry(&mut self, key: &str, before: Option<&Node>, after: Option<&Node>, matching: &Matching) {
        if let (Some(before), Some(after)) = (before, after)
            && quickly_same(before, after)
        {
            return;
        }
        let (matching, ignored) = matching.step(self.ignore, Taken::Key(key));
        self.step(PathStep::Key(Arc::from(key)), before, after, Some(key), &matching, ignored);
    }

    /// Takes one step, and compares what is there. `ignored` is the pattern that hides it.
    fn step(
        &mut self,
        step: PathStep,
        before: Option<&Node>,
        after: Option<&Node>,
        key: Option<&str>,
        matching: &Matching,
        ignored: Option<usize>,
    ) {
        self.path.push(step);
        match (ignored, before, after) {
            (Some(pattern), before, after) => {
                if !matches!((before, after), (Some(before), Some(after)) if identical(before, after)) {
                    self.hidden.add(pattern, 1);
                }
            }
            (None, Some(before), Some(after)) => self.value(before, after, key, matching),
            (None, Some(before), None) => self.one_side(ChangeKind::Removed, before, matching),
            (None, None, Some(after)) => self.one_side(ChangeKind::Added, after, matching),
            (None, None, None) => {}
        }
        self.path.pop();
    }

    /// A value that only one side has, less what is hidden of it.
    fn one_side(&mut self, kind: ChangeKind, node: &Node, matching: &Matching) {
        let left = match matching.is_over() {
            true => Some(node.clone()),
            false => self.pruned(node, matching),
        };
        match kind {
            ChangeKind::Removed => self.push(kind, left.as_ref(), None),
            _ => self.push(kind, None, left.as_ref()),
        }
    }

    /// `node` less what is hidden of it; `None` where nothing else is in it.
    fn pruned(&mut self, node: &Node, matching: &Matching) -> Option<Node> {
        match node {
            Node::Map(entries, origin) if !entries.is_empty() => {
                let left = entries.iter().filter_map(|(key, value)| {
                    let (matching, ignored) = matching.step(self.ignore, Taken::Key(&key.text()?));
                    Some((key.clone(), self.left(value, &matching, ignored)?))
                });
                let left: Vec<(Node, Node)> = left.collect();
                (!left.is_empty()).then(|| Node::Map(left.into(), *origin))
            }
            Node::Seq(items, origin) if !items.is_empty() => {
                let left = items.iter().enumerate().filter_map(|(at, item)| {
                    let index = u32::try_from(at).unwrap_or(u32::MAX);
                    let (matching, ignored) = matching.step(self.ignore, Taken::Item(&[Some((index, item))]));
                    self.left(item, &matching, ignored)
                });
                let left: Vec<Node> = left.collect();
                (!left.is_empty()).then(|| Node::Seq(left.into(), *origin))
            }
            node => Some(node.clone()),
        }
    }

    fn left(&mut self, node: &Node, matching: &Matching, ignored: Option<usize>) -> Option<Node> {
        match ignored {
            Some(pattern) => {
                self.hidden.add(pattern, 1);
                None
            }
            None if matching.is_over() => Some(node.clone()),
            None => self.pruned(node, matching),
        }
    }

    fn lists(&mut self, name: Option<&str>, before: &[Node], after: &[Node], matching: &Matching) {
        let pairs = list::pair(name, before, after);
        for (item, moved) in pairs.items.into_iter().zip(pairs.moved) {
            let [old, new] = [(item.before, before), (item.after, after)].map(|(at, items)| items.get(at? as usize));
            let sides = [item.before.zip(old), item.after.zip(new)];
            let (matching, ignored) = matching.step(self.ignore, Taken::Item(&sides));
            let step = PathStep::Item(item);
            if moved {
                match ignored {
                    Some(pattern) => self.hidden.add(pattern, 1),
                    None => {
                        self.path.push(step.clone());
                        self.push(ChangeKind::Moved, None, new);
                        self.path.pop();
                    }
                }
            }
            if let (Some(old), Some(new)) = (old, new)
                && quickly_same(old, new)
            {
                continue;
            }
            self.step(step, old, new, None, &matching, ignored);
        }
    }

    /// Two strings that differ.
    fn strings(&mut self, before: &Node, after: &Node, key: Option<&str>, matching: &Matching) {
        let Some([old, new]) = content::both(before, after, key) else {
            return self.push(ChangeKind::Changed, Some(before), Some(after));
        };
        let outer = (std::mem::take(&mut self.changes), std::mem::take(&mut self.path));
        let hidden = self.hidden.count();
        let held = std::mem::replace(&mut self.held, true);
        self.value(&old, &new, None, matching);
        self.held = held;
        let inside = std::mem::replace(&mut self.changes, outer.0);
        self.path = outer.1;
        if inside.iter().any(|change| change.kind != ChangeKind::Form) {
            self.push(ChangeKind::Changed, Some(before), Some(after));
            if let Some(last) = self.changes.last_mut() {
                last.inside = inside;
            }
        } else if !inside.is_empty() || self.hidden.count() == hidden {
            self.push(ChangeKind::Form, Some(before), Some(after));
        }
    }

    fn push(&mut self, kind: ChangeKind, before: Option<&Node>, after: Option<&Node>) {
        if before.is_none() && after.is_none() {
            return;
        }
        let at = self.place(after);
        // What moved stays what it is; a short value says which one that was.
        let after = after.filter(|after| kind != ChangeKind::Moved || leaf(after).is_some());
        self.changes.push(ValueChange {
            path: ValuePath(self.path.clone()),
            kind,
            before: before.cloned(),
            after: after.cloned(),
            inside: Vec::new(),
            at,
        });
    }

    /// Where `node` stands in the user's files, or what is nearest to it of all that stands there.
    fn place(&self, node: Option<&Node>) -> Option<At> {
        let above = || self.above.iter().rev();
        let nearest = self.after.nearest_user_at(node, above());
        // What stands first in the whole object is the last resort.
        nearest.or_else(|| above().find_map(|node| self.after.first_user_at(node)))
    }
}

/// Whether both are equal for certain, at the cost of one look.
fn quickly_same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Scalar(a, _), Node::Scalar(b, _)) => a == b,
        (Node::Map(a, _), Node::Map(b, _)) => Arc::ptr_eq(a, b),
        (Node::Seq(a, _), Node::Seq(b, _)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

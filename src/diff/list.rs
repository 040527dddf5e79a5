//! Which items of two lists are one: by the fields that tell them apart, else by what they have in common.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::alike::{Leaves, common};
use super::content::unconditional;
use super::path::Item;
use super::value::{Leaf, digest, leaf};
use crate::kinds::item_keys;
use crate::node::Node;

/// What is tried for any other list: what people call a thing by.
const COMMON_KEYS: &[&[&str]] =
    &[&["name"], &["metadata.name"], &["key"], &["id"], &["host"], &["ip"], &["path"], &["topologyKey"], &["type"]];

/// Items share more than half of what they say, or they are not one: with a field that names them and one more, that is
/// both.
const ALIKE: f64 = 0.5;

/// Up to this product of two lengths every item is compared with every other; longer lists are compared by position
/// where equality does not decide.
const MOST_PAIRS: usize = 10_000;

/// Items that are one, by their positions, and what to call every item.
pub struct Pairs {
    /// The position in the old list and in the new; one of them where an item is gone or new. In the order of the
    /// new list, with what is gone where it stood.
    pub items: Vec<Item>,
    /// The pairs whose order among the others is another: as few as make the rest keep theirs.
    pub moved: Vec<bool>,
}

/// The text of the field at `path`, whose steps are separated by dots.
pub fn field<'n>(node: &'n Node, path: &str) -> Option<Cow<'n, str>> {
    let found = match node.get(path) {
        Some(found) => found,
        None => path.split('.').try_fold(node, |node, key| node.get(key))?,
    };
    match leaf(found)? {
        Leaf::Text(text) => Some(text),
        Leaf::Null => None,
        _ => found.text().map(Cow::Owned),
    }
}

/// Pairs the items of two lists. `name` is the key under which they stand.
pub fn pair(name: Option<&str>, before: &[Node], after: &[Node]) -> Pairs {
    let mut pairing = Pairing::new(before, after);
    let keys = |of: &'static [&'static [&'static str]]| of.iter().filter_map(|fields| pairing.key(fields));
    let own: Vec<Key> = keys(name.map_or(&[], item_keys)).collect();
    let common = if own.is_empty() { keys(COMMON_KEYS).next() } else { None };
    // A second key of the table may still know an item whose first one has changed.
    let known: Vec<Key> = own.into_iter().chain(common).collect();
    known.iter().for_each(|key| pairing.by_key(key));
    if known.is_empty() {
        pairing.by_equality();
        pairing.by_flag();
    }
    pairing.by_likeness();
    // The number of a port is as much its value as its name.
    let numbered = |key: &Key| matches!(key.fields, ["containerPort" | "port" | "number", ..]);
    if known.first().is_none_or(numbered) {
        pairing.by_place();
    }
    pairing.finish(known.first())
}

/// Fields that tell all items apart, on either side.
struct Key {
    fields: &'static [&'static str],
    before: Vec<Option<Vec<String>>>,
    after: Vec<Option<Vec<String>>>,
}

struct Pairing<'n> {
    before: &'n [Node],
    after: &'n [Node],
    /// For each old item the new one, and the reverse.
    to: Vec<Option<usize>>,
    from: Vec<Option<usize>>,
}

impl<'n> Pairing<'n> {
    fn new(before: &'n [Node], after: &'n [Node]) -> Self {
        Self { before, after, to: vec![None; before.len()], from: vec![None; after.len()] }
    }

    fn join(&mut self, old: usize, new: usize) {
        self.to[old] = Some(new);
        self.from[new] = Some(old);
    }

    /// The first of `fields` and as many more as it takes, if most items have it and no two are alike in them.
    fn key(&self, fields: &'static [&'static str]) -> Option<Key> {
        let values = |items: &[Node], fields: &[&str]| -> Vec<Option<Vec<String>>> {
            let own = |item: &Node| {
                let item = unconditional(item);
                let first = field(item, fields[0])?.into_owned();
                let others = fields[1..].iter().map(|other| field(item, other).unwrap_or_default().into_owned());
                Some(std::iter::once(first).chain(others).collect())
            };
            items.iter().map(own).collect()
        };
        (1..=fields.len()).find_map(|count| {
            let fields = &fields[..count];
            let key = Key { fields, before: values(self.before, fields), after: values(self.after, fields) };
            let [before, after] = [&key.before, &key.after].map(|side| {
                let mut known: Vec<&Vec<String>> = side.iter().flatten().collect();
                let count = known.len();
                known.sort();
                known.dedup();
                // One item that has no name does not make the others nameless.
                (known.len() == count && 2 * count > side.len() || side.is_empty()).then_some(count)
            });
            (before? + after? > 0).then_some(key)
        })
    }

    fn by_key(&mut self, key: &Key) {
        let mut places: HashMap<&Vec<String>, usize> = HashMap::new();
        for (old, value) in key.before.iter().enumerate() {
            if let (Some(value), None) = (value, self.to[old]) {
                places.insert(value, old);
            }
        }
        for (new, value) in key.after.iter().enumerate() {
            if let (Some(value), None) = (value, self.from[new])
                && let Some(old) = places.get(value)
            {
                self.join(*old, new);
            }
        }
    }

    /// Pairs equal items: those that keep their order, then those that do not.
    fn by_equality(&mut self) {
        let [old, new] = [self.before, self.after].map(|side| side.iter().map(digest).collect::<Vec<u64>>());
        if old.len() * new.len() <= 100 * MOST_PAIRS {
            for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
                if let DiffOp::Equal { old_index, new_index, len } = op {
                    (0..len).for_each(|i| self.join(old_index + i, new_index + i));
                }
            }
        }
        let mut left: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in (0..old.len()).rev().filter(|at| self.to[*at].is_none()) {
            left.entry(old[at]).or_default().push(at);
        }
        for (at, item) in new.iter().enumerate() {
            if self.from[at].is_none()
                && let Some(found) = left.get_mut(item).and_then(Vec::pop)
            {
                self.join(found, at);
            }
        }
    }

    /// Pairs flags of a command line, such as `--log=info` and `--log=debug`, by their names.
    fn by_flag(&mut self) {
        let flags = |items: &[Node], partners: &[Option<usize>]| -> Vec<(String, usize)> {
            let free = items.iter().enumerate().filter(|(at, _)| partners[*at].is_none());
            let name = |item: &Node| match leaf(item)? {
                Leaf::Text(text) if text.starts_with('-') => Some(text.split_once('=')?.0.to_string()),
                _ => None,
            };
            free.filter_map(|(at, item)| Some((name(item)?, at))).collect()
        };
        let (old, new) = (flags(self.before, &self.to), flags(self.after, &self.from));
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        old.into_iter().for_each(|(name, at)| places.entry(name).or_default().push_back(at));
        for (name, at) in new {
            if let Some(found) = places.get_mut(&name).and_then(VecDeque::pop_front) {
                self.join(found, at);
            }
        }
    }

    /// Pairs maps that have much in common, the most alike first.
    fn by_likeness(&mut self) {
        let free = |side: &[Node], other: &[Option<usize>]| -> Vec<(usize, Leaves)> {
            let items = side.iter().enumerate().filter(|(at, item)| other[*at].is_none() && is_map(item));
            items.map(|(at, item)| (at, Leaves::of(unconditional(item), None))).collect()
        };
        if self.to.iter().filter(|to| to.is_none()).count() * self.from.iter().filter(|from| from.is_none()).count()
            > MOST_PAIRS
        {
            return;
        }
        let (old, new) = (free(self.before, &self.to), free(self.after, &self.from));
        let mut scores = Vec::new();
        for (i, before) in &old {
            for (j, after) in &new {
                let score = common(before, after);
                if score > ALIKE {
                    scores.push((score, *i, *j));
                }
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        for (_, i, j) in scores {
            if self.to[i].is_none() && self.from[j].is_none() {
                self.join(i, j);
            }
        }
    }

    /// Pairs what stands in the same gap between two pairs, in order, as long as it is of one kind; as the values of a
    /// list of scalars, or an only item that is another one throughout.
    fn by_place(&mut self) {
        let mut old = 0;
        let mut new = 0;
        while old < self.before.len() && new < self.after.len() {
            match (self.to[old], self.from[new]) {
                (None, None) => {
                    let (olds, news) = (run(&self.to, old), run(&self.from, new));
                    for i in 0..olds.min(news) {
                        let [a, b] = [&self.before[old + i], &self.after[new + i]].map(unconditional);
                        let scalars = leaf(a).is_some() && leaf(b).is_some();
                        let shaped = olds == news && same_shape(a, b);
                        if scalars || shaped {
                            self.join(old + i, new + i);
                        }
                    }
                    (old, new) = (old + olds, new + news);
                }
                (Some(_), None) => new += 1,
                (None, Some(_)) => old += 1,
                (Some(to), Some(from)) if to == new && from == old => (old, new) = (old + 1, new + 1),
                // Moved items: pass over the one that goes away from here.
                (Some(to), Some(_)) if to < new => old += 1,
                _ => new += 1,
            }
        }
    }

    fn finish(self, key: Option<&Key>) -> Pairs {
        let name = |old: Option<usize>, new: Option<usize>| -> Vec<(Arc<str>, Arc<str>)> {
            let Some(key) = key else { return Vec::new() };
            let own = new.and_then(|at| key.after[at].as_ref()).or_else(|| key.before[old?].as_ref());
            let fields = own.into_iter().flat_map(|own| key.fields.iter().zip(own));
            let known = fields.filter(|(_, value)| !value.is_empty());
            known.map(|(field, value)| (Arc::from(*field), Arc::from(value.as_str()))).collect()
        };
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let gone = |old: usize| Item { key: name(Some(old), None), before: Some(index(old)), after: None };
        let kept = in_order(&self.from);
        let mut pairs = Pairs { items: Vec::new(), moved: Vec::new() };
        let mut old = 0;
        let mut push = |item: Item, moved: bool| {
            pairs.items.push(item);
            pairs.moved.push(moved);
        };
        for (new, from) in self.from.iter().enumerate() {
            if kept[new] {
                while old < from.unwrap_or(old) {
                    if self.to[old].is_none() {
                        push(gone(old), false);
                    }
                    old += 1;
                }
            }
            let item = Item { key: name(*from, Some(new)), before: from.map(index), after: Some(index(new)) };
            push(item, from.is_some() && !kept[new]);
        }
        for left in old..self.before.len() {
            if self.to[left].is_none() {
                push(gone(left), false);
            }
        }
        pairs
    }
}

fn is_map(node: &Node) -> bool {
    matches!(unconditional(node), Node::Map(..))
}

/// How many items from `at` on have no partner.
fn run(partners: &[Option<usize>], at: usize) -> usize {
    partners[at..].iter().take_while(|partner| partner.is_none()).count()
}

/// Whether both are maps of the same keys, or both lists.
fn same_shape(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, _)| key.text().is_some_and(|key| b.get(&key).is_some()))
        }
        (Node::Seq(..), Node::Seq(..)) => true,
        _ => false,
    }
}

/// Which of `values` belong to a longest run of them that grows; those that are none do not.
fn in_order(values: &[Option<usize>]) -> Vec<bool> {
    // The places where the best runs of each length end, and what comes before each place.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; values.len()];
    for (at, value) in values.iter().enumerate() {
        if value.is_none() {
            continue;
        }
        let length = ends.partition_point(|end| values[*end] < *value);
        before[at] = length.checked_sub(1).map(|last| ends[last]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![false; values.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept[at] = true;
        next = before[at];
    }
    kept
}

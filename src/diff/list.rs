//! Which items of two lists are one: by the fields that tell them apart, else by what they have in common.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
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
pub struct ItemPairs {
    /// The position in the old list and in the new; one of them where an item is gone or new. In the order of the
    /// new list, with what is gone where it stood.
    pub items: Vec<Item>,
    /// The pairs whose order among the others is another: as few as make the rest keep theirs.
    pub moved: Vec<bool>,
}

/// The text of the field at `path`, whose steps are separated by dots.
pub fn field<'n>(node: &'n Node, path: &str) -> Option<Cow<'n, str>> {
    let value = match node.get(path) {
        Some(value) => value,
        None => path.split('.').try_fold(node, |node, key| node.get(key))?,
    };
    match leaf(value)? {
        Leaf::Text(text) => Some(text),
        Leaf::Null => None,
        _ => value.text().map(Cow::Owned),
    }
}

/// Pairs the items of two lists. `name` is the key under which they stand.
pub fn pair(name: Option<&str>, before: &[Node], after: &[Node]) -> ItemPairs {
    let mut pairing = ItemPairing::new(before, after);
    let documented = name.map_or(&[][..], item_keys);
    // A second key of the table may still know an item whose first one has changed.
    let mut known: Vec<ItemKey> = documented.iter().filter_map(|fields| pairing.key(fields)).collect();
    if known.is_empty() {
        known.extend(COMMON_KEYS.iter().find_map(|fields| pairing.key(fields)));
    }
    known.iter().for_each(|key| pairing.by_key(key));
    if known.is_empty() {
        pairing.by_equality();
        pairing.by_flag();
    }
    pairing.by_likeness();
    // The number of a port is as much its value as its name.
    let is_number = |key: &ItemKey| matches!(key.fields, ["containerPort" | "port" | "number", ..]);
    if known.first().is_none_or(is_number) {
        pairing.by_place();
    }
    pairing.finish(known.first())
}

/// The values of `fields` in each item; none where it lacks the first field.
fn key_values(items: &[Node], fields: &[&str]) -> Vec<Option<Vec<String>>> {
    let values = items.iter().map(|item| {
        let item = unconditional(item);
        let first = field(item, fields[0])?.into_owned();
        let rest = fields[1..].iter().map(|name| field(item, name).unwrap_or_default().into_owned());
        Some(std::iter::once(first).chain(rest).collect())
    });
    values.collect()
}

/// Fields that tell all items apart, on either side.
struct ItemKey {
    fields: &'static [&'static str],
    before: Vec<Option<Vec<String>>>,
    after: Vec<Option<Vec<String>>>,
}

struct ItemPairing<'n> {
    before: &'n [Node],
    after: &'n [Node],
    /// For each old item the new one, and the reverse.
    to: Vec<Option<usize>>,
    from: Vec<Option<usize>>,
}

impl<'n> ItemPairing<'n> {
    fn new(before: &'n [Node], after: &'n [Node]) -> Self {
        Self { before, after, to: vec![None; before.len()], from: vec![None; after.len()] }
    }

    fn join(&mut self, old: usize, new: usize) {
        self.to[old] = Some(new);
        self.from[new] = Some(old);
    }

    /// The first of `fields` and as many more as it takes, if most items have it and no two are alike in them.
    fn key(&self, fields: &'static [&'static str]) -> Option<ItemKey> {
        (1..=fields.len()).find_map(|count| {
            let fields = &fields[..count];
            let key =
                ItemKey { fields, before: key_values(self.before, fields), after: key_values(self.after, fields) };
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

    fn by_key(&mut self, key: &ItemKey) {
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
                && let Some(old) = left.get_mut(item).and_then(Vec::pop)
            {
                self.join(old, at);
            }
        }
    }

    /// Pairs flags of a command line, such as `--log=info` and `--log=debug`, by their names.
    fn by_flag(&mut self) {
        let (old, new) = (unpaired_flags(self.before, &self.to), unpaired_flags(self.after, &self.from));
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        old.into_iter().for_each(|(name, at)| places.entry(name).or_default().push_back(at));
        for (name, at) in new {
            if let Some(old) = places.get_mut(&name).and_then(VecDeque::pop_front) {
                self.join(old, at);
            }
        }
    }

    /// Pairs maps that have much in common, the most alike first.
    fn by_likeness(&mut self) {
        if self.to.iter().filter(|to| to.is_none()).count() * self.from.iter().filter(|from| from.is_none()).count()
            > MOST_PAIRS
        {
            return;
        }
        let (old, new) = (unpaired_maps(self.before, &self.to), unpaired_maps(self.after, &self.from));
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

    fn finish(self, key: Option<&ItemKey>) -> ItemPairs {
        let kept = longest_increasing_subsequence(&self.from);
        let mut pairs = ItemPairs { items: Vec::new(), moved: Vec::new() };
        let mut old = 0;
        for (new, from) in self.from.iter().enumerate() {
            if kept[new] {
                let end = from.unwrap_or(old);
                self.push_removed(old..end, key, &mut pairs);
                old = old.max(end);
            }
            pairs.push(item(*from, Some(new), key), from.is_some() && !kept[new]);
        }
        self.push_removed(old..self.before.len(), key, &mut pairs);
        pairs
    }

    /// Adds those of the old items at `positions` that are gone.
    fn push_removed(&self, positions: Range<usize>, key: Option<&ItemKey>, pairs: &mut ItemPairs) {
        for old in positions.filter(|old| self.to[*old].is_none()) {
            pairs.push(item(Some(old), None, key), false);
        }
    }
}

impl ItemPairs {
    fn push(&mut self, item: Item, moved: bool) {
        self.items.push(item);
        self.moved.push(moved);
    }
}

fn item(old: Option<usize>, new: Option<usize>, key: Option<&ItemKey>) -> Item {
    let [before, after] = [old, new].map(|at| at.map(|at| u32::try_from(at).unwrap_or(u32::MAX)));
    Item { key: key.map_or(Vec::new(), |key| key.of_item(old, new)), before, after }
}

impl ItemKey {
    /// The fields with their values in an item, which has the latter position, or had the former.
    fn of_item(&self, old: Option<usize>, new: Option<usize>) -> Vec<(Arc<str>, Arc<str>)> {
        let values = new.and_then(|at| self.after[at].as_ref()).or_else(|| self.before[old?].as_ref());
        let fields = values.into_iter().flat_map(|values| self.fields.iter().zip(values));
        let known = fields.filter(|(_, value)| !value.is_empty());
        known.map(|(field, value)| (Arc::from(*field), Arc::from(value.as_str()))).collect()
    }
}

/// The flags among the items without a partner, such as `--log=info`, by their names.
fn unpaired_flags(items: &[Node], partners: &[Option<usize>]) -> Vec<(String, usize)> {
    let unpaired = items.iter().enumerate().filter(|(at, _)| partners[*at].is_none());
    let flags = unpaired.filter_map(|(at, item)| match leaf(item)? {
        Leaf::Text(text) if text.starts_with('-') => Some((text.split_once('=')?.0.to_string(), at)),
        _ => None,
    });
    flags.collect()
}

/// The maps among the items without a partner, and what they say.
fn unpaired_maps(items: &[Node], partners: &[Option<usize>]) -> Vec<(usize, Leaves)> {
    let maps = items.iter().enumerate().filter(|(at, item)| partners[*at].is_none() && is_map(item));
    maps.map(|(at, item)| (at, Leaves::of_value(unconditional(item), None))).collect()
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

/// Which of `values` belong to a longest increasing subsequence of them; what is `None` does not.
fn longest_increasing_subsequence(values: &[Option<usize>]) -> Vec<bool> {
    // Patience sorting: where the best subsequence of each length ends, and what comes before each of its values.
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

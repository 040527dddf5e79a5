//! How much two values have in common.

use super::content::{self, unconditional};
use super::mask;
use super::value::{Leaf, hashed, leaf};
use crate::node::Node;

/// What a value says: one number for each scalar in it and where it stands, positions in lists aside; sorted.
#[derive(Debug, Clone, Default)]
pub struct Leaves(Vec<u64>);

/// The most that is looked at of one value; what is larger is compared by its beginning.
const MOST: usize = 5_000;

impl Leaves {
    /// Those of `node`. Where `name` stands in its strings, any other name could stand as well.
    pub fn of_value(node: &Node, name: Option<&str>) -> Self {
        let mut leaves = Self::default();
        leaves.add(node, 0, None, name);
        leaves.0.sort_unstable();
        leaves
    }

    /// Those of an object, but for what it is called; `name` may stand anywhere in it.
    pub fn of_object(node: &Node, name: &str) -> Self {
        let mut leaves = Self::default();
        for (key, value) in node.entries() {
            let key = key.text().unwrap_or_default();
            match key.as_str() {
                "apiVersion" | "kind" => {}
                "metadata" => value.entries().iter().for_each(|(key, value)| {
                    let key = key.text().unwrap_or_default();
                    if key != "name" && key != "namespace" {
                        leaves.add(value, hashed(&("metadata", &key)), Some(&key), Some(name));
                    }
                }),
                _ => leaves.add(value, hashed(&key), Some(&key), Some(name)),
            }
        }
        leaves.0.sort_unstable();
        leaves
    }

    fn add(&mut self, node: &Node, path: u64, key: Option<&str>, name: Option<&str>) {
        if self.0.len() >= MOST {
            return;
        }
        match unconditional(node) {
            Node::Map(entries, _) => entries.iter().for_each(|(key, value)| {
                let key = key.text().unwrap_or_default();
                self.add(value, hashed(&(path, &key)), Some(&key), name);
            }),
            Node::Seq(items, _) => items.iter().for_each(|item| self.add(item, hashed(&(path, 0u8)), None, name)),
            // Of a secret only the place counts.
            node if mask::is_masked(node) => self.0.push(path),
            node => match leaf(node) {
                Some(Leaf::Text(text)) if text.contains('\n') => match content::held(node, key) {
                    Some(held) => self.add(&held, path, None, name),
                    None => self.0.extend(text.lines().take(MOST).map(|line| hashed(&(path, without(line, name))))),
                },
                Some(Leaf::Text(text)) => self.0.push(hashed(&(path, without(&text, name)))),
                Some(leaf) => self.0.push(hashed(&(path, format!("{leaf:?}")))),
                None => self.0.push(path),
            },
        }
    }

    /// The numbers, in order; one comes as often as it is said.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }

    /// One number for all.
    pub fn digest(&self) -> u64 {
        hashed(&self.0)
    }
}

/// How much of both is common to both, from 0 to 1 (the Sørensen–Dice coefficient).
pub fn common(a: &Leaves, b: &Leaves) -> f64 {
    let (mut i, mut j, mut count) = (0, 0, 0usize);
    while let (Some(ours), Some(theirs)) = (a.0.get(i), b.0.get(j)) {
        match ours.cmp(theirs) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    match a.0.len() + b.0.len() {
        0 => 1.0,
        all => 2.0 * count as f64 / all as f64,
    }
}

/// `text` with a mark in place of each `name` that is a word of its own.
fn without(text: &str, name: Option<&str>) -> String {
    // A letter or two may well mean something else.
    let Some(name) = name.filter(|name| name.len() > 2) else { return text.to_string() };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let last = before.chars().next_back().or(out.chars().next_back());
        let is_word = !last.is_some_and(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if is_word { "\u{0}" } else { name });
        rest = after;
    }
    out.push_str(rest);
    out
}

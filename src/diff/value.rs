//! Values as Kubernetes would read them: when two are one, and how much two have in common.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::content;
use crate::node::{Node, Origin, Scalar};
use crate::write;

/// A value without structure, whatever made it.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf<'n> {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number, also one that is written `1.0`.
    Whole(i128),
    /// Another number.
    Float(f64),
    /// A string.
    Text(Cow<'n, str>),
}

/// The value of `node`, where it has no structure.
pub fn leaf(node: &Node) -> Option<Leaf<'_>> {
    match node {
        Node::Scalar(scalar, _) => Some(of_scalar(scalar)),
        Node::Concat(_) => node.text().map(|text| Leaf::Text(text.into())),
        Node::Text(body) => Some(Leaf::Text(write::text(body).into())),
        Node::Symbol(symbol) => symbol.value().map(|scalar| owned(of_scalar(&scalar))),
        Node::Guard(..) | Node::Seq(..) | Node::Map(..) => None,
    }
}

fn of_scalar(scalar: &Scalar) -> Leaf<'_> {
    match scalar {
        Scalar::Null => Leaf::Null,
        Scalar::Bool(bool) => Leaf::Bool(*bool),
        Scalar::Int(int) => Leaf::Whole(i128::from(*int)),
        Scalar::UInt(int) => Leaf::Whole(i128::from(*int)),
        // Beyond that, a float and a whole number are never equal in practice, and the cast would saturate.
        Scalar::Float(float) if float.fract() == 0.0 && float.abs() < 1e30 => Leaf::Whole(*float as i128),
        Scalar::Float(float) => Leaf::Float(*float),
        Scalar::Str(text) => Leaf::Text(Cow::Borrowed(text)),
    }
}

fn owned(leaf: Leaf<'_>) -> Leaf<'static> {
    match leaf {
        Leaf::Null => Leaf::Null,
        Leaf::Bool(bool) => Leaf::Bool(bool),
        Leaf::Whole(int) => Leaf::Whole(int),
        Leaf::Float(float) => Leaf::Float(float),
        Leaf::Text(text) => Leaf::Text(Cow::Owned(text.into_owned())),
    }
}

/// Whether both are the same value: the order of keys, the form of numbers and, in a string that holds data, its
/// layout do not count.
pub fn same(a: &Node, b: &Node) -> bool {
    equal(a, b, None, true)
}

/// As [`same`], but strings are equal only if all their characters are.
pub fn identical(a: &Node, b: &Node) -> bool {
    equal(a, b, None, false)
}

/// `held` says whether strings are looked into; `key` is where they stand in a map.
fn equal(a: &Node, b: &Node, key: Option<&str>, held: bool) -> bool {
    match (a, b) {
        (Node::Scalar(Scalar::Str(a), _), Node::Scalar(Scalar::Str(b), _)) if a == b => true,
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            Arc::ptr_eq(ours, theirs) || ours.len() == theirs.len() && equal_entries(ours, theirs, b, held)
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) => {
            Arc::ptr_eq(ours, theirs)
                || ours.len() == theirs.len() && ours.iter().zip(theirs.iter()).all(|(a, b)| equal(a, b, None, held))
        }
        (Node::Map(..) | Node::Seq(..), _) | (_, Node::Map(..) | Node::Seq(..)) => false,
        (Node::Text(ours), Node::Text(theirs)) if equal_texts(ours, theirs) => true,
        _ => match (leaf(a), leaf(b)) {
            (Some(Leaf::Text(ours)), Some(Leaf::Text(theirs))) => {
                ours == theirs || held && content::both(a, b, key).is_some_and(|[a, b]| same(&a, &b))
            }
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => a == b,
        },
    }
}

/// `map` is the one that has the entries `theirs`.
fn equal_entries(ours: &[(Node, Node)], theirs: &[(Node, Node)], map: &Node, held: bool) -> bool {
    ours.iter().enumerate().all(|(i, (key, value))| {
        // Mostly the keys come in the same order on both sides.
        match theirs.get(i) {
            Some((their_key, theirs)) if key.is_same_text(their_key) => match (value, theirs) {
                (Node::Scalar(Scalar::Str(a), _), Node::Scalar(Scalar::Str(b), _)) if a == b => true,
                _ if held => equal(value, theirs, key.text().as_deref(), held),
                _ => equal(value, theirs, None, held),
            },
            _ => {
                let key = key.text().unwrap_or_default();
                map.get(&key).is_some_and(|theirs| equal(value, theirs, Some(&key), held))
            }
        }
    })
}

/// Whether two trees that stand for texts give one text for certain, without writing them.
fn equal_texts(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            let mut pairs = ours.iter().zip(theirs.iter());
            Arc::ptr_eq(ours, theirs)
                || ours.len() == theirs.len() && pairs.all(|(a, b)| equal_texts(&a.0, &b.0) && equal_texts(&a.1, &b.1))
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) | (Node::Concat(ours), Node::Concat(theirs)) => {
            Arc::ptr_eq(ours, theirs)
                || ours.len() == theirs.len() && ours.iter().zip(theirs.iter()).all(|(a, b)| equal_texts(a, b))
        }
        (Node::Scalar(a, from), Node::Scalar(b, origin)) => {
            // What a user wrote is put in quotes, what a pack wrote is not.
            a == b && (*from == Origin::Literal) == (*origin == Origin::Literal)
        }
        (Node::Text(ours), Node::Text(theirs)) => equal_texts(ours, theirs),
        (Node::Guard(ours, a), Node::Guard(theirs, b)) => ours == theirs && equal_texts(a, b),
        (Node::Symbol(ours), Node::Symbol(theirs)) => ours == theirs,
        _ => false,
    }
}

/// A number that is equal for values that are the same, but for strings that differ only in the layout of what they
/// hold.
pub fn digest(node: &Node) -> u64 {
    match node {
        // The order of keys does not count.
        Node::Map(entries, _) => {
            let hashes = entries.iter().map(|(key, value)| hashed(&(key.text().unwrap_or_default(), digest(value))));
            hashed(&(1u8, entries.len(), hashes.fold(0u64, u64::wrapping_add)))
        }
        Node::Seq(items, _) => hashed(&(2u8, items.iter().map(digest).collect::<Vec<_>>())),
        Node::Guard(symbol, body) => hashed(&(3u8, write::condition(symbol), digest(body))),
        node => match leaf(node) {
            None | Some(Leaf::Null) => hashed(&4u8),
            Some(Leaf::Bool(bool)) => hashed(&(5u8, bool)),
            Some(Leaf::Whole(int)) => hashed(&(6u8, int)),
            Some(Leaf::Float(float)) => hashed(&(7u8, float.to_bits())),
            Some(Leaf::Text(text)) => hashed(&(8u8, text)),
        },
    }
}

/// The hash of a value, the same in every run.
pub fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

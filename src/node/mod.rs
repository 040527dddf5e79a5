//! The tree that every stage hands to the next: values that know where they come from.
//!
//! A release is rendered once into nodes, and each writer prints the same nodes; so its outputs cannot disagree.

mod build;
mod field;
mod merge;
mod origin;
mod read;
mod scalar;
mod symbol;

use std::sync::Arc;

pub use field::{Field, FromNode};
pub use merge::MergeKeys;
pub use origin::{Origin, Path, Pins, Place, PlaceId, Places, Segment};
pub use scalar::Scalar;
pub use symbol::Symbol;

/// A value, and what is known of its origin.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// One scalar.
    Scalar(Scalar, Origin),
    /// A list.
    Seq(Arc<[Node]>, Origin),
    /// A map in writing order; keys are scalars or concatenations of them.
    Map(Arc<[(Node, Node)]>, Origin),
    /// A string made of parts, each of which keeps its origin.
    Concat(Arc<[Node]>),
    /// A value known later.
    Symbol(Symbol),
    /// An item of a list, or the value of a map's entry, that is there only if the symbol holds.
    Guard(Symbol, Arc<Node>),
    /// A string whose content is the YAML of another node.
    Text(Arc<Node>),
}

impl Node {
    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Scalar(Scalar::Null, _))
    }

    /// Where it comes from; a concatenation, a symbol, a guard or a text has no one origin.
    pub fn origin(&self) -> Origin {
        match self {
            Node::Scalar(_, origin) | Node::Seq(_, origin) | Node::Map(_, origin) => *origin,
            _ => Origin::Literal,
        }
    }

    /// Whether it can be written as a manifest: its keys are strings, and what is known later stands in texts only.
    pub fn is_writable(&self) -> bool {
        match self {
            Node::Scalar(..) => true,
            Node::Concat(_) => self.has_text(),
            Node::Seq(items, _) => items.iter().all(Node::is_writable),
            Node::Map(entries, _) => entries.iter().all(|(key, value)| key.is_key() && value.is_writable()),
            Node::Text(body) => body.is_writable_later(),
            Node::Symbol(symbol) => symbol.value().is_some(),
            Node::Guard(..) => false,
        }
    }

    fn is_writable_later(&self) -> bool {
        match self {
            Node::Guard(_, body) | Node::Text(body) => body.is_writable_later(),
            Node::Seq(items, _) => items.iter().all(Node::is_writable_later),
            Node::Map(entries, _) => entries.iter().all(|(key, value)| key.is_key() && value.is_writable_later()),
            Node::Symbol(_) => true,
            Node::Scalar(..) | Node::Concat(_) => self.is_writable(),
        }
    }

    fn is_key(&self) -> bool {
        matches!(self, Node::Scalar(Scalar::Str(_), _) | Node::Concat(_)) && self.has_text()
    }
}

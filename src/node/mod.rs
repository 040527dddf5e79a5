//! The tree that every stage hands to the next: values that know where they come from.
//!
//! A release is rendered once into nodes, and each writer prints the same nodes; so its outputs cannot disagree.

mod field;
mod merge;
mod origin;
mod scalar;
mod symbol;

use std::sync::Arc;

pub use field::{Field, FromNode};
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
    /// `null`.
    pub const NULL: Node = Node::Scalar(Scalar::Null, Origin::Literal);

    /// A string that no one but the program wrote.
    pub fn literal(text: impl Into<Arc<str>>) -> Self {
        Node::Scalar(Scalar::Str(text.into()), Origin::Literal)
    }

    /// A boolean that no one but the program wrote.
    pub fn bool(value: bool) -> Self {
        Node::Scalar(Scalar::Bool(value), Origin::Literal)
    }

    /// A whole number that no one but the program wrote.
    pub fn int(value: usize) -> Self {
        Node::Scalar(Scalar::Int(i64::try_from(value).unwrap_or(i64::MAX)), Origin::Literal)
    }

    /// A list that no one but the program wrote.
    pub fn seq(items: impl Into<Arc<[Node]>>) -> Self {
        Node::Seq(items.into(), Origin::Literal)
    }

    /// A map that no one but the program wrote.
    pub fn map(entries: impl Into<Arc<[(Node, Node)]>>) -> Self {
        Node::Map(entries.into(), Origin::Literal)
    }

    /// The parts joined to one string; a single part stays what it is.
    pub fn concat(parts: impl IntoIterator<Item = Node>) -> Self {
        let mut parts: Vec<Node> = parts.into_iter().collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Node::Concat(parts.into()),
        }
    }

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

    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries, _) => entries.iter().find(|(k, _)| k.is_str(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The items, where this is a list; else none.
    pub fn items(&self) -> &[Node] {
        match self {
            Node::Seq(items, _) => items,
            _ => &[],
        }
    }

    /// The entries, where this is a map; else none.
    pub fn entries(&self) -> &[(Node, Node)] {
        match self {
            Node::Map(entries, _) => entries,
            _ => &[],
        }
    }

    /// The items of a list, or the values of a map.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.items().iter().chain(self.entries().iter().map(|(_, value)| value))
    }

    fn is_str(&self, text: &str) -> bool {
        match self {
            Node::Scalar(Scalar::Str(s), _) => **s == *text,
            Node::Concat(_) => self.text().is_some_and(|t| t == text),
            _ => false,
        }
    }

    /// Whether both have a text, and the same.
    pub fn is_same_text(&self, node: &Node) -> bool {
        match (self, node) {
            (Node::Scalar(Scalar::Str(a), _), Node::Scalar(Scalar::Str(b), _)) => a == b,
            _ => self.text().is_some_and(|a| node.text().is_some_and(|b| a == b)),
        }
    }

    /// The text of a scalar or a concatenation; `None` for a collection, a symbol, a guard or a text.
    pub fn text(&self) -> Option<String> {
        // Names and images mostly fit, so the string seldom grows.
        let mut out = String::with_capacity(48);
        self.push_text(&mut out).then_some(out)
    }

    /// Whether [`text`](Self::text) gives one.
    fn has_text(&self) -> bool {
        match self {
            Node::Scalar(..) => true,
            Node::Concat(parts) => parts.iter().all(Node::has_text),
            Node::Symbol(symbol) => symbol.value().is_some(),
            _ => false,
        }
    }

    fn push_text(&self, out: &mut String) -> bool {
        match self {
            Node::Scalar(scalar, _) => {
                scalar.push_text(out);
                true
            }
            Node::Concat(parts) => parts.iter().all(|p| p.push_text(out)),
            Node::Symbol(symbol) => symbol.value().map(|value| value.push_text(out)).is_some(),
            _ => false,
        }
    }
}

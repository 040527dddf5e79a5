//! Trees that no one but the program wrote: their values have no origin.

use std::sync::Arc;

use super::{Node, Origin, Scalar};

impl Node {
    /// `null`.
    pub const NULL: Node = Node::Scalar(Scalar::Null, Origin::Literal);

    /// A string.
    pub fn literal(text: impl Into<Arc<str>>) -> Self {
        Scalar::Str(text.into()).into()
    }

    /// A boolean.
    pub fn bool(value: bool) -> Self {
        Scalar::Bool(value).into()
    }

    /// A whole number.
    pub fn int(value: usize) -> Self {
        Scalar::Int(i64::try_from(value).unwrap_or(i64::MAX)).into()
    }

    /// A list.
    pub fn seq(items: impl IntoIterator<Item = Node>) -> Self {
        Node::Seq(items.into_iter().collect(), Origin::Literal)
    }

    /// A list of strings.
    pub fn strings<S: Into<Arc<str>>>(texts: impl IntoIterator<Item = S>) -> Self {
        Self::seq(texts.into_iter().map(Node::literal))
    }

    /// A map in this order.
    pub fn map(entries: impl IntoIterator<Item = (Node, Node)>) -> Self {
        Node::Map(entries.into_iter().collect(), Origin::Literal)
    }

    /// A map in this order, whose keys are plain strings.
    pub fn object<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Node)>) -> Self {
        Self::map(entries.into_iter().map(|(key, value)| (Node::literal(key), value)))
    }

    /// As [`object`](Self::object), without the entries whose value is null.
    pub fn filled<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Node)>) -> Self {
        Self::object(entries.into_iter().filter(|(_, value)| !value.is_null()))
    }

    /// The parts joined to one string; a single part stays what it is.
    pub fn concat(parts: impl IntoIterator<Item = Node>) -> Self {
        let mut parts: Vec<Node> = parts.into_iter().collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Node::Concat(parts.into()),
        }
    }
}

impl From<Scalar> for Node {
    fn from(scalar: Scalar) -> Self {
        Node::Scalar(scalar, Origin::Literal)
    }
}

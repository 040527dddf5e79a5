//! Typed access to the values of a spec.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Node, Pins, Scalar};

/// A value of the spec, of which plan code knows the type but not the value.
///
/// There are three ways to it, and each says what it means for the outputs: [`node`](Self::node) passes the value
/// on, so it stays a dial; [`pin`](Self::pin) reads it, so it becomes structure; [`check`](Self::check) lets a rule
/// look at it, which changes nothing.
#[derive(Debug, Clone)]
pub struct Field<T> {
    node: Node,
    of: PhantomData<fn() -> T>,
}

impl<T: FromNode> Field<T> {
    /// The field that holds `node`; `Node::NULL` where it is absent.
    pub fn new(node: Node) -> Self {
        Self { node, of: PhantomData }
    }

    /// The value, untouched.
    pub fn node(&self) -> Node {
        self.node.clone()
    }

    /// Reads the value, and records that it was read; `None` where it is absent.
    pub fn pin(&self, pins: &Pins) -> Option<T> {
        pins.pin_node(&self.node);
        T::from_node(&self.node)
    }

    /// What `rule` says of the value; `None` where it is absent.
    pub fn check<R>(&self, rule: impl FnOnce(T) -> R) -> Option<R> {
        T::from_node(&self.node).map(rule)
    }
}

/// A type that a checked node can be read as.
pub trait FromNode: Sized {
    /// The value, or `None` where the node is absent or of another type.
    fn from_node(node: &Node) -> Option<Self>;
}

impl FromNode for Arc<str> {
    fn from_node(node: &Node) -> Option<Self> {
        match node {
            Node::Scalar(Scalar::Str(s), _) => Some(s.clone()),
            Node::Concat(_) => node.text().map(Into::into),
            _ => None,
        }
    }
}

impl FromNode for u64 {
    fn from_node(node: &Node) -> Option<Self> {
        match node {
            Node::Scalar(Scalar::Int(i), _) => u64::try_from(*i).ok(),
            Node::Scalar(Scalar::UInt(u), _) => Some(*u),
            // Helm has no whole numbers past JSON's: `3.0` and `3` are one value to it.
            Node::Scalar(Scalar::Float(f), _) if f.fract() == 0.0 && (0.0..9e15).contains(f) => Some(*f as u64),
            _ => None,
        }
    }
}

impl FromNode for bool {
    fn from_node(node: &Node) -> Option<Self> {
        match node {
            Node::Scalar(Scalar::Bool(b), _) => Some(*b),
            _ => None,
        }
    }
}

/// A list or a map of any shape.
impl FromNode for Node {
    fn from_node(node: &Node) -> Option<Self> {
        (!node.is_null()).then(|| node.clone())
    }
}

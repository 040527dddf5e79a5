//! What a pack's expressions see: the plan's objects, and the nodes in them.

use std::fmt;
use std::sync::Arc;

use crate::node::{Node, Origin};

/// A value that an expression can name.
#[derive(Debug, Clone)]
pub enum Value {
    /// A part of the tree.
    Node(Node),
    /// An object of the plan: all its fields are known, and an unknown name is an error.
    Object(Arc<dyn Fields>),
    /// A list of such values.
    List(Arc<[Value]>),
}

impl Value {
    /// Absence.
    pub const NULL: Value = Value::Node(Node::NULL);

    /// A list of objects.
    pub fn list<T: Fields + 'static>(items: &[Arc<T>]) -> Self {
        Value::List(items.iter().map(|item| Value::Object(item.clone())).collect())
    }

    /// What a message calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Node(Node::Scalar(scalar, _)) => scalar.kind(),
            Value::Node(Node::Concat(_) | Node::Text(_)) => "a string",
            Value::Node(Node::Seq(..)) | Value::List(_) => "a list",
            Value::Node(Node::Map(..)) => "a map",
            Value::Node(Node::Symbol(_) | Node::Guard(..)) => "a value that is known later",
            Value::Object(_) => "an object of the plan",
        }
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Value::Node(node)
    }
}

/// An object with named fields.
pub trait Fields: fmt::Debug + Send + Sync {
    /// The field called `name`: null where it is absent, `None` where there is no such field.
    fn field(&self, name: &str) -> Option<Value>;

    /// The names of all fields, for messages.
    fn names(&self) -> Vec<&str>;

    /// Where the user wrote what this is made of.
    fn origin(&self) -> Origin {
        Origin::Literal
    }
}

/// An object made on the spot.
#[derive(Debug, Default)]
pub struct Record(Vec<(&'static str, Value)>);

impl Record {
    /// The object with these fields.
    pub fn new<V: Into<Value>>(fields: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name, value.into())).collect())
    }
}

impl Fields for Record {
    fn field(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

impl<T: Fields + 'static> From<Arc<T>> for Value {
    fn from(object: Arc<T>) -> Self {
        Value::Object(object)
    }
}

//! What a change does to objects: which are created, deleted, renamed, and which values of the others differ.
//!
//! Values are compared as Kubernetes would read them, so the form of the YAML never counts; the items of a list are
//! paired by what tells them apart; a string that holds data is compared as what it holds. Secrets are taken out
//! first ([`mask`]), so whoever reads a [`Diff`] cannot see them.

mod alike;
mod apply;
mod compare;
pub mod content;
mod json;
mod list;
pub mod mask;
mod objects;
mod pair;
mod path;
mod pattern;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use apply::{apply, apply_all};
pub use objects::{diff, holds_secrets, masked};
pub use path::{CONDITION, Item, PathStep, ValuePath};
pub use pattern::Pattern;
pub use value::{digest, identical, same};

use crate::bundle::Identity;
use crate::node::Node;
use crate::source::At;

/// What is compared, and what is shown of it.
#[derive(Debug, Clone, Default)]
pub struct DiffOptions {
    /// Values whose changes are not shown, only counted.
    pub ignore: Vec<Pattern>,
    /// Values that are secrets, besides the data of Secrets.
    pub secrets: Vec<Pattern>,
    /// Whether secrets are shown.
    pub show_secrets: bool,
}

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// It is new.
    Created,
    /// It is gone.
    Deleted,
    /// It has other values.
    Changed,
    /// It has other values, some of which an existing object cannot take: it has to be deleted and created.
    Recreated,
    /// It has another name or namespace, and is so much like the old one that it takes its place. To a cluster one
    /// object is deleted and another created.
    Renamed,
}

/// An object that differs.
#[derive(Debug, Clone)]
pub struct ObjectDiff {
    /// How.
    pub kind: ObjectKind,
    /// What it was; none for one that is new.
    pub before: Option<ObjectSide>,
    /// What it is; none for one that is gone.
    pub after: Option<ObjectSide>,
    /// What it takes to make the one of the other.
    pub changes: Vec<ValueChange>,
    /// Where the new one stands in the user's files.
    pub at: Option<At>,
}

/// An object on one side.
#[derive(Debug, Clone)]
pub struct ObjectSide {
    /// What it is called.
    pub identity: Identity,
    /// How many objects before it have the same identity; 0 but by mistake.
    pub nth: usize,
    /// The object, without its secrets.
    pub node: Node,
}

/// How a value differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the new object has it.
    Added,
    /// Only the old object had it.
    Removed,
    /// It is another one.
    Changed,
    /// It is an item of a list, and stands elsewhere among the others.
    Moved,
    /// It is a string, and holds the same data as before in another layout. This is no difference.
    Form,
}

/// One value that differs.
#[derive(Debug, Clone)]
pub struct ValueChange {
    /// Where it is.
    pub path: ValuePath,
    /// How it differs.
    pub kind: ChangeKind,
    /// The old value; none if it was not there.
    pub before: Option<Node>,
    /// The new value; none if it is not there any more.
    pub after: Option<Node>,
    /// Where both are strings that hold data: what differs in it, with paths from its root.
    pub inside: Vec<ValueChange>,
    /// Where the new value, or what is nearest to it, stands in the user's files.
    pub at: Option<At>,
}

/// What is not shown of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// How many values each pattern hid, by its number.
    ignored: BTreeMap<usize, usize>,
    /// Each pattern and how many values it hid.
    pub by_pattern: Vec<(String, usize)>,
    /// How many strings only have another layout.
    pub form: usize,
}

impl Hidden {
    /// What is known of a comparison that was read back: each pattern with its count, and how many strings only have
    /// another layout.
    pub fn new(by_pattern: Vec<(String, usize)>, form: usize) -> Self {
        Self { by_pattern, form, ..Self::default() }
    }

    fn add(&mut self, pattern: usize, count: usize) {
        *self.ignored.entry(pattern).or_default() += count;
    }

    /// How many values patterns hid.
    pub fn count(&self) -> usize {
        self.ignored.values().sum()
    }

    /// Whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.by_pattern.is_empty() && self.count() == 0 && self.form == 0
    }
}

impl ObjectDiff {
    /// Whether nothing but the layout of strings differs.
    pub fn is_empty(&self) -> bool {
        self.kind == ObjectKind::Changed && self.changes.iter().all(|change| change.kind == ChangeKind::Form)
    }

    /// What it is called now, or was called if it is gone.
    pub fn identity(&self) -> Option<&Identity> {
        self.after.as_ref().or(self.before.as_ref()).map(|side| &side.identity)
    }
}

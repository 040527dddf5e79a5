//! A comparison as JSON, for programs. `docs/diff.schema.json` is made of these types and of their comments.

mod read;
#[cfg(test)]
mod schema;
mod write;

use serde::{Deserialize, Serialize};

use super::safe;
use crate::diff::{ChangeKind, ObjectKind, PathStep};
use crate::impact::Line;
use crate::node::Node;
use crate::report::record::{IdentityRecord, PlaceRecord};
use crate::review::{Diff, Whose};
use crate::rules::Moment;
use crate::rules::Severity;

pub use read::parse;

/// The version of the format; it changes when a reader of the old one would misread the new one.
pub const VERSION: u64 = 1;

/// The comparison as one JSON document.
pub fn json(diff: &Diff) -> String {
    safe::json(crate::write::json(&DiffDocument::from(diff)))
}

/// What differs, release by release.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "What `helmwright diff -o json` prints"))]
#[serde(deny_unknown_fields)]
pub struct DiffDocument {
    /// The version of this format. It changes when a reader of the old one would misread the new one.
    #[serde(deserialize_with = "read::version")]
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub version: u64,
    /// The releases in which anything differs, or is hidden.
    pub releases: Vec<ReleaseRecord>,
}

/// What a change does to one release.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReleaseRecord {
    /// What it is called; empty for files.
    pub name: String,
    /// Who makes the difference.
    pub whose: Whose,
    /// The change as a person would tell it.
    pub summary: Option<SummaryRecord>,
    /// What can go wrong on the way.
    pub findings: Vec<TransitionRecord>,
    /// The objects that differ.
    pub objects: Vec<ObjectRecord>,
    /// Files of the output that are not as rendered, where their objects are not compared: those of a chart, and those
    /// that are still as they were at the base. Paths from the repository's root.
    pub files: Vec<String>,
    /// What is not shown.
    pub hidden: HiddenRecord,
}

/// A change as a person would tell it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SummaryRecord {
    /// What changes. Names stand between backticks.
    pub sentences: Vec<String>,
    /// Whether only weights or images change, and no check found anything.
    pub routine: bool,
    /// Who gets which requests.
    pub traffic: Vec<RouteRecord>,
}

/// Where requests come in.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RouteRecord {
    /// The route.
    pub name: String,
    /// Who gets what, before and after.
    pub lines: Vec<Line>,
}

/// One thing that can go wrong on the way from the old state to the new one.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransitionRecord {
    /// The check that found it.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What goes wrong.
    pub message: String,
    /// The object that it is about.
    pub object: IdentityRecord,
    /// The way to the value inside the object.
    pub path: String,
    /// When it goes wrong, where that is a time of the delivery.
    pub moment: Option<Moment>,
    /// Which requests meet it, in words; none where all do, or where it is not about requests.
    pub requests: Vec<String>,
    /// The commits that are safe in its place, in order.
    pub safe: Vec<String>,
    /// Where it stands in the new files.
    pub at: Option<PlaceRecord>,
}

/// What is not shown of a release.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HiddenRecord {
    /// The paths of `--ignore` that hid anything.
    pub ignored: Vec<IgnoredRecord>,
    /// How many strings hold the same data in another layout.
    pub form: usize,
}

/// What one path of `--ignore` hid.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IgnoredRecord {
    /// The path.
    pub path: String,
    /// How many changes it hid.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: usize,
}

/// An object that differs.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ObjectRecord {
    /// How it differs.
    pub kind: ObjectKind,
    /// What it was called; null for one that is new.
    pub before: Option<SideRecord>,
    /// What it is called; null for one that is gone.
    pub after: Option<SideRecord>,
    /// Where it stands in the new files.
    pub at: Option<PlaceRecord>,
    /// What makes the new object of the old one.
    pub changes: Vec<ChangeRecord>,
    /// The whole new object, where it is created.
    #[serde(default, deserialize_with = "read::value", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub object: Option<Node>,
}

/// An object on one side.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SideRecord {
    /// What it is called.
    #[serde(flatten)]
    pub identity: IdentityRecord,
    /// How many objects of the same identity come before it.
    pub nth: usize,
}

/// A value that differs.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeRecord {
    /// How it differs.
    pub kind: ChangeKind,
    /// Where it is, for people; what `--ignore` takes.
    pub path: String,
    /// Where it is, for programs.
    pub steps: Vec<PathStep>,
    /// The old value; absent where there was none.
    #[serde(default, deserialize_with = "read::value", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub before: Option<Node>,
    /// The new value; absent where there is none.
    #[serde(default, deserialize_with = "read::value", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub after: Option<Node>,
    /// Where both values are strings that hold data: what differs in it, with paths from its root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<ChangeRecord>,
    /// Where the new value, or what is nearest to it, stands in the new files.
    pub at: Option<PlaceRecord>,
}

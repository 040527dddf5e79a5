//! What a change does to all releases, put together: in words, what can go wrong, and object by object.

use serde::{Deserialize, Serialize};

use crate::diff::{Hidden, ObjectDiff};
use crate::impact::Summary;
use crate::rules::Finding;
use crate::source::Sources;

/// What a change does to all releases.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// The releases in which anything differs, or is hidden.
    pub releases: Vec<ReleaseDiff>,
}

/// What a change does to one release.
#[derive(Debug, Clone, Default)]
pub struct ReleaseDiff {
    /// What to call it; empty where there is only one and it has no name.
    pub name: String,
    /// Who makes the difference.
    pub whose: Whose,
    /// The change as a person would tell it.
    pub summary: Option<Summary>,
    /// What can go wrong on the way.
    pub findings: Vec<Finding>,
    /// The objects that differ, those that are gone last.
    pub objects: Vec<ObjectDiff>,
    /// Files of the output that are not as rendered, where their objects are not compared; paths from the root.
    pub files: Vec<String>,
    /// What is not shown.
    pub hidden: Hidden,
    /// The texts that places of the new side point into.
    pub sources: Sources,
}

/// Who makes a difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// Whoever changed the spec, or whatever was compared.
    #[default]
    Change,
    /// The renderer: it writes something else for the same spec than what is committed.
    Renderer,
    /// Whoever committed output that is not what its spec renders to.
    Output,
}

impl Diff {
    /// Whether anything that is shown differs.
    pub fn is_empty(&self) -> bool {
        self.releases.iter().all(ReleaseDiff::is_empty)
    }
}

impl ReleaseDiff {
    /// Whether nothing that is shown differs.
    pub fn is_empty(&self) -> bool {
        self.objects.iter().all(ObjectDiff::is_empty) && self.files.is_empty()
    }

    /// Whether there is anything to say of it, if only that something is hidden.
    pub fn is_shown(&self) -> bool {
        !self.is_empty() || !self.hidden.is_empty()
    }
}

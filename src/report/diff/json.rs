//! A comparison as JSON, for programs: docs/diff.md tells of the format.

use super::safe;
use crate::review::{Diff, to_node};
use crate::write;

/// The comparison as one JSON document.
pub fn json(diff: &Diff) -> String {
    safe::json(write::json(&to_node(diff)))
}

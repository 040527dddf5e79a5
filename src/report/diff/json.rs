//! A comparison as JSON, for programs: docs/diff.md tells of the format.

use crate::diff::{Diff, to_node};
use crate::source::Sources;
use crate::write;

/// The comparison as one JSON document. `sources` are the texts of each release's new side, in the same order.
pub fn json(diff: &Diff, sources: &[&Sources]) -> String {
    write::json(&to_node(diff, sources))
}

//! Findings and comparisons as people, programs and code review read them: one function an output format.

pub mod diff;
mod explain;
mod files;
mod json;
mod plain;
mod record;
mod sarif;

pub use explain::{explain, explained, explanations};
pub use files::{files, files_json};
pub use json::json;
pub use plain::plain;
pub use sarif::sarif;

use std::sync::Arc;

use crate::source::{At, Sources};

/// Where something stands: a file, and the line and column of the first character and of what follows the last.
struct Region {
    file: Arc<str>,
    start: (usize, usize),
    end: (usize, usize),
}

impl Region {
    fn of(at: At, sources: &Sources) -> Option<Self> {
        let (start, end) = (sources.line_column(at), sources.line_column(At { start: at.end, ..at }));
        Some(Self { file: sources.get(at.source)?.name.clone(), start, end })
    }
}

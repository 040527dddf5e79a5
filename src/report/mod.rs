//! Findings as people, programs and code review read them: one function an output format.

mod json;
mod plain;
mod sarif;

pub use json::json;
pub use plain::plain;
pub use sarif::sarif;

use crate::lint::Finding;
use crate::node::{Node, Origin, Scalar};
use crate::source::Sources;

/// The file, line and column of a finding, and those of its end.
fn place(finding: &Finding, sources: &Sources) -> Option<(std::sync::Arc<str>, (usize, usize), (usize, usize))> {
    let at = finding.at?;
    let end = crate::source::At { start: at.end, ..at };
    Some((sources.get(at.source)?.name.clone(), sources.line_column(at), sources.line_column(end)))
}

/// A JSON object.
fn object(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    Node::map(entries.into_iter().map(|(key, value)| (text(key), value)).collect::<Vec<_>>())
}

fn text(text: &str) -> Node {
    Node::Scalar(Scalar::Str(text.into()), Origin::Literal)
}

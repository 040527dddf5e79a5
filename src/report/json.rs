//! Findings as JSON, for programs.

use super::{Region, object, text};
use crate::rules::Finding;
use crate::node::Node;
use crate::source::Sources;
use crate::write;

/// The version of this format; it changes when a reader of the old one would misread the new one.
const VERSION: usize = 1;

/// All findings as one JSON document.
pub fn json(findings: &[Finding], sources: &Sources) -> String {
    let finding = |finding: &Finding| {
        let identity = &finding.object;
        let api_version = match identity.group.as_str() {
            "" => identity.version.clone(),
            group => format!("{group}/{}", identity.version),
        };
        let at = finding.at.and_then(|at| Region::of(at, sources));
        let at = at.map_or(Node::NULL, |Region { file, start: (line, column), .. }| {
            object([("file", text(&file)), ("line", Node::int(line)), ("column", Node::int(column))])
        });
        object([
            ("rule", text(finding.rule.id)),
            ("severity", text(finding.severity.word())),
            ("message", text(&finding.message)),
            (
                "object",
                object([
                    ("apiVersion", text(&api_version)),
                    ("kind", text(&identity.kind)),
                    ("namespace", identity.namespace.as_deref().map_or(Node::NULL, text)),
                    ("name", text(&identity.name)),
                ]),
            ),
            ("path", text(&finding.path.to_string())),
            ("at", at),
        ])
    };
    let findings: Vec<Node> = findings.iter().map(finding).collect();
    write::json(&object([("version", Node::int(VERSION)), ("findings", Node::seq(findings))]))
}

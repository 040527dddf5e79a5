//! Findings as SARIF 2.1.0, which code review shows on the lines of the spec.

use super::{Region, object, text};
use crate::lint::RULES;
use crate::node::Node;
use crate::rules::{Finding, Rule};
use crate::source::Sources;
use crate::write;

/// All findings as one SARIF log.
pub fn sarif(findings: &[Finding], sources: &Sources) -> String {
    let rules: Vec<Node> = RULES.iter().map(|rule| descriptor(rule)).collect();
    log(driver(rules), findings.iter().map(|finding| result(finding, sources)).collect())
}

/// The program, and the rules that its results are of.
pub(super) fn driver(rules: Vec<Node>) -> Node {
    object([("name", text("helmwright")), ("version", text(env!("CARGO_PKG_VERSION"))), ("rules", Node::seq(rules))])
}

/// A log of one run.
pub(super) fn log(driver: Node, results: Vec<Node>) -> String {
    let run = object([
        ("tool", object([("driver", driver)])),
        ("columnKind", text("unicodeCodePoints")),
        ("results", Node::seq(results)),
    ]);
    write::json(&object([
        ("$schema", text("https://json.schemastore.org/sarif-2.1.0.json")),
        ("version", text("2.1.0")),
        ("runs", Node::seq(vec![run])),
    ]))
}

/// A rule, as results refer to it.
pub(super) fn descriptor(rule: &Rule) -> Node {
    let message = |body: &str| object([("text", text(body))]);
    object([
        ("id", text(rule.id)),
        ("shortDescription", message(rule.summary)),
        ("fullDescription", message(&format!("{} {}", rule.what, rule.why))),
        ("help", message(rule.how)),
        ("defaultConfiguration", object([("level", text(rule.severity.word()))])),
    ])
}

fn result(finding: &Finding, sources: &Sources) -> Node {
    let name = format!("{} {}", finding.object, finding.path);
    let logical = object([("fullyQualifiedName", text(name.trim_end()))]);
    let physical = finding.at.and_then(|at| Region::of(at, sources)).map(|region| region.location());
    let location = physical.map(|physical| ("physicalLocation", physical)).into_iter();
    let location = object(location.chain([("logicalLocations", Node::seq(vec![logical]))]));
    let index = RULES.iter().position(|rule| rule.id == finding.rule.id).unwrap_or_default();
    object([
        ("ruleId", text(finding.rule.id)),
        ("ruleIndex", Node::int(index)),
        ("level", text(finding.severity.word())),
        ("message", object([("text", text(&format!("{}: {}", finding.object, finding.message)))])),
        ("locations", Node::seq(vec![location])),
    ])
}

impl Region {
    /// As a physical location.
    pub(super) fn location(&self) -> Node {
        let region = object([
            ("startLine", Node::int(self.start.0)),
            ("startColumn", Node::int(self.start.1)),
            ("endLine", Node::int(self.end.0)),
            ("endColumn", Node::int(self.end.1)),
        ]);
        object([("artifactLocation", object([("uri", text(&uri(&self.file)))])), ("region", region)])
    }
}

/// `path` as a relative reference.
pub(super) fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let path = path.strip_prefix("./").unwrap_or(path);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

//! SARIF 2.1.0 (OASIS): as much of a log as findings and comparisons need. Fields are the standard's.

mod lint;

pub use lint::sarif;

use serde::Serialize;

use super::Region;
use crate::rules::{Finding, Rule};
use crate::source::Sources;

/// The whole document.
#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: ToolComponent,
}

#[derive(Serialize)]
struct ToolComponent {
    name: &'static str,
    version: &'static str,
    rules: Vec<ReportingDescriptor>,
}

/// A rule, as results refer to it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    id: &'static str,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
    default_configuration: ReportingConfiguration,
}

#[derive(Serialize)]
struct ReportingConfiguration {
    level: &'static str,
}

/// One thing that is reported.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult {
    /// The rule's id.
    pub rule_id: &'static str,
    /// The rule's position among those of the log.
    pub rule_index: usize,
    /// `note`, `warning` or `error`.
    pub level: &'static str,
    /// What is said.
    pub message: Message,
    /// Where.
    pub locations: [Location; 1],
}

#[derive(Serialize)]
pub(super) struct Message {
    text: String,
}

/// A place in a file, and what stands there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<TextRegion>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRegion {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

/// A log of one run: the rules that there are, and what they found.
pub(super) fn log(rules: Vec<ReportingDescriptor>, results: Vec<SarifResult>) -> Log {
    let driver = ToolComponent { name: "helmwright", version: env!("CARGO_PKG_VERSION"), rules };
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    }
}

impl SarifResult {
    /// A finding of the rule at `rule_index`, which `message` tells.
    pub(super) fn of_finding(finding: &Finding, rule_index: usize, message: String, sources: &Sources) -> Self {
        let name = format!("{} {}", finding.object, finding.path);
        Self {
            rule_id: finding.rule.id,
            rule_index,
            level: finding.severity.word(),
            message: message.into(),
            locations: [Location::of(finding.at.and_then(|at| Region::of(at, sources)), name.trim_end())],
        }
    }
}

impl ReportingDescriptor {
    /// A rule with its documentation.
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            full_description: Some(format!("{} {}", rule.what, rule.why).into()),
            help: Some(rule.how.to_string().into()),
            ..Self::brief(rule.id, rule.summary, rule.severity.word())
        }
    }

    /// A rule of which one line says all.
    pub(super) fn brief(id: &'static str, summary: &str, level: &'static str) -> Self {
        Self {
            id,
            short_description: summary.to_string().into(),
            full_description: None,
            help: None,
            default_configuration: ReportingConfiguration { level },
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self { text }
    }
}

impl Location {
    /// What is called `name`, and where it stands, if that is known.
    pub(super) fn of(region: Option<Region>, name: &str) -> Self {
        Self {
            physical_location: region.map(PhysicalLocation::of),
            logical_locations: vec![LogicalLocation { fully_qualified_name: name.into() }],
        }
    }

    /// A file as a whole.
    pub(super) fn of_file(path: &str) -> Self {
        let artifact_location = ArtifactLocation { uri: uri(path) };
        let physical_location = Some(PhysicalLocation { artifact_location, region: None });
        Self { physical_location, logical_locations: Vec::new() }
    }
}

impl PhysicalLocation {
    fn of(Region { file, start, end }: Region) -> Self {
        let (start_line, start_column) = start;
        let (end_line, end_column) = end;
        Self {
            artifact_location: ArtifactLocation { uri: uri(&file) },
            region: Some(TextRegion { start_line, start_column, end_line, end_column }),
        }
    }
}

/// `path` as a relative reference.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let parts = path.bytes().map(|b| match b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    });
    parts.collect()
}

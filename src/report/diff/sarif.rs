//! A comparison as SARIF 2.1.0, which code review shows on the lines of the spec that the changes come from.

use std::collections::BTreeMap;

use super::safe::{self, visible};
use super::words::{self, Values};
use crate::diff::{ObjectDiff, ObjectKind};
use crate::report::Region;
use crate::report::sarif::{Location, ReportingDescriptor, SarifResult, log};
use crate::review::Diff;
use crate::rules::Finding;
use crate::source::{At, SourceId, Sources};
use crate::transition;
use crate::write;

/// The most values that one result tells of.
const MOST: usize = 20;

/// One kind of result: its id, and what it says.
const RULES: [(&str, &str); 6] = [
    ("object-created", "The change creates an object"),
    ("object-deleted", "The change deletes an object"),
    ("object-changed", "The change gives an object other values"),
    ("object-recreated", "The change gives an object values that only a new one can take"),
    ("object-renamed", "The change renames an object: a cluster deletes the old one and creates the new one"),
    ("file-stale", "A file of the output is not what its spec renders to"),
];

/// The comparison as one SARIF log: a result for each finding, and for each object and line.
pub fn sarif(diff: &Diff) -> String {
    let mut results = Vec::new();
    for release in &diff.releases {
        let sources = &release.sources;
        results.extend(release.findings.iter().map(|finding| of_finding(finding, sources)));
        for object in release.objects.iter().filter(|object| !object.is_empty()) {
            add(object, sources, &mut results);
        }
        results.extend(release.files.iter().map(|file| stale(file)));
    }
    let rules = RULES.iter().map(|(id, what)| ReportingDescriptor::brief(id, what, "note"));
    let checks = transition::RULES.iter().map(ReportingDescriptor::of);
    safe::json(write::json(&log(rules.chain(checks).collect(), results)))
}

fn of_finding(finding: &Finding, sources: &Sources) -> SarifResult {
    let index = RULES.len() + transition::RULES.position(finding.rule);
    let lines = [format!("{}: {}", finding.object, finding.message), finding.help()];
    SarifResult::of_finding(finding, index, message(&lines.map(|line| visible(&line))), sources)
}

/// A file that is not as rendered: it as a whole.
fn stale(file: &str) -> SarifResult {
    let (id, what) = RULES[5];
    SarifResult {
        rule_id: id,
        rule_index: 5,
        level: "note",
        message: format!("{what}: {}", visible(file)).into(),
        locations: [Location::of_file(file)],
    }
}

/// One result: its rule, the rule's index and its level, what it says, and where.
fn result(
    (rule_id, rule_index, level): (&'static str, usize, &'static str),
    lines: &[String],
    name: &str,
    at: Option<At>,
    sources: &Sources,
) -> SarifResult {
    let locations = [Location::of(at.and_then(|at| Region::of(at, sources)), name)];
    SarifResult { rule_id, rule_index, level, message: message(lines).into(), locations }
}

/// Lines as the text of a message.
fn message(lines: &[String]) -> String {
    let text = lines.join("\n");
    // A text in brackets before one in parentheses would be a link (SARIF 2.1.0, 3.11.6).
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text }
}

fn add(object: &ObjectDiff, sources: &Sources, results: &mut Vec<SarifResult>) {
    let index = match object.kind {
        ObjectKind::Created => 0,
        ObjectKind::Deleted => 1,
        ObjectKind::Changed => 2,
        ObjectKind::Recreated => 3,
        ObjectKind::Renamed => 4,
    };
    let name = words::object_name(object);
    // Where nothing is left of it, the beginning of the first file is as near as it gets.
    let nowhere = sources.iter().next().map(|_| At::new(SourceId(0), 0, 0));
    let place = |at: Option<At>| at.or(nowhere).map(|at| (at.source.0, at.start, at.end));
    let mut by_place: BTreeMap<Option<(u32, u32, u32)>, Vec<String>> = BTreeMap::new();
    if object.kind != ObjectKind::Changed {
        by_place.entry(place(object.at)).or_default();
    }
    for line in words::lines(object) {
        let what = match &line.values {
            Values::Short(Some(before), Some(after)) => format!("{}: {before} → {after}", line.path),
            Values::Short(Some(before), None) => format!("{}: {before} → nothing", line.path),
            Values::Short(None, after) => format!("{}: {}", line.path, after.as_deref().unwrap_or_default()),
            Values::Texts(..) => format!("{}: lines changed", line.path),
            Values::Block(_) if line.change.after.is_some() => format!("{}: added", line.path),
            Values::Block(_) => format!("{}: removed", line.path),
            Values::Moved(from, to) => format!("{}: moved from place {from} to {to}", line.path),
        };
        by_place.entry(place(line.change.at)).or_default().push(visible(&what));
    }
    let first = object.at.map(|at| (at.source.0, at.start, at.end));
    for (place, mut lines) in by_place {
        let more = lines.len().saturating_sub(MOST);
        lines.truncate(MOST);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        let (id, what) = RULES[index];
        let heading = match object.kind {
            // Of one line that differs the object alone is told.
            ObjectKind::Changed | ObjectKind::Recreated | ObjectKind::Renamed
                if !lines.is_empty() && place != first =>
            {
                visible(&name)
            }
            _ => format!("{what}: {}", visible(&name)),
        };
        lines.insert(0, heading);
        let at = place.map(|(source, start, end)| At { source: SourceId(source), start, end });
        results.push(result((id, index, "note"), &lines, &name, at, sources));
    }
}

//! A comparison for people at a terminal: one line a value.

use similar::{ChangeTag, TextDiff};

use super::overview::{OverviewRow, overview};
use super::safe::{visible, visible_lines};
use super::words::{self, ChangeLine, Values};
use crate::diff::{ChangeKind, ObjectDiff, ObjectKind};
use crate::node::Node;
use crate::review::{Diff, ReleaseDiff};
use crate::rules::Finding;
use crate::rules::Severity;
use crate::source::Sources;
use crate::write;

/// How many columns a path may take for values to stand below each other.
const WIDEST: usize = 56;
/// How many characters two values may have to stand on one line.
const LONGEST: usize = 120;
/// How many equal lines are shown around those that differ.
const CONTEXT: usize = 2;

/// The comparison as text, in colour for a terminal.
pub fn plain(diff: &Diff, color: bool) -> String {
    let mut printer = PlainWriter { out: String::new(), color };
    printer.overview(&overview(diff));
    for release in diff.releases.iter().filter(|release| release.is_shown()) {
        if !printer.out.is_empty() {
            printer.out.push('\n');
        }
        printer.release(release);
    }
    printer.out
}

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BOLD: &str = "1";
const DIM: &str = "2";

struct PlainWriter {
    out: String,
    color: bool,
}

impl PlainWriter {
    fn paint(&mut self, color: &str, text: &str) {
        if self.color && !color.is_empty() {
            self.out.push_str(&format!("\x1b[{color}m{text}\x1b[0m"));
        } else {
            self.out.push_str(text);
        }
    }

    fn overview(&mut self, rows: &[OverviewRow<'_>]) {
        for row in rows {
            self.paint(BOLD, &visible(&row.names.join(", ")));
            self.out.push_str("\n  ");
            if !row.checks().is_empty() {
                let color = match (row.errors, row.warnings) {
                    (0, 0) => GREEN,
                    (0, _) => YELLOW,
                    _ => RED,
                };
                self.paint(color, &row.checks());
                self.out.push_str(": ");
            }
            self.out.push_str(&format!("{}\n", visible(&row.does.to_string())));
        }
    }

    fn release(&mut self, release: &ReleaseDiff) {
        let name = if release.name.is_empty() { String::new() } else { format!("{}: ", visible(&release.name)) };
        self.paint(BOLD, &format!("{name}{}", words::counts(release)));
        self.out.push('\n');
        if let Some(whose) = words::whose(release) {
            self.out.push_str(&format!("{whose}\n"));
        }
        let paragraph = words::paragraph(release);
        if !paragraph.is_empty() {
            self.out.push('\n');
            for sentence in paragraph {
                self.out.push_str(&format!("{}\n", visible(&sentence.to_string())));
            }
        }
        if let Some(summary) = words::traffic(release) {
            self.out.push_str(&format!("\n{}", summary.table()));
        }
        if !release.findings.is_empty() {
            self.out.push('\n');
        }
        for finding in &release.findings {
            self.finding(finding, &release.sources);
        }
        for object in release.objects.iter().filter(|object| !object.is_empty()) {
            self.object(object);
        }
        if !release.files.is_empty() {
            self.out.push('\n');
        }
        for file in &release.files {
            self.paint(YELLOW, &format!("~ {}", visible(file)));
            self.out.push('\n');
        }
        let hidden = words::hidden_lines(&release.hidden);
        if !hidden.is_empty() {
            self.out.push('\n');
        }
        for line in hidden {
            self.paint(DIM, &line);
            self.out.push('\n');
        }
    }

    fn finding(&mut self, finding: &Finding, sources: &Sources) {
        let color = if finding.severity == Severity::Error { RED } else { YELLOW };
        self.paint(color, &format!("{}[{}]", finding.severity.word(), finding.rule.id));
        let place = finding.at.and_then(|at| Some((sources.get(at.source)?, sources.line_column(at))));
        let place =
            place.map_or_else(String::new, |(source, (line, column))| format!(" ({}:{line}:{column})", source.name));
        let message = visible(&format!("{}: {}{place}", finding.object, finding.message));
        self.out.push_str(&format!(" {message}\n"));
        self.out.push_str(&format!("    {}\n", visible(&finding.help())));
    }

    fn object(&mut self, object: &ObjectDiff) {
        let color = match object.kind {
            ObjectKind::Created => GREEN,
            ObjectKind::Deleted => RED,
            ObjectKind::Changed | ObjectKind::Recreated | ObjectKind::Renamed => YELLOW,
        };
        self.out.push('\n');
        let name = visible(&words::object_name(object));
        self.paint(color, &format!("{} {name}", words::object_sign(object.kind)));
        self.out.push('\n');
        if let (ObjectKind::Created, Some(after)) = (object.kind, &object.after) {
            let body = words::body(&after.node);
            if !body.entries().is_empty() {
                self.block(&body, GREEN, 4);
            }
        }
        let lines = words::lines(object);
        let widths = lines.iter().filter(|line| matches!(line.values, Values::Short(..) | Values::Moved(..)));
        let widths = widths.map(|line| visible(&line.path).chars().count()).filter(|width| *width <= WIDEST);
        let width = widths.max().unwrap_or(0);
        for line in &lines {
            self.line(line, width);
        }
    }

    fn line(&mut self, line: &ChangeLine<'_>, width: usize) {
        let color = match line.kind {
            ChangeKind::Added => GREEN,
            ChangeKind::Removed => RED,
            ChangeKind::Changed | ChangeKind::Moved | ChangeKind::Form => YELLOW,
        };
        self.out.push_str("  ");
        self.paint(color, &words::change_sign(line.kind).to_string());
        let path = visible(&line.path);
        self.out.push_str(&format!(" {path}:"));
        let pad = " ".repeat(1 + width.saturating_sub(path.chars().count()));
        match &line.values {
            Values::Short(before, after) => {
                let [before, after] = [before, after].map(|value| value.as_deref().map(visible));
                self.short(before.as_deref(), after.as_deref(), &pad);
            }
            Values::Moved(from, to) => {
                let what = line.change.after.as_ref().map(|item| format!("{} ", visible(&write::yaml_line(item))));
                self.out.push_str(&format!("{pad}{}moved from place {from} to {to}\n", what.unwrap_or_default()));
            }
            Values::Block(node) => {
                self.out.push('\n');
                self.block(node, color, 6);
            }
            Values::Texts(before, after) => {
                self.out.push('\n');
                self.texts(&visible_lines(&words::text(before)), &visible_lines(&words::text(after)));
            }
        }
    }

    fn short(&mut self, before: Option<&str>, after: Option<&str>, pad: &str) {
        match (before, after) {
            (Some(before), Some(after)) if before.chars().count() + after.chars().count() > LONGEST => {
                self.out.push('\n');
                for (sign, color, value) in [('-', RED, before), ('+', GREEN, after)] {
                    self.out.push_str("      ");
                    self.paint(color, &format!("{sign} {value}"));
                    self.out.push('\n');
                }
            }
            (before, after) => {
                self.out.push_str(pad);
                self.paint(RED, before.unwrap_or_default());
                self.out.push_str(if before.is_some() && after.is_some() { " → " } else { "" });
                self.paint(GREEN, after.unwrap_or_default());
                self.out.push('\n');
            }
        }
    }

    fn block(&mut self, node: &Node, color: &str, columns: usize) {
        for line in visible_lines(&write::yaml(node)).lines() {
            self.out.push_str(&" ".repeat(columns));
            self.paint(color, line);
            self.out.push('\n');
        }
    }

    /// The lines that differ, with some around them.
    fn texts(&mut self, before: &str, after: &str) {
        let diff = TextDiff::from_lines(before, after);
        for (i, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if i > 0 {
                self.out.push_str("        …\n");
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let (sign, color) = match change.tag() {
                    ChangeTag::Delete => ('-', RED),
                    ChangeTag::Insert => ('+', GREEN),
                    ChangeTag::Equal => (' ', ""),
                };
                let line = format!("{sign} {}", change.value().trim_end_matches('\n'));
                self.out.push_str("      ");
                self.paint(color, line.trim_end());
                self.out.push('\n');
            }
        }
    }
}

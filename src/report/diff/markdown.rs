//! A comparison as a comment on a pull request: the release in a paragraph, who gets the traffic before and after, what
//! can go wrong, and each object in a section to unfold.
//!
//! The values in it are anybody's, and the comment is the project's: nothing in a value may become a heading, a link,
//! a picture or a mention, or end the section it is in.

use super::budget::{PagePart, PartKind, fitted};
use super::overview::{OverviewRow, overview};
use super::safe::{cell, code, fence, html, prose};
use super::unified::hunks;
use super::words;
use crate::diff::ObjectDiff;
use crate::impact::{Phrase, Summary, Word, lines};
use crate::review::{Diff, ReleaseDiff};
use crate::rules::Finding;
use crate::rules::Severity;

/// What the comment begins with, and is found again by.
pub const MARKER: &str = "<!-- helmwright diff -->";

/// What GitHub takes in a comment at most, in characters.
pub const LIMIT: usize = 65_536;

/// The comparison as Markdown of at most `limit` bytes, so also of at most as many characters or units of UTF-16,
/// whatever a forge counts. What does not fit is left out as a whole, counted and named.
pub fn markdown(diff: &Diff, limit: usize) -> String {
    let mut page = Page { parts: Vec::new(), name: "the comment" };
    page.add(PartKind::Summary, format!("{MARKER}\n"));
    page.overview(&overview(diff));
    let shown: Vec<&ReleaseDiff> = diff.releases.iter().filter(|release| release.is_shown()).collect();
    if shown.is_empty() {
        page.add(PartKind::Summary, "Nothing differs.\n".into());
    }
    for release in shown {
        page.name = &release.name;
        page.release(release);
    }
    fitted(page.parts, limit)
}

const ERROR: &str = "❌";
const WARNING: &str = "⚠️";

struct Page<'d> {
    parts: Vec<PagePart>,
    /// What the parts are of.
    name: &'d str,
}

impl Page<'_> {
    fn add(&mut self, kind: PartKind, text: String) {
        let name = if self.name.is_empty() { "this comparison" } else { self.name };
        self.parts.push(PagePart { kind, name: name.into(), text, lines: 0..0 });
    }

    fn overview(&mut self, rows: &[OverviewRow<'_>]) {
        for (at, row) in rows.iter().enumerate() {
            let head = if at == 0 { "\n| release | what happens | checks |\n| --- | --- | --- |\n" } else { "" };
            let names: Vec<String> = row.names.iter().map(|name| cell(name)).collect();
            let does = joined(row.does.0.iter().map(|word| match word {
                Word::Plain(text) if !text.contains('|') => prose(text),
                Word::Plain(text) | Word::Name(text) => cell(text),
            }));
            let mut checks = String::from(if row.routine { "✅ routine" } else { "" });
            for (count, sign) in
                [(row.errors, ERROR), (row.warnings, WARNING)].into_iter().filter(|(count, _)| *count > 0)
            {
                checks.push_str(&format!("{sign} {count} "));
            }
            let text = format!("{head}| {} | {does} | {} |\n", names.join(", "), checks.trim_end());
            self.parts.push(PagePart { kind: PartKind::Overview, name: row.names.join(", "), text, lines: 0..0 });
        }
    }

    fn release(&mut self, release: &ReleaseDiff) {
        let counts = words::counts(release);
        let mut title = match release.name.as_str() {
            "" => format!("\n**{counts}**\n"),
            name => format!("\n### {}\n\n{counts}\n", code(name)),
        };
        if let Some(whose) = words::whose(release) {
            title.push_str(&format!("\n> {}\n", phrase(&whose)));
        }
        let paragraph = words::paragraph(release);
        if !paragraph.is_empty() {
            title.push_str(&format!("\n{}\n", paragraph.iter().map(phrase).collect::<Vec<_>>().join(" ")));
        }
        self.add(PartKind::Summary, title);
        if let Some(summary) = words::traffic(release) {
            self.add(PartKind::Diagram, format!("\n```mermaid\n{}```\n", summary.diagram()));
            self.add(PartKind::Table, table(&summary));
        }
        for (at, finding) in release.findings.iter().enumerate() {
            let begin = if at == 0 { "\n" } else { "" };
            let text = format!("{begin}{}", check(finding));
            let name = format!("{} of {}", finding.rule.id, finding.object);
            self.parts.push(PagePart { kind: PartKind::Check, name, text, lines: 0..0 });
        }
        self.parts.extend(release.objects.iter().filter(|object| !object.is_empty()).map(section));
        self.parts.extend((!release.files.is_empty()).then(|| files(release)));
        let mut hidden = String::new();
        for (what, pattern) in words::hidden(&release.hidden) {
            let pattern = pattern.map_or_else(String::new, |pattern| format!(" {}", code(pattern)));
            hidden.push_str(&format!("- {what}{pattern}\n"));
        }
        if !hidden.is_empty() {
            self.add(PartKind::Hidden, format!("\n{hidden}"));
        }
    }
}

/// A sentence, its names as code.
fn phrase(phrase: &Phrase) -> String {
    joined(phrase.0.iter().map(|word| match word {
        Word::Plain(text) => prose(text),
        Word::Name(name) => code(name),
    }))
}

/// The pieces of a sentence. Two spans of code that touch would be one, and end elsewhere.
fn joined(pieces: impl Iterator<Item = String>) -> String {
    pieces.fold(String::new(), |all, piece| {
        let between = if all.ends_with('`') && piece.starts_with('`') { " " } else { "" };
        all + between + &piece
    })
}

/// A sentence in which names stand between backticks. Which part is which does not matter to safety: whatever could
/// mean something to Markdown becomes code.
fn message(text: &str) -> String {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    joined(parts.map(|(at, part)| if at % 2 == 0 { prose(part) } else { code(part) }))
}

/// Who gets which requests, before and after.
fn table(summary: &Summary) -> String {
    let mut out = String::new();
    for route in &summary.routes {
        out.push_str(&format!("\n| {} | version | before | after |\n| --- | --- | ---: | ---: |\n", cell(&route.name)));
        let mut last = None;
        for line in lines(route) {
            let requests = if last.as_ref() == Some(&line.requests) { String::new() } else { cell(&line.requests) };
            let [before, after] =
                [&line.before, &line.after].map(|side| side.as_deref().map_or_else(|| "–".into(), prose));
            let after = if line.is_changed() { format!("**{after}**") } else { after };
            out.push_str(&format!("| {requests} | {} | {before} | {after} |\n", cell(&line.version)));
            last = Some(line.requests);
        }
    }
    out
}

/// One thing that can go wrong, as an item of a list.
fn check(finding: &Finding) -> String {
    let sign = if finding.severity == Severity::Error { ERROR } else { WARNING };
    let (object, message, help) =
        (code(&finding.object.to_string()), message(&finding.message), message(&finding.help()));
    format!("- {sign} **{}** {object}: {message}\n  <br>{help}\n", finding.rule.id)
}

/// The files that are not as rendered, folded.
fn files(release: &ReleaseDiff) -> PagePart {
    let list: String = release.files.iter().map(|file| format!("- {}\n", code(file))).collect();
    let head = format!("\n<details><summary>{}</summary>\n\n", words::counts(release));
    let range = head.len()..head.len() + list.len();
    let name = format!("files of {}", release.name);
    PagePart { kind: PartKind::Object, name, text: format!("{head}{list}\n</details>\n"), lines: range }
}

/// One object, folded.
fn section(object: &ObjectDiff) -> PagePart {
    let name = words::object_name(object);
    let lines = hunks(object);
    let fence = fence(&lines);
    let count = match words::lines(object).len() {
        0 => String::new(),
        1 => " (1 change)".into(),
        count => format!(" ({count} changes)"),
    };
    let title = html(&format!("{} {name}", words::object_sign(object.kind)));
    let head = format!("\n<details><summary>{title}{count}</summary>\n\n{fence}diff\n");
    let range = head.len()..head.len() + lines.len();
    PagePart { kind: PartKind::Object, name, text: format!("{head}{lines}{fence}\n\n</details>\n"), lines: range }
}

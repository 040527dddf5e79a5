//! A comparison as a comment on a pull request: the counts first, then each object in a section to unfold.
//!
//! The values in it are anybody's, and the comment is the project's: nothing in a value may become a heading, a link,
//! a picture or a mention, or end the section it is in.

use std::ops::Range;

use super::safe::{cell, code, fence, html, plain};
use super::unified::hunks;
use super::words;
use crate::change::{Phrase, Word, lines};
use crate::diff::{Diff, ObjectDiff, ReleaseDiff, Story};

/// What the comment is found again by.
pub const MARKER: &str = "<!-- helmwright diff -->";

/// What GitHub takes in a comment at most, in characters.
pub const LIMIT: usize = 65_536;

/// The most that naming what was left out may take of the limit.
const NAMED: usize = 2_000;

/// The comparison as Markdown of at most `limit` bytes, so also of at most as many characters or units of UTF-16,
/// whatever a forge counts. What does not fit is left out as a whole, counted and named.
pub fn markdown(diff: &Diff, limit: usize) -> String {
    let mut page = Page { parts: vec![Part::needed(format!("{MARKER}\n"))] };
    let shown: Vec<&ReleaseDiff> =
        diff.releases.iter().filter(|own| !own.is_empty() || !own.hidden.is_empty()).collect();
    if !diff.stale.is_empty() {
        let lines: String = diff.stale.iter().map(|line| format!("- {}\n", code(line))).collect();
        page.parts.push(Part::needed(format!("\n**{}**\n\n", words::STALE)));
        page.parts.push(Part { text: lines, name: Some("the stale files".into()), lines: 0..0 });
    }
    if shown.is_empty() && diff.stale.is_empty() {
        page.parts.push(Part::needed("Nothing differs.\n".into()));
    }
    for release in shown {
        page.release(release);
    }
    page.fitted(limit)
}

/// A piece of the page: it is there as a whole or not at all.
struct Part {
    text: String,
    /// What is said of it where it is left out; none for what goes before all others.
    name: Option<String>,
    /// Where in `text` lines stand that could be left out.
    lines: Range<usize>,
}

impl Part {
    fn needed(text: String) -> Self {
        Self { text, name: None, lines: 0..0 }
    }

    /// As many of its lines as fit into `room` bytes, and how many do not; `None` where it would be none.
    fn cut(&self, room: usize) -> Option<String> {
        let lines: Vec<&str> = self.text[self.lines.clone()].lines().collect();
        let (head, tail) = (&self.text[..self.lines.start], &self.text[self.lines.end..]);
        let more = |count: usize| format!("… {count} more lines\n");
        let mut left = room.checked_sub(head.len() + tail.len() + more(lines.len()).len())?;
        let fit = |line: &&&str| left.checked_sub(line.len() + 1).map(|rest| left = rest).is_some();
        let kept: String = lines.iter().take_while(fit).flat_map(|line| [line, "\n"]).collect();
        let count = kept.lines().count();
        (count > 0).then(|| format!("{head}{kept}{}{tail}", more(lines.len() - count)))
    }
}

struct Page {
    parts: Vec<Part>,
}

impl Page {
    fn release(&mut self, release: &ReleaseDiff) {
        let counts = words::counts(release);
        let title = match release.name.as_str() {
            "" => format!("\n**{counts}**\n"),
            name => format!("\n### {}\n\n{counts}\n", code(name)),
        };
        self.parts.push(Part::needed(title));
        if let Some(story) = &release.story {
            self.story(story);
        }
        for object in release.objects.iter().filter(|object| !object.is_empty()) {
            self.parts.push(section(object));
        }
        let hidden = words::hidden(&release.hidden).into_iter().map(|(what, pattern)| {
            let pattern = pattern.map_or_else(String::new, |pattern| format!(" {}", code(pattern)));
            format!("- {what}{pattern}\n")
        });
        let hidden: String = hidden.collect();
        if !hidden.is_empty() {
            self.parts.push(Part::needed(format!("\n{hidden}")));
        }
        if let Some(drift) = release.drift.as_ref().filter(|drift| !drift.is_empty()) {
            self.parts.push(Part::needed(format!("\n{}: {}\n", words::DRIFT, words::counts(drift))));
            self.parts.extend(drift.objects.iter().filter(|object| !object.is_empty()).map(section));
        }
    }

    /// The paragraph and the checks, which nothing is left out for; the traffic before and after.
    fn story(&mut self, story: &Story) {
        let sentences = story.summary.sentences(story.is_green());
        let sentences: Vec<String> = sentences.iter().map(phrase).collect();
        self.parts.push(Part::needed(format!("\n{}\n", sentences.join(" "))));
        for finding in &story.findings {
            let mut text =
                format!("\n> **{}** {} ({})\n", finding.severity.word(), said(&finding.message), code(finding.rule.id));
            if let Some(moment) = &finding.moment {
                text.push_str(&format!("> When: after {}, until {}.\n", said(&moment.after), said(&moment.until)));
            }
            if !finding.requests.is_empty() {
                text.push_str(&format!("> Requests: {}.\n", said(&finding.requests.join("; "))));
            }
            text.push_str(&format!(">\n> {}\n", said(&finding.help())));
            self.parts.push(Part::needed(text));
        }
        if !story.summary.routes.iter().any(|route| route.rows.iter().any(|row| row.changed)) {
            return;
        }
        let mut table = String::from("\n| route | requests | version | before | after |\n|---|---|---|---|---|\n");
        for route in &story.summary.routes {
            for line in lines(route) {
                let side = |side: &Option<String>| side.as_deref().map_or_else(|| "–".to_string(), cell);
                let (before, after) = (side(&line.before), side(&line.after));
                let names = [&route.name, &line.requests, &line.version].map(|name| cell(name)).join(" | ");
                table.push_str(&format!("| {names} | {before} | {after} |\n"));
            }
        }
        self.parts.push(Part { text: table, name: Some("the table of the traffic".into()), lines: 0..0 });
        let diagram = story.summary.diagram();
        let fence = fence(&diagram);
        let diagram = format!("\n{fence}mermaid\n{diagram}{fence}\n");
        self.parts.push(Part { text: diagram, name: Some("the diagram of the traffic".into()), lines: 0..0 });
    }

    /// The parts that fit into `limit` bytes, those that are needed first, and what is said of the others.
    fn fitted(mut self, limit: usize) -> String {
        let all: usize = self.parts.iter().map(|part| part.text.len()).sum();
        let mut kept = vec![true; self.parts.len()];
        let mut left_out = String::new();
        if all > limit {
            let mut room = limit.saturating_sub(NAMED.min(limit / 4));
            // Everything that is needed first, then what fits of the rest, in order.
            for needed in [true, false] {
                for (part, kept) in self.parts.iter().zip(&mut kept) {
                    if part.name.is_none() == needed {
                        *kept = part.text.len() <= room;
                        room -= if *kept { part.text.len() } else { 0 };
                    }
                }
            }
            // Part of an object is there only where no whole one is.
            let objects = || self.parts.iter().enumerate().filter(|(_, part)| part.name.is_some());
            if !objects().any(|(at, _)| kept[at])
                && let Some((at, text)) = objects().find_map(|(at, part)| Some((at, part.cut(room)?)))
            {
                self.parts[at].text = text;
                kept[at] = true;
            }
            let used: usize =
                self.parts.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(part, _)| part.text.len()).sum();
            let missing: Vec<&Part> =
                self.parts.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(part, _)| part).collect();
            left_out = note(&missing, limit - used);
        }
        let mut out: String =
            self.parts.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(part, _)| part.text).collect();
        out.push_str(&left_out);
        out
    }
}

/// What is said of the parts that were left out, in at most `room` bytes: how many, and the names of as many as fit.
fn note(missing: &[&Part], room: usize) -> String {
    let names: Vec<String> = missing.iter().filter_map(|part| part.name.as_deref()).map(code).collect();
    let unnamed = missing.len() - names.len();
    let mut what = vec![];
    if !names.is_empty() {
        what.push(format!("{} {}", names.len(), if names.len() == 1 { "object" } else { "objects" }));
    }
    if unnamed > 0 {
        what.push(format!("{unnamed} {}", if unnamed == 1 { "summary" } else { "summaries" }));
    }
    let begin = format!("\nLeft out for want of room: {}", what.join(" and "));
    let full = |shown: usize| {
        let list = if shown > 0 { format!(": {}", names[..shown].join(", ")) } else { String::new() };
        let more = match names.len() - shown {
            more if more > 0 && shown > 0 => format!(" and {more} more"),
            _ => String::new(),
        };
        format!("{begin}{list}{more}.\n")
    };
    // The longest list that fits; each name makes it longer.
    let (mut low, mut high) = (0, names.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if full(middle).len() <= room { low = middle } else { high = middle - 1 }
    }
    [full(low), format!("{begin}.\n"), "\n…\n".to_string()]
        .into_iter()
        .find(|text| text.len() <= room)
        .unwrap_or_default()
}

/// A phrase, its names as code.
fn phrase(phrase: &Phrase) -> String {
    let words = phrase.0.iter().map(|word| match word {
        Word::Plain(text) => text.clone(),
        Word::Name(name) => code(name),
    });
    words.collect()
}

/// A message with names between backticks: what is between them is code, and the rest has no sign of Markdown's.
fn said(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A name that has a backtick in it leaves the rest of the text in doubt.
    if parts.len() % 2 == 0 {
        return code(text);
    }
    let part = |(i, part): (usize, &&str)| match (i % 2, part.is_empty()) {
        (1, false) => code(part),
        _ => plain(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// One object, folded.
fn section(object: &ObjectDiff) -> Part {
    let lines = hunks(object);
    let fence = fence(&lines);
    let name = html(&format!("{} {}", words::object_sign(object.kind), words::object_name(object)));
    let count = words::lines(object).len();
    let count = match count {
        0 => String::new(),
        1 => " (1 change)".into(),
        count => format!(" ({count} changes)"),
    };
    let head = format!("\n<details><summary>{name}{count}</summary>\n\n{fence}diff\n");
    let range = head.len()..head.len() + lines.len();
    Part { text: format!("{head}{lines}{fence}\n\n</details>\n"), name: Some(words::object_name(object)), lines: range }
}

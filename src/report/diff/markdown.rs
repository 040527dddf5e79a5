//! A comparison as a comment on a pull request: the counts first, then each object in a section to unfold.
//!
//! The values in it are anybody's, and the comment is the project's: nothing in a value may become a heading, a link,
//! a picture or a mention, or end the section it is in.

use std::ops::Range;

use super::safe::{code, fence, html};
use super::unified::hunks;
use super::words;
use crate::diff::{Diff, ObjectDiff, ReleaseDiff};

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
    if shown.is_empty() {
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

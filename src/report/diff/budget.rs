//! A page that must not be longer than a limit: what fits, and a word on what does not.

use std::ops::Range;

use super::safe::code;

/// What a part of the page is. What comes first here goes before all that comes later when there is too little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// One line of all releases at a glance.
    Overview,
    /// What a release is called, and its paragraph.
    Summary,
    /// One thing that can go wrong.
    Check,
    /// What is hidden.
    Hidden,
    /// Traffic before and after, as a table.
    Table,
    /// Traffic before and after, as a diagram.
    Diagram,
    /// One object.
    Object,
}

impl PartKind {
    const ALL: [PartKind; 7] = [
        PartKind::Overview,
        PartKind::Summary,
        PartKind::Check,
        PartKind::Hidden,
        PartKind::Table,
        PartKind::Diagram,
        PartKind::Object,
    ];

    fn words(self) -> [&'static str; 2] {
        match self {
            PartKind::Overview => ["line of the overview", "lines of the overview"],
            PartKind::Summary => ["summary", "summaries"],
            PartKind::Check => ["check", "checks"],
            PartKind::Hidden => ["list of what is hidden", "lists of what is hidden"],
            PartKind::Table => ["table", "tables"],
            PartKind::Diagram => ["diagram", "diagrams"],
            PartKind::Object => ["object", "objects"],
        }
    }
}

/// A piece of the page: it is there as a whole or not at all.
#[derive(Debug, Clone)]
pub struct PagePart {
    /// What it is.
    pub kind: PartKind,
    /// What is said of it where it is left out; anybody's text.
    pub name: String,
    /// Its Markdown.
    pub text: String,
    /// Where in `text` lines stand some of which may be left out, if there is no other way.
    pub lines: Range<usize>,
}

/// The most that naming what was left out may take of the limit.
const NAMED: usize = 2_000;

/// The parts that fit into `limit` bytes, in their order, and how many of the others there are and what they are called.
pub fn fitted(mut parts: Vec<PagePart>, limit: usize) -> String {
    let all: usize = parts.iter().map(|part| part.text.len()).sum();
    if all <= limit {
        return parts.into_iter().map(|part| part.text).collect();
    }
    let mut room = limit.saturating_sub(NAMED.min(limit / 4));
    let mut kept = vec![false; parts.len()];
    for kind in PartKind::ALL {
        for (part, kept) in parts.iter().zip(&mut kept).filter(|(part, _)| part.kind == kind) {
            *kept = part.text.len() <= room;
            room -= if *kept { part.text.len() } else { 0 };
        }
    }
    // A part of an object is there only where no whole one is.
    let objects: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].kind == PartKind::Object).collect();
    if !objects.iter().any(|at| kept[*at])
        && let Some((at, text)) = objects.iter().find_map(|at| Some((*at, parts[*at].cut(room)?)))
    {
        (parts[at].text, kept[at]) = (text, true);
    }
    let (shown, missing): (Vec<_>, Vec<_>) = parts.iter().zip(kept).partition(|(_, kept)| *kept);
    let mut out: String = shown.into_iter().map(|(part, _)| part.text.as_str()).collect();
    let missing: Vec<&PagePart> = missing.into_iter().map(|(part, _)| part).collect();
    let note = note(&missing, limit - out.len());
    out.push_str(&note);
    out
}

impl PagePart {
    /// As many of its lines as fit into `room` bytes, and how many do not; `None` where it would be none.
    fn cut(&self, room: usize) -> Option<String> {
        let lines: Vec<&str> = self.text[self.lines.clone()].lines().collect();
        let (head, tail) = (&self.text[..self.lines.start], &self.text[self.lines.end..]);
        let mut left = room.checked_sub(head.len() + tail.len() + more_lines(lines.len()).len())?;
        let (mut body, mut kept) = (String::new(), 0);
        for line in &lines {
            let Some(rest) = left.checked_sub(line.len() + 1) else { break };
            left = rest;
            body.push_str(line);
            body.push('\n');
            kept += 1;
        }
        (kept > 0).then(|| format!("{head}{body}{}{tail}", more_lines(lines.len() - kept)))
    }
}

fn more_lines(count: usize) -> String {
    format!("… {count} more lines\n")
}

/// What is said of the parts that were left out, in at most `room` bytes: how many of each kind, and the names of as
/// many as fit.
fn note(missing: &[&PagePart], room: usize) -> String {
    let mut counts = Vec::new();
    for kind in PartKind::ALL {
        if let count @ 1.. = missing.iter().filter(|part| part.kind == kind).count() {
            counts.push(format!("{count} {}", kind.words()[usize::from(count > 1)]));
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let begin = format!("\nLeft out for want of room: {}", counts.join(", "));
    let mut names: Vec<String> = missing.iter().map(|part| code(&part.name)).collect();
    names.dedup();
    // Each name makes it longer, but for the last, which takes the place of a count.
    let (mut low, mut high) = (0, names.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if naming(&begin, &names, middle).len() <= room { low = middle } else { high = middle - 1 }
    }
    let note = naming(&begin, &names, low);
    [note, "\n…\n".into()].into_iter().find(|text| text.len() <= room).unwrap_or_default()
}

/// `begin` with the first `shown` of `names`, and how many more there are.
fn naming(begin: &str, names: &[String], shown: usize) -> String {
    match (shown, names.len() - shown) {
        (0, _) => format!("{begin}.\n"),
        (_, 0) => format!("{begin}: {}.\n", names.join(", ")),
        (_, more) => format!("{begin}: {} and {more} more.\n", names[..shown].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, name: &str, lines: usize) -> PagePart {
        let text = format!("<\n{}>\n", "12345678\n".repeat(lines));
        PagePart { kind, name: name.into(), lines: 2..text.len() - 2, text }
    }

    #[test]
    fn whole_objects_go_before_parts_of_them() {
        let parts =
            || vec![part(PartKind::Summary, "s", 1), part(PartKind::Object, "a", 40), part(PartKind::Object, "b", 4)];
        let text = fitted(parts(), 200);
        assert_eq!(
            text,
            format!("{}{}\nLeft out for want of room: 1 object: `a`.\n", parts()[0].text, parts()[2].text)
        );
        let text = fitted(vec![part(PartKind::Object, "a", 40), part(PartKind::Object, "b", 40)], 200);
        assert!(text.starts_with("<\n12345678\n") && text.contains("… 26 more lines\n>\n"), "{text}");
        assert!(text.ends_with("\nLeft out for want of room: 1 object: `b`.\n"), "{text}");
    }

    #[test]
    fn no_limit_is_ever_exceeded() {
        for limit in 0..600 {
            let names = (0..30).map(|i| part(PartKind::ALL[i % 7], &"é`".repeat(i), i)).collect();
            assert!(fitted(names, limit).len() <= limit, "{limit}");
        }
    }
}

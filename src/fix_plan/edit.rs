//! A spec as text: the user's current, with as little changed as can be, so that comments and layout stay.
//!
//! What comes out is read again; if it does not say what it should, the spec is written anew.

use std::ops::Range;

use crate::node::{Node, Places};
use crate::source::SourceId;
use crate::spec;
use crate::write;
use crate::yaml::{self, Data, Pair, Yaml};

/// `spec` as YAML, written like the text `like`, if that is at hand.
pub fn written(spec: &Yaml, like: Option<&str>) -> String {
    like.and_then(|text| edited(text, spec)).unwrap_or_else(|| write::yaml(&node(spec)))
}

fn node(yaml: &Yaml) -> Node {
    spec::index(yaml, &mut Places::default())
}

/// `text` with the edits that make it say `wanted`.
fn edited(text: &str, wanted: &Yaml) -> Option<String> {
    let current = document(text)?;
    let mut editor = Editor { text, edits: Vec::new() };
    editor.value(&current, wanted);
    let mut edits = editor.edits;
    edits.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
    let mut out = text.to_string();
    let mut last = text.len() + 1;
    for (range, replacement) in edits {
        if range.end > last || range.start > range.end {
            return None;
        }
        last = range.start;
        out.replace_range(range, &replacement);
    }
    document(&out).filter(|read| same(read, wanted)).map(|_| out)
}

fn document(text: &str) -> Option<Yaml> {
    let mut problems = Vec::new();
    let mut documents = yaml::load(text, SourceId(0), &mut problems).into_iter();
    let first = documents.next()?;
    (problems.is_empty() && documents.next().is_none()).then_some(first)
}

/// Whether both say the same, wherever they stand.
fn same(a: &Yaml, b: &Yaml) -> bool {
    match (&a.data, &b.data) {
        (Data::Scalar(a, _), Data::Scalar(b, _)) => a == b,
        (Data::Seq(a), Data::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Data::Map(a), Data::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|pair| value_of(b, &pair.key).is_some_and(|value| same(&pair.value, value)))
        }
        _ => false,
    }
}

/// The value at `key` of a map.
fn value_of<'p>(pairs: &'p [Pair], key: &str) -> Option<&'p Yaml> {
    pairs.iter().find(|pair| &*pair.key == key).map(|pair| &pair.value)
}

/// The edits of a text so far.
struct Editor<'a> {
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl Editor<'_> {
    fn value(&mut self, current: &Yaml, wanted: &Yaml) {
        if same(current, wanted) {
            return;
        }
        match (&current.data, &wanted.data) {
            (Data::Map(pairs), Data::Map(wanted))
                if !self.is_flow(current) && !pairs.is_empty() && !wanted.is_empty() =>
            {
                self.map(pairs, wanted);
            }
            (Data::Map(pairs), Data::Map(wanted))
                if self.is_flow(current) && !pairs.is_empty() && !wanted.is_empty() =>
            {
                self.flow(current, pairs, wanted);
            }
            (Data::Seq(items), Data::Seq(wanted))
                if !self.is_flow(current) && !items.is_empty() && !wanted.is_empty() =>
            {
                self.list(items, wanted);
            }
            _ => {
                let range = current.at.start as usize..self.end(current);
                self.edits.push((range, write::yaml_line(&node(wanted))));
            }
        }
    }

    /// The entries of a block map.
    fn map(&mut self, current: &[Pair], wanted: &[Pair]) {
        for (index, pair) in current.iter().enumerate() {
            match value_of(wanted, &pair.key) {
                Some(value) => self.value(&pair.value, value),
                None => {
                    let start = pair.key_at.start as usize;
                    let range = match current.get(index + 1) {
                        // Up to the next key, so that what stands before the first stays.
                        Some(next) => start..next.key_at.start as usize,
                        None => self.line_start(start)..self.after_line(self.end(&pair.value)),
                    };
                    self.edits.push((range, String::new()));
                }
            }
        }
        let fresh: Vec<Pair> = wanted.iter().filter(|pair| value_of(current, &pair.key).is_none()).cloned().collect();
        if let (Some(first), Some(last)) = (current.first(), current.last()) {
            let column = self.column(first.key_at.start as usize);
            let at = self.after_line(self.end(&last.value));
            for pair in fresh {
                let entry = Yaml { data: Data::Map(vec![pair]), at: first.value.at };
                self.insert(at, column, &write::yaml(&node(&entry)), "");
            }
        }
    }

    /// The entries of a map in braces.
    fn flow(&mut self, map: &Yaml, current: &[Pair], wanted: &[Pair]) {
        let mut kept: Option<usize> = None;
        for (index, pair) in current.iter().enumerate() {
            let end = self.end(&pair.value);
            match (value_of(wanted, &pair.key), kept, current.get(index + 1)) {
                (Some(value), ..) => {
                    self.value(&pair.value, value);
                    kept = Some(end);
                }
                // With the comma before it, or else the one after it.
                (None, Some(before), _) => {
                    self.edits.push((before..end, String::new()));
                    kept = Some(end);
                }
                (None, None, Some(next)) => {
                    self.edits.push((pair.key_at.start as usize..next.key_at.start as usize, String::new()));
                }
                (None, None, None) => self.edits.push((pair.key_at.start as usize..end, String::new())),
            }
        }
        let fresh = wanted.iter().filter(|pair| value_of(current, &pair.key).is_none());
        let fresh: Vec<String> = fresh
            .map(|pair| {
                let entry = Yaml { data: Data::Map(vec![pair.clone()]), at: map.at };
                let text = write::yaml_line(&node(&entry));
                text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(&text).to_string()
            })
            .collect();
        if !fresh.is_empty() {
            let lead = if kept.is_some() { ", " } else { "" };
            let at = kept.unwrap_or(map.at.start as usize + 1);
            self.edits.push((at..at, format!("{lead}{}", fresh.join(", "))));
        }
    }

    /// The items of a block list.
    fn list(&mut self, current: &[Yaml], wanted: &[Yaml]) {
        for (item, wanted) in current.iter().zip(wanted) {
            self.value(item, wanted);
        }
        let Some(column) = current.first().and_then(|item| self.dash(item)).map(|at| self.column(at)) else { return };
        for item in current.iter().skip(wanted.len()) {
            let start = self.dash(item).map_or(item.at.start as usize, |at| self.line_start(at));
            let range = start..self.after_line(self.end(item));
            self.edits.push((range, String::new()));
        }
        if let Some(last) = current.last() {
            let at = self.after_line(self.end(last));
            for item in wanted.iter().skip(current.len()) {
                self.insert(at, column, &write::yaml(&node(item)), "- ");
            }
        }
    }

    /// Where the dash of an item stands.
    fn dash(&self, item: &Yaml) -> Option<usize> {
        self.text[..item.at.start as usize].rfind('-')
    }

    /// Inserts lines at the beginning of a line, indented; the first one begins with `mark`.
    fn insert(&mut self, at: usize, column: usize, lines: &str, mark: &str) {
        let mut text = String::new();
        if at > 0 && !self.text[..at].ends_with('\n') {
            text.push('\n');
        }
        for (index, line) in lines.lines().enumerate() {
            let lead = if index == 0 { mark.to_string() } else { " ".repeat(mark.len()) };
            if !line.is_empty() {
                text.push_str(&" ".repeat(column));
                text.push_str(&lead);
                text.push_str(line);
            }
            text.push('\n');
        }
        // Several insertions at one place come in their order.
        match self.edits.iter_mut().find(|(range, _)| *range == (at..at)) {
            Some((_, insertion)) => insertion.push_str(&text),
            None => self.edits.push((at..at, text)),
        }
    }

    /// Whether a collection is written in brackets.
    fn is_flow(&self, yaml: &Yaml) -> bool {
        self.text[yaml.at.start as usize..].starts_with(['{', '['])
    }

    /// One past the last byte of a value.
    fn end(&self, yaml: &Yaml) -> usize {
        let end = yaml.at.end as usize;
        if matches!(yaml.data, Data::Scalar(..)) || self.is_flow(yaml) {
            return end;
        }
        match &yaml.data {
            Data::Map(pairs) => pairs.last().map_or(end, |pair| self.end(&pair.value).max(pair.key_at.end as usize)),
            Data::Seq(items) => items.last().map_or(end, |item| self.end(item)),
            Data::Scalar(..) => end,
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |line| line + 1)
    }

    /// The beginning of the line after the one with the byte before `end`.
    fn after_line(&self, end: usize) -> usize {
        if self.text[..end].ends_with('\n') {
            return end;
        }
        self.text[end..].find('\n').map_or(self.text.len(), |line| end + line + 1)
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` made to say what `wanted` says.
    fn made(text: &str, wanted: &str) -> String {
        edited(text, &document(wanted).unwrap()).unwrap()
    }

    #[test]
    fn comments_and_layout_stay() {
        let text = "# A release.\na: 1 # one\nlist:\n- x: 1\n  # two\n  y: 2\n- {z: 3, w: [1]}\nlast: yes\n";
        let with = |from: &str, to: &str| text.replace(from, to);
        assert_eq!(made(text, &with("a: 1", "a: 5")), with("a: 1", "a: 5"));
        assert_eq!(made(text, &with("z: 3", "z: 4")), with("z: 3", "z: 4"));
        let added = made(text, &with("last", "- {k: 1}\nlast"));
        assert_eq!(added, with("last", "- k: 1\nlast"));
        assert_eq!(made(text, &with("- {z: 3, w: [1]}\n", "")), with("- {z: 3, w: [1]}\n", ""));
        assert_eq!(made(text, &with("  # two\n  y: 2\n", "  q: 1\n")), with("  # two\n  y: 2\n", "  # two\n  q: 1\n"));
        assert_eq!(made(text, &with("- x: 1\n  # two\n  y", "- y")), with("- x: 1\n  # two\n  y", "- y"));
        let flow = "m: {a: \"1\", b: 2, c: 3} # three\n";
        assert_eq!(made(flow, "m: {a: '1', c: 4, d: [5]}"), "m: {a: \"1\", c: 4, d: [5]} # three\n");
        assert_eq!(made(flow, "m: {b: 2}"), "m: {b: 2} # three\n");
        assert_eq!(made(flow, "m: {d: 2}"), "m: {d: 2} # three\n");
        assert_eq!(made("m: {a: 1}\nk: 1", "m: {a: 1, b: 2}\nk: 1\no: {p: 1}"), "m: {a: 1, b: 2}\nk: 1\no:\n  p: 1\n");
    }

    #[test]
    fn what_cannot_be_edited_is_written_anew() {
        let wanted = document("a: &x {b: 1}\nc: *x\n").unwrap();
        assert_eq!(edited("a: &x {b: 2}\nc: *x\n", &wanted), None);
        assert_eq!(written(&wanted, Some("a: &x {b: 2}\nc: *x\n")), "a:\n  b: 1\nc:\n  b: 1\n");
    }
}

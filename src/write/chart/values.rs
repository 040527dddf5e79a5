//! `values.yaml`: the layered spec with its versions keyed, and what its dials mean.

use std::collections::BTreeMap;

use super::dials::{Dials, place};
use crate::node::{Node, PlaceId};
use crate::source::SourceId;
use crate::spec::fields::Kind;
use crate::write::quote;
use crate::write::yaml::{YamlDialect, YamlPrinter};
use crate::yaml;

/// How wide a comment's line may get.
const WIDTH: usize = 100;

/// The file for a chart called `chart`.
pub fn values(dials: &Dials<'_>, chart: &str) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str(&format!(
        "# Values of the chart `{chart}`, made by helmwright. What has a comment of its own is a dial, or holds some, all of\n\
         # which README.md lists. All else is part of the chart's structure, or nothing here uses it: change the spec, and\n\
         # make the chart anew.\n"
    ));
    let comments = Comments::new(dials);
    let mut writer = ValuesWriter { dials, comments, out };
    writer.entries(&dials.spec.root, 0);
    for comment in &writer.comments.last {
        writer.out.push_str(&format!("#{comment}\n"));
    }
    writer.out
}

struct ValuesWriter<'a> {
    dials: &'a Dials<'a>,
    comments: Comments,
    out: String,
}

impl ValuesWriter<'_> {
    fn entries(&mut self, map: &Node, columns: usize) {
        for (key, value) in map.entries() {
            let key_text = key.text().unwrap_or_default();
            // What the spec says about the chart is in Chart.yaml.
            if self.is_written(map, key, value) && !(columns == 0 && key_text == "chart") {
                self.entry(&key_text, value, columns);
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Node, columns: usize) {
        let id = place(value);
        let kind = id.and_then(|id| self.dials.kind(id));
        if let Some(id) = id
            && let Some(field) = self.dials.field(id)
            && self.has_dials(value, id, kind)
        {
            self.doc(field.doc, columns);
        }
        self.leading(id, columns);
        // Nothing can stand after a text of several lines.
        if value.text().is_some_and(|text| text.contains('\n'))
            && let Some(comment) = id.and_then(|id| self.comments.trailing.remove(&id))
        {
            self.comment(&comment, columns);
        }
        self.indent(columns);
        quote::push_scalar(key, &mut self.out);
        self.out.push(':');
        match value {
            Node::Seq(items, _) if matches!(kind, Some(Kind::Versions(_))) => {
                self.trailing(id);
                self.out.push('\n');
                for (i, item) in items.iter().enumerate() {
                    self.entry(&i.to_string(), item, columns + 2);
                }
            }
            Node::Map(..) if self.has_written(value) => {
                self.trailing(id);
                self.out.push('\n');
                self.entries(value, columns + 2);
            }
            Node::Map(..) => self.out.push_str(" {}\n"),
            Node::Seq(items, _) if !items.is_empty() => {
                self.trailing(id);
                self.out.push('\n');
                self.items(items, columns);
            }
            leaf => self.leaf(leaf, columns),
        }
    }

    fn items(&mut self, items: &[Node], columns: usize) {
        for item in items {
            self.leading(place(item), columns);
            self.indent(columns);
            self.out.push('-');
            match item {
                Node::Map(..) if self.has_written(item) => {
                    // The first entry stands after the dash.
                    let start = self.out.len();
                    self.entries(item, columns + 2);
                    let lines = self.out.split_off(start);
                    match lines.strip_prefix(&" ".repeat(columns + 2)) {
                        Some(rest) if !rest.starts_with('#') => {
                            self.out.push(' ');
                            self.out.push_str(rest);
                        }
                        _ => {
                            self.out.push('\n');
                            self.out.push_str(&lines);
                        }
                    }
                }
                Node::Seq(inner, _) if !inner.is_empty() => {
                    self.out.push('\n');
                    self.items(inner, columns + 2);
                }
                leaf => self.leaf(leaf, columns),
            }
        }
    }

    /// A value on the line that its key or dash began.
    fn leaf(&mut self, value: &Node, columns: usize) {
        YamlPrinter::new(&mut self.out, YamlDialect::Manifest).value(value, columns);
        let id = place(value);
        if self.comments.trailing.contains_key(&id.unwrap_or(PlaceId(u32::MAX))) && self.out.ends_with('\n') {
            self.out.pop();
            self.trailing(id);
            self.out.push('\n');
        }
    }

    /// Whether a map has entries that the file has too.
    fn has_written(&self, map: &Node) -> bool {
        map.entries().iter().any(|(key, value)| self.is_written(map, key, value))
    }

    /// Whether an entry of `map` is neither inherited, nor null, nor one of the user's notes (`x-…`).
    fn is_written(&self, map: &Node, key: &Node, value: &Node) -> bool {
        if value.is_null() || place(value).is_some_and(|id| self.dials.is_inherited(id)) {
            return false;
        }
        let kind = place(map).and_then(|id| self.dials.kind(id));
        let table = matches!(kind, Some(Kind::Object(_) | Kind::NameOr(_)));
        !(table && key.text().is_some_and(|key| key.starts_with("x-")))
    }

    /// Whether `value` is a dial that does something, or has such a dial in it that is not documented by itself.
    fn has_dials(&self, value: &Node, id: PlaceId, kind: Option<Kind>) -> bool {
        let table = matches!(kind, Some(Kind::Object(_) | Kind::NameOr(_) | Kind::Versions(_)));
        self.dials.is_dial(value, id) && self.dials.does_something(id)
            || !table && value.children().any(|inner| place(inner).is_some_and(|id| self.has_dials(inner, id, None)))
    }

    fn doc(&mut self, doc: &str, columns: usize) {
        let width = WIDTH - columns.min(WIDTH / 2) - 2;
        let mut rest = doc;
        while rest.len() > width {
            let end = (0..=width).rev().find(|end| rest.as_bytes().get(*end) == Some(&b' '));
            let Some(end) = end.or_else(|| rest.find(' ')) else { break };
            self.indent(columns);
            self.out.push_str("# ");
            self.out.push_str(&rest[..end]);
            self.out.push('\n');
            rest = &rest[end + 1..];
        }
        self.indent(columns);
        self.out.push_str("# ");
        self.out.push_str(rest);
        self.out.push('\n');
    }

    fn leading(&mut self, id: Option<PlaceId>, columns: usize) {
        for comment in id.and_then(|id| self.comments.leading.remove(&id)).unwrap_or_default() {
            self.comment(&comment, columns);
        }
    }

    fn comment(&mut self, text: &str, columns: usize) {
        self.indent(columns);
        self.out.push('#');
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn trailing(&mut self, id: Option<PlaceId>) {
        if let Some(comment) = id.and_then(|id| self.comments.trailing.remove(&id)) {
            self.out.push_str(&format!(" #{comment}"));
        }
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }
}

/// The user's comments, by the value that they stand by.
struct Comments {
    leading: BTreeMap<PlaceId, Vec<String>>,
    trailing: BTreeMap<PlaceId, String>,
    last: Vec<String>,
}

impl Comments {
    fn new(dials: &Dials<'_>) -> Self {
        let mut comments = Self { leading: BTreeMap::new(), trailing: BTreeMap::new(), last: Vec::new() };
        let mut places = Vec::new();
        written_places(&dials.spec.root, dials, &mut places);
        for (index, source) in dials.spec.sources.iter().enumerate() {
            let in_source = yaml::comments(&source.text);
            if in_source.is_empty() || source.name.starts_with("--set") {
                continue;
            }
            let source_id = SourceId(index as u32);
            let at = |id: &PlaceId| dials.spec.places.get(*id).map(|place| place.at);
            let mut starts: Vec<(usize, PlaceId)> = places
                .iter()
                .filter_map(|id| at(id).filter(|at| at.source == source_id).map(|at| (at.start as usize, *id)))
                .collect();
            starts.sort();
            for comment in in_source {
                let next = starts.partition_point(|(start, _)| *start < comment.start);
                let before = next.checked_sub(1).and_then(|index| starts.get(index));
                match (before, starts.get(next)) {
                    (Some((start, id)), _) if !comment.alone && !source.text[*start..comment.start].contains('\n') => {
                        comments.trailing.insert(*id, comment.text);
                    }
                    (_, Some((start, id))) => {
                        // A comment before the first item of a list, or entry of a map, is about that.
                        let is_adjacent = is_skipped(&source.text[comment.start..*start]);
                        let id = if is_adjacent { first_inside(*id, &places, dials) } else { *id };
                        comments.leading.entry(id).or_default().push(comment.text);
                    }
                    (_, None) => comments.last.push(comment.text),
                }
            }
        }
        comments
    }
}

/// Whether `text` has no keys and values: only comments, dashes and empty lines.
fn is_skipped(text: &str) -> bool {
    text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with(['#', '-']))
}

/// The first value in the list or map at `id`, or `id` where it is neither.
fn first_inside(id: PlaceId, written: &[PlaceId], dials: &Dials<'_>) -> PlaceId {
    let has_parent = |child: &&PlaceId| dials.spec.places.get(**child).is_some_and(|place| place.parent == Some(id));
    written.iter().find(has_parent).copied().unwrap_or(id)
}

/// The places of all values that are written.
fn written_places(node: &Node, dials: &Dials<'_>, places: &mut Vec<PlaceId>) {
    let Some(id) = place(node).filter(|id| !dials.is_inherited(*id)) else { return };
    places.push(id);
    node.entries().iter().for_each(|(_, value)| written_places(value, dials, places));
    node.items().iter().for_each(|item| written_places(item, dials, places));
}

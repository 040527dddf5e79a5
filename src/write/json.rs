//! Objects as JSON.

use std::fmt::Write;

use serde::{Serialize, Serializer};

use super::yaml;
use crate::bundle::Manifest;
use crate::node::{Node, Scalar};

/// All `objects` as one `v1/List`, indented by two spaces.
pub fn json_list<'a>(objects: impl IntoIterator<Item = &'a Manifest>) -> String {
    let mut out = String::from("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [");
    let mut empty = true;
    for object in objects {
        out.push_str(if empty { "\n    " } else { ",\n    " });
        push(&object.node, 2, &mut out);
        empty = false;
    }
    out.push_str(if empty { "]\n}\n" } else { "\n  ]\n}\n" });
    out
}

/// `value` as one JSON document, indented by two spaces.
pub fn json(value: &impl Serialize) -> String {
    // Writing to a String cannot fail, and every key of a map is a text.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// What [`push`] writes.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Scalar(scalar, _) => scalar.serialize(serializer),
            Node::Concat(_) => serializer.serialize_str(&self.text().unwrap_or_default()),
            Node::Text(body) => serializer.serialize_str(&yaml::text(body)),
            Node::Seq(items, _) => serializer.collect_seq(items.iter()),
            Node::Map(entries, _) => serializer.collect_map(entries.iter().map(|(key, value)| (Key(key), value))),
            Node::Symbol(symbol) => symbol.value().serialize(serializer),
            Node::Guard(..) => serializer.serialize_unit(),
        }
    }
}

/// The key of a map, which JSON has as a string.
struct Key<'n>(&'n Node);

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Node::Scalar(Scalar::Str(text), _) => serializer.serialize_str(text),
            key => serializer.serialize_str(&key.text().unwrap_or_default()),
        }
    }
}

/// Appends `node` as JSON whose inner lines stand at `depth` plus one steps of two spaces.
pub fn push(node: &Node, depth: usize, out: &mut String) {
    match node {
        Node::Scalar(Scalar::Str(text), _) => push_string(text, out),
        Node::Scalar(scalar, _) => scalar.push_text(out),
        Node::Concat(_) => push_string(&node.text().unwrap_or_default(), out),
        Node::Text(body) => push_string(&yaml::text(body), out),
        Node::Seq(items, _) => collection('[', ']', items.iter().map(|item| (None, item)), depth, out),
        Node::Map(entries, _) => collection('{', '}', entries.iter().map(|(k, v)| (Some(k), v)), depth, out),
        Node::Symbol(symbol) => match symbol.value() {
            Some(Scalar::Str(text)) => push_string(&text, out),
            Some(scalar) => scalar.push_text(out),
            None => out.push_str("null"),
        },
        // Outside a text nothing is known only to the controller.
        Node::Guard(..) => out.push_str("null"),
    }
}

/// Appends `node` as JSON on one line.
pub fn push_line(node: &Node, out: &mut String) {
    match node {
        Node::Seq(items, _) => line_collection('[', ']', items.iter().map(|item| (None, item)), out),
        Node::Map(entries, _) => line_collection('{', '}', entries.iter().map(|(k, v)| (Some(k), v)), out),
        leaf => push(leaf, 0, out),
    }
}

fn line_collection<'n>(
    open: char,
    close: char,
    parts: impl Iterator<Item = (Option<&'n Node>, &'n Node)>,
    out: &mut String,
) {
    out.push(open);
    for (i, (key, value)) in parts.enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        if let Some(key) = key {
            push_string(&key.text().unwrap_or_default(), out);
            out.push_str(": ");
        }
        push_line(value, out);
    }
    out.push(close);
}

fn collection<'n>(
    open: char,
    close: char,
    parts: impl ExactSizeIterator<Item = (Option<&'n Node>, &'n Node)>,
    depth: usize,
    out: &mut String,
) {
    out.push(open);
    let empty = parts.len() == 0;
    for (i, (key, value)) in parts.enumerate() {
        out.push_str(if i > 0 { ",\n" } else { "\n" });
        out.extend(std::iter::repeat_n("  ", depth + 1));
        if let Some(key) = key {
            push_string(&key.text().unwrap_or_default(), out);
            out.push_str(": ");
        }
        push(value, depth + 1, out);
    }
    if !empty {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
    out.push(close);
}

/// What JSON does not let stand in a string as it is.
fn is_special(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}

fn push_string(text: &str, out: &mut String) {
    out.push('"');
    // Most texts have none, and looking for one without stopping at it takes the fewest instructions.
    if !text.bytes().fold(false, |special, byte| special | is_special(byte)) {
        out.push_str(text);
        return out.push('"');
    }
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !is_special(byte) {
            continue;
        }
        out.push_str(&text[done..at]);
        done = at + 1;
        // Writing to a String cannot fail.
        let _ = match byte {
            b'"' => out.write_str("\\\""),
            b'\\' => out.write_str("\\\\"),
            b'\n' => out.write_str("\\n"),
            b'\t' => out.write_str("\\t"),
            b'\r' => out.write_str("\\r"),
            _ => write!(out, "\\u{byte:04x}"),
        };
    }
    out.push_str(&text[done..]);
    out.push('"');
}

/// JSON that is made as it is written, in the layout of [`push`].
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    depth: usize,
    /// Whether the collection that is open has something in it.
    filled: bool,
}

impl Writer {
    /// A document of this value.
    pub fn document(fill: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self { out: String::with_capacity(16384), ..Self::default() };
        writer.map(fill);
        writer.out.push('\n');
        writer.out
    }

    /// A map, whose entries `fill` writes.
    pub fn map(&mut self, fill: impl FnOnce(&mut Self)) {
        self.collection('{', '}', fill);
    }

    /// A list, whose items `fill` writes.
    pub fn list(&mut self, fill: impl FnOnce(&mut Self)) {
        self.collection('[', ']', fill);
    }

    fn collection(&mut self, open: char, close: char, fill: impl FnOnce(&mut Self)) {
        self.out.push(open);
        let outer = std::mem::take(&mut self.filled);
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        if self.filled {
            self.line(false);
        }
        self.filled = outer;
        self.out.push(close);
    }

    /// The beginning of an entry whose key is a word of the program's own, which needs no escapes; its value comes next.
    pub fn key(&mut self, key: &'static str) -> &mut Self {
        self.item();
        self.words(&[key]);
        self.out.push_str(": ");
        self
    }

    /// The beginning of an entry with any key; its value comes next.
    pub fn any_key(&mut self, key: &str) -> &mut Self {
        self.item();
        push_string(key, &mut self.out);
        self.out.push_str(": ");
        self
    }

    /// The beginning of an item; its value comes next.
    pub fn item(&mut self) -> &mut Self {
        self.line(self.filled);
        self.filled = true;
        self
    }

    /// A new line, after a comma or without one.
    fn line(&mut self, comma: bool) {
        // One piece is cheaper than many, and hardly anything stands deeper.
        const LINE: &str = ",\n                                                                ";
        let columns = 2 * self.depth;
        let most = columns.min(LINE.len() - 2);
        self.out.push_str(&LINE[usize::from(!comma)..2 + most]);
        self.out.extend(std::iter::repeat_n(' ', columns - most));
    }

    /// A string of the program's own words, which need no escapes.
    pub fn words(&mut self, parts: &[&'static str]) {
        debug_assert!(!parts.iter().any(|part| part.bytes().any(is_special)));
        self.out.push('"');
        parts.iter().for_each(|part| self.out.push_str(part));
        self.out.push('"');
    }

    /// Any string.
    pub fn text(&mut self, text: &str) {
        push_string(text, &mut self.out);
    }

    /// Any value.
    pub fn node(&mut self, node: &Node) {
        push(node, self.depth, &mut self.out);
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) {
        let _ = write!(self.out, "{number}");
    }

    /// A value as JSON writes it.
    pub fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }
}

//! Values of the spec as Helm's template language refers to them.

use std::fmt::Write;

use super::dials::Dials;
use super::helpers::Helper;
use crate::node::{Node, Origin, PlaceId, Scalar, Segment, Symbol};
use crate::spec::fields::Kind;
use crate::write::quote::{self, Reader};

/// Makes the actions that stand for dials in one file of a chart.
pub struct References<'a> {
    /// What is a dial.
    pub dials: &'a Dials<'a>,
    /// The chart's name, which its named templates begin with.
    pub chart: &'a str,
    /// Whether the file is about several versions: `$v0` and `$v1`, else just `$v`.
    pub several: bool,
}

/// What a concatenation is made of.
enum Piece {
    Text(String),
    /// An expression, and whether what it gives can stand between double quotes as it is.
    Value(String, bool),
}

impl References<'_> {
    /// Appends what stands for `node`, and says so, where it hangs on a dial or on the release; `reader` says who reads
    /// the result. A map or a list of which only parts are dials has no action of its own.
    pub fn push_action(&self, node: &Node, reader: Reader, out: &mut String) -> bool {
        match node {
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.dials.is_whole(*id) => {
                self.push_included(*id, reader, out);
            }
            Node::Scalar(..) | Node::Concat(_) if !self.dials.is_dynamic(node) => return false,
            Node::Scalar(_, Origin::Spec(id)) => self.push_scalar(*id, reader, out),
            Node::Scalar(..) => {
                out.push_str("\"{{ ");
                self.push_expression(node, out);
                out.push_str(" }}\"");
            }
            Node::Concat(parts) => self.push_concat(parts, reader, out),
            Node::Symbol(symbol) if symbol.value().is_none() => {
                let mut text = String::new();
                super::super::routemap::push_value(symbol, &mut text);
                out.push_str(&escaped(&text));
            }
            Node::Symbol(symbol) if self.dials.is_dynamic(node) => {
                out.push_str("{{ ");
                self.push_symbol(symbol, out);
                out.push_str(if matches!(symbol, Symbol::Digest(_)) { " | quote }}" } else { " }}" });
            }
            _ => return false,
        }
        true
    }

    fn push_scalar(&self, id: PlaceId, reader: Reader, out: &mut String) {
        let filter = match self.dials.kind(id) {
            Some(Kind::Text | Kind::Name | Kind::Choice(_) | Kind::NameOr(_)) if reader != Reader::Html => {
                " | quote }}"
            }
            // Helm's own spelling of a number may have an exponent, and null is nothing at all.
            Some(Kind::Whole(..) | Kind::Number(..) | Kind::Bool) => " | toJson }}",
            _ => return self.push_included(id, reader, out),
        };
        out.push_str("{{ ");
        self.push_place(id, out);
        out.push_str(filter);
    }

    /// The value at `id`, whatever it is.
    fn push_included(&self, id: PlaceId, reader: Reader, out: &mut String) {
        self.push_include_for(reader, out);
        self.push_place(id, out);
        out.push_str(" }}");
    }

    fn push_include_for(&self, reader: Reader, out: &mut String) {
        out.push_str("{{ ");
        self.push_include(if reader == Reader::Html { Helper::Routing } else { Helper::Json }, out);
        out.push(' ');
    }

    /// `include` of a named template.
    pub fn push_include(&self, helper: Helper, out: &mut String) {
        self.dials.helpers.push_include(helper, self.chart, out);
    }

    fn push_concat(&self, parts: &[Node], reader: Reader, out: &mut String) {
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces);
        if pieces.iter().any(|piece| matches!(piece, Piece::Value(_, false))) {
            if reader == Reader::Html {
                self.push_include_for(reader, out);
                out.push('(');
                push_printed(&pieces, out);
                return out.push_str(") }}");
            }
            out.push_str("{{ ");
            push_printed(&pieces, out);
            return out.push_str(" | quote }}");
        }
        out.push('"');
        for piece in &pieces {
            match piece {
                Piece::Text(text) => {
                    quote::push_escaped(text, reader, out);
                    // An action may follow, and must not begin a brace early.
                    if out.ends_with('{') {
                        out.pop();
                        out.push_str("\\x7b");
                    }
                }
                Piece::Value(value, _) => ["{{ ", value, " }}"].iter().for_each(|part| out.push_str(part)),
            }
        }
        out.push('"');
    }

    /// A text of several lines with actions in it, as it may stand in a block; `None` where a dial could break it.
    pub fn block(&self, node: &Node) -> Option<String> {
        let Node::Concat(parts) = node else { return None };
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces);
        let mut out = String::new();
        for piece in &pieces {
            match piece {
                // An action that follows must not begin a brace early.
                Piece::Text(text) => match inert(text).strip_suffix('{') {
                    Some(rest) => out = out + rest + "{{ \"{\" }}",
                    None => out.push_str(&inert(text)),
                },
                Piece::Value(value, true) => out = out + "{{ " + value + " }}",
                Piece::Value(_, false) => return None,
            }
        }
        Some(out)
    }

    fn pieces(&self, parts: &[Node], pieces: &mut Vec<Piece>) {
        for part in parts {
            if let Node::Concat(inner) = part {
                self.pieces(inner, pieces);
            } else if !self.dials.is_dynamic(part) {
                let text = part.text().unwrap_or_default();
                match pieces.last_mut() {
                    Some(Piece::Text(last)) => last.push_str(&text),
                    _ => pieces.push(Piece::Text(text)),
                }
            } else {
                let mut value = String::with_capacity(48);
                let safe = self.push_part(part, &mut value);
                pieces.push(Piece::Value(value, safe));
            }
        }
    }

    /// Appends the expression for a part of a text, and says whether what it gives can stand between double quotes.
    fn push_part(&self, part: &Node, out: &mut String) -> bool {
        let Node::Scalar(_, Origin::Spec(id)) = part else {
            match part {
                Node::Symbol(symbol) => self.push_symbol(symbol, out),
                other => self.push_expression(other, out),
            }
            return true;
        };
        self.dials.refer_part(*id);
        let safe = match self.dials.kind(*id) {
            // A DNS label.
            Some(Kind::Name) => true,
            Some(Kind::Text | Kind::Choice(_) | Kind::NameOr(_)) => false,
            Some(Kind::Whole(..) | Kind::Number(..) | Kind::Bool) => {
                out.push_str("toJson ");
                true
            }
            _ => {
                self.push_include(Helper::Text, out);
                out.push(' ');
                false
            }
        };
        self.push_place(*id, out);
        safe
    }

    fn push_symbol(&self, symbol: &Symbol, out: &mut String) {
        match symbol {
            Symbol::Remainder(parts) => {
                let several = parts.len() != 1;
                out.push_str(if several { "sub 100 (add" } else { "sub 100" });
                for part in parts.iter() {
                    out.push_str(" (int64 ");
                    self.push_expression(part, out);
                    out.push(')');
                }
                out.push_str(if several { ")" } else { "" });
            }
            Symbol::Digest(node) => {
                out.push_str("toJson ");
                self.push_expression(node, out);
                out.push_str(" | sha256sum");
            }
            _ => {}
        }
    }

    /// An expression whose value is `node`'s.
    pub fn expression(&self, node: &Node) -> String {
        let mut out = String::with_capacity(64);
        self.push_expression(node, &mut out);
        out
    }

    fn push_expression(&self, node: &Node, out: &mut String) {
        match node {
            Node::Scalar(_, Origin::ReleaseName) => out.push_str(".Release.Name"),
            Node::Scalar(_, Origin::ReleaseNamespace) => out.push_str(".Release.Namespace"),
            Node::Scalar(_, Origin::Spec(id)) if self.dials.is_dynamic(node) => self.push_place(*id, out),
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.dials.is_whole(*id) => {
                self.push_place(*id, out);
            }
            Node::Scalar(Scalar::Null, _) => out.push_str("nil"),
            Node::Scalar(Scalar::Str(text), _) => push_literal(text, out),
            Node::Scalar(scalar, _) => scalar.push_text(out),
            Node::Seq(items, _) => self.push_call("list", items.iter(), out),
            Node::Map(entries, _) => {
                self.push_call("dict", entries.iter().flat_map(|(key, value)| [key, value]), out);
            }
            Node::Concat(parts) => {
                let mut pieces = Vec::new();
                self.pieces(parts, &mut pieces);
                out.push('(');
                push_printed(&pieces, out);
                out.push(')');
            }
            Node::Symbol(symbol) => {
                out.push('(');
                self.push_symbol(symbol, out);
                out.push(')');
            }
            Node::Guard(..) | Node::Text(_) => out.push_str("nil"),
        }
    }

    fn push_call<'n>(&self, function: &str, values: impl Iterator<Item = &'n Node>, out: &mut String) {
        out.push('(');
        out.push_str(function);
        for value in values {
            out.push(' ');
            self.push_expression(value, out);
        }
        out.push(')');
    }

    /// An expression for the value at `id`.
    fn push_place(&self, id: PlaceId, out: &mut String) {
        self.dials.refer(id);
        let (version, steps) = self.dials.way(id);
        let dotted = |step: &&Segment| matches!(step, Segment::Key(key) if is_identifier(key));
        steps.iter().filter(|step| !dotted(step)).for_each(|_| out.push_str("(index "));
        match version {
            Some(version) => push_variable(version, self.several, out),
            None => out.push_str(".Values"),
        }
        for step in steps {
            match step {
                Segment::Key(key) if is_identifier(key) => {
                    out.push('.');
                    out.push_str(key);
                }
                Segment::Key(key) => {
                    out.push(' ');
                    push_literal(key, out);
                    out.push(')');
                }
                Segment::Index(index) => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, " {index})");
                }
            }
        }
    }
}

/// Appends the variable that holds the values of a version.
pub fn push_variable(version: usize, several: bool, out: &mut String) {
    out.push_str("$v");
    if several {
        // Writing to a String cannot fail.
        let _ = write!(out, "{version}");
    }
}

/// Appends `printf` of `pieces`.
fn push_printed(pieces: &[Piece], out: &mut String) {
    let mut format = String::with_capacity(48);
    for piece in pieces {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('%', "%%")),
            Piece::Value(..) => format.push_str("%v"),
        }
    }
    out.push_str("printf ");
    push_literal(&format, out);
    for piece in pieces {
        let Piece::Value(value, _) = piece else { continue };
        let simple = !value.contains(' ') || value.starts_with('(');
        let (open, close) = if simple { (" ", "") } else { (" (", ")") };
        [open, value, close].iter().for_each(|part| out.push_str(part));
    }
}

/// A string of the template language.
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_literal(text, &mut out);
    out
}

/// Appends a string of the template language.
pub fn push_literal(text: &str, out: &mut String) {
    // YAML's escapes, as far as they are used, are Go's too.
    quote::push_quoted(text, Reader::Helm, out);
}

/// An action that gives `text`, which is somebody else's action.
pub fn escaped(text: &str) -> String {
    format!("{{{{`{text}`}}}}")
}

/// A text of a chart's file, so that Helm finds no action in it.
pub fn inert(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

fn is_identifier(key: &str) -> bool {
    key.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

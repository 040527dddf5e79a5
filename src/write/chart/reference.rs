//! Values of the spec as Helm's template language refers to them.

use std::fmt::Write;

use super::dials::Dials;
use super::helpers::Helper;
use crate::node::{Node, Origin, PlaceId, Scalar, Segment, Symbol};
use crate::spec::fields::Kind;
use crate::write::quote::{self, Preprocessor};

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
enum ConcatPart {
    Text(String),
    /// An expression, and whether what it gives can stand between double quotes as it is.
    Value(String, bool),
}

impl References<'_> {
    /// Appends what stands for `node`, and says so, where it hangs on a dial or on the release; `preprocessor`
    /// reads the result before YAML does. A map or a list of which only parts are dials has no action of its own.
    pub fn push_action(&self, node: &Node, preprocessor: Preprocessor, out: &mut String) -> bool {
        match node {
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.dials.is_whole(*id) => {
                self.push_included(*id, preprocessor, out);
            }
            Node::Scalar(..) | Node::Concat(_) if !self.dials.is_dynamic(node) => return false,
            Node::Scalar(_, Origin::Spec(id)) => self.push_scalar(*id, preprocessor, out),
            Node::Scalar(..) => {
                out.push_str("\"{{ ");
                self.push_expression(node, out);
                out.push_str(" }}\"");
            }
            Node::Concat(parts) => self.push_concat(parts, preprocessor, out),
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

    fn push_scalar(&self, id: PlaceId, preprocessor: Preprocessor, out: &mut String) {
        let filter = match self.dials.kind(id) {
            Some(Kind::Text | Kind::Name | Kind::Choice(_) | Kind::NameOr(_)) if preprocessor != Preprocessor::Html => {
                " | quote }}"
            }
            // Helm's own spelling of a number may have an exponent, and null is nothing at all.
            Some(Kind::Whole(..) | Kind::Number(..) | Kind::Bool) => " | toJson }}",
            _ => return self.push_included(id, preprocessor, out),
        };
        out.push_str("{{ ");
        self.push_place(id, out);
        out.push_str(filter);
    }

    /// The value at `id`, whatever it is.
    fn push_included(&self, id: PlaceId, preprocessor: Preprocessor, out: &mut String) {
        self.push_include_for(preprocessor, out);
        self.push_place(id, out);
        out.push_str(" }}");
    }

    fn push_include_for(&self, preprocessor: Preprocessor, out: &mut String) {
        out.push_str("{{ ");
        self.push_include(if preprocessor == Preprocessor::Html { Helper::Routing } else { Helper::Json }, out);
        out.push(' ');
    }

    /// `include` of a named template.
    pub fn push_include(&self, helper: Helper, out: &mut String) {
        self.dials.helpers.push_include(helper, self.chart, out);
    }

    fn push_concat(&self, parts: &[Node], preprocessor: Preprocessor, out: &mut String) {
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces);
        if pieces.iter().any(|piece| matches!(piece, ConcatPart::Value(_, false))) {
            if preprocessor == Preprocessor::Html {
                self.push_include_for(preprocessor, out);
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
                ConcatPart::Text(text) => {
                    quote::push_escaped(text, preprocessor, out);
                    // An action may follow, and must not begin a brace early.
                    if out.ends_with('{') {
                        out.pop();
                        out.push_str("\\x7b");
                    }
                }
                ConcatPart::Value(value, _) => ["{{ ", value, " }}"].iter().for_each(|part| out.push_str(part)),
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
                ConcatPart::Text(text) => match inert(text).strip_suffix('{') {
                    Some(rest) => out = out + rest + "{{ \"{\" }}",
                    None => out.push_str(&inert(text)),
                },
                ConcatPart::Value(value, true) => out = out + "{{ " + value + " }}",
                ConcatPart::Value(_, false) => return None,
            }
        }
        Some(out)
    }

    fn pieces(&self, parts: &[Node], pieces: &mut Vec<ConcatPart>) {
        for part in parts {
            if let Node::Concat(inner) = part {
                self.pieces(inner, pieces);
            } else if !self.dials.is_dynamic(part) {
                let text = part.text().unwrap_or_default();
                match pieces.last_mut() {
                    Some(ConcatPart::Text(last)) => last.push_str(&text),
                    _ => pieces.push(ConcatPart::Text(text)),
                }
            } else {
                let mut value = String::with_capacity(48);
                let safe = self.push_part(part, &mut value);
                pieces.push(ConcatPart::Value(value, safe));
            }
        }
    }

    /// Appends the expression for a part of a text, and says whether what it gives can stand between double quotes.
    fn push_part(&self, part: &Node, out: &mut String) -> bool {
        let Node::Scalar(_, Origin::Spec(id)) = part else {
            match part {
                Node::Symbol(symbol) => self.push_symbol(symbol, out),
                part => self.push_expression(part, out),
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

    /// An expression whose value is `node`'s as a whole number: from JSON, Helm reads every number as a float.
    pub fn number(&self, node: &Node) -> String {
        format!("(int64 {})", self.expression(node))
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
        let (version, path) = self.dials.version_path(id);
        path.iter().filter(|segment| !is_dotted(segment)).for_each(|_| out.push_str("(index "));
        match version {
            Some(version) => push_variable(version, self.several, out),
            None => out.push_str(".Values"),
        }
        for segment in path {
            match segment {
                Segment::Key(key) if is_dotted(segment) => {
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
fn push_printed(pieces: &[ConcatPart], out: &mut String) {
    let mut format = String::with_capacity(48);
    for piece in pieces {
        match piece {
            ConcatPart::Text(text) => format.push_str(&text.replace('%', "%%")),
            ConcatPart::Value(..) => format.push_str("%v"),
        }
    }
    out.push_str("printf ");
    push_literal(&format, out);
    for piece in pieces {
        let ConcatPart::Value(value, _) = piece else { continue };
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
    quote::push_quoted(text, Preprocessor::Helm, out);
}

/// An action of Helm's that prints `text`, an action for the Iter8 controller.
pub fn escaped(text: &str) -> String {
    format!("{{{{`{text}`}}}}")
}

/// A text of a chart's file, so that Helm finds no action in it.
pub fn inert(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Whether `segment` can stand after a dot; the function `index` takes any.
fn is_dotted(segment: &Segment) -> bool {
    let Segment::Key(key) = segment else { return false };
    key.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

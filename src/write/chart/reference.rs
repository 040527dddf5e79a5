//! Values of the spec as Helm's template language refers to them.

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
    /// What stands for `node`, where it hangs on a dial or on the release; `reader` says who reads the result. A map
    /// or a list of which only parts are dials has no action of its own.
    pub fn action(&self, node: &Node, reader: Reader) -> Option<String> {
        match node {
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.dials.is_whole(*id) => {
                Some(self.included(&self.place(*id), reader))
            }
            Node::Scalar(..) | Node::Concat(_) if !self.dials.is_dynamic(node) => None,
            Node::Scalar(_, Origin::Spec(id)) => Some(self.scalar(*id, reader)),
            Node::Scalar(..) => Some(format!("\"{{{{ {} }}}}\"", self.expression(node))),
            Node::Concat(parts) => Some(self.concat(parts, reader)),
            Node::Symbol(symbol) if symbol.value().is_none() => {
                let mut text = String::new();
                super::super::routemap::push_value(symbol, &mut text);
                Some(escaped(&text))
            }
            Node::Symbol(symbol) if self.dials.is_dynamic(node) => {
                let quote = if matches!(symbol, Symbol::Digest(_)) { " | quote" } else { "" };
                Some(format!("{{{{ {}{quote} }}}}", self.symbol(symbol)))
            }
            _ => None,
        }
    }

    fn scalar(&self, id: PlaceId, reader: Reader) -> String {
        let place = self.place(id);
        match self.dials.kind(id) {
            Some(Kind::Text | Kind::Name | Kind::Choice(_) | Kind::NameOr(_)) if reader != Reader::Html => {
                format!("{{{{ {place} | quote }}}}")
            }
            // Helm's own spelling of a number may have an exponent, and null is nothing at all.
            Some(Kind::Whole(..) | Kind::Number(..) | Kind::Bool) => format!("{{{{ {place} | toJson }}}}"),
            _ => self.included(&place, reader),
        }
    }

    /// The value of `place`, whatever it is.
    fn included(&self, place: &str, reader: Reader) -> String {
        let helper = if reader == Reader::Html { Helper::Routing } else { Helper::Json };
        format!("{{{{ {} {place} }}}}", self.include(helper))
    }

    /// `include` of a named template.
    pub fn include(&self, helper: Helper) -> String {
        self.dials.helpers.include(helper, self.chart)
    }

    fn concat(&self, parts: &[Node], reader: Reader) -> String {
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces);
        if pieces.iter().any(|piece| matches!(piece, Piece::Value(_, false))) {
            let printed = printed(&pieces);
            return match reader {
                Reader::Html => self.included(&format!("({printed})"), reader),
                _ => format!("{{{{ {printed} | quote }}}}"),
            };
        }
        let mut out = String::from("\"");
        for piece in &pieces {
            match piece {
                Piece::Text(text) => {
                    quote::push_escaped(text, reader, &mut out);
                    // An action may follow, and must not begin a brace early.
                    if out.ends_with('{') {
                        out.pop();
                        out.push_str("\\x7b");
                    }
                }
                Piece::Value(value, _) => {
                    out.push_str("{{ ");
                    out.push_str(value);
                    out.push_str(" }}");
                }
            }
        }
        out.push('"');
        out
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
                let (value, safe) = match part {
                    Node::Scalar(_, Origin::Spec(id)) => match self.dials.kind(*id) {
                        // A DNS label.
                        Some(Kind::Name) => (self.place(*id), true),
                        Some(Kind::Text | Kind::Choice(_) | Kind::NameOr(_)) => (self.place(*id), false),
                        Some(Kind::Whole(..) | Kind::Number(..) | Kind::Bool) => {
                            (format!("toJson {}", self.place(*id)), true)
                        }
                        _ => (format!("{} {}", self.include(Helper::Text), self.place(*id)), false),
                    },
                    Node::Symbol(symbol) => (self.symbol(symbol), true),
                    other => (self.expression(other), true),
                };
                pieces.push(Piece::Value(value, safe));
            }
        }
    }

    fn symbol(&self, symbol: &Symbol) -> String {
        match symbol {
            Symbol::Remainder(parts) => {
                let numbers: Vec<String> =
                    parts.iter().map(|part| format!("(int64 {})", self.expression(part))).collect();
                match numbers.as_slice() {
                    [one] => format!("sub 100 {one}"),
                    several => format!("sub 100 (add {})", several.join(" ")),
                }
            }
            Symbol::Digest(node) => format!("toJson {} | sha256sum", self.expression(node)),
            _ => String::new(),
        }
    }

    /// An expression whose value is `node`'s.
    pub fn expression(&self, node: &Node) -> String {
        match node {
            Node::Scalar(_, Origin::ReleaseName) => ".Release.Name".into(),
            Node::Scalar(_, Origin::ReleaseNamespace) => ".Release.Namespace".into(),
            Node::Scalar(_, Origin::Spec(id)) if self.dials.is_dynamic(node) => self.place(*id),
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.dials.is_whole(*id) => {
                self.place(*id)
            }
            Node::Scalar(Scalar::Null, _) => "nil".into(),
            Node::Scalar(Scalar::Str(text), _) => literal(text),
            Node::Scalar(scalar, _) => {
                let mut text = String::new();
                scalar.push_text(&mut text);
                text
            }
            Node::Seq(items, _) => {
                items.iter().fold("(list".to_string(), |out, item| out + " " + &self.expression(item)) + ")"
            }
            Node::Map(entries, _) => {
                let pairs = entries.iter().map(|(key, value)| (self.expression(key), self.expression(value)));
                pairs.fold("(dict".to_string(), |out, (key, value)| format!("{out} {key} {value}")) + ")"
            }
            Node::Concat(parts) => {
                let mut pieces = Vec::new();
                self.pieces(parts, &mut pieces);
                format!("({})", printed(&pieces))
            }
            Node::Symbol(symbol) => format!("({})", self.symbol(symbol)),
            Node::Guard(..) | Node::Text(_) => "nil".into(),
        }
    }

    /// An expression for the value at `id`.
    pub fn place(&self, id: PlaceId) -> String {
        self.dials.refer(id);
        let (version, steps) = self.dials.way(id);
        let mut out = match version {
            Some(version) if self.several => format!("$v{version}"),
            Some(_) => "$v".into(),
            None => ".Values".into(),
        };
        for step in steps {
            match step {
                Segment::Key(key) if is_identifier(key) => {
                    out.push('.');
                    out.push_str(key);
                }
                Segment::Key(key) => out = format!("(index {out} {})", literal(key)),
                Segment::Index(index) => out = format!("(index {out} {index})"),
            }
        }
        out
    }
}

/// `printf` of `pieces`.
fn printed(pieces: &[Piece]) -> String {
    let mut format = String::new();
    let mut values = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('%', "%%")),
            Piece::Value(value, _) => {
                format.push_str("%v");
                values.push(' ');
                let simple = !value.contains(' ') || value.starts_with('(');
                values.push_str(&if simple { value.clone() } else { format!("({value})") });
            }
        }
    }
    format!("printf {}{values}", literal(&format))
}

/// A string of the template language.
pub fn literal(text: &str) -> String {
    let mut out = String::new();
    // YAML's escapes, as far as they are used, are Go's too.
    quote::push_quoted(text, Reader::Helm, &mut out);
    out
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

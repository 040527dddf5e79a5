//! Values that are known later than the spec.

use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{Node, Scalar};

/// A value that is not the spec's: what the Iter8 controller knows while it executes a routing template, or what is
/// computed from dials, so that it stays right when they are turned.
///
/// A version's weight in the controller is 0 while any of its watched resources is missing or not ready.
#[derive(Debug, Clone, PartialEq)]
pub enum Symbol {
    /// The controller's weight of the version with this index: a whole number.
    Weight(usize),
    /// Whether the version with this index is available: its weight is above 0.
    Available(usize),
    /// Whether any of these versions is available.
    AnyAvailable(Vec<usize>),
    /// Whether the other symbol does not hold.
    Not(Box<Symbol>),
    /// 100 minus these: the percentage that is left.
    Remainder(Arc<[Node]>),
    /// The SHA-256 of this as JSON, in hexadecimal digits; it is what Helm's `toJson | sha256sum` gives.
    Digest(Arc<Node>),
}

impl Symbol {
    /// The value, where it is computed from the spec's own; `None` where only the controller knows it.
    pub fn value(&self) -> Option<Scalar> {
        match self {
            Symbol::Remainder(parts) => {
                let sum: i64 = parts.iter().map(whole).sum();
                Some(Scalar::Int(100 - sum))
            }
            Symbol::Digest(node) => {
                let mut json = String::new();
                push_canonical(node, &mut json);
                let mut text = String::with_capacity(64);
                for byte in Sha256::digest(json.as_bytes()) {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{byte:02x}");
                }
                Some(Scalar::Str(text.into()))
            }
            _ => None,
        }
    }

    /// The nodes that it is computed from.
    pub fn inputs(&self) -> &[Node] {
        match self {
            Symbol::Remainder(parts) => parts,
            Symbol::Digest(node) => std::slice::from_ref(node),
            _ => &[],
        }
    }
}

fn whole(node: &Node) -> i64 {
    match node {
        Node::Scalar(Scalar::Int(i), _) => *i,
        Node::Scalar(Scalar::Float(f), _) => *f as i64,
        _ => 0,
    }
}

/// JSON as Go's `encoding/json` writes it: keys sorted, no white space, `<`, `>` and `&` escaped. Null is absence.
fn push_canonical(node: &Node, out: &mut String) {
    match node {
        Node::Seq(items, _) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                push_canonical(item, out);
            }
            out.push(']');
        }
        Node::Map(entries, _) => {
            let given = entries.iter().filter(|(_, value)| !value.is_null());
            let mut sorted: Vec<(String, &Node)> =
                given.map(|(key, value)| (key.text().unwrap_or_default(), value)).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (i, (key, value)) in sorted.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                push_string(key, out);
                out.push(':');
                push_canonical(value, out);
            }
            out.push('}');
        }
        Node::Scalar(Scalar::Str(text), _) => push_string(text, out),
        Node::Scalar(scalar, _) => scalar.push_text(out),
        text => push_string(&text.text().unwrap_or_default(), out),
    }
}

fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        let _ = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\t' => out.write_str("\\t"),
            '\r' => out.write_str("\\r"),
            '\u{8}' => out.write_str("\\b"),
            '\u{c}' => out.write_str("\\f"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => write!(out, "\\u{:04x}", c as u32),
            _ => {
                out.push(c);
                Ok(())
            }
        };
    }
    out.push('"');
}

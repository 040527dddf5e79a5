//! Objects as JSON.

use std::fmt::Write;

use super::yaml;
use crate::bundle::Bundle;
use crate::node::{Node, Scalar};

/// All objects of `bundle` as one `v1/List`, indented by two spaces.
pub fn json_list(bundle: &Bundle) -> String {
    let mut out = String::from("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [");
    for (i, object) in bundle.iter().enumerate() {
        out.push_str(if i > 0 { ",\n    " } else { "\n    " });
        push(&object.node, 2, &mut out);
    }
    out.push_str(if bundle.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    out
}

/// `node` as one JSON document, indented by two spaces.
pub fn json(node: &Node) -> String {
    let mut out = String::new();
    push(node, 0, &mut out);
    out.push('\n');
    out
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

fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        // Writing to a String cannot fail.
        let _ = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\t' => out.write_str("\\t"),
            '\r' => out.write_str("\\r"),
            // A terminal would obey some of these, and others change how the text around them is shown.
            '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => write!(out, "\\u{:04x}", c as u32),
            _ => {
                out.push(c);
                Ok(())
            }
        };
    }
    out.push('"');
}

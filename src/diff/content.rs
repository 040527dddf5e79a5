//! Strings that hold data: YAML, JSON, and YAML with a Go template in it, as a routemap has it.
//!
//! What they hold becomes a tree of ordinary nodes, whether it was text or is a tree still. In it an action of a
//! template is a string, and a value that is there only under a condition is a map of one entry, the condition.

mod template;

use std::borrow::Cow;

use crate::node::{Node, Origin};
use crate::source::SourceId;
use crate::write;
use crate::yaml::{self, Data, Yaml};

/// What two strings hold, where both hold data of one shape. `key` is where they stand in a map.
pub fn both(a: &Node, b: &Node, key: Option<&str>) -> Option<[Node; 2]> {
    let pair = match (held(a, key), held(b, key)) {
        (Some(a), Some(b)) => [a, b],
        // What would be a sentence by itself is YAML where the other side is.
        (Some(a), None) => [a, parse(&string(b)?)?],
        (None, Some(b)) => [parse(&string(a)?)?, b],
        (None, None) => return None,
    };
    matches!(pair, [Node::Map(..), Node::Map(..)] | [Node::Seq(..), Node::Seq(..)]).then_some(pair)
}

/// What the string `node` holds; `None` where it is a text like any other. `key` is where it stands in a map.
pub fn held(node: &Node, key: Option<&str>) -> Option<Node> {
    match node {
        Node::Text(body) => Some(resolved(body)),
        Node::Scalar(..) | Node::Concat(_) => {
            let text = string(node)?;
            if key.is_none_or(may_hold_data) && looks_like_data(&text) { parse(&text) } else { None }
        }
        _ => None,
    }
}

/// The characters of a string.
pub fn string(node: &Node) -> Option<Cow<'_, str>> {
    match super::value::leaf(node)? {
        super::value::Leaf::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a file of this name may be YAML or JSON: others may have lines that only look like it, and `#` may mean
/// something to them.
fn may_hold_data(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((_, extension)) => matches!(extension, "yaml" | "yml" | "json" | "tpl" | "tmpl" | "gotmpl"),
        None => true,
    }
}

/// Whether `text` is more likely to be data than a sentence: JSON, or several lines of YAML.
fn looks_like_data(text: &str) -> bool {
    let trimmed = text.trim();
    let json = trimmed.starts_with('{') && trimmed.ends_with('}') && !trimmed.starts_with("{{")
        || trimmed.starts_with('[') && trimmed.ends_with(']');
    let lines = trimmed.contains('\n') && (trimmed.contains(": ") || trimmed.contains(":\n") || trimmed.contains("- "));
    json || lines
}

/// The map or the list that `text` is as YAML.
fn parse(text: &str) -> Option<Node> {
    let mut problems = Vec::new();
    let mut documents = yaml::load(text, SourceId(0), &mut problems);
    let node = match (problems.is_empty(), documents.pop()) {
        (true, Some(document)) if documents.is_empty() => plain(document),
        (false, _) if text.contains("{{") => template::parse(text)?,
        _ => return None,
    };
    matches!(node, Node::Map(..) | Node::Seq(..)).then_some(node)
}

/// A loaded value without its places, which are those of the string and not of a file.
pub fn plain(yaml: Yaml) -> Node {
    match yaml.data {
        Data::Scalar(scalar, _) => Node::Scalar(scalar, Origin::Literal),
        Data::Seq(items) => Node::seq(items.into_iter().map(plain)),
        Data::Map(pairs) => {
            let entries = pairs.into_iter().map(|pair| (Node::literal(pair.key), plain(pair.value)));
            Node::map(entries)
        }
    }
}

/// A tree that was rendered and not yet written, as its text would be read. Values keep their origins.
fn resolved(node: &Node) -> Node {
    match node {
        Node::Guard(symbol, body) => conditional(&format!("if {}", write::condition(symbol)), resolved(body)),
        Node::Symbol(symbol) if symbol.value().is_none() => Node::literal(write::action(symbol)),
        Node::Seq(items, origin) => Node::Seq(items.iter().map(resolved).collect(), *origin),
        Node::Map(entries, origin) => {
            Node::Map(entries.iter().map(|(key, value)| (key.clone(), resolved(value))).collect(), *origin)
        }
        node => node.clone(),
    }
}

/// `body`, there only under `condition`, as `if gt (index .Weights 1) 0`.
fn conditional(condition: &str, body: Node) -> Node {
    Node::map([(Node::literal(format!("{{{{ {condition} }}}}")), body)])
}

/// The condition and what it is of, where `node` is such a value.
pub fn condition(node: &Node) -> Option<(&str, &Node)> {
    match node {
        Node::Map(entries, _) => match entries.as_ref() {
            [(Node::Scalar(crate::node::Scalar::Str(key), _), body)] => {
                Some((key.strip_prefix("{{ ")?.strip_suffix(" }}")?, body))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `node`, without the conditions it is under.
pub fn unconditional(mut node: &Node) -> &Node {
    while let Some((_, body)) = condition(node) {
        node = body;
    }
    node
}

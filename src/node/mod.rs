//! The tree that every stage hands to the next: values that know where they come from.
//!
//! A release is rendered once into nodes, and each writer prints the same nodes; so its outputs cannot disagree.

mod field;
mod origin;
mod scalar;
mod symbol;

use std::sync::Arc;

pub use field::{Field, FromNode};
pub use origin::{Origin, Path, Pins, Place, PlaceId, Places, Segment};
pub use scalar::Scalar;
pub use symbol::Symbol;

/// A value, and what is known of its origin.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// One scalar.
    Scalar(Scalar, Origin),
    /// A list.
    Seq(Arc<[Node]>, Origin),
    /// A map in writing order; keys are scalars or concatenations of them.
    Map(Arc<[(Node, Node)]>, Origin),
    /// A string made of parts, each of which keeps its origin.
    Concat(Arc<[Node]>),
    /// A value known later.
    Symbol(Symbol),
    /// An item of a list, or the value of a map's entry, that is there only if the symbol holds.
    Guard(Symbol, Arc<Node>),
    /// A string whose content is the YAML of another node.
    Text(Arc<Node>),
}

impl Node {
    /// `null`.
    pub const NULL: Node = Node::Scalar(Scalar::Null, Origin::Literal);

    /// A string that no one but the program wrote.
    pub fn literal(text: impl Into<Arc<str>>) -> Self {
        Node::Scalar(Scalar::Str(text.into()), Origin::Literal)
    }

    /// A boolean that no one but the program wrote.
    pub fn bool(value: bool) -> Self {
        Node::Scalar(Scalar::Bool(value), Origin::Literal)
    }

    /// A whole number that no one but the program wrote.
    pub fn int(value: usize) -> Self {
        Node::Scalar(Scalar::Int(i64::try_from(value).unwrap_or(i64::MAX)), Origin::Literal)
    }

    /// A list that no one but the program wrote.
    pub fn seq(items: impl Into<Arc<[Node]>>) -> Self {
        Node::Seq(items.into(), Origin::Literal)
    }

    /// A map that no one but the program wrote.
    pub fn map(entries: impl Into<Arc<[(Node, Node)]>>) -> Self {
        Node::Map(entries.into(), Origin::Literal)
    }

    /// The parts joined to one string; a single part stays what it is.
    pub fn concat(parts: impl IntoIterator<Item = Node>) -> Self {
        let mut parts: Vec<Node> = parts.into_iter().collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Node::Concat(parts.into()),
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Scalar(Scalar::Null, _))
    }

    /// Where it comes from; a concatenation, a symbol, a guard or a text has no one origin.
    pub fn origin(&self) -> Origin {
        match self {
            Node::Scalar(_, origin) | Node::Seq(_, origin) | Node::Map(_, origin) => *origin,
            _ => Origin::Literal,
        }
    }

    /// Whether it can be written as a manifest: its keys are strings, and what is known later stands in texts only.
    pub fn is_writable(&self) -> bool {
        match self {
            Node::Scalar(..) => true,
            Node::Concat(_) => self.text().is_some(),
            Node::Seq(items, _) => items.iter().all(Node::is_writable),
            Node::Map(entries, _) => entries.iter().all(|(key, value)| key.is_key() && value.is_writable()),
            Node::Text(body) => body.is_writable_later(),
            Node::Symbol(symbol) => symbol.value().is_some(),
            Node::Guard(..) => false,
        }
    }

    fn is_writable_later(&self) -> bool {
        match self {
            Node::Guard(_, body) | Node::Text(body) => body.is_writable_later(),
            Node::Seq(items, _) => items.iter().all(Node::is_writable_later),
            Node::Map(entries, _) => entries.iter().all(|(key, value)| key.is_key() && value.is_writable_later()),
            Node::Symbol(_) => true,
            Node::Scalar(..) | Node::Concat(_) => self.is_writable(),
        }
    }

    fn is_key(&self) -> bool {
        matches!(self, Node::Scalar(Scalar::Str(_), _) | Node::Concat(_)) && self.text().is_some()
    }

    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries, _) => entries.iter().find(|(k, _)| k.is_str(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The items, where this is a list; else none.
    pub fn items(&self) -> &[Node] {
        match self {
            Node::Seq(items, _) => items,
            _ => &[],
        }
    }

    /// The entries, where this is a map; else none.
    pub fn entries(&self) -> &[(Node, Node)] {
        match self {
            Node::Map(entries, _) => entries,
            _ => &[],
        }
    }

    fn is_str(&self, text: &str) -> bool {
        match self {
            Node::Scalar(Scalar::Str(s), _) => **s == *text,
            Node::Concat(_) => self.text().is_some_and(|t| t == text),
            _ => false,
        }
    }

    /// The text of a scalar or a concatenation; `None` for a collection, a symbol, a guard or a text.
    pub fn text(&self) -> Option<String> {
        let mut out = String::new();
        self.push_text(&mut out).then_some(out)
    }

    fn push_text(&self, out: &mut String) -> bool {
        match self {
            Node::Scalar(scalar, _) => {
                scalar.push_text(out);
                true
            }
            Node::Concat(parts) => parts.iter().all(|p| p.push_text(out)),
            Node::Symbol(symbol) => symbol.value().map(|value| value.push_text(out)).is_some(),
            _ => false,
        }
    }

    /// `over` laid over `under`: maps merge to any depth, everything else of `over` replaces. The sets of keys of
    /// maps that merge are thereby used, so they are pinned; their values are not.
    pub fn merged(over: &Node, under: &Node, pins: &Pins) -> Node {
        let (Node::Map(upper, _), Node::Map(lower, _)) = (over, under) else {
            return if over.is_null() { under.clone() } else { over.clone() };
        };
        pins.pin(over.origin());
        pins.pin(under.origin());
        let mut entries: Vec<(Node, Node)> = upper.to_vec();
        for (key, value) in lower.iter() {
            let text = key.text().unwrap_or_default();
            match entries.iter_mut().find(|(k, _)| k.is_str(&text)) {
                Some((_, own)) => *own = Node::merged(own, value, pins),
                None => entries.push((key.clone(), value.clone())),
            }
        }
        Node::map(entries)
    }
}

/// Which field tells the items of a list apart, by the name of the list: the `patchMergeKey` tags of Kubernetes' API
/// types (`k8s.io/api/core/v1/types.go`).
const MERGE_KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("env", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("ports", &["containerPort", "port"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
];

impl Node {
    /// `over` laid over `under` as a strategic merge patch: maps merge, lists whose items have a merge key merge by it,
    /// everything else of `over` replaces.
    pub fn patched(over: &Node, under: &Node, pins: &Pins) -> Node {
        Self::patched_as("", over, under, pins)
    }

    fn patched_as(name: &str, over: &Node, under: &Node, pins: &Pins) -> Node {
        match (over, under) {
            (Node::Map(upper, origin), Node::Map(lower, _)) => {
                pins.pin(*origin);
                pins.pin(under.origin());
                let mut entries: Vec<(Node, Node)> = lower.to_vec();
                for (key, value) in upper.iter() {
                    let text = key.text().unwrap_or_default();
                    match entries.iter_mut().find(|(own, _)| own.is_str(&text)) {
                        Some((_, own)) => *own = Self::patched_as(&text, value, own, pins),
                        None => entries.push((key.clone(), value.clone())),
                    }
                }
                Node::map(entries)
            }
            (Node::Seq(upper, origin), Node::Seq(lower, _)) => {
                let keys = MERGE_KEYS.iter().find(|(own, _)| *own == name).map_or(&[][..], |(_, keys)| keys);
                let key = keys.iter().find(|key| upper.iter().chain(lower.iter()).all(|item| item.get(key).is_some()));
                let Some(key) = key else { return over.clone() };
                pins.pin(*origin);
                pins.pin(under.origin());
                let mut items: Vec<Node> = lower.to_vec();
                for item in upper.iter() {
                    let id = |node: &Node| node.get(key).and_then(Node::text);
                    item.get(key).into_iter().for_each(|node| pins.pin(node.origin()));
                    match items.iter_mut().find(|own| id(own) == id(item)) {
                        Some(own) => *own = Self::patched_as("", item, own, pins),
                        None => items.push(item.clone()),
                    }
                }
                Node::seq(items)
            }
            _ if over.is_null() => under.clone(),
            _ => over.clone(),
        }
    }
}

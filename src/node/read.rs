//! What stands in a tree, for those who read objects that somebody else may have written.
//!
//! Null is absence throughout, as it is to Kubernetes; only [`Node::get`] and [`Node::entries`] show it.

use std::borrow::Cow;

use super::{Node, Scalar};

impl Node {
    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries, _) => entries.iter().find(|(k, _)| k.is_str(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The value at the end of `path`, where it is there and not null. A step into a list is the index of an item.
    pub fn at(&self, path: &[impl AsRef<str>]) -> Option<&Node> {
        path.iter().try_fold(self, |node, step| node.step(step.as_ref())).filter(|node| !node.is_null())
    }

    fn step(&self, step: &str) -> Option<&Node> {
        match self {
            Node::Seq(items, _) => items.get(step.parse::<usize>().ok()?),
            _ => self.get(step),
        }
    }

    /// The value at the end of `path`, be it null, or that of the longest part of `path` that leads to one: where to show
    /// what is wrong with a value that may be absent.
    pub fn nearest(&self, path: &[impl AsRef<str>]) -> &Node {
        let mut nearest = self;
        for step in path {
            match nearest.step(step.as_ref()) {
                Some(node) => nearest = node,
                None => break,
            }
        }
        nearest
    }

    /// The string at `path`; none where there is a value of another type.
    pub fn str_at(&self, path: &[impl AsRef<str>]) -> Option<Cow<'_, str>> {
        self.at(path)?.as_str()
    }

    /// The text of the scalar at `path`, of whatever type it is.
    pub fn text_at(&self, path: &[impl AsRef<str>]) -> Option<String> {
        self.at(path)?.text()
    }

    /// The number at `path`.
    pub fn number_at(&self, path: &[impl AsRef<str>]) -> Option<f64> {
        self.at(path)?.as_number()
    }

    /// The items of the list at `path`; none where there is no list.
    pub fn items_at(&self, path: &[impl AsRef<str>]) -> &[Node] {
        self.at(path).map_or(&[], Node::items)
    }

    /// The texts of the scalars in the list at `path`.
    pub fn texts_at(&self, path: &[impl AsRef<str>]) -> Vec<String> {
        self.items_at(path).iter().filter_map(Node::text).collect()
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

    /// The items of a list, or the values of a map.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.items().iter().chain(self.entries().iter().map(|(_, value)| value))
    }

    /// The scalar, also one that is computed from others.
    pub fn as_scalar(&self) -> Option<Cow<'_, Scalar>> {
        match self {
            Node::Scalar(scalar, _) => Some(Cow::Borrowed(scalar)),
            Node::Symbol(symbol) => symbol.value().map(Cow::Owned),
            _ => None,
        }
    }

    /// The string; none for a value of another type.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        match self {
            Node::Scalar(Scalar::Str(text), _) => Some(Cow::Borrowed(text)),
            Node::Concat(_) => self.text().map(Cow::Owned),
            Node::Symbol(symbol) => symbol.value()?.as_str().map(|text| Cow::Owned(text.to_string())),
            _ => None,
        }
    }

    /// The number; none for a string that looks like one.
    pub fn as_number(&self) -> Option<f64> {
        self.as_scalar()?.as_number()
    }

    /// The text of a scalar or a concatenation; `None` for null, a collection, what only the controller knows, a guard or
    /// a text.
    pub fn text(&self) -> Option<String> {
        // Names and images mostly fit, so the string seldom grows.
        let mut out = String::with_capacity(48);
        self.push_text(&mut out).then_some(out)
    }

    /// Whether [`text`](Self::text) gives one.
    pub(super) fn has_text(&self) -> bool {
        match self {
            Node::Scalar(scalar, _) => !scalar.is_null(),
            Node::Concat(parts) => parts.iter().all(Node::has_text),
            Node::Symbol(symbol) => symbol.value().is_some(),
            _ => false,
        }
    }

    fn push_text(&self, out: &mut String) -> bool {
        match self {
            Node::Scalar(Scalar::Null, _) => false,
            Node::Scalar(scalar, _) => {
                scalar.push_text(out);
                true
            }
            Node::Concat(parts) => parts.iter().all(|part| part.push_text(out)),
            Node::Symbol(symbol) => symbol.value().map(|value| value.push_text(out)).is_some(),
            _ => false,
        }
    }

    /// Whether it is this string.
    pub fn is_str(&self, text: &str) -> bool {
        match self {
            Node::Scalar(Scalar::Str(s), _) => **s == *text,
            Node::Concat(_) => self.text().is_some_and(|t| t == text),
            _ => false,
        }
    }

    /// Whether both have a text, and the same.
    pub fn is_same_text(&self, node: &Node) -> bool {
        match (self, node) {
            (Node::Scalar(Scalar::Str(ours), _), Node::Scalar(Scalar::Str(theirs), _)) => ours == theirs,
            _ => self.text().is_some_and(|ours| node.text().is_some_and(|theirs| ours == theirs)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `spec: {nothing: null, name: web, port: 80, list: [{host: a}, null]}`
    fn object() -> Node {
        let list = Node::seq([Node::object([("host", Node::literal("a"))]), Node::NULL]);
        let name = Node::concat([Node::literal("we"), Node::literal("b")]);
        let port = ("port", Node::int(80));
        let spec = Node::object([("nothing", Node::NULL), ("name", name), port, ("list", list)]);
        Node::object([("spec", spec)])
    }

    #[test]
    fn null_is_absence() {
        let object = object();
        assert!(object.at(&["spec", "nothing"]).is_none());
        assert!(object.at(&["spec", "nothing", "more"]).is_none());
        assert!(object.at(&["spec", "list", "1"]).is_none());
        assert_eq!(Node::NULL.text(), None);
        assert_eq!(Node::concat([Node::literal("a"), Node::NULL]).text(), None);
        assert!(!Node::NULL.is_same_text(&Node::literal("null")));
    }

    #[test]
    fn values_are_read_by_their_type() {
        let object = object();
        assert_eq!(object.str_at(&["spec", "name"]).as_deref(), Some("web"));
        assert_eq!(object.number_at(&["spec", "port"]), Some(80.0));
        assert_eq!(object.text_at(&["spec", "port"]).as_deref(), Some("80"));
        assert_eq!((object.str_at(&["spec", "port"]), object.number_at(&["spec", "name"])), (None, None));
        assert_eq!(object.str_at(&["spec", "list", "0", "host"]).as_deref(), Some("a"));
        assert_eq!((object.items_at(&["spec", "list"]).len(), object.items_at(&["spec", "port"]).len()), (2, 0));
    }
}

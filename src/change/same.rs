//! Whether two values mean the same to a cluster, whoever wrote them.

use crate::node::Node;
use crate::write;

/// Whether `a` and `b` are the same value: the order of a map's keys does not count, nor does where a value comes from.
/// A text whose content is known as a tree is the same as the string that it is written as.
pub fn same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            let found = |key: &Node| b.get(&key.text()?);
            ours.len() == theirs.len() && ours.iter().all(|(key, value)| found(key).is_some_and(|v| same(value, v)))
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs.iter()).all(|(a, b)| same(a, b))
        }
        (Node::Guard(ours, a), Node::Guard(theirs, b)) => ours == theirs && same(a, b),
        (Node::Text(a), Node::Text(b)) => same(a, b),
        (Node::Text(tree), other) | (other, Node::Text(tree)) => {
            other.text().is_some_and(|text| text.trim_end() == write::text(tree).trim_end())
        }
        (Node::Symbol(ours), Node::Symbol(theirs)) if ours.value().is_none() => ours == theirs,
        (Node::Map(..) | Node::Seq(..) | Node::Guard(..), _) | (_, Node::Map(..) | Node::Seq(..) | Node::Guard(..)) => {
            false
        }
        _ => is_string(a) == is_string(b) && a.text() == b.text(),
    }
}

fn is_string(node: &Node) -> bool {
    match node {
        Node::Scalar(scalar, _) => scalar.as_str().is_some(),
        Node::Symbol(symbol) => symbol.value().is_some_and(|value| value.as_str().is_some()),
        _ => true,
    }
}

/// [`same`], where both may be absent; null is absence.
pub fn same_or_absent(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a.filter(|a| !a.is_null()), b.filter(|b| !b.is_null())) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// `node` without the entries for which `drop` holds, at any depth; it is asked with the keys from the root, where
/// the items of a list are `[]`.
pub fn without(node: &Node, drop: &dyn Fn(&[String]) -> bool) -> Node {
    below(node, &mut Vec::new(), drop)
}

fn below(node: &Node, path: &mut Vec<String>, drop: &dyn Fn(&[String]) -> bool) -> Node {
    match node {
        Node::Map(entries, origin) => {
            let mut kept = Vec::with_capacity(entries.len());
            for (key, value) in entries.iter() {
                path.push(key.text().unwrap_or_default());
                if !drop(path) {
                    kept.push((key.clone(), below(value, path, drop)));
                }
                path.pop();
            }
            Node::Map(kept.into(), *origin)
        }
        Node::Seq(items, origin) => {
            path.push("[]".into());
            let items = items.iter().map(|item| below(item, path, drop)).collect();
            path.pop();
            Node::Seq(items, *origin)
        }
        Node::Text(body) => Node::Text(below(body, path, drop).into()),
        Node::Guard(symbol, body) => Node::Guard(symbol.clone(), below(body, path, drop).into()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Scalar, Symbol};

    fn map(entries: &[(&str, Node)]) -> Node {
        Node::map(entries.iter().map(|(key, value)| (Node::literal(*key), value.clone())).collect::<Vec<_>>())
    }

    #[test]
    fn the_order_of_keys_and_the_form_of_texts_do_not_count() {
        let a = map(&[("a", Node::int(1)), ("b", Node::literal("x"))]);
        let b = map(&[("b", Node::literal("x")), ("a", Node::int(1))]);
        assert!(same(&a, &b) && !same(&a, &map(&[("a", Node::int(1))])));
        let guarded = |index| Node::Guard(Symbol::Available(index), a.clone().into());
        assert!(same(&guarded(1), &guarded(1)) && !same(&guarded(1), &guarded(2)) && !same(&guarded(1), &a));
        let text = Node::Text(a.clone().into());
        assert!(same(&text, &Node::literal("a: 1\nb: x\n")) && !same(&text, &Node::literal("a: 2\nb: x\n")));
        assert!(same(&text, &Node::Text(b.into())) && !same(&text, &Node::Text(Node::NULL.into())));
        assert!(!same(&Node::literal("null"), &Node::NULL) && !same(&Node::literal("1"), &Node::int(1)));
        let float = Node::Scalar(Scalar::Float(2.0), crate::node::Origin::Literal);
        assert!(same(&float, &Node::int(2)), "Kubernetes has one kind of number");
    }

    #[test]
    fn entries_are_dropped_by_path() {
        let list = Node::seq([map(&[("name", Node::literal("x")), ("weight", Node::int(3))])]);
        let tree = map(&[("spec", map(&[("weight", Node::int(1)), ("route", list)]))]);
        let left = without(&tree, &|path| matches!(path, [.., item, key] if item == "[]" && key == "weight"));
        assert!(left.get("spec").unwrap().get("weight").is_some());
        assert!(left.get("spec").unwrap().get("route").unwrap().items()[0].get("weight").is_none());
    }
}

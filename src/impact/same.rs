//! Values without what does not count.

pub use crate::diff::same;
use crate::node::Node;

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
        leaf => leaf.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_dropped_by_path() {
        let list = Node::seq([Node::object([("name", Node::literal("x")), ("weight", Node::int(3))])]);
        let tree = Node::object([("spec", Node::object([("weight", Node::int(1)), ("route", list)]))]);
        let left = without(&tree, &|path| matches!(path, [.., item, key] if item == "[]" && key == "weight"));
        assert!(left.get("spec").unwrap().get("weight").is_some());
        assert!(left.get("spec").unwrap().get("route").unwrap().items()[0].get("weight").is_none());
    }
}

//! One tree laid over another.

use super::{Node, Pins};

/// The fields by which the items of a list merge, by the list's name; the first counts that all items have.
pub type MergeKeys = fn(&str) -> &'static [&'static str];

impl Node {
    /// `over` laid over `under`: maps merge to any depth, in the order of `under`; everything else of `over` replaces.
    /// The sets of keys of maps that merge are thereby used, so they are pinned; their values are not.
    pub fn merged(over: &Node, under: &Node, pins: &Pins) -> Node {
        merge(None, over, under, pins)
    }

    /// `over` laid over `under` as a strategic merge patch: as [`merged`](Self::merged), but lists whose items have one of
    /// the `keys` of the list's name merge by it.
    pub fn patched(over: &Node, under: &Node, keys: MergeKeys, pins: &Pins) -> Node {
        merge(Some((keys, "")), over, under, pins)
    }
}

/// `list` is the name of the list that the nodes may be, and what knows its keys, where lists merge.
fn merge(list: Option<(MergeKeys, &str)>, over: &Node, under: &Node, pins: &Pins) -> Node {
    match (over, under) {
        (Node::Map(upper, _), Node::Map(lower, _)) => {
            pins.pin(over.origin());
            pins.pin(under.origin());
            let mut entries: Vec<(Node, Node)> = lower.to_vec();
            for (key, value) in upper.iter() {
                let text = key.text().unwrap_or_default();
                match entries.iter_mut().find(|(key, _)| key.is_str(&text)) {
                    Some((_, under)) => *under = merge(list.map(|(keys, _)| (keys, text.as_str())), value, under, pins),
                    None => entries.push((key.clone(), value.clone())),
                }
            }
            Node::map(entries)
        }
        (Node::Seq(upper, _), Node::Seq(lower, _)) => {
            let Some((keys, name)) = list else { return over.clone() };
            let key =
                keys(name).iter().find(|key| upper.iter().chain(lower.iter()).all(|item| item.get(key).is_some()));
            let Some(key) = key else { return over.clone() };
            pins.pin(over.origin());
            pins.pin(under.origin());
            let compared = upper.iter().chain(lower.iter()).filter_map(|item| item.get(key));
            compared.for_each(|node| pins.pin_node(node));
            let id = |node: &Node| node.get(key).and_then(Node::text);
            let mut items: Vec<Node> = lower.to_vec();
            for item in upper.iter() {
                match items.iter_mut().find(|under| id(under) == id(item)) {
                    Some(under) => *under = merge(Some((keys, "")), item, under, pins),
                    None => items.push(item.clone()),
                }
            }
            Node::seq(items)
        }
        _ if over.is_null() => under.clone(),
        _ => over.clone(),
    }
}

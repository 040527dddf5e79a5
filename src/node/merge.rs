//! One tree laid over another.

use super::{Node, Pins};

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
    /// `over` laid over `under`: maps merge to any depth, in the order of `under`; everything else of `over` replaces.
    /// The sets of keys of maps that merge are thereby used, so they are pinned; their values are not.
    pub fn merged(over: &Node, under: &Node, pins: &Pins) -> Node {
        merge(None, over, under, pins)
    }

    /// `over` laid over `under` as a strategic merge patch: as [`merged`](Self::merged), but lists whose items have a
    /// merge key merge by it.
    pub fn patched(over: &Node, under: &Node, pins: &Pins) -> Node {
        merge(Some(""), over, under, pins)
    }
}

/// `list` is the name of the list that the nodes may be, where lists merge.
fn merge(list: Option<&str>, over: &Node, under: &Node, pins: &Pins) -> Node {
    match (over, under) {
        (Node::Map(upper, _), Node::Map(lower, _)) => {
            pins.pin(over.origin());
            pins.pin(under.origin());
            let mut entries: Vec<(Node, Node)> = lower.to_vec();
            for (key, value) in upper.iter() {
                let text = key.text().unwrap_or_default();
                match entries.iter_mut().find(|(key, _)| key.is_str(&text)) {
                    Some((_, under)) => *under = merge(list.map(|_| text.as_str()), value, under, pins),
                    None => entries.push((key.clone(), value.clone())),
                }
            }
            Node::map(entries)
        }
        (Node::Seq(upper, _), Node::Seq(lower, _)) => {
            let keys = MERGE_KEYS.iter().find(|(name, _)| Some(*name) == list).map_or(&[][..], |(_, keys)| keys);
            let key = keys.iter().find(|key| upper.iter().chain(lower.iter()).all(|item| item.get(key).is_some()));
            let Some(key) = key else { return over.clone() };
            pins.pin(over.origin());
            pins.pin(under.origin());
            let compared = upper.iter().chain(lower.iter()).filter_map(|item| item.get(key));
            compared.for_each(|node| pins.pin_node(node));
            let id = |node: &Node| node.get(key).and_then(Node::text);
            let mut items: Vec<Node> = lower.to_vec();
            for item in upper.iter() {
                match items.iter_mut().find(|under| id(under) == id(item)) {
                    Some(under) => *under = merge(Some(""), item, under, pins),
                    None => items.push(item.clone()),
                }
            }
            Node::seq(items)
        }
        _ if over.is_null() => under.clone(),
        _ => over.clone(),
    }
}

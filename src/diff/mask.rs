//! Secrets, taken out of objects before anything looks at them.
//!
//! Each secret value becomes a token: the same for equal values of one comparison, so that it still shows whether a
//! value changed, and nothing else. No later stage, output or message can give away what it never had.

use std::collections::HashMap;
use std::sync::Arc;

use super::pattern::{Matching, Pattern, Taken};
use super::value::{digest, same};
use super::{ValueChange, content};
use crate::bundle::Identity;
use crate::node::{Node, Scalar};

/// What a reader sees instead of a secret.
pub const MASKED: &str = "(masked)";
/// What a reader sees instead of a secret that is another one than before.
pub const CHANGED: &str = "(masked, changed)";

/// Begins a token. A string that begins so without being one is shown as if it were: nothing is lost.
const TOKEN: &str = "\u{0}secret:";

/// Where kubectl keeps a copy of the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Takes secrets out of the objects of one comparison.
#[derive(Debug)]
pub struct Masker<'a> {
    patterns: &'a [Pattern],
    show: bool,
    seen: HashMap<u64, Vec<(Node, usize)>>,
    count: usize,
}

impl<'a> Masker<'a> {
    /// Masks `data` and `stringData` of Secrets and what `patterns` name; nothing at all with `show`.
    pub fn new(patterns: &'a [Pattern], show: bool) -> Self {
        Self { patterns, show, seen: HashMap::new(), count: 0 }
    }

    /// `object` without its secrets; `None` where it has none.
    pub fn masked(&mut self, object: &Node, identity: &Identity) -> Option<Node> {
        if self.show {
            return None;
        }
        let (matching, secret) = Matching::begin(self.patterns, identity);
        if secret.is_some() {
            return self.without_content(object);
        }
        self.node(object, "", &matching, is_secret(object))
    }

    /// `object`, which is secret as a whole, with nothing left of it but its identity and other metadata.
    fn without_content(&mut self, object: &Node) -> Option<Node> {
        let Node::Map(entries, origin) = object else { return None };
        let masked = entries.iter().map(|(key, value)| {
            let is_shown = key.text().is_some_and(|key| matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
            (key.clone(), if is_shown { value.clone() } else { self.token(value) })
        });
        Some(Node::Map(masked.collect(), *origin))
    }

    /// `node`, which stands under `key`, without secrets; `None` where nothing in it is one. `secret` says that it is
    /// a Secret, or one of the parts of a Secret that have secrets in them.
    fn node(&mut self, node: &Node, key: &str, matching: &Matching, secret: bool) -> Option<Node> {
        match node {
            Node::Map(entries, origin) => {
                let mut masked: Option<Vec<(Node, Node)>> = None;
                for (at, (key, value)) in entries.iter().enumerate() {
                    if let Some(value) = self.entry(&key.text().unwrap_or_default(), value, matching, secret) {
                        masked.get_or_insert_with(|| entries.to_vec())[at].1 = value;
                    }
                }
                Some(Node::Map(masked?.into(), *origin))
            }
            Node::Seq(items, origin) => {
                let mut masked: Option<Vec<Node>> = None;
                for (at, item) in items.iter().enumerate() {
                    let index = u32::try_from(at).unwrap_or(u32::MAX);
                    let (matching, pattern) = matching.step(self.patterns, Taken::Item(&[Some((index, item))]));
                    let masked_item = match pattern {
                        Some(_) => Some(self.token(item)),
                        None => self.node(item, "", &matching, secret || is_secret(item)),
                    };
                    if let Some(item) = masked_item {
                        masked.get_or_insert_with(|| items.to_vec())[at] = item;
                    }
                }
                Some(Node::Seq(masked?.into(), *origin))
            }
            node => self.held(node, key, matching),
        }
    }

    fn entry(&mut self, key: &str, value: &Node, matching: &Matching, secret: bool) -> Option<Node> {
        let (matching, pattern) = matching.step(self.patterns, Taken::Key(key));
        if pattern.is_some() {
            return Some(self.token(value));
        }
        match (secret, key, value) {
            (true, "data" | "stringData", Node::Map(entries, origin)) => {
                let entries = entries.iter().map(|(key, value)| (key.clone(), self.token(value)));
                Some(Node::Map(entries.collect(), *origin))
            }
            // The copy of a Secret is secret as a whole: what is not JSON in it would be shown otherwise.
            (true, "data" | "stringData" | LAST_APPLIED, value) => Some(self.token(value)),
            (true, "metadata" | "annotations" | "items", value) => self.node(value, key, &matching, true),
            (_, key, value) => self.node(value, key, &matching, is_secret(value)),
        }
    }

    /// A string that holds data with a secret in it: the whole string becomes what it holds, masked.
    fn held(&mut self, node: &Node, key: &str, matching: &Matching) -> Option<Node> {
        let copy = key == LAST_APPLIED && !self.patterns.is_empty();
        let text = content::string(node)?;
        let secret = text.contains("Secret");
        if !secret && !copy && matching.is_over() {
            return None;
        }
        let Some(held) = content::held(node, Some(key)) else {
            // It may be a Secret in a form that is not understood, so it is not shown.
            let names_kind = text.lines().any(|line| line.contains("kind") && line.contains("Secret"));
            return names_kind.then(|| self.token(node));
        };
        let masked = match Identity::from_object(&held) {
            // The paths of the object hold in its copy as well.
            Some(identity) if copy => self.masked(&held, &identity),
            _ => self.node(&held, "", matching, is_secret(&held)),
        };
        // What is left of it is a text again, so that its other changes still show.
        masked.map(|masked| Node::Text(Arc::new(masked)))
    }

    fn token(&mut self, value: &Node) -> Node {
        let seen = self.seen.entry(digest(value)).or_default();
        let known = seen.iter().find(|(earlier, _)| same(earlier, value)).map(|(_, number)| *number);
        let number = known.unwrap_or_else(|| {
            self.count += 1;
            seen.push((value.clone(), self.count));
            self.count
        });
        Node::Scalar(Scalar::Str(format!("{TOKEN}{number}").into()), value.origin())
    }
}

/// Whether `node` is a Secret, wherever it stands.
fn is_secret(node: &Node) -> bool {
    node.get("kind").and_then(content::string).is_some_and(|kind| kind == "Secret" || kind == "SecretList")
}

/// Whether `node` stands for a secret.
pub fn is_masked(node: &Node) -> bool {
    matches!(node, Node::Scalar(Scalar::Str(text), _) if text.starts_with(TOKEN))
}

/// `node` as a reader may see it: every token becomes the same word.
pub fn shown(node: &Node) -> Node {
    shown_beside(node, None)
}

/// As [`shown`], where `before` stood in the same place: what is another secret now says so.
pub fn shown_beside(node: &Node, before: Option<&Node>) -> Node {
    match node {
        node if is_masked(node) => {
            let changed = before.is_some_and(|before| before != node && !same(before, node));
            let word = if changed { CHANGED } else { MASKED };
            Node::Scalar(Scalar::Str(word.into()), node.origin())
        }
        Node::Map(entries, origin) => {
            let entries = entries.iter().map(|(key, value)| {
                let before = before.and_then(|before| before.get(&key.text()?));
                (key.clone(), shown_beside(value, before))
            });
            Node::Map(entries.collect(), *origin)
        }
        Node::Seq(items, origin) => {
            let before = before.map_or(&[][..], Node::items);
            let items = items.iter().enumerate().map(|(at, item)| shown_beside(item, before.get(at)));
            Node::Seq(items.collect(), *origin)
        }
        Node::Text(body) => {
            let before = match before {
                Some(Node::Text(before)) => Some(&**before),
                _ => None,
            };
            Node::Text(Arc::new(shown_beside(body, before)))
        }
        node => node.clone(),
    }
}

/// `change` as a reader may see it.
pub fn change(change: ValueChange) -> ValueChange {
    let after = change.after.as_ref().map(|after| shown_beside(after, change.before.as_ref()));
    let inside = change.inside.into_iter().map(self::change).collect();
    ValueChange { before: change.before.as_ref().map(shown), after, inside, ..change }
}

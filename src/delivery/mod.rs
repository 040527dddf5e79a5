//! How a release gets into a cluster, and what makes that safe.
//!
//! A change of a release is safe if a version is up before a route leads to it, and goes only when no route does any
//! more. [`order`] writes into the objects what each way of delivery understands of that; the other modules write the
//! object that the controller in the cluster follows, and [`owned`] says which fields it must leave alone.

pub mod argocd;
pub mod flux;
pub mod helmfile;
pub mod order;
pub mod owned;
pub mod source;
pub mod steps;

use std::sync::Arc;

use crate::node::{Field, Node, Pins};

/// Who brings a release into the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Argo CD, which applies in waves and waits until each is healthy.
    ArgoCd,
    /// Flux: the kustomize-controller or the helm-controller.
    Flux,
    /// Helm itself, from a pipeline or through helmfile.
    Helm,
}

impl Delivery {
    /// What the spec's `delivery` says; `None` where it says nothing.
    pub fn of(node: &Node, pins: &Pins) -> Option<Self> {
        let text = Field::<Arc<str>>::new(node.clone()).pin(pins)?;
        [Self::ArgoCd, Self::Flux, Self::Helm].into_iter().find(|delivery| delivery.word() == &*text)
    }

    /// What the spec calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ArgoCd => "argocd",
            Self::Flux => "flux",
            Self::Helm => "helm",
        }
    }
}

/// A map of what there is: an entry whose value is null is none.
fn map<const N: usize>(entries: [(&'static str, Node); N]) -> Node {
    let given = entries.into_iter().filter(|(_, value)| !value.is_null());
    Node::map(given.map(|(key, value)| (Node::literal(key), value)).collect::<Vec<_>>())
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::seq(items.into_iter().collect::<Vec<_>>())
}

fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Node {
    list(words.into_iter().map(Node::literal))
}

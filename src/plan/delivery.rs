//! Who delivers a release, as its spec says.

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

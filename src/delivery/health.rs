//! When objects are ready of whose kind Flux cannot tell that by itself.
//!
//! Flux reads readiness as kstatus does, which takes a custom object without a condition `Ready` for ready: so also one
//! whose controller has not looked at it yet, and a new model's route would not wait for it. Of a kind that has no such
//! condition it never learns. For these, expressions in CEL say it (`spec.healthCheckExprs`). While one cannot be
//! evaluated, because there is no status, Flux waits.

use crate::bundle::{Identity, Manifest};
use crate::kinds;
use crate::node::Node;

/// When objects of one kind are ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    api_version: String,
    kind: &'static str,
    /// CEL, which is true if the object is as it should be.
    current: &'static str,
}

/// For the kinds of `objects` that need it, each once: a second entry for a kind is an error to Flux, in whatever
/// version.
pub fn health<'m>(objects: impl IntoIterator<Item = &'m Manifest>) -> Vec<Health> {
    let identities: Vec<&Identity> = objects.into_iter().map(|object| &object.identity).collect();
    let checks = kinds::with(|kind| kind.ready.is_some()).filter_map(|kind| {
        let identity = identities.iter().find(|identity| identity.is(kind.group, kind.name))?;
        let api_version = format!("{}/{}", kind.group, identity.version);
        Some(Health { api_version, kind: kind.name, current: kind.ready? })
    });
    checks.collect()
}

impl Health {
    /// The entry of `spec.healthCheckExprs`.
    pub fn node(&self) -> Node {
        Node::filled([
            ("apiVersion", Node::literal(self.api_version.as_str())),
            ("kind", Node::literal(self.kind)),
            ("current", Node::literal(self.current)),
        ])
    }
}

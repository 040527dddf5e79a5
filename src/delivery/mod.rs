//! How a release gets into a cluster: what its deliverer follows, in which order that goes, and what it must leave alone.
//!
//! A change of a release is safe if a version is up before a route leads to it, and goes only when no route does any
//! more. What each way of delivery understands of that stands in the rendered objects
//! ([`render::order`](crate::render::order)). [`argocd`], [`flux`] and [`helmfile`] write the object that is followed,
//! [`owned`] says which fields it must leave alone, [`health`] when
//! an object is ready, and [`steps`] what happens on the way.

pub mod argocd;
pub mod flux;
pub mod health;
pub mod helmfile;
pub mod owned;
pub mod source;
pub mod stages;
pub mod steps;
pub mod target;

use crate::node::Node;
pub use crate::plan::Delivery;

/// The file that a deliverer follows.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFile {
    /// The documents of the file.
    pub documents: Vec<Node>,
    /// What its user should know, each once.
    pub notes: Vec<String>,
}

impl DeliveryFile {
    fn new(documents: Vec<Node>, notes: impl IntoIterator<Item = String>) -> Self {
        let mut file = Self { documents, notes: Vec::new() };
        for note in notes {
            if !file.notes.contains(&note) {
                file.notes.push(note);
            }
        }
        file
    }
}

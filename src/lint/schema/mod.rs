//! What the schemas of a cluster say of an object: those of Kubernetes itself, and CustomResourceDefinitions.

mod core;
mod crds;
mod structural;

pub use core::core;
pub use crds::Crds;

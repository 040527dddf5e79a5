//! Nodes into text: the only place that knows how YAML and JSON are printed.

mod json;
mod manifest;
mod quote;
mod routemap;
mod yaml;

pub use json::json_list;
pub use manifest::{manifest, manifests};

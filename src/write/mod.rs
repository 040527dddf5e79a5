//! Nodes into text: the only place that knows how YAML and JSON are printed.

mod chart;
mod files;
mod json;
mod manifest;
mod packs;
mod quote;
mod routemap;
mod schema;
mod yaml;

pub use chart::{Chart, ChartOptions, chart};
pub use files::files;
pub use json::{json, json_list};
pub use manifest::{document, documents, manifest, manifests};
pub use packs::{pack, pack_list};
pub use routemap::{action, condition};
pub use schema::{pack_schema, schema, table_schema};
pub use yaml::{text, yaml, yaml_line};

//! The manifest writer: objects as a YAML stream for kubectl.

use super::yaml::{YamlDialect, YamlPrinter};
use crate::bundle::{Bundle, Manifest};
use crate::node::Node;

/// Appends one object as a document, with a comment that names the file that made it.
pub fn manifest(manifest: &Manifest, out: &mut String) {
    out.push_str("---\n# Source: ");
    out.push_str(&manifest.source);
    out.push('\n');
    YamlPrinter::new(out, YamlDialect::Manifest).document(&manifest.node);
}

/// All objects of `bundle` as one stream.
pub fn manifests(bundle: &Bundle) -> String {
    let mut out = String::with_capacity(1024 * bundle.len());
    for object in bundle.iter() {
        manifest(object, &mut out);
    }
    out
}

/// `node` as YAML.
pub fn document(node: &Node) -> String {
    let mut out = String::new();
    YamlPrinter::new(&mut out, YamlDialect::Manifest).document(node);
    out
}

/// `nodes` as a YAML stream.
pub fn documents(nodes: &[Node]) -> String {
    nodes.iter().map(|node| format!("---\n{}", document(node))).collect()
}

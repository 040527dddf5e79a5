//! The manifest writer: objects as a YAML stream for kubectl.

use super::yaml::{Dialect, Printer};
use crate::bundle::{Bundle, Manifest};

/// Appends one object as a document, with a comment that names the file that made it.
pub fn manifest(manifest: &Manifest, out: &mut String) {
    out.push_str("---\n# Source: ");
    out.push_str(&manifest.source);
    out.push('\n');
    Printer::new(out, Dialect::Manifest).document(&manifest.node);
}

/// All objects of `bundle` as one stream.
pub fn manifests(bundle: &Bundle) -> String {
    let mut out = String::with_capacity(1024 * bundle.len());
    for object in bundle.iter() {
        manifest(object, &mut out);
    }
    out
}

//! A release as a folder: one file an object.

use super::manifest::manifest;
use crate::bundle::{Bundle, Identity};
use crate::tree::Tree;

/// The files of `bundle`, `<kind>-<name>.yaml` each; with `kustomize` also a `kustomization.yaml` that lists them.
pub fn files(bundle: &Bundle, kustomize: bool) -> Tree {
    let mut tree = Tree::default();
    let names = file_names(bundle.iter().map(|object| &object.identity));
    for (object, name) in bundle.iter().zip(&names) {
        let mut text = String::new();
        manifest(object, &mut text);
        tree.insert(name.as_str(), text);
    }
    if kustomize {
        let mut text = String::from("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n");
        for name in &names {
            text.push_str("- ");
            super::quote::push_scalar(name, &mut text);
            text.push('\n');
        }
        tree.insert("kustomization.yaml", text);
    }
    tree
}

/// A file name for each object, all different.
pub fn file_names<'b>(identities: impl Iterator<Item = &'b Identity>) -> Vec<String> {
    let identities: Vec<&Identity> = identities.collect();
    let mut names: Vec<String> = Vec::new();
    for identity in &identities {
        names.push(unused(file_name(identity, &identities), &names));
    }
    names
}

/// `<kind>-<name>.yaml`; with the group or the namespace too, where another object has the same kind or name.
fn file_name(identity: &Identity, all: &[&Identity]) -> String {
    let mut parts = vec![identity.kind.as_str()];
    let namesakes = all.iter().filter(|candidate| is_namesake(candidate, identity));
    if namesakes.clone().any(|namesake| namesake.group != identity.group) {
        parts.push(&identity.group);
    }
    if namesakes.clone().any(|namesake| namesake.namespace != identity.namespace) {
        parts.extend(identity.namespace.as_deref());
    }
    parts.push(&identity.name);
    parts.retain(|part| !part.is_empty());
    let mut name = parts.join("-");
    name.make_ascii_lowercase();
    if !name.bytes().all(|byte| is_safe(byte.into())) {
        name = name.replace(|c| !is_safe(c), "_");
    }
    name.push_str(".yaml");
    name
}

/// Whether two objects have the same kind and name, on file systems that ignore case too.
fn is_namesake(a: &Identity, b: &Identity) -> bool {
    a.kind.eq_ignore_ascii_case(&b.kind) && a.name == b.name
}

/// Whether `c` can stand in a file name on every system.
fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')
}

/// `name`, or with a number where it is taken: two objects may differ only in what no file name can hold.
fn unused(name: String, taken: &[String]) -> String {
    // That name belongs to the list of the files.
    let is_free = |name: &String| !taken.contains(name) && name != "kustomization.yaml";
    if is_free(&name) {
        return name;
    }
    let stem = name.trim_end_matches(".yaml");
    (2..).map(|n| format!("{stem}-{n}.yaml")).find(is_free).unwrap_or_default()
}

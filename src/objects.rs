//! Kubernetes objects of any origin: those of a rendered release, or manifests that someone else wrote.
//!
//! Readers of objects (traffic, lints) work on this one form. Every value has an origin, and through it a place: in
//! the user's spec for what helmwright rendered, in the manifest's own file for what it did not.

pub mod folder;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::bundle::{Identity, Manifest};
use crate::node::{Node, Places};
use crate::problem::{Code, Problem, Problems};
use crate::render::Rendered;
use crate::source::{At, Sources};
use crate::spec;
use crate::yaml;

/// Objects, and where their values stand.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// The objects.
    pub manifests: Vec<Manifest>,
    /// The places of their values.
    pub places: Places,
    /// The texts that the places point into.
    pub sources: Sources,
    /// The registries whose images need a pull secret, as the spec has them.
    pub private_registries: Vec<String>,
}

impl From<Rendered> for Objects {
    fn from(rendered: Rendered) -> Self {
        let private_registries = registries(&rendered);
        let (places, sources) = (rendered.spec.places, rendered.spec.sources);
        Self { private_registries, manifests: rendered.bundle.iter().cloned().collect(), places, sources }
    }
}

impl From<&Rendered> for Objects {
    fn from(rendered: &Rendered) -> Self {
        let (places, sources) = (rendered.spec.places.clone(), rendered.spec.sources.clone());
        let manifests = rendered.bundle.iter().cloned().collect();
        Self { private_registries: registries(rendered), manifests, places, sources }
    }
}

fn registries(rendered: &Rendered) -> Vec<String> {
    rendered.spec.get(&["privateRegistries"]).items().iter().filter_map(Node::text).collect()
}

impl Objects {
    /// Reads manifests: a file, all `.yaml`, `.yml` and `.json` files below a folder, or `-` for standard input.
    /// The items of a `List` are objects of their own; documents that are no objects are passed over.
    ///
    /// # Errors
    /// Every problem found.
    pub fn read(path: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut objects = Self::default();
        let unreadable = |path: &str, error: std::io::Error| {
            Problem::new(Code::of_reading(&error), format!("cannot read `{path}`: {error}"))
        };
        if path == "-" {
            let mut text = String::new();
            match std::io::stdin().lock().read_to_string(&mut text) {
                Ok(_) => objects.add("<stdin>", &text, &mut problems),
                Err(error) => problems.push(unreadable("<stdin>", error)),
            }
        } else {
            match folder::files(Path::new(path), folder::is_manifest) {
                Ok(files) => {
                    for file in files {
                        let name = file.display().to_string();
                        match fs::read_to_string(&file) {
                            Ok(text) => objects.add(&name, &text, &mut problems),
                            Err(error) => problems.push(unreadable(&name, error)),
                        }
                    }
                }
                Err((at, error)) => problems.push(unreadable(&at.display().to_string(), error)),
            }
        }
        if problems.is_empty() { Ok(objects) } else { Err(Problems::new(problems, &objects.sources)) }
    }

    /// Adds the objects of one text.
    pub fn add(&mut self, name: &str, text: &str, problems: &mut Vec<Problem>) {
        self.add_documents(name, text, problems, |_| None);
    }

    /// Adds the objects of one text. A document that is none is passed over, unless `fallback` has an identity for
    /// the document of that number, from 0.
    pub fn add_documents(
        &mut self,
        name: &str,
        text: &str,
        problems: &mut Vec<Problem>,
        fallback: impl Fn(usize) -> Option<Identity>,
    ) {
        let source = self.sources.add(name, text);
        for (number, document) in yaml::load(text, source, problems).iter().enumerate() {
            let node = spec::index(document, &mut self.places);
            match node.get("items") {
                Some(items) if node.text_at(&["kind"]).is_some_and(|kind| kind.ends_with("List")) => {
                    items.items().iter().for_each(|item| self.push(item, name, Identity::from_object(item)));
                }
                _ => {
                    let identity = match Identity::from_object(&node) {
                        None if !node.is_null() => fallback(number),
                        identity => identity,
                    };
                    self.push(&node, name, identity);
                }
            }
        }
    }

    fn push(&mut self, node: &Node, source: &str, identity: Option<Identity>) {
        if let Some(identity) = identity {
            self.manifests.push(Manifest { node: node.clone(), source: Arc::from(source), identity });
        }
    }

    /// Where the value `node` stands; for one made of parts, the first part that has a place.
    pub fn at(&self, node: &Node) -> Option<At> {
        match node {
            Node::Concat(parts) => parts.iter().find_map(|part| self.at(part)),
            Node::Guard(_, body) | Node::Text(body) => self.at(body),
            node => self.places.at(node.origin()),
        }
    }

    /// Where the value `node` stands, if that is in the user's files and not in a pack's.
    pub fn user_at(&self, node: &Node) -> Option<At> {
        self.at(node).filter(|at| !at.is_in_pack())
    }

    /// Where `node`, or the first of its parts that stands anywhere, stands in the user's files.
    pub fn first_user_at(&self, node: &Node) -> Option<At> {
        self.user_at(node).or_else(|| match node {
            Node::Symbol(symbol) => symbol.inputs().iter().find_map(|input| self.first_user_at(input)),
            Node::Guard(_, body) | Node::Text(body) => self.first_user_at(body),
            node => node.children().find_map(|child| self.first_user_at(child)),
        })
    }

    /// Where `node` stands in the user's files, or what is nearest to it of all that stands there: a part of it, or
    /// what it is a part of, which is `above`, from near to far.
    pub fn nearest_user_at<'n>(&self, node: Option<&Node>, mut above: impl Iterator<Item = &'n Node>) -> Option<At> {
        let within = node.and_then(|node| self.first_user_at(node));
        within.or_else(|| above.find_map(|node| self.user_at(node)))
    }
}

//! Iter8's routemap: a ConfigMap whose routing templates its controller executes on the weights of the versions.
//!
//! A version's weight is the annotation `iter8.tools/weight` on its first resource, else its own `weight`, else 1; it
//! is 0 while the version is not available. If all are 0, the primary gets 1 (Iter8 1.1,
//! `controllers/routemaps.go`).

use std::collections::HashMap;

use super::problem;
use crate::bundle::{Identity, Manifest};
use crate::kinds;
use crate::node::{FromNode, Node, Origin, Scalar, Symbol};
use crate::objects::Objects;
use crate::problem::Problem;

/// The label that makes a ConfigMap a routemap.
const KIND: &str = "iter8.tools/kind";
/// Where a routemap has its text.
const STR_SPEC: [&str; 2] = ["data", "strSpec"];
/// The annotation that goes before a version's weight.
const WEIGHT: &str = "iter8.tools/weight";

/// What a routemap makes under some weights.
pub struct Made {
    /// The routing objects.
    pub objects: Vec<Node>,
    /// The objects that it watches.
    pub watched: Vec<Watched>,
}

/// Which weights a routemap is executed under.
#[derive(Clone, Copy)]
pub enum Weights<'a> {
    /// The versions' own, all of them available.
    Own,
    /// These, one a version.
    Given(&'a [u64]),
    /// The versions' own, of those whose objects are all available.
    While(&'a dyn Fn(&Watched) -> bool),
}

/// An object that a routemap watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its kind; Iter8's short name of it, where that is not known.
    pub kind: String,
    /// Its namespace, where the routemap names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// Objects by their names, so that a routemap's versions are found among many.
pub struct Named<'o> {
    all: &'o Objects,
    positions: HashMap<&'o str, Vec<usize>>,
}

impl<'o> Named<'o> {
    /// Those of `all`.
    pub fn new(all: &'o Objects) -> Self {
        let mut positions: HashMap<&str, Vec<usize>> = HashMap::new();
        // Only routemaps ask.
        if all.manifests.iter().any(is_routemap) {
            for (position, manifest) in all.manifests.iter().enumerate() {
                positions.entry(&manifest.identity.name).or_default().push(position);
            }
        }
        Self { all, positions }
    }

    fn get(&self, name: &str) -> impl Iterator<Item = &'o Manifest> {
        let positions = self.positions.get(name).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|position| self.all.manifests.get(*position))
    }
}

/// The routing objects that `manifest`, one of `all`, makes; `None` where it is no routemap.
///
/// # Errors
/// A text that is no YAML, a template that cannot be executed, or weights of another number than the versions.
pub fn objects(manifest: &Manifest, all: &Named<'_>, weights: Weights<'_>) -> Option<Result<Made, Problem>> {
    if !is_routemap(manifest) {
        return None;
    }
    let node = manifest.node.at(&STR_SPEC).unwrap_or(&Node::NULL);
    let made = made(node, all, weights);
    Some(made.map_err(|message| problem(all.all, node, format!("{}: {message}", manifest.identity))))
}

/// Adds the routing objects that the routemaps among `objects` make while every version is available, so that they can be
/// looked at like any others. A routemap that cannot be executed adds nothing: reading its traffic says why.
pub fn add_made(objects: &mut Objects) {
    let named = Named::new(objects);
    let made: Vec<Manifest> = objects
        .manifests
        .iter()
        .filter_map(|manifest| Some((manifest, self::objects(manifest, &named, Weights::Own)?.ok()?)))
        .flat_map(|(manifest, made)| {
            let source = manifest.source.clone();
            let objects = made.objects.into_iter().filter_map(|node| Some((Identity::from_object(&node)?, node)));
            objects.map(move |(identity, node)| Manifest { node, source: source.clone(), identity }).collect::<Vec<_>>()
        })
        .collect();
    objects.manifests.extend(made);
}

fn made(node: &Node, all: &Named<'_>, weights: Weights<'_>) -> Result<Made, String> {
    let spec = match node {
        // What helmwright rendered is a tree still.
        Node::Text(body) => body.as_ref().clone(),
        _ => parsed(&node.text().ok_or("it has no `data.strSpec`")?)?,
    };
    let versions = spec.items_at(&["versions"]);
    let mut weights: Vec<u64> = match weights {
        Weights::Given(weights) if weights.len() != versions.len() => {
            return Err(format!("{} weights are given for {} versions", weights.len(), versions.len()));
        }
        Weights::Given(weights) => weights.to_vec(),
        Weights::Own => versions.iter().map(|version| own_weight(version, all)).collect(),
        Weights::While(available) => {
            let there =
                |version: &Node| version.items_at(&["resources"]).iter().filter_map(watched).all(|one| available(&one));
            versions.iter().map(|version| if there(version) { own_weight(version, all) } else { 0 }).collect()
        }
    };
    if let (true, Some(primary)) = (weights.iter().all(|weight| *weight == 0), weights.first_mut()) {
        *primary = 1;
    }
    let templates = spec.get("routingTemplates").map(Node::entries).unwrap_or_default();
    let templates = templates.iter().filter_map(|(_, template)| template.get("template"));
    let objects = templates
        .map(|template| match template {
            Node::Text(body) => known(body, &weights).ok_or_else(|| "a template is empty under these weights".into()),
            _ => parsed(&super::template::execute(&template.text().unwrap_or_default(), &weights)?),
        })
        .collect::<Result<_, String>>()?;
    let resources = versions.iter().flat_map(|version| version.items_at(&["resources"]));
    Ok(Made { objects, watched: resources.filter_map(watched).collect() })
}

/// The weight that a version has while it is available.
fn own_weight(version: &Node, all: &Named<'_>) -> u64 {
    annotated_weight(version, all).or_else(|| version.get("weight").and_then(u64::from_node)).unwrap_or(1)
}

/// The weight that an annotation of its first resource gives it.
fn annotated_weight(version: &Node, all: &Named<'_>) -> Option<u64> {
    let first = version.items_at(&["resources"]).first()?;
    let kind = first.text_at(&["gvrShort"])?;
    let (name, namespace) = (first.text_at(&["name"])?, first.text_at(&["namespace"]));
    let object = all.get(&name).find(|manifest| {
        kinds::gvr_short(&manifest.identity.kind) == kind
            && (manifest.identity.namespace == namespace || manifest.identity.namespace.is_none())
    })?;
    object.node.text_at(&["metadata", "annotations", WEIGHT])?.parse().ok()
}

/// An entry of a version's resources.
fn watched(resource: &Node) -> Option<Watched> {
    let word = resource.text_at(&["gvrShort"]).unwrap_or_default();
    let (kind, namespace) = (kinds::of_gvr_short(&word).to_string(), resource.text_at(&["namespace"]));
    Some(Watched { kind, namespace, name: resource.text_at(&["name"])? })
}

/// `manifest` with its text as the tree that it is, where it is a routemap's.
pub fn opened(manifest: &Manifest) -> Node {
    match manifest.node.at(&STR_SPEC).filter(|_| is_routemap(manifest)).and_then(tree) {
        None => manifest.node.clone(),
        Some(tree) => with_entry(&manifest.node, "data", &|data| with_entry(data, "strSpec", &|_| tree.clone())),
    }
}

/// The tree that `text` holds; none where it is one already, as helmwright renders it, or no YAML.
fn tree(text: &Node) -> Option<Node> {
    if matches!(text, Node::Text(_)) {
        return None;
    }
    Some(Node::Text(parsed(&text.text()?).ok()?.into()))
}

/// `node` with `change` made to the value under `key`.
fn with_entry(node: &Node, key: &str, change: &dyn Fn(&Node) -> Node) -> Node {
    Node::map(node.entries().iter().map(|(name, value)| match name.text().as_deref() == Some(key) {
        true => (name.clone(), change(value)),
        false => (name.clone(), value.clone()),
    }))
}

/// Whether the object is a routemap.
pub fn is_routemap(manifest: &Manifest) -> bool {
    manifest.identity.is("", "ConfigMap")
        && manifest.node.text_at(&["metadata", "labels", KIND]).as_deref() == Some("routemap")
}

/// The one document of `text`.
fn parsed(text: &str) -> Result<Node, String> {
    let mut objects = Objects::default();
    let mut problems = Vec::new();
    let source = objects.sources.add("routemap", text);
    let mut documents = crate::yaml::load(text, source, &mut problems);
    if let Some(problem) = problems.first() {
        let place = problem.at.map(|at| objects.sources.line_column(at).0);
        let line = place.map_or_else(String::new, |line| format!(" in line {line} of its text"));
        return Err(format!("{}{line}", problem.message));
    }
    match (documents.pop(), documents.as_slice()) {
        (Some(document), []) => Ok(crate::spec::index(&document, &mut objects.places)),
        _ => Err("its text is not one YAML document".into()),
    }
}

/// `node` with everything that waits for weights resolved; `None` where a guard takes it away.
fn known(node: &Node, weights: &[u64]) -> Option<Node> {
    Some(match node {
        Node::Guard(symbol, body) => return if value(symbol, weights) != 0 { known(body, weights) } else { None },
        Node::Symbol(symbol @ Symbol::Weight(_)) => {
            let weight = i64::try_from(value(symbol, weights)).unwrap_or(i64::MAX);
            Node::Scalar(Scalar::Int(weight), Origin::Literal)
        }
        Node::Symbol(Symbol::Remainder(_) | Symbol::Digest(_)) => node.clone(),
        Node::Symbol(symbol) => Node::bool(value(symbol, weights) != 0),
        Node::Seq(items, origin) => Node::Seq(items.iter().filter_map(|item| known(item, weights)).collect(), *origin),
        Node::Map(entries, origin) => {
            let known = entries.iter().filter_map(|(key, value)| Some((key.clone(), known(value, weights)?)));
            Node::Map(known.collect(), *origin)
        }
        constant => constant.clone(),
    })
}

/// A symbol's value; a condition is 1 or 0.
fn value(symbol: &Symbol, weights: &[u64]) -> u64 {
    match symbol {
        Symbol::Weight(index) => weight_at(weights, *index),
        Symbol::Available(index) => u64::from(weight_at(weights, *index) > 0),
        Symbol::AnyAvailable(indexes) => u64::from(indexes.iter().any(|index| weight_at(weights, *index) > 0)),
        Symbol::Not(inner) => u64::from(value(inner, weights) == 0),
        // Not the controller's; what it is, the node itself knows.
        Symbol::Remainder(_) | Symbol::Digest(_) => 0,
    }
}

fn weight_at(weights: &[u64], index: usize) -> u64 {
    weights.get(index).copied().unwrap_or(0)
}

#[cfg(test)]
#[path = "tests/routemap.rs"]
mod tests;

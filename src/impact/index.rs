//! Where things are among the objects and workloads of one side, so that looking for one does not look at all.

use std::collections::HashMap;

use super::workload::Workload;
use crate::bundle::{Identity, Manifest};
use crate::kinds::Selects;
use crate::lint::view::selects;
use crate::node::Node;
use crate::objects::Objects;

/// A label's key and value.
type Label = (String, String);

/// Positions of objects and workloads.
#[derive(Debug, Default)]
pub struct Index {
    /// Objects by kind and name.
    named: HashMap<(String, String), Vec<usize>>,
    /// DestinationRules by the first label of their host.
    rules: HashMap<String, Vec<usize>>,
    /// Workloads with known labels, by namespace and by each of their labels; those of the namespace stand under none.
    pods: HashMap<(Option<String>, Option<Label>), Vec<usize>>,
    /// Workloads whose labels a controller gives, by namespace.
    generated: HashMap<Option<String>, Vec<usize>>,
    /// Workloads by the name of their object.
    of_object: HashMap<String, Vec<usize>>,
}

impl Index {
    /// Indexes `objects` and their `workloads`.
    pub fn new(objects: &Objects, workloads: &[Workload]) -> Self {
        let mut index = Self::default();
        for (position, manifest) in objects.manifests.iter().enumerate() {
            let identity = &manifest.identity;
            index.named.entry((identity.kind.clone(), identity.name.clone())).or_default().push(position);
            if identity.selects() == Selects::Subsets
                && let Some(host) = manifest.node.str_at(&["spec", "host"])
            {
                let first = host.split('.').next().unwrap_or_default().to_string();
                index.rules.entry(first).or_default().push(position);
            }
        }
        for (position, workload) in workloads.iter().enumerate() {
            index.add(position, workload);
        }
        index
    }

    /// Adds a workload.
    pub fn add(&mut self, position: usize, workload: &Workload) {
        let space = &workload.object.namespace;
        match &workload.pod_labels {
            None => self.generated.entry(space.clone()).or_default().push(position),
            Some(labels) => {
                for label in self::labels(labels).map(Some).chain([None]) {
                    self.pods.entry((space.clone(), label)).or_default().push(position);
                }
            }
        }
        self.of_object.entry(workload.object.name.clone()).or_default().push(position);
    }

    /// The object of that identity.
    pub fn identical<'o>(&self, objects: &'o Objects, identity: &Identity) -> Option<&'o Manifest> {
        let named = self.named.get(&(identity.kind.clone(), identity.name.clone()))?.iter();
        named.filter_map(|position| objects.manifests.get(*position)).find(|own| own.identity.same_object(identity))
    }

    /// The object of that kind and name in `namespace`; one that names none is in any.
    pub fn object<'o>(&self, objects: &'o Objects, kind: &str, namespace: &str, name: &str) -> Option<&'o Manifest> {
        let own = self.named.get(&(kind.to_string(), name.to_string()))?.iter();
        own.filter_map(|position| objects.manifests.get(*position)).find(|own| is_in(&own.identity, namespace))
    }

    /// The workloads of objects of that name.
    pub fn workloads_of_object(&self, name: &str) -> &[usize] {
        self.of_object.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The workloads in `namespace` whose pods bear all labels of `selectors`.
    pub fn selected(&self, workloads: &[Workload], namespace: &str, selectors: &[&Node]) -> Vec<usize> {
        let bears = |index: &usize| {
            let labels = workloads.get(*index).and_then(|workload| workload.pod_labels.as_ref());
            selectors.iter().all(|selector| selects(selector, labels))
        };
        let asked: Vec<Label> = selectors.iter().flat_map(|selector| labels(selector)).collect();
        let own = |space: Option<String>| {
            let mut key = (space, None);
            let mut fewest = self.pods.get(&key).map(Vec::as_slice).unwrap_or_default();
            // Only who bears all labels is wanted, so the rarest of them tells the most.
            for label in &asked {
                key.1 = Some(label.clone());
                let bearers = self.pods.get(&key).map(Vec::as_slice).unwrap_or_default();
                fewest = if bearers.len() < fewest.len() { bearers } else { fewest };
            }
            fewest
        };
        own(Some(namespace.to_string())).iter().chain(own(None)).copied().filter(bears).collect()
    }

    /// The workloads in `namespace` whose labels nobody can say here.
    pub fn generated(&self, namespace: &str) -> impl Iterator<Item = usize> {
        let get = |space: Option<String>| self.generated.get(&space).map(Vec::as_slice).unwrap_or_default();
        get(Some(namespace.to_string())).iter().chain(get(None)).copied()
    }

    /// The labels of a subset of a Service's pods, where a DestinationRule has it.
    pub fn subset<'o>(&self, objects: &'o Objects, namespace: &str, name: &str, subset: &str) -> Option<&'o Node> {
        let rules = self.rules.get(name)?.iter().filter_map(|position| objects.manifests.get(*position));
        let rules = rules.filter(|rule| is_rule_of(rule, namespace));
        let mut subsets = rules.flat_map(|rule| rule.node.items_at(&["spec", "subsets"]));
        let found = subsets.find(|own| own.str_at(&["name"]).is_some_and(|own| own == subset))?;
        Some(found.at(&["labels"]).unwrap_or(&Node::NULL))
    }
}

/// Whether an object is in `namespace`; one that names none is in any.
pub fn is_in(object: &Identity, namespace: &str) -> bool {
    object.namespace.as_deref().is_none_or(|own| own == namespace)
}

/// Whether a DestinationRule is for a host in `namespace`.
fn is_rule_of(rule: &Manifest, namespace: &str) -> bool {
    let host = rule.node.str_at(&["spec", "host"]).unwrap_or_default();
    let own = rule.identity.namespace.as_deref().unwrap_or(namespace);
    host.split('.').nth(1).unwrap_or(own) == namespace
}

/// Labels, or what a selector asks of them, as far as they are texts.
fn labels(node: &Node) -> impl Iterator<Item = Label> {
    node.entries().iter().filter_map(|(key, value)| Some((key.text()?, value.text()?)))
}

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
        named
            .filter_map(|position| objects.manifests.get(*position))
            .find(|manifest| manifest.identity.same_object(identity))
    }

    /// The object of that kind and name in `namespace`; one that names none is in any.
    pub fn object<'o>(&self, objects: &'o Objects, kind: &str, namespace: &str, name: &str) -> Option<&'o Manifest> {
        let named = self.named.get(&(kind.to_string(), name.to_string()))?.iter();
        let mut manifests = named.filter_map(|position| objects.manifests.get(*position));
        manifests.find(|manifest| is_in(&manifest.identity, namespace))
    }

    /// The workloads of objects of that name.
    pub fn workloads_of_object(&self, name: &str) -> &[usize] {
        self.of_object.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The workloads in `namespace` whose pods bear all labels of `selectors`.
    pub fn selected(&self, workloads: &[Workload], namespace: &str, selectors: &[&Node]) -> Vec<usize> {
        let asked: Vec<Label> = selectors.iter().flat_map(|selector| labels(selector)).collect();
        let in_namespace = self.rarest_bearers(Some(namespace.to_string()), &asked);
        let mut selected = Vec::new();
        for index in in_namespace.iter().chain(self.rarest_bearers(None, &asked)) {
            let labels = workloads.get(*index).and_then(|workload| workload.pod_labels.as_ref());
            if selectors.iter().all(|selector| selects(selector, labels)) {
                selected.push(*index);
            }
        }
        selected
    }

    /// The workloads of a namespace that bear the label that the fewest of them bear, among those `asked` for; all of the
    /// namespace where none is.
    fn rarest_bearers(&self, namespace: Option<String>, asked: &[Label]) -> &[usize] {
        let mut key = (namespace, None);
        let mut fewest = self.pods.get(&key).map(Vec::as_slice).unwrap_or_default();
        // Only who bears all labels is wanted, so the rarest of them tells the most.
        for label in asked {
            key.1 = Some(label.clone());
            let bearers = self.pods.get(&key).map(Vec::as_slice).unwrap_or_default();
            fewest = if bearers.len() < fewest.len() { bearers } else { fewest };
        }
        fewest
    }

    /// The workloads in `namespace` whose labels nobody can say here.
    pub fn generated(&self, namespace: &str) -> impl Iterator<Item = usize> {
        [Some(namespace.to_string()), None]
            .into_iter()
            .filter_map(|space| self.generated.get(&space))
            .flatten()
            .copied()
    }

    /// The labels of a subset of a Service's pods, where a DestinationRule has it.
    pub fn subset<'o>(&self, objects: &'o Objects, namespace: &str, name: &str, subset: &str) -> Option<&'o Node> {
        let rules = self.rules.get(name)?.iter().filter_map(|position| objects.manifests.get(*position));
        let rules = rules.filter(|rule| is_rule_of(rule, namespace));
        let mut subsets = rules.flat_map(|rule| rule.node.items_at(&["spec", "subsets"]));
        let named = subsets.find(|candidate| candidate.str_at(&["name"]).as_deref() == Some(subset))?;
        Some(named.at(&["labels"]).unwrap_or(&Node::NULL))
    }
}

/// Whether an object is in `namespace`; one that names none is in any.
pub fn is_in(object: &Identity, namespace: &str) -> bool {
    object.namespace.as_deref().is_none_or(|stated| stated == namespace)
}

/// Whether a DestinationRule is for a host in `namespace`.
fn is_rule_of(rule: &Manifest, namespace: &str) -> bool {
    let host = rule.node.str_at(&["spec", "host"]).unwrap_or_default();
    let rule_namespace = rule.identity.namespace.as_deref().unwrap_or(namespace);
    host.split('.').nth(1).unwrap_or(rule_namespace) == namespace
}

/// Labels, or what a selector asks of them, as far as they are texts.
fn labels(node: &Node) -> impl Iterator<Item = Label> {
    node.entries().iter().filter_map(|(key, value)| Some((key.text()?, value.text()?)))
}

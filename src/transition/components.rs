//! Objects that have to do with each other, apart from those that have not.
//!
//! Who answers a request is told by the objects that its route leads to. A folder of a thousand releases is a thousand
//! components, and the delivery is walked through on each by itself: all together would be looked at whole, step by step.
//! Where it is not plain that two objects have nothing to do with each other, they are in one component.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::bundle::{Identity, Manifest};
use crate::delivery::steps::Step;
use crate::impact::{Change, Sets, Unit, View};
use crate::kinds::{PodSource, Selects};
use crate::sides::{Side, Sides};
use crate::traffic::{Route, Target};

/// Objects that have to do with each other, and the entrances that lead to no others.
#[derive(Debug, Default)]
pub struct Component {
    /// The objects, by their indexes on either side.
    pub objects: Sides<BTreeSet<usize>>,
    /// The entrances that both sides have, by their indexes in the change.
    pub entrances: Vec<usize>,
}

impl Component {
    /// Whether `step` is about one of the objects, or about all that there are.
    pub fn has_step(&self, step: Step) -> bool {
        match step {
            Step::Apply(index) => self.objects.after.contains(&index),
            Step::Delete(index) => self.objects.before.contains(&index),
            Step::Ready => true,
        }
    }
}

/// The components of `change` that have an entrance on both sides.
pub fn components(change: &Change<'_>) -> Vec<Component> {
    let mut graph = ObjectGraph::new(change);
    for view in change.sides.as_ref() {
        view.entrances.iter().for_each(|route| graph.route(route));
        view.objects.manifests.iter().for_each(|manifest| graph.object(manifest));
    }
    let generated = graph.generated();
    let mut entrances: Vec<(usize, usize)> = Vec::new();
    for (index, entrance) in change.entrances.iter().enumerate() {
        if let Sides { before: Some(before), after: Some(after) } = entrance.route {
            let node = graph.node_of(&change.sides.before.entrances[before].identity);
            graph.join_object(node, &change.sides.after.entrances[after].identity);
            entrances.push((index, node));
        }
    }
    let mut components: BTreeMap<usize, Component> = BTreeMap::new();
    for (index, node) in entrances {
        components.entry(graph.sets.root(node)).or_default().entrances.push(index);
    }
    for side in Side::BOTH {
        for (index, manifest) in change.sides[side].objects.manifests.iter().enumerate() {
            let node = graph.node_of(&manifest.identity);
            let Some(component) = components.get_mut(&graph.sets.root(node)) else { continue };
            component.objects[side].insert(index);
            // Of a namespace it matters whether there are pods whose labels nobody knows; one object says so for all.
            let namespace = manifest.identity.namespace.clone();
            for (old, new) in [&None, &namespace].into_iter().filter_map(|namespace| generated.get(namespace)) {
                component.objects.before.insert(*old);
                component.objects.after.insert(*new);
            }
        }
    }
    components.into_values().collect()
}

/// Where objects are found: by namespace and name, whatever their kind.
struct ObjectGraph<'c> {
    change: &'c Change<'c>,
    /// Whether all that can be found says its namespace. What says none is found in any, so that then the namespaces
    /// of the others tell nothing either.
    has_namespaces: bool,
    nodes: HashMap<(Option<String>, String), usize>,
    /// The nodes of each name.
    by_name: HashMap<String, Vec<usize>>,
    /// The nodes of InferenceServices.
    services: BTreeSet<usize>,
    /// The nodes of SeldonDeployments, by their names.
    seldons: HashMap<String, Vec<usize>>,
    sets: Sets,
}

impl<'c> ObjectGraph<'c> {
    fn new(change: &'c Change<'c>) -> Self {
        let objects = change.sides.as_ref().into_iter().flat_map(|view| &view.objects.manifests).map(|manifest| &manifest.identity);
        let objects = objects.filter(|object| object.selects() != Selects::Nothing || object.is("", "ConfigMap"));
        let units = change.sides.as_ref().into_iter().flat_map(|view| &view.units).map(|unit| &unit.object);
        let routes = change.sides.as_ref().into_iter().flat_map(|view| &view.entrances).map(|route| &route.identity);
        let has_namespaces = objects.chain(units).chain(routes).all(|identity| identity.namespace.is_some());
        let mut graph = Self {
            change,
            has_namespaces,
            nodes: HashMap::new(),
            by_name: HashMap::new(),
            services: BTreeSet::new(),
            seldons: HashMap::new(),
            sets: Sets::default(),
        };
        for manifest in change.sides.as_ref().into_iter().flat_map(|view| &view.objects.manifests) {
            let node = graph.node_of(&manifest.identity);
            match manifest.identity.pods() {
                PodSource::InferenceService => drop(graph.services.insert(node)),
                PodSource::SeldonDeployment => {
                    graph.seldons.entry(manifest.identity.name.clone()).or_default().push(node)
                }
                _ => {}
            }
        }
        graph
    }

    fn node(&mut self, namespace: Option<&str>, name: &str) -> usize {
        let namespace = namespace.filter(|_| self.has_namespaces).map(str::to_string);
        let (sets, by_name) = (&mut self.sets, &mut self.by_name);
        *self.nodes.entry((namespace, name.to_string())).or_insert_with(|| {
            let node = sets.add();
            by_name.entry(name.to_string()).or_default().push(node);
            node
        })
    }

    fn node_of(&mut self, identity: &Identity) -> usize {
        self.node(identity.namespace.as_deref(), &identity.name)
    }

    /// Joins a node with that of the name.
    fn join(&mut self, node: usize, namespace: Option<&str>, name: &str) {
        let named = self.node(namespace, name);
        self.sets.join(node, named);
    }

    /// Joins a node with that of the object.
    fn join_object(&mut self, node: usize, object: &Identity) {
        self.join(node, object.namespace.as_deref(), &object.name);
    }

    fn join_all(&mut self, node: usize, nodes: &[usize]) {
        nodes.iter().for_each(|joined| self.sets.join(node, *joined));
    }

    /// A route, and all that it may find.
    fn route(&mut self, route: &Route) {
        let (here, namespace) = (self.node_of(&route.identity), route.identity.namespace.as_deref());
        if let Some(routemap) = &route.through {
            self.join_object(here, &routemap.identity);
            for watched in &routemap.watched {
                self.join(here, None, &watched.name);
                match watched.namespace.as_deref() {
                    Some(namespace) => self.join(here, Some(namespace), &watched.name),
                    None => {
                        let all = self.by_name.get(&watched.name).cloned().unwrap_or_default();
                        self.join_all(here, &all);
                    }
                }
            }
        }
        for (version, target) in &route.targets {
            self.service(here, target.namespace(), version);
            match target {
                Target::Service { namespace, name, .. } => self.named(here, namespace, name),
                Target::Model { namespace, name } => self.join(here, Some(namespace), name),
                Target::Part { object, .. } | Target::Previous { object } => self.join_object(here, object),
            }
        }
        route.versions().for_each(|version| self.service(here, namespace, version));
    }

    /// An InferenceService that a route calls by its name.
    fn service(&mut self, here: usize, namespace: Option<&str>, name: &str) {
        let node = self.node(namespace, name);
        if self.services.contains(&node) {
            self.sets.join(here, node);
        }
    }

    /// A Service, be it one that a controller makes.
    fn named(&mut self, here: usize, namespace: &str, name: &str) {
        self.join(here, Some(namespace), name);
        let model = name.strip_suffix("-default").unwrap_or(name);
        let model = model.strip_suffix("-predictor").unwrap_or(model);
        self.join(here, Some(namespace), model);
        // Those of a SeldonDeployment begin with its name.
        if !self.seldons.is_empty() {
            let begins = name.char_indices().map(|(end, _)| &name[..end]).chain([name]);
            let owners: Vec<usize> = begins.filter_map(|name| self.seldons.get(name)).flatten().copied().collect();
            self.join_all(here, &owners);
        }
    }

    /// What a Service selects, and the Service of a DestinationRule.
    fn object(&mut self, manifest: &Manifest) {
        let (identity, here) = (&manifest.identity, self.node_of(&manifest.identity));
        let namespace = identity.namespace.as_deref();
        match identity.selects() {
            Selects::Pods => {
                let Some(selector) = manifest.node.at(&["spec", "selector"]) else { return };
                let change = self.change;
                for view in change.sides.as_ref() {
                    let namespaces = if self.has_namespaces { vec![namespace.unwrap_or_default()] } else { namespaces(view) };
                    for namespace in namespaces {
                        for unit in view.index.selected(&view.units, namespace, &[selector]) {
                            self.join_object(here, &view.units[unit].object);
                        }
                    }
                }
            }
            Selects::Subsets => {
                let Some(host) = manifest.node.str_at(&["spec", "host"]) else { return };
                let mut labels = host.split('.');
                let name = labels.next().unwrap_or_default();
                self.join(here, labels.next().or(namespace), name);
            }
            Selects::Nothing => {}
        }
    }

    /// For each namespace an object with pods whose labels nobody knows: its indexes on both sides. Where there is such
    /// an object on one side only, it is in the component of all Services there.
    fn generated(&mut self) -> HashMap<Option<String>, (usize, usize)> {
        let change = self.change;
        let mut stays = HashMap::new();
        for unit in unlabelled(&change.sides.before).filter(|_| self.has_namespaces) {
            let same_name = change.sides.after.index.units_of_object(&unit.object.name).iter();
            let mut same_name = same_name.map(|index| &change.sides.after.units[*index]);
            let after = same_name.find(|after| after.pod_labels.is_none() && after.object.same_object(&unit.object));
            if let Some(after) = after {
                stays.entry(unit.object.namespace.clone()).or_insert((unit.manifest, after.manifest));
            }
        }
        let mut first: HashMap<Option<String>, usize> = HashMap::new();
        for unit in change.sides.as_ref().into_iter().flat_map(unlabelled) {
            if !stays.contains_key(&unit.object.namespace) {
                let node = self.node_of(&unit.object);
                let namespace = unit.object.namespace.clone().filter(|_| self.has_namespaces);
                self.sets.join(node, *first.entry(namespace).or_insert(node));
            }
        }
        for manifest in change.sides.as_ref().into_iter().flat_map(|view| &view.objects.manifests) {
            let namespace = manifest.identity.namespace.clone().filter(|_| self.has_namespaces);
            if let Some(first) = first.get(&namespace).copied().filter(|_| manifest.identity.is_service()) {
                self.join_object(first, &manifest.identity);
            }
        }
        stays
    }
}

/// The units of which nobody knows the labels of their pods.
fn unlabelled<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Unit> {
    view.units.iter().filter(|unit| unit.pod_labels.is_none())
}

/// The namespaces in which a selector finds all units of a side.
fn namespaces<'v>(view: &'v View<'_>) -> Vec<&'v str> {
    let named: BTreeSet<&str> = view.units.iter().filter_map(|unit| unit.object.namespace.as_deref()).collect();
    // Those that name none are found in any.
    std::iter::once("").chain(named).collect()
}

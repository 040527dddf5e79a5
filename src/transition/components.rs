//! Objects that have to do with each other, apart from those that have not.
//!
//! Who answers a request is told by the objects that its route leads to. A folder of a thousand releases is a thousand
//! components, and the delivery is walked through on each by itself: all together would be looked at whole, step by step.
//! Where it is not plain that two objects have nothing to do with each other, they are in one component.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::bundle::{Identity, Manifest};
use crate::delivery::steps::Step;
use crate::impact::{Impact, UnionFind, View, Workload};
use crate::kinds::{PodSource, Selects};
use crate::sides::{Side, Sides};
use crate::traffic::{Route, Target};

/// Objects that have to do with each other, and the entry points that lead to no others.
#[derive(Debug, Default)]
pub struct Component {
    /// The objects, by their indexes on either side.
    pub objects: Sides<BTreeSet<usize>>,
    /// The entry points that both sides have, by their indexes in the change.
    pub entry_points: Vec<usize>,
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

/// The components of `change` that have an entry point on both sides.
pub fn components(impact: &Impact<'_>) -> Vec<Component> {
    let mut graph = ObjectGraph::new(impact);
    for view in impact.sides.as_ref() {
        view.entry_points.iter().for_each(|route| graph.route(route));
        view.objects.manifests.iter().for_each(|manifest| graph.object(manifest));
    }
    let generated = graph.generated();
    let mut entry_points: Vec<(usize, usize)> = Vec::new();
    for (index, entry_point) in impact.entry_points.iter().enumerate() {
        if let Sides { before: Some(before), after: Some(after) } = entry_point.route {
            let node = graph.node_of(&impact.sides.before.entry_points[before].identity);
            graph.join_object(node, &impact.sides.after.entry_points[after].identity);
            entry_points.push((index, node));
        }
    }
    let mut components: BTreeMap<usize, Component> = BTreeMap::new();
    for (index, node) in entry_points {
        components.entry(graph.sets.root(node)).or_default().entry_points.push(index);
    }
    for side in Side::BOTH {
        for (index, manifest) in impact.sides[side].objects.manifests.iter().enumerate() {
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
    impact: &'c Impact<'c>,
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
    sets: UnionFind,
}

impl<'c> ObjectGraph<'c> {
    fn new(impact: &'c Impact<'c>) -> Self {
        let objects = impact
            .sides
            .as_ref()
            .into_iter()
            .flat_map(|view| &view.objects.manifests)
            .map(|manifest| &manifest.identity);
        let objects = objects.filter(|object| object.selects() != Selects::Nothing || object.is("", "ConfigMap"));
        let workloads =
            impact.sides.as_ref().into_iter().flat_map(|view| &view.workloads).map(|workload| &workload.object);
        let routes = impact.sides.as_ref().into_iter().flat_map(|view| &view.entry_points).map(|route| &route.identity);
        let has_namespaces = objects.chain(workloads).chain(routes).all(|identity| identity.namespace.is_some());
        let mut graph = Self {
            impact,
            has_namespaces,
            nodes: HashMap::new(),
            by_name: HashMap::new(),
            services: BTreeSet::new(),
            seldons: HashMap::new(),
            sets: UnionFind::default(),
        };
        for manifest in impact.sides.as_ref().into_iter().flat_map(|view| &view.objects.manifests) {
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
                let impact = self.impact;
                for view in impact.sides.as_ref() {
                    let namespaces =
                        if self.has_namespaces { vec![namespace.unwrap_or_default()] } else { namespaces(view) };
                    for namespace in namespaces {
                        for workload in view.index.selected(&view.workloads, namespace, &[selector]) {
                            self.join_object(here, &view.workloads[workload].object);
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
        let impact = self.impact;
        let mut stays = HashMap::new();
        for workload in unlabelled(&impact.sides.before).filter(|_| self.has_namespaces) {
            let same_name = impact.sides.after.index.workloads_of_object(&workload.object.name).iter();
            let mut same_name = same_name.map(|index| &impact.sides.after.workloads[*index]);
            let after =
                same_name.find(|after| after.pod_labels.is_none() && after.object.same_object(&workload.object));
            if let Some(after) = after {
                stays.entry(workload.object.namespace.clone()).or_insert((workload.manifest, after.manifest));
            }
        }
        let mut first: HashMap<Option<String>, usize> = HashMap::new();
        for workload in impact.sides.as_ref().into_iter().flat_map(unlabelled) {
            if !stays.contains_key(&workload.object.namespace) {
                let node = self.node_of(&workload.object);
                let namespace = workload.object.namespace.clone().filter(|_| self.has_namespaces);
                self.sets.join(node, *first.entry(namespace).or_insert(node));
            }
        }
        for manifest in impact.sides.as_ref().into_iter().flat_map(|view| &view.objects.manifests) {
            let namespace = manifest.identity.namespace.clone().filter(|_| self.has_namespaces);
            if let Some(first) = first.get(&namespace).copied().filter(|_| manifest.identity.is_service()) {
                self.join_object(first, &manifest.identity);
            }
        }
        stays
    }
}

/// The workloads of which nobody knows the labels of their pods.
fn unlabelled<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Workload> {
    view.workloads.iter().filter(|workload| workload.pod_labels.is_none())
}

/// The namespaces in which a selector finds all workloads of a side.
fn namespaces<'v>(view: &'v View<'_>) -> Vec<&'v str> {
    let named: BTreeSet<&str> =
        view.workloads.iter().filter_map(|workload| workload.object.namespace.as_deref()).collect();
    // Those that name none are found in any.
    std::iter::once("").chain(named).collect()
}

//! Objects that have to do with each other, apart from those that have not.
//!
//! Who answers a request is told by the objects that its route leads to. A folder of a thousand releases is a thousand
//! components, and the delivery is walked through on each by itself: all together would be looked at whole, step by step.
//! Where it is not plain that two objects have nothing to do with each other, they are on one component.

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
    let mut map = Map::new(change);
    for view in [&change.sides.before, &change.sides.after] {
        view.entrances.iter().for_each(|route| map.route(route));
        view.objects.manifests.iter().for_each(|manifest| map.object(manifest));
    }
    let generated = map.generated();
    let both = change.entrances.iter().enumerate().filter_map(|(index, entrance)| {
        let (old, new) = (
            change.sides.before.entrances.get(entrance.route.before?)?,
            change.sides.after.entrances.get(entrance.route.after?)?,
        );
        Some((index, map.of(&old.identity), map.of(&new.identity)))
    });
    let both: Vec<(usize, usize, usize)> = both.collect();
    both.iter().for_each(|(_, old, new)| map.sets.join(*old, *new));
    let mut components: BTreeMap<usize, Component> = BTreeMap::new();
    for (index, place, _) in both {
        components.entry(map.sets.root(place)).or_default().entrances.push(index);
    }
    for side in Side::BOTH {
        for (index, manifest) in change.sides[side].objects.manifests.iter().enumerate() {
            let place = map.of(&manifest.identity);
            let Some(component) = components.get_mut(&map.sets.root(place)) else { continue };
            component.objects[side].insert(index);
            // Of a namespace it matters whether there are pods whose labels nobody knows; one object says so for all.
            let space = manifest.identity.namespace.clone();
            for (old, new) in [&None, &space].into_iter().filter_map(|space| generated.get(space)) {
                component.objects.before.insert(*old);
                component.objects.after.insert(*new);
            }
        }
    }
    components.into_values().collect()
}

/// Where objects are found: by namespace and name, whatever their kind.
struct Map<'c> {
    change: &'c Change<'c>,
    /// Whether all that can be found says its namespace. What says none is found in any, so that then the namespaces
    /// of the others tell nothing either.
    spaced: bool,
    places: HashMap<(Option<String>, String), usize>,
    /// The places of each name.
    of_name: HashMap<String, Vec<usize>>,
    /// The places of InferenceServices.
    services: BTreeSet<usize>,
    /// The places of SeldonDeployments, by their names.
    seldons: HashMap<String, Vec<usize>>,
    sets: Sets,
}

impl<'c> Map<'c> {
    fn new(change: &'c Change<'c>) -> Self {
        let sides = || [&change.sides.before, &change.sides.after].into_iter();
        let objects = sides().flat_map(|view| &view.objects.manifests).map(|manifest| &manifest.identity);
        let objects = objects.filter(|own| own.selects() != Selects::Nothing || own.is("", "ConfigMap"));
        let units = sides().flat_map(|view| &view.units).map(|unit| &unit.object);
        let routes = sides().flat_map(|view| &view.entrances).map(|route| &route.identity);
        let spaced = objects.chain(units).chain(routes).all(|identity| identity.namespace.is_some());
        let mut map = Self {
            change,
            spaced,
            places: HashMap::new(),
            of_name: HashMap::new(),
            services: BTreeSet::new(),
            seldons: HashMap::new(),
            sets: Sets::default(),
        };
        for manifest in sides().flat_map(|view| &view.objects.manifests) {
            let place = map.of(&manifest.identity);
            match manifest.identity.pods() {
                PodSource::InferenceService => drop(map.services.insert(place)),
                PodSource::SeldonDeployment => {
                    map.seldons.entry(manifest.identity.name.clone()).or_default().push(place)
                }
                _ => {}
            }
        }
        map
    }

    fn place(&mut self, namespace: Option<&str>, name: &str) -> usize {
        let namespace = namespace.filter(|_| self.spaced).map(str::to_string);
        let (sets, of_name) = (&mut self.sets, &mut self.of_name);
        *self.places.entry((namespace, name.to_string())).or_insert_with(|| {
            let place = sets.add();
            of_name.entry(name.to_string()).or_default().push(place);
            place
        })
    }

    fn of(&mut self, identity: &Identity) -> usize {
        self.place(identity.namespace.as_deref(), &identity.name)
    }

    /// Joins a place with that of the name.
    fn join(&mut self, place: usize, namespace: Option<&str>, name: &str) {
        let other = self.place(namespace, name);
        self.sets.join(place, other);
    }

    fn join_all(&mut self, place: usize, others: impl IntoIterator<Item = usize>) {
        others.into_iter().for_each(|other| self.sets.join(place, other));
    }

    /// A route, and all that it may find.
    fn route(&mut self, route: &Route) {
        let (here, space) = (self.of(&route.identity), route.identity.namespace.as_deref());
        if let Some(routemap) = &route.through {
            let own = self.of(&routemap.identity);
            self.sets.join(here, own);
            for watched in &routemap.watched {
                self.join(here, None, &watched.name);
                match watched.namespace.as_deref() {
                    Some(namespace) => self.join(here, Some(namespace), &watched.name),
                    None => {
                        let all = self.of_name.get(&watched.name).cloned().unwrap_or_default();
                        self.join_all(here, all);
                    }
                }
            }
        }
        for (version, target) in &route.targets {
            self.service(here, target.namespace(), version);
            match target {
                Target::Service { namespace, name, .. } => self.named(here, namespace, name),
                Target::Model { namespace, name } => self.join(here, Some(namespace), name),
                Target::Part { object, .. } | Target::Previous { object } => {
                    let own = self.of(object);
                    self.sets.join(here, own);
                }
            }
        }
        route.versions().for_each(|version| self.service(here, space, version));
    }

    /// An InferenceService that a route calls by its name.
    fn service(&mut self, here: usize, namespace: Option<&str>, name: &str) {
        let place = self.place(namespace, name);
        if self.services.contains(&place) {
            self.sets.join(here, place);
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
            let found: Vec<usize> = begins.filter_map(|name| self.seldons.get(name)).flatten().copied().collect();
            self.join_all(here, found);
        }
    }

    /// What a Service selects, and the Service of a DestinationRule.
    fn object(&mut self, manifest: &Manifest) {
        let (identity, here) = (&manifest.identity, self.of(&manifest.identity));
        let space = identity.namespace.as_deref();
        match identity.selects() {
            Selects::Pods => {
                let Some(selector) = manifest.node.at(&["spec", "selector"]) else { return };
                let change = self.change;
                for view in [&change.sides.before, &change.sides.after] {
                    let spaces = if self.spaced { vec![space.unwrap_or_default()] } else { spaces(view) };
                    for space in spaces {
                        for unit in view.index.selected(&view.units, space, &[selector]) {
                            let unit = self.of(&view.units[unit].object);
                            self.sets.join(here, unit);
                        }
                    }
                }
            }
            Selects::Subsets => {
                let Some(host) = manifest.node.str_at(&["spec", "host"]) else { return };
                let mut labels = host.split('.');
                let name = labels.next().unwrap_or_default();
                self.join(here, labels.next().or(space), name);
            }
            Selects::Nothing => {}
        }
    }

    /// For each namespace an object with pods whose labels nobody knows: its indexes on both sides. Where there is such
    /// an object on one side only, it is on the component of all Services there.
    fn generated(&mut self) -> HashMap<Option<String>, (usize, usize)> {
        let change = self.change;
        let unlabelled = |view: &'c View<'c>| view.units.iter().filter(|unit| unit.pod_labels.is_none());
        let mut stays = HashMap::new();
        for unit in unlabelled(&change.sides.before).filter(|_| self.spaced) {
            let same = |index: &&usize| {
                let other: &Unit = &change.sides.after.units[**index];
                other.pod_labels.is_none() && other.object.same_object(&unit.object)
            };
            let other = change.sides.after.index.units_of_object(&unit.object.name).iter().find(same);
            if let Some(other) = other {
                let indexes = (unit.manifest, change.sides.after.units[*other].manifest);
                stays.entry(unit.object.namespace.clone()).or_insert(indexes);
            }
        }
        let mut first: HashMap<Option<String>, usize> = HashMap::new();
        let fleeting = [&change.sides.before, &change.sides.after].into_iter().flat_map(unlabelled);
        for unit in fleeting.filter(|unit| !stays.contains_key(&unit.object.namespace)) {
            let place = self.of(&unit.object);
            let space = unit.object.namespace.clone().filter(|_| self.spaced);
            let other = *first.entry(space).or_insert(place);
            self.sets.join(place, other);
        }
        for manifest in [&change.sides.before, &change.sides.after].into_iter().flat_map(|view| &view.objects.manifests)
        {
            let space = manifest.identity.namespace.clone().filter(|_| self.spaced);
            if let Some(other) = first.get(&space).copied().filter(|_| manifest.identity.is_service()) {
                let place = self.of(&manifest.identity);
                self.sets.join(place, other);
            }
        }
        stays
    }
}

/// The namespaces in which a selector finds all units of a side.
fn spaces<'v>(view: &'v View<'_>) -> Vec<&'v str> {
    let named: BTreeSet<&str> = view.units.iter().filter_map(|unit| unit.object.namespace.as_deref()).collect();
    // Those that name none are found in any.
    std::iter::once("").chain(named).collect()
}

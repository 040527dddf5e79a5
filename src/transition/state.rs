//! The cluster on the way: which objects are there, which of them are ready, and who answers a request.

use std::collections::BTreeMap;

use crate::bundle::{Identity, Manifest};
use crate::delivery::steps::Step;
use crate::impact::same::same_or_absent;
use crate::impact::{Change, Found, Ground, Index, Kind, Missing, Requests, Unit, units};
use crate::lint::view::deployment_mode;
use crate::objects::Objects;
use crate::traffic::{Action, Route, Target, Traffic, Watched, opened};

/// The cluster at one moment of a change.
pub struct State<'a> {
    change: &'a Change<'a>,
    objects: Objects,
    /// For each object, what it is.
    tags: Vec<Tag>,
}

/// What an object of a state is.
#[derive(Debug, Clone, Copy)]
struct Tag {
    /// Its index on its side.
    index: usize,
    is_new: bool,
    /// Whether nothing of it is ready yet.
    is_fresh: bool,
    /// The old object that it replaces, whose pods are there still.
    replaces: Option<usize>,
}

/// Who answers a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The versions, with the most percent of the requests that each may answer.
    pub versions: BTreeMap<Seen, Part>,
    /// What stands in the way of some of the requests, and of how many percent.
    pub fails: BTreeMap<Failure, Percent>,
}

/// A percentage in millionths; none where nobody can say.
pub type Percent = Option<u64>;

/// A version as requests meet it: its track and, where what serves there was replaced, whether it is the new one.
pub type Seen = (usize, bool);

/// What a version answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The most that it may be.
    pub most: Percent,
    /// Whether it is all that: not where pods of another version may answer as well.
    pub is_sure: bool,
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// No route takes it.
    NoRoute,
    /// Its destination lacks something.
    Missing(Missing),
    /// All that its destination has was only just created: the version's track, and the object.
    NotReady(Option<usize>, String),
}

impl<'a> State<'a> {
    /// The objects `old` of the cluster before the change, where everything is ready.
    pub fn before(change: &'a Change<'a>, old: impl IntoIterator<Item = usize>) -> Self {
        let (mut manifests, mut tags) = (Vec::new(), Vec::new());
        for index in old {
            manifests.extend(change.old.objects.manifests.get(index).map(read));
            tags.push(Tag { index, is_new: false, is_fresh: false, replaces: None });
        }
        Self { change, objects: Objects { manifests, ..Objects::default() }, tags }
    }

    /// Makes one step.
    pub fn step(&mut self, step: Step) {
        match step {
            Step::Apply(index) => {
                let Some(manifest) = self.change.new.objects.manifests.get(index) else { return };
                let position = self.position(&manifest.identity);
                let old = position.map(|position| (position, self.tags[position].index));
                // What has no pods is there at once.
                let runs = self.change.new.has_units(index);
                let is_fresh =
                    runs && old.is_none_or(|(position, _)| stops(&self.objects.manifests[position], manifest));
                let tag = Tag { index, is_new: true, is_fresh, replaces: old.map(|(_, index)| index) };
                match position {
                    Some(position) => {
                        self.objects.manifests[position] = read(manifest);
                        self.tags[position] = tag;
                    }
                    None => {
                        self.objects.manifests.push(read(manifest));
                        self.tags.push(tag);
                    }
                }
            }
            Step::Delete(index) => {
                let Some(manifest) = self.change.old.objects.manifests.get(index) else { return };
                if let Some(position) = self.position(&manifest.identity) {
                    self.objects.manifests.remove(position);
                    self.tags.remove(position);
                }
            }
            Step::Ready => {
                for tag in &mut self.tags {
                    tag.is_fresh = false;
                    tag.replaces = None;
                }
            }
        }
    }

    fn position(&self, identity: &Identity) -> Option<usize> {
        self.objects.manifests.iter().position(|own| own.identity.same_object(identity))
    }

    /// What stands behind destinations now.
    pub fn look(&self) -> Look<'_> {
        let ready = |watched: &Watched| {
            self.objects.manifests.iter().zip(&self.tags).any(|(own, tag)| {
                let identity = &own.identity;
                identity.kind == watched.kind
                    && identity.name == watched.name
                    && (watched.namespace.is_none()
                        || identity.namespace.is_none()
                        || identity.namespace == watched.namespace)
                    && !tag.is_fresh
            })
        };
        // What cannot be read says nothing; reading the sides has said why.
        let routes = Traffic::read_while(&self.objects, &ready).map(|traffic| traffic.routes).unwrap_or_default();
        let units = units(&self.objects);
        Look { state: self, routes, index: Index::new(&self.objects, &units), units }
    }
}

/// An object that is looked at many times: the text of a routemap is read once.
fn read(manifest: &Manifest) -> Manifest {
    Manifest { node: opened(manifest), ..manifest.clone() }
}

/// A hundred percent.
const ALL: u64 = 100_000_000;

/// Whether an update of `old` to `new` takes all pods away before it makes others.
fn stops(old: &Manifest, new: &Manifest) -> bool {
    let strategy = new.node.str_at(&["spec", "strategy", "type"]);
    let template = |own: &Manifest| own.node.at(&["spec", "template"]).cloned();
    strategy.as_deref() == Some("Recreate") && !same_or_absent(template(old).as_ref(), template(new).as_ref())
}

/// A state, read.
pub struct Look<'s> {
    state: &'s State<'s>,
    routes: Vec<Route>,
    units: Vec<Unit>,
    index: Index,
}

impl Look<'_> {
    /// Who answers `requests` that come in at one of `entrances`: the object's identities on either side.
    pub fn answer(&self, entrances: &[&Identity], requests: &Requests) -> Answer {
        // Where the entrance goes on as another object, that one counts as soon as it is there.
        let own = |identity: &&Identity| self.routes.iter().find(|route| route.identity.same_object(identity));
        if let Some(route) = entrances.iter().rev().find_map(own) {
            return self.routed(route, requests);
        }
        // A Service that no route stands before.
        let service = self.state.objects.manifests.iter().find(|manifest| {
            manifest.identity.kind == "Service" && entrances.iter().any(|own| own.same_object(&manifest.identity))
        });
        let mut answer = Answer::default();
        match service {
            Some(service) => {
                let namespace = service.identity.namespace.clone().unwrap_or_else(|| "default".into());
                let name = service.identity.name.clone();
                let target = Target::Service { namespace, name, subset: None, port: None };
                self.add(&target, false, Some(ALL), &mut answer);
            }
            None => {
                answer.fails.insert(Failure::NoRoute, Some(ALL));
            }
        }
        answer
    }

    fn routed(&self, route: &Route, requests: &Requests) -> Answer {
        let mut answer = Answer::default();
        let Some(rule) = requests.rule(route) else {
            answer.fails.insert(Failure::NoRoute, Some(ALL));
            return answer;
        };
        let lone = rule.action == Action::Learned;
        // A controller that routes by itself sends nothing to what is not ready.
        let waits = route.through.is_some() || !is_static(route);
        for share in rule.shares.iter().filter(|share| share.weight > 0 || lone) {
            let percent = rule.percent(share).map(|percent| (percent * 1e6).round() as u64);
            for target in route.targets_of(&share.version) {
                self.add(target, waits || requests.kind == Kind::Returning, percent, &mut answer);
            }
        }
        answer
    }

    /// Adds who answers at `target`, which gets `percent` of the requests. `waits` says that nothing is sent there
    /// before it is ready.
    fn add(&self, target: &Target, waits: bool, percent: Percent, answer: &mut Answer) {
        let more = |own: &mut Percent| *own = own.zip(percent).map(|(a, b)| a + b);
        let mut answers = |seen: Vec<Seen>| {
            let is_sure = seen.len() == 1;
            for version in seen {
                let part = answer.versions.entry(version).or_insert(Part { most: Some(0), is_sure });
                more(&mut part.most);
                part.is_sure &= is_sure;
            }
        };
        if let Target::Previous { object } = target {
            return answers(self.previous(object).into_iter().collect());
        }
        let ground = Ground { objects: &self.state.objects, units: &self.units, index: &self.index };
        match ground.find(target) {
            Found::Missing(missing) => {
                answer.fails.entry(Failure::Missing(missing)).and_modify(more).or_insert(percent);
            }
            Found::Units(found) => {
                let fresh = |index: &usize| self.state.tags[self.units[*index].manifest].is_fresh;
                let ready = || found.iter().filter(|index| waits || !fresh(index));
                let mut seen: Vec<Seen> = Vec::new();
                for version in ready().flat_map(|index| self.seen(&self.units[*index])) {
                    if !seen.contains(&version) {
                        seen.push(version);
                    }
                }
                answers(seen);
                if let (None, Some(first)) = (ready().next(), found.first()) {
                    let unit = &self.units[*first];
                    let object = format!("{} `{}`", unit.object.kind, unit.object.name);
                    let track = self.seen(unit).last().map(|(track, _)| *track);
                    answer.fails.entry(Failure::NotReady(track, object)).and_modify(more).or_insert(percent);
                }
            }
        }
    }

    /// The versions that a unit is now: while its pods are replaced, both. Knative goes on with the old revision until
    /// the new one is ready, whatever share the object gives it.
    fn seen(&self, unit: &Unit) -> Vec<Seen> {
        let tag = self.state.tags[unit.manifest];
        let change = self.state.change;
        let of = |is_new: bool, index: usize| {
            let same = |own: &Unit| own.manifest == index && own.part == unit.part && !own.previous;
            self.version(is_new, change.side(is_new).unit(&unit.object, same)?)
        };
        let before = tag.replaces.filter(|_| !tag.is_fresh).and_then(|index| of(false, index));
        let after = of(tag.is_new, tag.index);
        let manifest = &self.state.objects.manifests[unit.manifest];
        let keeps = unit.object.kind == "InferenceService"
            && !matches!(deployment_mode(manifest).as_deref(), Some("Standard" | "RawDeployment" | "ModelMesh"));
        match (before, after) {
            (Some(before), Some(after)) if before != after && !keeps => vec![before, after],
            (before, after) => before.or(after).into_iter().collect(),
        }
    }

    /// The version that an InferenceService had before.
    fn previous(&self, object: &Identity) -> Option<Seen> {
        let position = self.state.position(object)?;
        let (change, is_new) = (self.state.change, self.state.tags[position].is_new);
        let same = |unit: &Unit| unit.previous && unit.object.same_object(object);
        self.version(is_new, change.side(is_new).unit(object, same)?)
    }

    /// The version that a unit of one side is.
    fn version(&self, is_new: bool, unit: usize) -> Option<Seen> {
        let track = self.state.change.version_of(is_new, unit)?;
        let is_replaced = self.state.change.tracks.get(track)?.is_replaced();
        Some((track, is_new || !is_replaced))
    }
}

/// Whether the route itself is all there is: what it names is sent requests, ready or not.
fn is_static(route: &Route) -> bool {
    matches!(route.identity.kind.as_str(), "VirtualService" | "HTTPRoute" | "GRPCRoute")
}

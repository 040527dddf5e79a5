//! The cluster on the way: which objects are there, which of them are ready, and who answers a request.

use std::collections::BTreeMap;

use crate::bundle::{Identity, Manifest};
use crate::delivery::steps::Step;
use crate::impact::same::same_or_absent;
use crate::impact::{Change, Found, Ground, Index, Kind, Missing, Requests, Unit, units};
use crate::kinds::{PodSource, RouteReader};
use crate::lint::view::deployment_mode;
use crate::objects::Objects;
use crate::sides::Side;
use crate::traffic::{Action, Route, Target, Traffic, Watched, opened};

/// The cluster at one moment of a change.
pub struct Cluster<'a> {
    change: &'a Change<'a>,
    objects: Objects,
    /// For each object, what it is.
    statuses: Vec<ObjectStatus>,
}

/// What an object of a state is.
#[derive(Debug, Clone, Copy)]
struct ObjectStatus {
    /// Its index on its side.
    index: usize,
    side: Side,
    /// Whether nothing of it is ready yet.
    is_fresh: bool,
    /// The old object that it replaces, whose pods are there still.
    replaces: Option<usize>,
}

/// Who answers a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The versions, with the most percent of the requests that each may answer.
    pub versions: BTreeMap<ServedVersion, VersionShare>,
    /// What stands in the way of some of the requests, and of how many percent.
    pub fails: BTreeMap<RequestFailure, Percent>,
}

/// A percentage in millionths; none where nobody can say.
pub type Percent = Option<u64>;

/// A version as requests meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServedVersion {
    /// Its track.
    pub track: usize,
    /// The side that it is of, where what serves there was replaced; else that after the change.
    pub side: Side,
}

/// What a version answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionShare {
    /// The most that it may be.
    pub most: Percent,
    /// Whether it is all that: not where pods of another version may answer as well.
    pub is_sure: bool,
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestFailure {
    /// No route takes it.
    NoRoute,
    /// Its destination lacks something.
    Missing(Missing),
    /// All that its destination has was only just created: the version's track, and the object.
    NotReady(Option<usize>, String),
}

impl<'a> Cluster<'a> {
    /// The objects `old` of the cluster before the change, where everything is ready.
    pub fn before(change: &'a Change<'a>, old: impl IntoIterator<Item = usize>) -> Self {
        let (mut manifests, mut statuses) = (Vec::new(), Vec::new());
        for index in old {
            manifests.extend(change.sides.before.objects.manifests.get(index).map(read));
            statuses.push(ObjectStatus { index, side: Side::Before, is_fresh: false, replaces: None });
        }
        Self { change, objects: Objects { manifests, ..Objects::default() }, statuses }
    }

    /// Makes one step.
    pub fn step(&mut self, step: Step) {
        match step {
            Step::Apply(index) => {
                let Some(manifest) = self.change.sides.after.objects.manifests.get(index) else { return };
                let position = self.position(&manifest.identity);
                let old = position.map(|position| (position, self.statuses[position].index));
                // What has no pods is there at once.
                let runs = self.change.sides.after.has_units(index);
                let is_fresh =
                    runs && old.is_none_or(|(position, _)| stops(&self.objects.manifests[position], manifest));
                let status = ObjectStatus { index, side: Side::After, is_fresh, replaces: old.map(|(_, index)| index) };
                match position {
                    Some(position) => {
                        self.objects.manifests[position] = read(manifest);
                        self.statuses[position] = status;
                    }
                    None => {
                        self.objects.manifests.push(read(manifest));
                        self.statuses.push(status);
                    }
                }
            }
            Step::Delete(index) => {
                let Some(manifest) = self.change.sides.before.objects.manifests.get(index) else { return };
                if let Some(position) = self.position(&manifest.identity) {
                    self.objects.manifests.remove(position);
                    self.statuses.remove(position);
                }
            }
            Step::Ready => {
                for status in &mut self.statuses {
                    status.is_fresh = false;
                    status.replaces = None;
                }
            }
        }
    }

    fn position(&self, identity: &Identity) -> Option<usize> {
        self.objects.manifests.iter().position(|own| own.identity.same_object(identity))
    }

    /// What stands behind destinations now.
    pub fn routing(&self) -> Routing<'_> {
        let ready = |watched: &Watched| {
            self.objects.manifests.iter().zip(&self.statuses).any(|(own, status)| {
                let identity = &own.identity;
                identity.kind == watched.kind
                    && identity.name == watched.name
                    && (watched.namespace.is_none()
                        || identity.namespace.is_none()
                        || identity.namespace == watched.namespace)
                    && !status.is_fresh
            })
        };
        // What cannot be read says nothing; reading the sides has said why.
        let routes = Traffic::read_while(&self.objects, &ready).map(|traffic| traffic.routes).unwrap_or_default();
        let units = units(&self.objects);
        Routing { cluster: self, routes, index: Index::new(&self.objects, &units), units }
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
pub struct Routing<'s> {
    cluster: &'s Cluster<'s>,
    routes: Vec<Route>,
    units: Vec<Unit>,
    index: Index,
}

impl Routing<'_> {
    /// Who answers `requests` that come in at one of `entrances`: the object's identities on either side.
    pub fn answer(&self, entrances: &[&Identity], requests: &Requests) -> Answer {
        // Where the entrance goes on as another object, that one counts as soon as it is there.
        let own = |identity: &&Identity| self.routes.iter().find(|route| route.identity.same_object(identity));
        if let Some(route) = entrances.iter().rev().find_map(own) {
            return self.routed(route, requests);
        }
        // A Service that no route stands before.
        let service = self.cluster.objects.manifests.iter().find(|manifest| {
            manifest.identity.is_service() && entrances.iter().any(|own| own.same_object(&manifest.identity))
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
                answer.fails.insert(RequestFailure::NoRoute, Some(ALL));
            }
        }
        answer
    }

    fn routed(&self, route: &Route, requests: &Requests) -> Answer {
        let mut answer = Answer::default();
        let Some(rule) = requests.rule(route) else {
            answer.fails.insert(RequestFailure::NoRoute, Some(ALL));
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
        let mut answers = |seen: Vec<ServedVersion>| {
            let is_sure = seen.len() == 1;
            for version in seen {
                let part = answer.versions.entry(version).or_insert(VersionShare { most: Some(0), is_sure });
                more(&mut part.most);
                part.is_sure &= is_sure;
            }
        };
        if let Target::Previous { object } = target {
            return answers(self.previous(object).into_iter().collect());
        }
        let ground = Ground { objects: &self.cluster.objects, units: &self.units, index: &self.index };
        match ground.find(target) {
            Found::Missing(missing) => {
                answer.fails.entry(RequestFailure::Missing(missing)).and_modify(more).or_insert(percent);
            }
            Found::Units(found) => {
                let fresh = |index: &usize| self.cluster.statuses[self.units[*index].manifest].is_fresh;
                let ready = || found.iter().filter(|index| waits || !fresh(index));
                let mut seen: Vec<ServedVersion> = Vec::new();
                for version in ready().flat_map(|index| self.versions_of(&self.units[*index])) {
                    if !seen.contains(&version) {
                        seen.push(version);
                    }
                }
                answers(seen);
                if let (None, Some(first)) = (ready().next(), found.first()) {
                    let unit = &self.units[*first];
                    let object = format!("{} `{}`", unit.object.kind, unit.object.name);
                    let track = self.versions_of(unit).last().map(|version| version.track);
                    answer.fails.entry(RequestFailure::NotReady(track, object)).and_modify(more).or_insert(percent);
                }
            }
        }
    }

    /// The versions that a unit is now: while its pods are replaced, both. Knative goes on with the old revision until
    /// the new one is ready, whatever share the object gives it.
    fn versions_of(&self, unit: &Unit) -> Vec<ServedVersion> {
        let status = self.cluster.statuses[unit.manifest];
        let replaced = status.replaces.filter(|_| !status.is_fresh);
        let before = replaced.and_then(|index| self.version_in(Side::Before, index, unit));
        let after = self.version_in(status.side, status.index, unit);
        let manifest = &self.cluster.objects.manifests[unit.manifest];
        let keeps = unit.object.pods() == PodSource::InferenceService
            && !matches!(deployment_mode(manifest).as_deref(), Some("Standard" | "RawDeployment" | "ModelMesh"));
        match (before, after) {
            (Some(before), Some(after)) if before != after && !keeps => vec![before, after],
            (before, after) => before.or(after).into_iter().collect(),
        }
    }

    /// The version that the same part as `unit` is in the object of `side` with this index.
    fn version_in(&self, side: Side, index: usize, unit: &Unit) -> Option<ServedVersion> {
        let is_same =
            |candidate: &Unit| candidate.manifest == index && candidate.part == unit.part && !candidate.previous;
        self.version(side, self.cluster.change.sides[side].unit(&unit.object, is_same)?)
    }

    /// The version that an InferenceService had before.
    fn previous(&self, object: &Identity) -> Option<ServedVersion> {
        let position = self.cluster.position(object)?;
        let side = self.cluster.statuses[position].side;
        let is_previous = |unit: &Unit| unit.previous && unit.object.same_object(object);
        self.version(side, self.cluster.change.sides[side].unit(object, is_previous)?)
    }

    /// The version that a unit of one side is.
    fn version(&self, side: Side, unit: usize) -> Option<ServedVersion> {
        let track = self.cluster.change.version_of(side, unit)?;
        let is_replaced = self.cluster.change.tracks.get(track)?.is_replaced();
        Some(ServedVersion { track, side: if is_replaced { side } else { Side::After } })
    }
}

/// Whether the route itself is all there is: what it names is sent requests, ready or not.
fn is_static(route: &Route) -> bool {
    route.identity.known().and_then(|kind| kind.routing).is_some_and(RouteReader::is_static)
}

//! The cluster on the way: which objects are there, which of them are ready, and who answers a request.

use std::collections::BTreeMap;

use crate::bundle::{Identity, Manifest};
use crate::delivery::steps::Step;
use crate::impact::same::same_or_absent;
use crate::impact::{BackendLookup, Backends, Impact, Index, Missing, RequestKind, Requests, Workload, workloads};
use crate::kinds::{PodSource, RouteReader};
use crate::lint::view::deployment_mode;
use crate::objects::Objects;
use crate::sides::Side;
use crate::traffic::{Action, Route, Target, Traffic, Watched, opened};

/// The cluster at one moment of a change.
pub struct Cluster<'a> {
    impact: &'a Impact<'a>,
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
    /// Its version pair.
    pub version_pair: usize,
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
    /// All that its destination has was only just created: the version pair, and the object.
    NotReady(Option<usize>, String),
}

impl Answer {
    /// Adds `percent` of the requests, which one of `versions` answers.
    fn add_versions(&mut self, versions: &[ServedVersion], percent: Percent) {
        let is_sure = versions.len() == 1;
        for version in versions {
            let share = self.versions.entry(*version).or_insert(VersionShare { most: Some(0), is_sure });
            share.most = sum(share.most, percent);
            share.is_sure &= is_sure;
        }
    }

    /// Adds `percent` of the requests, which fail.
    fn add_failure(&mut self, failure: RequestFailure, percent: Percent) {
        self.fails.entry(failure).and_modify(|total| *total = sum(*total, percent)).or_insert(percent);
    }
}

/// Both together, where both are known.
fn sum(one: Percent, two: Percent) -> Percent {
    Some(one? + two?)
}

impl<'a> Cluster<'a> {
    /// The objects `old` of the cluster before the change, where everything is ready.
    pub fn before(impact: &'a Impact<'a>, old: impl IntoIterator<Item = usize>) -> Self {
        let (mut manifests, mut statuses) = (Vec::new(), Vec::new());
        for index in old {
            manifests.extend(impact.sides.before.objects.manifests.get(index).map(read));
            statuses.push(ObjectStatus { index, side: Side::Before, is_fresh: false, replaces: None });
        }
        Self { impact, objects: Objects { manifests, ..Objects::default() }, statuses }
    }

    /// Makes one step.
    pub fn step(&mut self, step: Step) {
        match step {
            Step::Apply(index) => {
                let Some(manifest) = self.impact.sides.after.objects.manifests.get(index) else { return };
                let position = self.position(&manifest.identity);
                let old = position.map(|position| (position, self.statuses[position].index));
                // What has no pods is there at once.
                let runs = self.impact.sides.after.has_workloads(index);
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
                let Some(manifest) = self.impact.sides.before.objects.manifests.get(index) else { return };
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

    /// Whether an object that a routemap watches is there, and ready.
    fn is_ready(&self, watched: &Watched) -> bool {
        self.objects.manifests.iter().zip(&self.statuses).any(|(manifest, status)| {
            let identity = &manifest.identity;
            let is_any_namespace = watched.namespace.is_none() || identity.namespace.is_none();
            identity.kind == watched.kind
                && identity.name == watched.name
                && (is_any_namespace || identity.namespace == watched.namespace)
                && !status.is_fresh
        })
    }

    fn position(&self, identity: &Identity) -> Option<usize> {
        self.objects.manifests.iter().position(|manifest| manifest.identity.same_object(identity))
    }

    /// What stands behind destinations now.
    pub fn routing(&self) -> Routing<'_> {
        // What cannot be read says nothing; reading the sides has said why.
        let routes = Traffic::read_while(&self.objects, &|watched| self.is_ready(watched))
            .map(|traffic| traffic.routes)
            .unwrap_or_default();
        let workloads = workloads(&self.objects);
        Routing { cluster: self, routes, index: Index::new(&self.objects, &workloads), workloads }
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
    let [before, after] = [old, new].map(|manifest| manifest.node.at(&["spec", "template"]));
    strategy.as_deref() == Some("Recreate") && !same_or_absent(before, after)
}

/// How requests are routed at one moment.
pub struct Routing<'s> {
    cluster: &'s Cluster<'s>,
    routes: Vec<Route>,
    workloads: Vec<Workload>,
    index: Index,
}

impl Routing<'_> {
    /// Who answers `requests` that come in at one of `entry points`: the object's identities on either side.
    pub fn answer(&self, entry_points: &[&Identity], requests: &Requests) -> Answer {
        // Where the entry point goes on as another object, that one counts as soon as it is there.
        let route = entry_points.iter().rev().find_map(|identity| self.route(identity));
        if let Some(route) = route {
            return self.routed(route, requests);
        }
        // A Service that no route stands before.
        let service = self.cluster.objects.manifests.iter().find(|manifest| {
            manifest.identity.is_service()
                && entry_points.iter().any(|entry_point| entry_point.same_object(&manifest.identity))
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

    fn route(&self, identity: &Identity) -> Option<&Route> {
        self.routes.iter().find(|route| route.identity.same_object(identity))
    }

    fn routed(&self, route: &Route, requests: &Requests) -> Answer {
        let mut answer = Answer::default();
        let Some(rule) = requests.rule(route) else {
            answer.fails.insert(RequestFailure::NoRoute, Some(ALL));
            return answer;
        };
        let is_learned = rule.action == Action::Learned;
        // A controller that routes by itself sends nothing to what is not ready.
        let waits = route.through.is_some() || !is_static(route);
        for share in rule.shares.iter().filter(|share| share.weight > 0 || is_learned) {
            let percent = rule.percent(share).map(|percent| (percent * 1e6).round() as u64);
            for target in route.targets_of(&share.version) {
                self.add(target, waits || requests.kind == RequestKind::Returning, percent, &mut answer);
            }
        }
        answer
    }

    /// Adds who answers at `target`, which gets `percent` of the requests. `waits` says that nothing is sent there
    /// before it is ready.
    fn add(&self, target: &Target, waits: bool, percent: Percent, answer: &mut Answer) {
        if let Target::Previous { object } = target {
            return answer.add_versions(&Vec::from_iter(self.previous(object)), percent);
        }
        let ground = BackendLookup { objects: &self.cluster.objects, workloads: &self.workloads, index: &self.index };
        let workloads: Vec<&Workload> = match ground.find(target) {
            Backends::Missing(missing) => return answer.add_failure(RequestFailure::Missing(missing), percent),
            Backends::Workloads(workloads) => workloads.into_iter().map(|workload| &self.workloads[workload]).collect(),
        };
        let ready: Vec<&Workload> =
            workloads.iter().copied().filter(|workload| waits || !self.is_fresh(workload)).collect();
        let mut versions: Vec<ServedVersion> = Vec::new();
        for version in ready.iter().flat_map(|workload| self.versions_of(workload)) {
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
        answer.add_versions(&versions, percent);
        if let (true, Some(workload)) = (ready.is_empty(), workloads.first()) {
            let object = format!("{} `{}`", workload.object.kind, workload.object.name);
            let version_pair = self.versions_of(workload).last().map(|version| version.version_pair);
            answer.add_failure(RequestFailure::NotReady(version_pair, object), percent);
        }
    }

    /// Whether nothing of a workload is ready yet.
    fn is_fresh(&self, workload: &Workload) -> bool {
        self.cluster.statuses[workload.manifest].is_fresh
    }

    /// The versions that a workload is now: while its pods are replaced, both. Knative goes on with the old revision until
    /// the new one is ready, whatever share the object gives it.
    fn versions_of(&self, workload: &Workload) -> Vec<ServedVersion> {
        let status = self.cluster.statuses[workload.manifest];
        let replaced = status.replaces.filter(|_| !status.is_fresh);
        let before = replaced.and_then(|index| self.version_in(Side::Before, index, workload));
        let after = self.version_in(status.side, status.index, workload);
        let manifest = &self.cluster.objects.manifests[workload.manifest];
        let keeps = workload.object.pods() == PodSource::InferenceService
            && !matches!(deployment_mode(manifest).as_deref(), Some("Standard" | "RawDeployment" | "ModelMesh"));
        match (before, after) {
            (Some(before), Some(after)) if before != after && !keeps => vec![before, after],
            (before, after) => before.or(after).into_iter().collect(),
        }
    }

    /// The version that the same part as `workload` is in the object of `side` with this index.
    fn version_in(&self, side: Side, index: usize, workload: &Workload) -> Option<ServedVersion> {
        let is_same = |candidate: &Workload| {
            candidate.manifest == index && candidate.part == workload.part && !candidate.previous
        };
        self.version(side, self.cluster.impact.sides[side].workload(&workload.object, is_same)?)
    }

    /// The version that an InferenceService had before.
    fn previous(&self, object: &Identity) -> Option<ServedVersion> {
        let position = self.cluster.position(object)?;
        let side = self.cluster.statuses[position].side;
        let is_previous = |workload: &Workload| workload.previous && workload.object.same_object(object);
        self.version(side, self.cluster.impact.sides[side].workload(object, is_previous)?)
    }

    /// The version that a workload of one side is.
    fn version(&self, side: Side, workload: usize) -> Option<ServedVersion> {
        let version_pair = self.cluster.impact.version_of(side, workload)?;
        let is_replaced = self.cluster.impact.version_pairs.get(version_pair)?.is_replaced();
        Some(ServedVersion { version_pair, side: if is_replaced { side } else { Side::After } })
    }
}

/// Whether the route itself is all there is: what it names is sent requests, ready or not.
fn is_static(route: &Route) -> bool {
    route.identity.known().and_then(|kind| kind.routing).is_some_and(RouteReader::is_static)
}

//! One side of a change: its workloads, and its entry points, through which requests come in.

use std::collections::HashSet;

use super::ReleaseState;
use super::backend::{BackendLookup, Backends};
use super::index::Index;
use super::workload::{self, Workload};
use crate::bundle::{Identity, Manifest};
use crate::kinds::PodSource;
use crate::node::Node;
use crate::objects::Objects;
use crate::plan::{Plan, Version};
use crate::sides::Sides;
use crate::traffic::{Action, Route, Rule, Share, Target, Traffic};

/// One side of a change.
#[derive(Debug)]
pub struct View<'a> {
    /// Its objects.
    pub objects: &'a Objects,
    /// Its plan, where a spec made the objects.
    pub plan: Option<&'a Plan>,
    /// What answers requests.
    pub workloads: Vec<Workload>,
    /// Where they are.
    pub index: Index,
    /// Where requests come in: the routes, then the Services that no route stands before.
    pub entry_points: Vec<Route>,
    /// What was not understood, in sentences.
    pub unread: Vec<String>,
}

/// Both sides.
pub fn views<'a>(states: Sides<ReleaseState<'a>>) -> Sides<View<'a>> {
    let Sides { before: mut old, after: mut new } = states.map(View::new);
    let used = Used::of(old.entry_points.iter().chain(&new.entry_points));
    old.add_services(&used);
    new.add_services(&used);
    old.add_previous(None);
    new.add_previous(Some(&old));
    Sides { before: old, after: new }
}

impl<'a> View<'a> {
    fn new(state: ReleaseState<'a>) -> Self {
        let mut unread = Vec::new();
        let entry_points = match Traffic::read(state.objects, None) {
            Ok(traffic) => traffic.routes,
            Err(report) => {
                unread.extend(report.problems().map(|problem| problem.message.clone()));
                Vec::new()
            }
        };
        for route in &entry_points {
            unread.extend(route.unread.iter().map(|note| format!("{}: {note}", route.identity)));
        }
        let plan = state.rendered.map(|rendered| &*rendered.plan);
        let workloads = workload::workloads(state.objects);
        let index = Index::new(state.objects, &workloads);
        let mut view = Self { objects: state.objects, plan, workloads, index, entry_points, unread };
        view.name_newest();
        view
    }

    /// Everything that there is on this side.
    pub fn backend_lookup(&self) -> BackendLookup<'_> {
        BackendLookup { objects: self.objects, workloads: &self.workloads, index: &self.index }
    }

    /// The object of that identity.
    pub fn object(&self, identity: &Identity) -> Option<&'a Manifest> {
        self.index.identical(self.objects, identity)
    }

    /// The workload of `object` for which `holds`.
    pub fn workload(&self, object: &Identity, holds: impl Fn(&Workload) -> bool) -> Option<usize> {
        let named = self.index.workloads_of_object(&object.name).iter().copied();
        named.filter(|index| self.workloads.get(*index).is_some_and(&holds)).min()
    }

    /// Whether the object at `manifest` has workloads.
    pub fn has_workloads(&self, manifest: usize) -> bool {
        let object = self.objects.manifests.get(manifest).map(|manifest| &manifest.identity);
        object.is_some_and(|object| self.workload(object, |workload| workload.manifest == manifest).is_some())
    }

    /// Calls the predictor of an InferenceService that holds the newest version of a spec as the spec does.
    fn name_newest(&mut self) {
        let Some((plan, newest)) = self.plan.and_then(|plan| Some((plan, plan.versions.last()?))) else { return };
        let (application, key) = (plan.application.name.text(), newest.key.text().unwrap_or_default());
        let numbered = key.bytes().all(|b| b.is_ascii_digit());
        let mut whole = self.workloads.iter_mut().filter(|workload| {
            workload.object.pods() == PodSource::InferenceService && Some(&workload.object.name) == application.as_ref()
        });
        if let (Some(workload), None, false) = (whole.next(), whole.next(), numbered)
            && workload.name == workload.object.name
        {
            workload.name = key;
        }
    }

    /// The workloads behind a version that `route` names.
    pub fn workloads_of(&self, route: &Route, version: &str) -> Vec<usize> {
        let mut all = Vec::new();
        for target in route.targets_of(version) {
            if let Backends::Workloads(workloads) = self.backend_lookup().find(target) {
                all.extend(workloads.into_iter().filter(|workload| !all.contains(workload)).collect::<Vec<_>>());
            }
        }
        all
    }

    /// Adds the Services that select workloads, and that no route of either side uses or stands before.
    fn add_services(&mut self, used: &Used) {
        for manifest in &self.objects.manifests {
            let identity = &manifest.identity;
            if !identity.is_service() {
                continue;
            }
            let namespace = identity.namespace.as_deref().unwrap_or("default");
            let selected = self.backend_lookup().selected(manifest, namespace);
            if !selected.is_empty() && !used.has(identity, namespace) {
                let entry_point = self.service(identity, namespace, &selected);
                self.entry_points.push(entry_point);
            }
        }
    }

    /// A Service as an entry point: to one workload, or to several as the numbers of their pods have it.
    fn service(&self, identity: &Identity, namespace: &str, selected: &[usize]) -> Route {
        let several = selected.len() > 1;
        let mut targets = Vec::new();
        for workload in selected.iter().map(|index| &self.workloads[*index]) {
            let (object, name) = (workload.object.clone(), workload.name.clone());
            targets.push(if several {
                (name.clone(), Target::Part { object, name })
            } else {
                let (namespace, name) = (namespace.to_string(), identity.name.clone());
                (name.clone(), Target::Service { namespace, name, subset: None, port: None })
            });
        }
        let rule = Rule {
            name: None,
            matches: Vec::new(),
            action: if several { Action::Learned } else { Action::Forward },
            shares: targets.iter().map(|(version, _)| Share { version: version.clone(), weight: 1 }).collect(),
            mirrors: Vec::new(),
        };
        Route {
            identity: identity.clone(),
            through: None,
            hosts: vec![identity.name.clone()],
            gateways: Vec::new(),
            rules: vec![rule],
            targets,
            unread: Vec::new(),
        }
    }

    /// Adds a workload for each revision that an InferenceService had before, and that still gets requests: what it serves
    /// tells the older side, else the spec.
    fn add_previous(&mut self, before: Option<&View<'_>>) {
        let targets = self.entry_points.iter().flat_map(|route| &route.targets);
        let objects = targets.filter_map(|(_, target)| match target {
            Target::Previous { object } => Some(object.clone()),
            _ => None,
        });
        let mut objects: Vec<Identity> = objects.collect();
        objects.sort_by(|a, b| a.key().cmp(&b.key()));
        objects.dedup_by(|a, b| a.same_object(b));
        for object in objects {
            let Some(current) = self.revision(&object, false).cloned() else { continue };
            let older = before.and_then(|view| match view.revision(&object, true) {
                Some(workload) => Some(workload).filter(|workload| workload.is_known()),
                None => view.revision(&object, false).filter(|workload| !workload.is_revision_of(&current)),
            });
            let workload = older.cloned().or_else(|| self.planned_primary(&current));
            let workload = workload.unwrap_or_else(|| current.unknown());
            let (previous, is_main, part, manifest) = (true, false, None, current.manifest);
            let workload = Workload { previous, is_main, part, manifest, object, ..workload };
            self.index.add(self.workloads.len(), &workload);
            self.workloads.push(workload);
        }
    }

    /// The revision of an InferenceService: the one that it describes, or the one before.
    pub fn revision(&self, object: &Identity, previous: bool) -> Option<&Workload> {
        let named = self.index.workloads_of_object(&object.name).iter().filter_map(|index| self.workloads.get(*index));
        let mut revisions =
            named.filter(|workload| workload.object.same_object(object) && workload.previous == previous);
        revisions.find(|workload| workload.previous || workload.is_main)
    }

    /// The primary of the plan, where that says what it serves; `current` is the revision that KServe keeps.
    pub fn planned_primary(&self, current: &Workload) -> Option<Workload> {
        Some(self.planned(current)).filter(Workload::is_known)
    }

    /// The primary of the plan, as far as that says what it serves.
    fn planned(&self, current: &Workload) -> Workload {
        let primary = self.plan.filter(|plan| plan.versions.len() == 2).and_then(|plan| plan.versions.first());
        primary.map_or_else(|| current.unknown(), |version| planned(current, version))
    }
}

/// Services that routes use, or stand before: nobody comes in there otherwise.
struct Used {
    /// By namespace and name.
    services: HashSet<(String, String)>,
    /// By name alone: what routemaps watch.
    watched: HashSet<String>,
    /// Hosts, each with the namespace of its route.
    hosts: HashSet<(String, String)>,
    /// Hosts as they are.
    full: HashSet<String>,
}

impl Used {
    fn of<'r>(routes: impl Iterator<Item = &'r Route>) -> Self {
        let (mut services, mut watched) = (HashSet::new(), HashSet::new());
        let (mut hosts, mut full) = (HashSet::new(), HashSet::new());
        for route in routes {
            let space = route.identity.namespace.clone().unwrap_or_else(|| "default".into());
            for (_, target) in &route.targets {
                if let Target::Service { namespace, name, .. } = target {
                    services.insert((namespace.clone(), name.clone()));
                }
            }
            for gateway in &route.gateways {
                // A Service that is the parent of a route.
                if let Some(name) = gateway.strip_prefix("Service ") {
                    let (space, name) = name.split_once('/').unwrap_or((&space, name));
                    services.insert((space.to_string(), name.to_string()));
                }
            }
            watched.extend(route.through.iter().flat_map(|map| &map.watched).map(|service| service.name.clone()));
            hosts.extend(route.hosts.iter().map(|host| (space.clone(), host.to_ascii_lowercase())));
            full.extend(route.hosts.iter().map(|host| host.to_ascii_lowercase()));
        }
        Self { services, watched, hosts, full }
    }

    fn has(&self, service: &Identity, namespace: &str) -> bool {
        let name = &service.name;
        // A name without dots is one of the route's own namespace; the others say theirs.
        let is_host = self.hosts.contains(&(namespace.to_string(), name.clone()));
        let full = ["", ".svc", ".svc.cluster.local"].map(|end| format!("{name}.{namespace}{end}"));
        is_host
            || self.services.contains(&(namespace.to_string(), name.clone()))
            || self.watched.contains(name)
            || full.iter().any(|full| self.full.contains(full))
    }
}

fn present_text(node: Node) -> Option<String> {
    node.text().filter(|_| !node.is_null())
}

/// The workload of `current` as the plan's `version` has it.
fn planned(current: &Workload, version: &Version) -> Workload {
    let mut models: Vec<String> = present_text(version.get("storageUri")).into_iter().collect();
    for framework in
        ["huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow", "triton", "xgboost"]
    {
        models.extend(version.get(framework).str_at(&["storageUri"]).map(|uri| uri.into_owned()));
    }
    let key = version.key.text().filter(|key| !key.bytes().all(|b| b.is_ascii_digit()));
    let images = present_text(version.get("image")).map(|image| (String::new(), image));
    let label = version.metadata.text_at(&["labels", workload::VERSION_LABEL]);
    let images = images.into_iter().collect();
    let mut workload = Workload { images, models, label, serving: Node::NULL, ..current.clone() };
    workload.name = key.unwrap_or_else(|| workload.serving_name());
    workload
}

impl Workload {
    /// Whether anything is known of what it serves.
    pub fn is_known(&self) -> bool {
        !self.images.is_empty() || !self.models.is_empty()
    }

    /// What it is called by what it serves: the end of its model's place, or the tag of its image.
    fn serving_name(&self) -> String {
        match (self.models.first(), self.images.first()) {
            (Some(model), _) => super::image::end(model).to_string(),
            (None, Some((_, image))) => super::image::tag_or_digest(image).unwrap_or_else(|| image.clone()),
            (None, None) => self.name.clone(),
        }
    }

    /// Whether KServe takes both for one revision: nothing that its pods are made of differs.
    pub fn is_revision_of(&self, newer: &Workload) -> bool {
        let [before, after] = [self, newer].map(|workload| {
            super::same::without(&workload.body, &|path| matches!(path, [key] if key == "canaryTrafficPercent"))
        });
        super::same::same(&before, &after)
    }

    /// The revision before it, of which nothing is known.
    fn unknown(&self) -> Workload {
        Workload {
            name: "(previous revision)".into(),
            images: Vec::new(),
            models: Vec::new(),
            label: None,
            serving: Node::NULL,
            body: Node::NULL,
            ..self.clone()
        }
    }
}

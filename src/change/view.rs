//! One side of a change: its units, and its entrances, through which requests come in.

use super::Side;
use super::find::{self, Found};
use super::unit::{self, Unit};
use crate::bundle::Identity;
use crate::lint::view::{dig, text_at};
use crate::node::Node;
use crate::objects::Objects;
use crate::plan::{Plan, Version};
use crate::traffic::{Action, Route, Rule, Share, Target, Traffic};

/// One side of a change.
#[derive(Debug)]
pub struct View<'a> {
    /// Its objects.
    pub objects: &'a Objects,
    /// Its plan, where a spec made the objects.
    pub plan: Option<&'a Plan>,
    /// What answers requests.
    pub units: Vec<Unit>,
    /// Where requests come in: the routes, then the Services that no route stands before.
    pub entrances: Vec<Route>,
    /// What was not understood, in sentences.
    pub unread: Vec<String>,
}

/// Both sides.
pub fn views<'a>(old: Side<'a>, new: Side<'a>) -> (View<'a>, View<'a>) {
    let (mut old, mut new) = (View::new(old), View::new(new));
    let routed = |view: &View<'_>| view.entrances.clone();
    let routes: Vec<Route> = routed(&old).into_iter().chain(routed(&new)).collect();
    old.add_services(&routes);
    new.add_services(&routes);
    old.add_previous(None);
    new.add_previous(Some(&old));
    (old, new)
}

impl<'a> View<'a> {
    fn new(side: Side<'a>) -> Self {
        let mut unread = Vec::new();
        let entrances = match Traffic::read(side.objects, None) {
            Ok(traffic) => traffic.routes,
            Err(report) => {
                unread.extend(report.problems().map(|problem| problem.message.clone()));
                Vec::new()
            }
        };
        for route in &entrances {
            unread.extend(route.unread.iter().map(|note| format!("{}: {note}", route.identity)));
        }
        let plan = side.rendered.map(|rendered| &*rendered.plan);
        let mut view = Self { objects: side.objects, plan, units: unit::units(side.objects), entrances, unread };
        view.name_newest();
        view
    }

    /// Calls the predictor of an InferenceService that holds the newest version of a spec as the spec does.
    fn name_newest(&mut self) {
        let Some((plan, newest)) = self.plan.and_then(|plan| Some((plan, plan.versions.last()?))) else { return };
        let (application, key) = (plan.application.name.text(), newest.key.text().unwrap_or_default());
        let numbered = key.bytes().all(|b| b.is_ascii_digit());
        let mut whole = self
            .units
            .iter_mut()
            .filter(|unit| unit.object.kind == "InferenceService" && Some(&unit.object.name) == application.as_ref());
        if let (Some(unit), None, false) = (whole.next(), whole.next(), numbered)
            && unit.name == unit.object.name
        {
            unit.name = key;
        }
    }

    /// The units behind a version that `route` names.
    pub fn units_of(&self, route: &Route, version: &str) -> Vec<usize> {
        let mut all = Vec::new();
        for target in route.targets_of(version) {
            if let Found::Units(units) = find::find(target, self.objects, &self.units) {
                all.extend(units.into_iter().filter(|unit| !all.contains(unit)).collect::<Vec<_>>());
            }
        }
        all
    }

    /// Adds the Services that select units, and that no route of either side uses or stands before.
    fn add_services(&mut self, routes: &[Route]) {
        for manifest in &self.objects.manifests {
            let identity = &manifest.identity;
            if identity.kind != "Service" || !identity.group.is_empty() {
                continue;
            }
            let namespace = identity.namespace.as_deref().unwrap_or("default");
            let used = routes.iter().any(|route| {
                let target = |target: &Target| match target {
                    Target::Service { namespace: space, name, .. } => *name == identity.name && space == namespace,
                    _ => false,
                };
                let watched = route.through.as_ref().is_some_and(|map| map.watched.contains(&identity.name));
                route.targets.iter().any(|(_, own)| target(own)) || watched || stands_before(route, identity, namespace)
            });
            let selected = find::selected(manifest, namespace, &self.units);
            if !used && !selected.is_empty() {
                let entrance = self.service(identity, namespace, &selected);
                self.entrances.push(entrance);
            }
        }
    }

    /// A Service as an entrance: to one unit, or to several as the numbers of their pods have it.
    fn service(&self, identity: &Identity, namespace: &str, selected: &[usize]) -> Route {
        let several = selected.len() > 1;
        let name = |unit: &Unit| if several { unit.name.clone() } else { identity.name.clone() };
        let target = |unit: &Unit| match several {
            true => Target::Part { object: unit.object.clone(), name: unit.name.clone() },
            false => Target::Service {
                namespace: namespace.to_string(),
                name: identity.name.clone(),
                subset: None,
                port: None,
            },
        };
        let units = || selected.iter().map(|index| &self.units[*index]);
        let rule = Rule {
            name: None,
            matches: Vec::new(),
            action: if several { Action::Learned } else { Action::Forward },
            shares: units().map(|unit| Share { version: name(unit), weight: 1 }).collect(),
            mirrors: Vec::new(),
        };
        Route {
            identity: identity.clone(),
            through: None,
            hosts: vec![identity.name.clone()],
            gateways: Vec::new(),
            rules: vec![rule],
            targets: units().map(|unit| (name(unit), target(unit))).collect(),
            unread: Vec::new(),
        }
    }

    /// Adds a unit for each revision that an InferenceService had before, and that still gets requests: what it serves
    /// tells the older side, else the spec.
    fn add_previous(&mut self, before: Option<&View<'_>>) {
        let mut objects: Vec<Identity> = Vec::new();
        for (_, target) in self.entrances.iter().flat_map(|route| &route.targets) {
            if let Target::Previous { object } = target
                && !objects.iter().any(|own| own.same_object(object))
            {
                objects.push(object.clone());
            }
        }
        for object in objects {
            let main = |view: &View<'_>| {
                let main = |unit: &&Unit| unit.object.same_object(&object) && unit.is_main && !unit.previous;
                view.units.iter().find(main).cloned()
            };
            let Some(own) = main(self) else { continue };
            let older = before.and_then(|view| {
                let known = |unit: &&Unit| unit.object.same_object(&object) && unit.previous;
                match view.units.iter().find(known) {
                    Some(unit) => Some(unit.clone()).filter(Unit::is_known),
                    None => main(view).filter(|unit| !unit.is_revision_of(&own)),
                }
            });
            let planned = || Some(self.planned(&own)).filter(Unit::is_known);
            let unit = older.or_else(planned).unwrap_or_else(|| own.unknown());
            self.units.push(Unit {
                previous: true,
                is_main: false,
                part: None,
                manifest: own.manifest,
                object,
                ..unit
            });
        }
    }

    /// The primary of the plan, where that says what it serves; `own` is the revision that KServe keeps.
    pub fn planned_primary(&self, own: &Unit) -> Option<Unit> {
        Some(self.planned(own)).filter(Unit::is_known)
    }

    /// The primary of the plan, as far as that says what it serves.
    fn planned(&self, own: &Unit) -> Unit {
        let primary = self.plan.filter(|plan| plan.versions.len() == 2).and_then(|plan| plan.versions.first());
        primary.map_or_else(|| own.unknown(), |version| planned(own, version))
    }
}

/// Whether `route` takes the requests that are meant for the Service.
fn stands_before(route: &Route, service: &Identity, namespace: &str) -> bool {
    let parent = format!("Service {}", service.name);
    let own = |host: &String| !host.contains('*');
    route.gateways.iter().any(|gateway| gateway.rsplit('/').next() == Some(&parent) || *gateway == parent)
        || route.hosts.iter().any(own) && route.is_for(&format!("{}.{namespace}.svc.cluster.local", service.name))
}

fn planned(own: &Unit, version: &Version) -> Unit {
    let text = |node: Node| node.text().filter(|_| !node.is_null());
    let mut models: Vec<String> = text(version.get("storageUri")).into_iter().collect();
    for framework in
        ["huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow", "triton", "xgboost"]
    {
        models.extend(text_at(&version.get(framework), &["storageUri"]).map(|uri| uri.into_owned()));
    }
    let key = version.key.text().filter(|key| !key.bytes().all(|b| b.is_ascii_digit()));
    let images = text(version.get("image")).map(|image| (String::new(), image));
    let label = dig(&version.metadata, &["labels", unit::VERSION_LABEL]).and_then(Node::text);
    let images = images.into_iter().collect();
    let mut unit = Unit { images, models, label, serving: Node::NULL, ..own.clone() };
    unit.name = key.unwrap_or_else(|| unit.serving_name());
    unit
}

impl Unit {
    /// Whether anything is known of what it serves.
    pub fn is_known(&self) -> bool {
        !self.images.is_empty() || !self.models.is_empty()
    }

    /// What it is called by what it serves: the end of its model's place, or the tag of its image.
    fn serving_name(&self) -> String {
        let image =
            || self.images.first().map(|(_, image)| super::image::tag_or_digest(image).unwrap_or(image.clone()));
        let model = self.models.first().map(|model| super::image::end(model).to_string());
        model.or_else(image).unwrap_or_else(|| self.name.clone())
    }

    /// Whether KServe takes both for one revision: nothing that its pods are made of differs.
    pub fn is_revision_of(&self, other: &Unit) -> bool {
        let pods = |unit: &Unit| {
            super::same::without(&unit.body, &|path| matches!(path, [key] if key == "canaryTrafficPercent"))
        };
        super::same::same(&pods(self), &pods(other))
    }

    /// The revision before it, of which nothing is known.
    fn unknown(&self) -> Unit {
        Unit {
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

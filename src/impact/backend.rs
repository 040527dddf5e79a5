//! From a destination to the workloads that answer there.

use super::index::{Index, is_in};
use super::workload::Workload;
use crate::bundle::Manifest;
use crate::kinds::PodSource;
use crate::node::Node;
use crate::objects::Objects;
use crate::traffic::Target;

/// What stands behind a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backends {
    /// These workloads; none where something outside of the objects answers.
    Workloads(Vec<usize>),
    /// Nothing, for want of this.
    Missing(Missing),
}

/// What a destination lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// The Service.
    Service(String),
    /// A port of the Service.
    Port(String, String),
    /// The subset of the Service's pods.
    Subset(String, String),
    /// Pods that the Service, or its subset, selects.
    Pods(String),
    /// The InferenceService.
    Model(String),
    /// The part of the object.
    Part(String),
}

impl std::fmt::Display for Missing {
    /// ``there is no Service `shop` ``
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Service(name) => write!(f, "there is no Service `{name}`"),
            Self::Port(name, port) => write!(f, "the Service `{name}` has no port {port}"),
            Self::Subset(name, subset) => write!(f, "no DestinationRule has a subset `{subset}` of `{name}`"),
            Self::Pods(name) => write!(f, "the Service `{name}` has no pods there"),
            Self::Model(name) => write!(f, "there is no InferenceService `{name}`"),
            Self::Part(name) => write!(f, "there is no `{name}`"),
        }
    }
}

/// Objects and their workloads, among which something is looked for.
#[derive(Debug, Clone, Copy)]
pub struct BackendLookup<'a> {
    /// The objects.
    pub objects: &'a Objects,
    /// Their workloads.
    pub workloads: &'a [Workload],
    /// Where they are.
    pub index: &'a Index,
}

impl<'a> BackendLookup<'a> {
    /// What stands behind `target`.
    pub fn find(&self, target: &Target) -> Backends {
        match target {
            Target::Service { namespace, name, subset, port } => {
                self.service(namespace, name, subset.as_deref(), port.as_deref())
            }
            Target::Model { namespace, name } => {
                let models = self.of(name, |workload| workload.is_model() && is_in(&workload.object, namespace));
                Backends::some(models, || Missing::Model(name.clone()))
            }
            Target::Previous { object } => Backends::Workloads(
                self.of(&object.name, |workload| workload.previous && workload.object.same_object(object)),
            ),
            Target::Part { object, name } => {
                let tries: [&dyn Fn(&Workload) -> bool; 3] = [
                    &|workload| workload.part.as_ref() == Some(name),
                    &|workload| workload.name == *name,
                    &|workload| workload.is_main,
                ];
                let parts = self.of(&object.name, |workload| workload.object.same_object(object) && !workload.previous);
                let matching = tries.iter().map(|holds| self.those(&parts, holds));
                let first = matching.into_iter().find(|workloads| !workloads.is_empty());
                Backends::some(first.unwrap_or_default(), || Missing::Part(name.clone()))
            }
        }
    }

    /// The workloads of objects of that name for which `holds`.
    fn of(&self, name: &str, holds: impl Fn(&Workload) -> bool) -> Vec<usize> {
        self.those(self.index.workloads_of_object(name), holds)
    }

    /// The workloads among `indexes` for which `holds`.
    fn those(&self, indexes: &[usize], holds: impl Fn(&Workload) -> bool) -> Vec<usize> {
        indexes.iter().copied().filter(|index| self.workloads.get(*index).is_some_and(&holds)).collect()
    }

    /// The workloads that a Service selects.
    pub fn selected(&self, service: &Manifest, namespace: &str) -> Vec<usize> {
        let selector = service.node.at(&["spec", "selector"]);
        selector.map(|selector| self.index.selected(self.workloads, namespace, &[selector])).unwrap_or_default()
    }

    fn service(&self, namespace: &str, name: &str, subset: Option<&str>, port: Option<&str>) -> Backends {
        let Some(service) = self.index.object(self.objects, "Service", namespace, name) else {
            return self.generated(namespace, name);
        };
        if service.node.text_at(&["spec", "type"]).as_deref() == Some("ExternalName") {
            return Backends::Workloads(Vec::new());
        }
        let ports = service.node.items_at(&["spec", "ports"]);
        if let Some(port) = port.filter(|port| !ports.is_empty() && !offers(ports, port)) {
            return Backends::Missing(Missing::Port(name.to_string(), port.to_string()));
        }
        let labels = match subset {
            None => None,
            Some(subset) => match self.index.subset(self.objects, namespace, name, subset) {
                Some(labels) => Some(labels),
                None => return Backends::Missing(Missing::Subset(name.to_string(), subset.to_string())),
            },
        };
        let Some(selector) = service.node.at(&["spec", "selector"]) else { return Backends::Workloads(Vec::new()) };
        let selectors: Vec<&Node> = std::iter::once(selector).chain(labels).collect();
        let selected = self.index.selected(self.workloads, namespace, &selectors);
        // Where a controller labels pods, nobody can say here whether some are meant.
        if selected.is_empty() && self.index.generated(namespace).next().is_none() {
            return Backends::Missing(Missing::Pods(name.to_string()));
        }
        Backends::Workloads(selected)
    }

    /// The workloads behind a Service that a controller makes.
    fn generated(&self, namespace: &str, service: &str) -> Backends {
        let model = service.strip_suffix("-default").unwrap_or(service);
        let model = model.strip_suffix("-predictor").unwrap_or(model);
        let mut workloads = self.of(model, |workload| workload.is_model() && is_in(&workload.object, namespace));
        let generated: Vec<usize> = self.index.generated(namespace).collect();
        workloads.extend(self.those(&generated, |workload| workload.is_seldon_part_of(service)));
        Backends::some(workloads, || Missing::Service(service.to_string()))
    }
}

impl Backends {
    /// These workloads; where there are none, something is `missing`.
    fn some(workloads: Vec<usize>, missing: impl FnOnce() -> Missing) -> Self {
        if workloads.is_empty() { Self::Missing(missing()) } else { Self::Workloads(workloads) }
    }
}

/// Whether one of a Service's `ports` has that number or name.
fn offers(ports: &[Node], port: &str) -> bool {
    ports.iter().any(|entry| ["port", "name"].iter().any(|key| entry.text_at(&[key]).as_deref() == Some(port)))
}

impl Workload {
    /// Whether it is the predictor that an InferenceService is called for.
    fn is_model(&self) -> bool {
        self.object.pods() == PodSource::InferenceService && self.is_main && !self.previous
    }

    /// Whether it is the part of a SeldonDeployment that Seldon makes the Service of that name for.
    fn is_seldon_part_of(&self, service: &str) -> bool {
        let rest = service.strip_prefix(self.object.name.as_str());
        let part = self.part.as_deref().unwrap_or_default();
        self.object.pods() == PodSource::SeldonDeployment
            && rest.is_some_and(|rest| rest.trim_start_matches('-').starts_with(part))
    }
}

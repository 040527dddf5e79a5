//! From a destination to the units that answer there.

use super::unit::Unit;
use crate::bundle::{Identity, Manifest};
use crate::lint::view::{dig, list, selects, text_at};
use crate::node::Node;
use crate::objects::Objects;
use crate::traffic::Target;

/// What stands behind a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// These units; none where something outside of the objects answers.
    Units(Vec<usize>),
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

/// What stands behind `target` among `objects`, whose units are `units`.
pub fn find(target: &Target, objects: &Objects, units: &[Unit]) -> Found {
    let among = |holds: &dyn Fn(&Unit) -> bool| -> Vec<usize> {
        units.iter().enumerate().filter(|(_, unit)| holds(unit)).map(|(index, _)| index).collect()
    };
    match target {
        Target::Service { namespace, name, subset, port } => {
            let seek = Seek { namespace, name, objects, units };
            seek.service(subset.as_deref(), port.as_deref())
        }
        Target::Model { namespace, name } => {
            let own = among(&|unit| {
                unit.object.kind == "InferenceService"
                    && unit.object.name == *name
                    && is_in(&unit.object, namespace)
                    && unit.is_main
                    && !unit.previous
            });
            if own.is_empty() { Found::Missing(Missing::Model(name.clone())) } else { Found::Units(own) }
        }
        Target::Previous { object } => Found::Units(among(&|unit| unit.previous && unit.object.same_object(object))),
        Target::Part { object, name } => {
            let own = |unit: &Unit| unit.object.same_object(object) && !unit.previous;
            let tries: [&dyn Fn(&Unit) -> bool; 3] = [
                &|unit| own(unit) && unit.part.as_ref() == Some(name),
                &|unit| own(unit) && unit.name == *name,
                &|unit| own(unit) && unit.is_main,
            ];
            let found = tries.iter().map(|holds| among(holds)).find(|found| !found.is_empty());
            found.map_or_else(|| Found::Missing(Missing::Part(name.clone())), Found::Units)
        }
    }
}

/// Whether an object is in `namespace`; one that names none is in any.
pub fn is_in(object: &Identity, namespace: &str) -> bool {
    object.namespace.as_deref().is_none_or(|own| own == namespace)
}

/// The Service of that name.
pub fn service<'a>(objects: &'a Objects, namespace: &str, name: &str) -> Option<&'a Manifest> {
    objects.manifests.iter().find(|manifest| {
        let identity = &manifest.identity;
        identity.group.is_empty() && identity.kind == "Service" && identity.name == name && is_in(identity, namespace)
    })
}

/// The units that a Service selects.
pub fn selected(service: &Manifest, namespace: &str, units: &[Unit]) -> Vec<usize> {
    let Some(selector) = dig(&service.node, &["spec", "selector"]) else { return Vec::new() };
    let own = |unit: &Unit| is_in(&unit.object, namespace) && unit.pod_labels.is_some();
    let units = units.iter().enumerate();
    units.filter(|(_, unit)| own(unit) && selects(selector, unit.pod_labels.as_ref())).map(|(index, _)| index).collect()
}

/// The labels of a subset of the Service's pods, where a DestinationRule has it.
pub fn subset<'a>(objects: &'a Objects, namespace: &str, name: &str, subset: &str) -> Option<&'a Node> {
    let rules = objects.manifests.iter().filter(|rule| {
        rule.identity.kind == "DestinationRule"
            && text_at(&rule.node, &["spec", "host"]).is_some_and(|host| {
                let mut labels = host.split('.');
                let own = rule.identity.namespace.as_deref().unwrap_or(namespace);
                labels.next() == Some(name) && labels.next().unwrap_or(own) == namespace
            })
    });
    let mut subsets = rules.flat_map(|rule| list(&rule.node, &["spec", "subsets"]));
    let found = subsets.find(|own| text_at(own, &["name"]).is_some_and(|own| own == subset))?;
    Some(dig(found, &["labels"]).unwrap_or(&Node::NULL))
}

struct Seek<'a> {
    namespace: &'a str,
    name: &'a str,
    objects: &'a Objects,
    units: &'a [Unit],
}

impl Seek<'_> {
    fn service(&self, subset: Option<&str>, port: Option<&str>) -> Found {
        let name = || self.name.to_string();
        let Some(service) = service(self.objects, self.namespace, self.name) else { return self.generated() };
        let text = |node: &Node, key: &str| dig(node, &[key]).and_then(Node::text);
        if dig(&service.node, &["spec", "type"]).and_then(Node::text).as_deref() == Some("ExternalName") {
            return Found::Units(Vec::new());
        }
        let ports = list(&service.node, &["spec", "ports"]);
        let offered = |port: &str| {
            ports.iter().any(|own| ["port", "name"].iter().any(|key| text(own, key).as_deref() == Some(port)))
        };
        if let Some(port) = port.filter(|port| !ports.is_empty() && !offered(port)) {
            return Found::Missing(Missing::Port(name(), port.to_string()));
        }
        let labels = match subset {
            None => None,
            Some(subset) => match self::subset(self.objects, self.namespace, self.name, subset) {
                Some(labels) => Some(labels),
                None => return Found::Missing(Missing::Subset(name(), subset.to_string())),
            },
        };
        if dig(&service.node, &["spec", "selector"]).is_none() {
            return Found::Units(Vec::new());
        }
        let mut found = selected(service, self.namespace, self.units);
        found.retain(|index| labels.is_none_or(|labels| selects(labels, self.units[*index].pod_labels.as_ref())));
        // Where a controller labels pods, nobody can say here whether some are meant.
        let unknown = self.units.iter().any(|unit| unit.pod_labels.is_none() && is_in(&unit.object, self.namespace));
        if found.is_empty() && !unknown { Found::Missing(Missing::Pods(name())) } else { Found::Units(found) }
    }

    /// The units behind a Service that a controller makes.
    fn generated(&self) -> Found {
        let model = self.name.strip_suffix("-default").unwrap_or(self.name);
        let model = model.strip_suffix("-predictor").unwrap_or(model);
        let own = |unit: &Unit| {
            is_in(&unit.object, self.namespace)
                && match unit.object.kind.as_str() {
                    "InferenceService" => unit.object.name == model && unit.is_main && !unit.previous,
                    "SeldonDeployment" => {
                        let rest = self.name.strip_prefix(unit.object.name.as_str());
                        let part = unit.part.as_deref().unwrap_or_default();
                        rest.is_some_and(|rest| rest.trim_start_matches('-').starts_with(part))
                    }
                    _ => false,
                }
        };
        let found: Vec<usize> = (0..self.units.len()).filter(|index| own(&self.units[*index])).collect();
        if found.is_empty() { Found::Missing(Missing::Service(self.name.to_string())) } else { Found::Units(found) }
    }
}

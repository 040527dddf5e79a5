//! Objects as rules see them: values by path and type, pods of whatever kind, destinations of whatever route.

use std::borrow::Cow;

use super::Context;
use crate::bundle::Manifest;
use crate::kinds;
use crate::node::Node;

/// Whether all entries of `selector` are among `labels`.
pub fn selects(selector: &Node, labels: Option<&Node>) -> bool {
    selector.entries().iter().all(|(key, value)| {
        let label = key.text().and_then(|key| labels?.get(&key)?.text());
        label.is_some() && label == value.text()
    })
}

/// Whether two values are the same value, wherever they come from.
pub fn equal(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, value)| {
                    let counterpart = key.text().and_then(|key| b.get(&key));
                    counterpart.is_some_and(|counterpart| equal(value, counterpart))
                })
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs.iter()).all(|(a, b)| equal(a, b))
        }
        (Node::Map(..) | Node::Seq(..), _) | (_, Node::Map(..) | Node::Seq(..)) => false,
        _ => a.text() == b.text(),
    }
}

/// What repeats among `items`, each with what came first.
pub fn repeated<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let (mut seen, mut twice) = (Vec::new(), Vec::new());
    for item in items {
        if seen.contains(&item) {
            twice.push(item);
        } else {
            seen.push(item);
        }
    }
    twice
}

/// The pods that an object makes.
#[derive(Debug, Clone, Copy)]
pub struct Pods<'a> {
    /// The object.
    pub object: &'a Manifest,
    /// Their spec.
    pub spec: &'a Node,
    /// Their labels, where the object gives them all.
    pub labels: Option<&'a Node>,
    /// Whether their labels are the controller's, so that no one can say here what selects them.
    pub generated: bool,
}

/// The pods that `object` makes.
pub fn pods(object: &Manifest) -> Vec<Pods<'_>> {
    match object.identity.pods() {
        kinds::PodSource::Template(path) => template_pods(object, path, false).into_iter().collect(),
        kinds::PodSource::Revision(path) => template_pods(object, path, true).into_iter().collect(),
        kinds::PodSource::InferenceService => {
            let components = ["predictor", "transformer", "explainer"].into_iter();
            let components = components.filter_map(|component| object.node.at(&["spec", component]));
            let canaries = object.node.items_at(&["spec", "canary"]).iter().filter_map(|c| c.at(&["predictor"]));
            components.chain(canaries).map(|spec| Pods { object, spec, labels: None, generated: true }).collect()
        }
        kinds::PodSource::SeldonDeployment => object
            .node
            .items_at(&["spec", "predictors"])
            .iter()
            .flat_map(|predictor| predictor.items_at(&["componentSpecs"]))
            .filter_map(|component| component.at(&["spec"]))
            .map(|spec| Pods { object, spec, labels: None, generated: true })
            .collect(),
        kinds::PodSource::LlmInferenceService | kinds::PodSource::None => Vec::new(),
    }
}

/// The pods of the template at `path` in `object`.
fn template_pods<'a>(object: &'a Manifest, path: &[&str], generated: bool) -> Option<Pods<'a>> {
    let template = object.node.at(path)?;
    let labels = template.at(&["metadata", "labels"]).filter(|_| !generated);
    Some(Pods { object, spec: template.at(&["spec"])?, labels, generated })
}

/// One place that a route sends requests to.
#[derive(Debug, Clone)]
pub struct Destination<'a> {
    /// The route.
    pub route: &'a Manifest,
    /// The destination or the backend reference.
    pub node: &'a Node,
    /// The Service of the release that it names, if its host is one of the release's own namespaces.
    pub service: Option<(Cow<'a, str>, Cow<'a, str>)>,
    /// The subset.
    pub subset: Option<Cow<'a, str>>,
    /// The port.
    pub port: Option<f64>,
}

/// All destinations of a VirtualService.
pub fn istio_destinations<'a>(context: &Context<'a>, route: &'a Manifest) -> Vec<Destination<'a>> {
    let mut nodes = Vec::new();
    for protocol in ["http", "tls", "tcp"] {
        for rule in route.node.items_at(&["spec", protocol]) {
            nodes.extend(rule.items_at(&["route"]).iter().filter_map(|share| share.at(&["destination"])));
            nodes.extend(rule.at(&["mirror"]));
            nodes.extend(rule.items_at(&["mirrors"]).iter().filter_map(|mirror| mirror.at(&["destination"])));
        }
    }
    let destinations = nodes.into_iter().map(|node| Destination {
        route,
        node,
        service: node.str_at(&["host"]).and_then(|host| context.service_of_host(host, route)),
        subset: node.str_at(&["subset"]),
        port: node.number_at(&["port", "number"]),
    });
    destinations.collect()
}

/// All destinations of a route of the Gateway API.
pub fn gateway_destinations<'a>(context: &Context<'a>, route: &'a Manifest) -> Vec<Destination<'a>> {
    let mut nodes = Vec::new();
    for rule in route.node.items_at(&["spec", "rules"]) {
        let backends = rule.items_at(&["backendRefs"]);
        nodes.extend(backends);
        let of_backends = backends.iter().flat_map(|backend| backend.items_at(&["filters"]));
        let mirrors = rule.items_at(&["filters"]).iter().chain(of_backends);
        nodes.extend(mirrors.filter_map(|filter| filter.at(&["requestMirror", "backendRef"])));
    }
    let destinations = nodes.into_iter().map(|node| Destination {
        route,
        node,
        service: backend_service(context, route, node),
        subset: None,
        port: node.number_at(&["port"]),
    });
    destinations.collect()
}

/// The namespace and name of the Service that `backend`, a reference of `route`, names.
fn backend_service<'a>(
    context: &Context<'a>,
    route: &'a Manifest,
    backend: &'a Node,
) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let is_core = backend.str_at(&["group"]).is_none_or(|group| group.is_empty());
    if !is_core || backend.str_at(&["kind"]).is_some_and(|kind| kind != "Service") {
        return None;
    }
    let namespace = backend.str_at(&["namespace"]).unwrap_or_else(|| Cow::Borrowed(context.namespace(route)));
    context.has_namespace(&namespace).then_some(namespace).zip(backend.str_at(&["name"]))
}

/// The mode in which KServe deploys an InferenceService, where it says so itself.
pub fn deployment_mode(object: &Manifest) -> Option<Cow<'_, str>> {
    object.node.str_at(&["metadata", "annotations", "serving.kserve.io/deploymentMode"])
}

/// The units of a Seldon predictor's graph.
pub fn seldon_units(predictor: &Node) -> Vec<&Node> {
    let mut units: Vec<&Node> = predictor.at(&["graph"]).into_iter().collect();
    let mut next = 0;
    while let Some(unit) = units.get(next).copied() {
        units.extend(unit.items_at(&["children"]));
        next += 1;
    }
    units
}

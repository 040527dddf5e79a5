//! Objects as rules see them: values by path and type, pods of whatever kind, destinations of whatever route.

use std::borrow::Cow;

use super::Context;
use crate::bundle::Manifest;
use crate::node::{Node, Scalar};

/// The value at `path`, where it is there and not null.
pub fn dig<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key)).filter(|node| !node.is_null())
}

/// The items at `path`; none where there is no list.
pub fn list<'n>(node: &'n Node, path: &[&str]) -> &'n [Node] {
    dig(node, path).map_or(&[], Node::items)
}

/// The string.
pub fn text(node: &Node) -> Option<Cow<'_, str>> {
    match node {
        Node::Scalar(Scalar::Str(text), _) => Some(Cow::Borrowed(text)),
        Node::Concat(_) => node.text().map(Cow::Owned),
        Node::Symbol(symbol) => match symbol.value()? {
            Scalar::Str(text) => Some(Cow::Owned(text.to_string())),
            _ => None,
        },
        _ => None,
    }
}

/// The string at `path`.
pub fn text_at<'n>(node: &'n Node, path: &[&str]) -> Option<Cow<'n, str>> {
    text(dig(node, path)?)
}

/// The number.
pub fn number(node: &Node) -> Option<f64> {
    let value = |scalar: &Scalar| match scalar {
        Scalar::Int(i) => Some(*i as f64),
        Scalar::UInt(u) => Some(*u as f64),
        Scalar::Float(f) => Some(*f),
        _ => None,
    };
    match node {
        Node::Scalar(scalar, _) => value(scalar),
        Node::Symbol(symbol) => value(&symbol.value()?),
        _ => None,
    }
}

/// The number at `path`.
pub fn number_at(node: &Node, path: &[&str]) -> Option<f64> {
    number(dig(node, path)?)
}

/// Whether all entries of `selector` are among `labels`.
pub fn selects(selector: &Node, labels: Option<&Node>) -> bool {
    selector.entries().iter().all(|(key, value)| {
        let own = key.text().and_then(|key| labels?.get(&key)?.text());
        own.is_some() && own == value.text()
    })
}

/// Whether two values are the same value, wherever they come from.
pub fn equal(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            let found = |key: &Node| b.get(&key.text()?);
            ours.len() == theirs.len() && ours.iter().all(|(key, value)| found(key).is_some_and(|v| equal(value, v)))
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
    let template = |path: &[&str]| {
        let template = dig(&object.node, path)?;
        let labels = dig(template, &["metadata", "labels"]);
        Some(Pods { object, spec: dig(template, &["spec"])?, labels, generated: false })
    };
    let generated = |spec| Pods { object, spec, labels: None, generated: true };
    match (object.identity.group.as_str(), object.identity.kind.as_str()) {
        ("", "Pod") => template(&[]).into_iter().collect(),
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("argoproj.io", "Rollout") => {
            template(&["spec", "template"]).into_iter().collect()
        }
        ("batch", "Job") => template(&["spec", "template"]).into_iter().collect(),
        ("batch", "CronJob") => template(&["spec", "jobTemplate", "spec", "template"]).into_iter().collect(),
        ("serving.kserve.io" | "serving.kubeflow.org", "InferenceService") => {
            let own =
                ["predictor", "transformer", "explainer"].into_iter().filter_map(|c| dig(&object.node, &["spec", c]));
            let canaries = list(&object.node, &["spec", "canary"]).iter().filter_map(|c| dig(c, &["predictor"]));
            own.chain(canaries).map(generated).collect()
        }
        ("machinelearning.seldon.io", "SeldonDeployment") => list(&object.node, &["spec", "predictors"])
            .iter()
            .flat_map(|predictor| list(predictor, &["componentSpecs"]))
            .filter_map(|component| dig(component, &["spec"]))
            .map(generated)
            .collect(),
        ("serving.knative.dev", "Service") => {
            dig(&object.node, &["spec", "template", "spec"]).map(generated).into_iter().collect()
        }
        _ => Vec::new(),
    }
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

/// The kinds of routes of the Gateway API.
pub const GATEWAY_ROUTES: [&str; 2] = ["HTTPRoute", "GRPCRoute"];

/// All destinations of a VirtualService.
pub fn istio_destinations<'a>(context: &Context<'a>, route: &'a Manifest) -> Vec<Destination<'a>> {
    let mut nodes = Vec::new();
    for protocol in ["http", "tls", "tcp"] {
        for rule in list(&route.node, &["spec", protocol]) {
            nodes.extend(list(rule, &["route"]).iter().filter_map(|share| dig(share, &["destination"])));
            nodes.extend(dig(rule, &["mirror"]));
            nodes.extend(list(rule, &["mirrors"]).iter().filter_map(|mirror| dig(mirror, &["destination"])));
        }
    }
    let destination = |node: &'a Node| Destination {
        route,
        node,
        service: text_at(node, &["host"]).and_then(|host| context.service_of_host(host, route)),
        subset: text_at(node, &["subset"]),
        port: number_at(node, &["port", "number"]),
    };
    nodes.into_iter().map(destination).collect()
}

/// All destinations of a route of the Gateway API.
pub fn gateway_destinations<'a>(context: &Context<'a>, route: &'a Manifest) -> Vec<Destination<'a>> {
    let mut nodes = Vec::new();
    for rule in list(&route.node, &["spec", "rules"]) {
        let backends = list(rule, &["backendRefs"]);
        nodes.extend(backends);
        let own = backends.iter().flat_map(|backend| list(backend, &["filters"]));
        let mirrors = list(rule, &["filters"]).iter().chain(own);
        nodes.extend(mirrors.filter_map(|filter| dig(filter, &["requestMirror", "backendRef"])));
    }
    let destination = |node: &'a Node| {
        let core = text_at(node, &["group"]).is_none_or(|group| group.is_empty());
        let service = core && text_at(node, &["kind"]).is_none_or(|kind| kind == "Service");
        let own = || Some(Cow::Borrowed(context.namespace(route)));
        let namespace = text_at(node, &["namespace"]).or_else(own).filter(|n| context.has_namespace(n));
        Destination {
            route,
            node,
            service: namespace.zip(text_at(node, &["name"])).filter(|_| service),
            subset: None,
            port: number_at(node, &["port"]),
        }
    };
    nodes.into_iter().map(destination).collect()
}

/// The mode in which KServe deploys an InferenceService, where it says so itself.
pub fn deployment_mode(object: &Manifest) -> Option<Cow<'_, str>> {
    text_at(&object.node, &["metadata", "annotations", "serving.kserve.io/deploymentMode"])
}

/// The units of a Seldon predictor's graph.
pub fn seldon_units(predictor: &Node) -> Vec<&Node> {
    let mut units: Vec<&Node> = dig(predictor, &["graph"]).into_iter().collect();
    let mut next = 0;
    while let Some(unit) = units.get(next).copied() {
        units.extend(list(unit, &["children"]));
        next += 1;
    }
    units
}

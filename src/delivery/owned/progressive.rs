//! Fields that controllers of progressive delivery own: Argo Rollouts 1.9 and Flagger 1.44.

use super::{OwnedFields, at, items, text_at};
use crate::bundle::Manifest;
use crate::node::Node;

const WEIGHS: &str = "it moves the traffic step by step";
const SELECTS: &str = "it points the Service at the pods of one revision";
const SCALES: &str = "it scales what it takes the pods' template from";
const SHAPES: &str = "it puts routes of its own in and takes them out";

/// What a Rollout owns: the shares of its routes, the selectors of its Services, the labels of its subsets.
pub fn rollout(object: &Manifest, fields: &mut OwnedFields<'_>) {
    let strategy = |path: &[&str]| at(&object.node, &[&["spec", "strategy"], path].concat());
    for service in [
        &["canary", "stableService"][..],
        &["canary", "canaryService"],
        &["canary", "pingPong", "pingService"],
        &["canary", "pingPong", "pongService"],
        &["blueGreen", "activeService"],
        &["blueGreen", "previewService"],
    ] {
        let name = strategy(service).and_then(Node::text);
        if let Some(service) = name.and_then(|name| fields.named(object, "", "Service", &name)) {
            fields.add(object, service, &["spec", "selector", "rollouts-pod-template-hash"], SELECTS);
        }
    }
    if let Some(reference) = at(&object.node, &["spec", "workloadRef"])
        && reference.get("scaleDown").and_then(Node::text).is_some_and(|when| when != "never")
        && let Some(target) = fields.referred(object, reference)
    {
        fields.add(object, target, &["spec", "replicas"], SCALES);
    }
    let Some(routing) = strategy(&["canary", "trafficRouting"]) else { return };
    let managed = !items(routing, &["managedRoutes"]).is_empty();
    istio(object, routing, managed, fields);
    gateway_api(object, routing, managed, fields);
    traefik(object, routing, fields);
    alb(object, routing, fields);
}

fn istio(object: &Manifest, routing: &Node, managed: bool, fields: &mut OwnedFields<'_>) {
    const GROUP: &str = "networking.istio.io";
    let one = at(routing, &["istio", "virtualService"]).into_iter();
    for reference in one.chain(items(routing, &["istio", "virtualServices"])) {
        let name = reference.get("name").and_then(Node::text);
        let Some(route) = name.and_then(|name| fields.named(object, GROUP, "VirtualService", &name)) else { continue };
        if managed {
            fields.add(object, route, &["spec", "http"], SHAPES);
            continue;
        }
        let names: Vec<String> = items(reference, &["routes"]).iter().filter_map(Node::text).collect();
        let is_managed = |rule: &Node| names.is_empty() || text_at(rule, &["name"]).is_some_and(|n| names.contains(&n));
        weights(object, route, &["spec", "http"], "route", is_managed, fields);
        for (protocol, key) in [("tls", "tlsRoutes"), ("tcp", "tcpRoutes")] {
            if at(reference, &[key]).is_some() {
                weights(object, route, &["spec", protocol], "route", |_| true, fields);
            }
        }
    }
    let rule = at(routing, &["istio", "destinationRule"]);
    let name = rule.and_then(|rule| text_at(rule, &["name"]));
    let Some((rule, subsets)) = rule.zip(name.and_then(|name| fields.named(object, GROUP, "DestinationRule", &name)))
    else {
        return;
    };
    let named = ["canarySubsetName", "stableSubsetName"].map(|key| text_at(rule, &[key]));
    for (i, subset) in items(&subsets.node, &["spec", "subsets"]).iter().enumerate() {
        if let Some(name) = text_at(subset, &["name"])
            && named.contains(&Some(name))
        {
            let path = ["spec", "subsets", &i.to_string(), "labels", "rollouts-pod-template-hash"];
            fields.add(object, subsets, &path, SELECTS);
        }
    }
}

/// The plugin `argoproj-labs/gatewayAPI`.
fn gateway_api(object: &Manifest, routing: &Node, managed: bool, fields: &mut OwnedFields<'_>) {
    let Some(plugin) = at(routing, &["plugins", "argoproj-labs/gatewayAPI"]) else { return };
    for (one, many, kind) in [
        ("httpRoute", "httpRoutes", "HTTPRoute"),
        ("grpcRoute", "grpcRoutes", "GRPCRoute"),
        ("tlsRoute", "tlsRoutes", "TLSRoute"),
        ("tcpRoute", "tcpRoutes", "TCPRoute"),
    ] {
        let first = plugin.get(one).and_then(Node::text).into_iter();
        let names = first.chain(items(plugin, &[many]).iter().filter_map(|route| text_at(route, &["name"])));
        for name in names {
            let Some(route) = fields.named(object, "gateway.networking.k8s.io", kind, &name) else { continue };
            if managed {
                fields.add(object, route, &["spec", "rules"], SHAPES);
            } else {
                weights(object, route, &["spec", "rules"], "backendRefs", |_| true, fields);
            }
        }
    }
}

fn traefik(object: &Manifest, routing: &Node, fields: &mut OwnedFields<'_>) {
    let Some(name) = text_at(routing, &["traefik", "weightedTraefikServiceName"]) else { return };
    for group in ["traefik.io", "traefik.containo.us"] {
        let Some(service) = fields.named(object, group, "TraefikService", &name) else { continue };
        for i in 0..items(&service.node, &["spec", "weighted", "services"]).len() {
            let path = ["spec", "weighted", "services", &i.to_string(), "weight"];
            fields.add(object, service, &path, WEIGHS);
        }
    }
}

/// The load balancer of AWS, which reads the shares from an annotation of the Ingress.
fn alb(object: &Manifest, routing: &Node, fields: &mut OwnedFields<'_>) {
    let Some(alb) = at(routing, &["alb"]) else { return };
    let prefix = text_at(alb, &["annotationPrefix"]).unwrap_or_else(|| "alb.ingress.kubernetes.io".to_string());
    let stable = text_at(&object.node, &["spec", "strategy", "canary", "stableService"]);
    let Some(service) = text_at(alb, &["rootService"]).or(stable) else { return };
    let one = text_at(alb, &["ingress"]).into_iter();
    for name in one.chain(items(alb, &["ingresses"]).iter().filter_map(Node::text)) {
        if let Some(ingress) = fields.named(object, "networking.k8s.io", "Ingress", &name) {
            let key = format!("{prefix}/actions.{service}");
            fields.add(object, ingress, &["metadata", "annotations", &key], WEIGHS);
        }
    }
}

/// The weights of the destinations `shares` of those of the `rules` that `is_managed` picks.
fn weights(
    owner: &Manifest,
    route: &Manifest,
    rules: &[&str],
    shares: &str,
    is_managed: impl Fn(&Node) -> bool,
    fields: &mut OwnedFields<'_>,
) {
    for (i, rule) in items(&route.node, rules).iter().enumerate().filter(|(_, rule)| is_managed(rule)) {
        for j in 0..items(rule, &[shares]).len() {
            let step = [&i.to_string(), shares, &j.to_string(), "weight"];
            fields.add(owner, route, &[rules, &step].concat(), WEIGHS);
        }
    }
}

/// What a Canary of Flagger's owns: the pods of its target, and the routes and the Service of the name that it serves.
pub fn flagger(object: &Manifest, fields: &mut OwnedFields<'_>) {
    let Some(target) = at(&object.node, &["spec", "targetRef"]) else { return };
    match fields.referred(object, target) {
        Some(target) if target.identity.kind == "DaemonSet" => {
            let path = ["spec", "template", "spec", "nodeSelector", "flagger.app/scale-to-zero"];
            fields.add(object, target, &path, SCALES);
        }
        Some(target) if target.identity.kind != "Service" => {
            fields.add(object, target, &["spec", "replicas"], SCALES);
        }
        _ => {}
    }
    let scaler = at(&object.node, &["spec", "autoscalerRef"]).and_then(|reference| fields.referred(object, reference));
    if let Some(scaler) = scaler.filter(|scaler| scaler.identity.kind == "ScaledObject") {
        fields.add(object, scaler, &["metadata", "annotations", "autoscaling.keda.sh/paused-replicas"], SCALES);
    }
    let served = text_at(&object.node, &["spec", "service", "name"]).or_else(|| text_at(target, &["name"]));
    let Some(name) = served else { return };
    if let Some(service) = fields.named(object, "", "Service", &name) {
        fields.add(object, service, &["spec", "selector"], SELECTS);
        fields.add(object, service, &["spec", "ports"], SELECTS);
    }
    for (group, kind) in [("networking.istio.io", "VirtualService"), ("gateway.networking.k8s.io", "HTTPRoute")] {
        if let Some(route) = fields.named(object, group, kind, &name) {
            fields.add(object, route, &["spec"], WEIGHS);
        }
    }
}

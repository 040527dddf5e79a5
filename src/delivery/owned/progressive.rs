//! Fields that controllers of progressive delivery own: Argo Rollouts 1.9 and Flagger 1.44.

use super::OwnedFields;
use crate::bundle::Manifest;
use crate::node::Node;

const WEIGHS: &str = "it moves the traffic step by step";
const SELECTS: &str = "it points the Service at the pods of one revision";
const SCALES: &str = "it scales what it takes the pods' template from";
const SHAPES: &str = "it puts routes of its own in and takes them out";

/// What a Rollout owns: the shares of its routes, the selectors of its Services, the labels of its subsets.
pub fn rollout(object: &Manifest, fields: &mut OwnedFields<'_>) {
    let strategy = object.node.at(&["spec", "strategy"]).unwrap_or(&Node::NULL);
    for service in [
        &["canary", "stableService"][..],
        &["canary", "canaryService"],
        &["canary", "pingPong", "pingService"],
        &["canary", "pingPong", "pongService"],
        &["blueGreen", "activeService"],
        &["blueGreen", "previewService"],
    ] {
        let name = strategy.text_at(service);
        if let Some(service) = name.and_then(|name| fields.named(object, "", "Service", &name)) {
            fields.add(object, service, &["spec", "selector", "rollouts-pod-template-hash"], SELECTS);
        }
    }
    if let Some(reference) = object.node.at(&["spec", "workloadRef"])
        && reference.text_at(&["scaleDown"]).is_some_and(|when| when != "never")
        && let Some(target) = fields.referred(object, reference)
    {
        fields.add(object, target, &["spec", "replicas"], SCALES);
    }
    let Some(routing) = strategy.at(&["canary", "trafficRouting"]) else { return };
    let managed = !routing.items_at(&["managedRoutes"]).is_empty();
    istio(object, routing, managed, fields);
    gateway_api(object, routing, managed, fields);
    traefik(object, routing, fields);
    alb(object, routing, fields);
}

fn istio(object: &Manifest, routing: &Node, managed: bool, fields: &mut OwnedFields<'_>) {
    const GROUP: &str = "networking.istio.io";
    let one = routing.at(&["istio", "virtualService"]).into_iter();
    for reference in one.chain(routing.items_at(&["istio", "virtualServices"])) {
        let name = reference.text_at(&["name"]);
        let Some(route) = name.and_then(|name| fields.named(object, GROUP, "VirtualService", &name)) else { continue };
        if managed {
            fields.add(object, route, &["spec", "http"], SHAPES);
            continue;
        }
        let names: Vec<String> = reference.items_at(&["routes"]).iter().filter_map(Node::text).collect();
        let is_managed = |rule: &Node| names.is_empty() || rule.text_at(&["name"]).is_some_and(|n| names.contains(&n));
        weights(object, route, &["spec", "http"], "route", is_managed, fields);
        for (protocol, key) in [("tls", "tlsRoutes"), ("tcp", "tcpRoutes")] {
            if reference.at(&[key]).is_some() {
                weights(object, route, &["spec", protocol], "route", |_| true, fields);
            }
        }
    }
    let rule = routing.at(&["istio", "destinationRule"]);
    let name = rule.and_then(|rule| rule.text_at(&["name"]));
    let Some((rule, subsets)) = rule.zip(name.and_then(|name| fields.named(object, GROUP, "DestinationRule", &name)))
    else {
        return;
    };
    let named = ["canarySubsetName", "stableSubsetName"].map(|key| rule.text_at(&[key]));
    for (i, subset) in subsets.node.items_at(&["spec", "subsets"]).iter().enumerate() {
        if let Some(name) = subset.text_at(&["name"])
            && named.contains(&Some(name))
        {
            let path = ["spec", "subsets", &i.to_string(), "labels", "rollouts-pod-template-hash"];
            fields.add(object, subsets, &path, SELECTS);
        }
    }
}

/// The plugin `argoproj-labs/gatewayAPI`.
fn gateway_api(object: &Manifest, routing: &Node, managed: bool, fields: &mut OwnedFields<'_>) {
    let Some(plugin) = routing.at(&["plugins", "argoproj-labs/gatewayAPI"]) else { return };
    for (one, many, kind) in [
        ("httpRoute", "httpRoutes", "HTTPRoute"),
        ("grpcRoute", "grpcRoutes", "GRPCRoute"),
        ("tlsRoute", "tlsRoutes", "TLSRoute"),
        ("tcpRoute", "tcpRoutes", "TCPRoute"),
    ] {
        let first = plugin.text_at(&[one]).into_iter();
        let names = first.chain(plugin.items_at(&[many]).iter().filter_map(|route| route.text_at(&["name"])));
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
    let Some(name) = routing.text_at(&["traefik", "weightedTraefikServiceName"]) else { return };
    for group in ["traefik.io", "traefik.containo.us"] {
        let Some(service) = fields.named(object, group, "TraefikService", &name) else { continue };
        for i in 0..service.node.items_at(&["spec", "weighted", "services"]).len() {
            let path = ["spec", "weighted", "services", &i.to_string(), "weight"];
            fields.add(object, service, &path, WEIGHS);
        }
    }
}

/// The load balancer of AWS, which reads the shares from an annotation of the Ingress.
fn alb(object: &Manifest, routing: &Node, fields: &mut OwnedFields<'_>) {
    let Some(alb) = routing.at(&["alb"]) else { return };
    let prefix = alb.text_at(&["annotationPrefix"]).unwrap_or_else(|| "alb.ingress.kubernetes.io".to_string());
    let stable = object.node.text_at(&["spec", "strategy", "canary", "stableService"]);
    let Some(service) = alb.text_at(&["rootService"]).or(stable) else { return };
    let one = alb.text_at(&["ingress"]).into_iter();
    for name in one.chain(alb.items_at(&["ingresses"]).iter().filter_map(Node::text)) {
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
    for (i, rule) in route.node.items_at(rules).iter().enumerate().filter(|(_, rule)| is_managed(rule)) {
        for j in 0..rule.items_at(&[shares]).len() {
            let step = [&i.to_string(), shares, &j.to_string(), "weight"];
            fields.add(owner, route, &[rules, &step].concat(), WEIGHS);
        }
    }
}

/// What a Canary of Flagger's owns: the pods of its target, and the routes and the Service of the name that it serves.
pub fn flagger(object: &Manifest, fields: &mut OwnedFields<'_>) {
    let Some(target) = object.node.at(&["spec", "targetRef"]) else { return };
    match fields.referred(object, target) {
        Some(target) if target.identity.is("apps", "DaemonSet") => {
            let path = ["spec", "template", "spec", "nodeSelector", "flagger.app/scale-to-zero"];
            fields.add(object, target, &path, SCALES);
        }
        Some(target) if !target.identity.is_service() => {
            fields.add(object, target, &["spec", "replicas"], SCALES);
        }
        _ => {}
    }
    let scaler = object.node.at(&["spec", "autoscalerRef"]).and_then(|reference| fields.referred(object, reference));
    if let Some(scaler) = scaler.filter(|scaler| scaler.identity.is("keda.sh", "ScaledObject")) {
        fields.add(object, scaler, &["metadata", "annotations", "autoscaling.keda.sh/paused-replicas"], SCALES);
    }
    let served = object.node.text_at(&["spec", "service", "name"]).or_else(|| target.text_at(&["name"]));
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

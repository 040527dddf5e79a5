//! What the tests of all platforms share.

use super::*;

/// The traffic of manifests.
pub fn traffic(text: &str) -> Traffic {
    Traffic::read(&objects(text), None).unwrap()
}

/// Manifests as objects.
pub fn objects(text: &str) -> Objects {
    let mut objects = Objects::default();
    let mut problems = Vec::new();
    objects.add("test.yaml", text, &mut problems);
    assert_eq!(problems, []);
    objects
}

/// Each class of the only route, with its shares and copies: `all requests: a 70, b 30`.
pub fn said(text: &str) -> Vec<String> {
    let traffic = traffic(text);
    let [route] = traffic.routes.as_slice() else { panic!("{} routes", traffic.routes.len()) };
    let class = |class: Class| {
        let rule = class.of(route);
        let shares = rule.map(|rule| &rule.shares).into_iter().flatten();
        let shares = shares.map(|share| format!("{} {}", share.version, share.weight));
        let mirrors = rule.map(|rule| &rule.mirrors).into_iter().flatten();
        let mirrors = mirrors.map(|mirror| format!("copies {} {}", mirror.version, mirror.percent));
        let all: Vec<String> = shares.chain(mirrors).collect();
        format!("{}: {}", class.requests, all.join(", "))
    };
    classes(route).into_iter().map(class).collect()
}

/// What the only route notes as not understood.
pub fn unread(text: &str) -> Vec<String> {
    traffic(text).routes.remove(0).unread
}

#[test]
fn hosts_are_names_patterns_and_short_names() {
    let mut route = traffic(
        "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a, namespace: prod},
          spec: {hosts: [shop, '*.example.com', api.example.org]}}",
    )
    .routes
    .remove(0);
    for host in ["shop", "shop.prod", "shop.prod.svc.cluster.local", "x.example.com", "API.example.org:8080"] {
        assert!(route.is_for(host), "{host}");
    }
    for host in ["shop.dev", "shops", "example.com", "example.org", "shop.prod.sv"] {
        assert!(!route.is_for(host), "{host}");
    }
    route.hosts = vec!["*".into()];
    assert!(route.is_for("anything"));
}

#[test]
fn an_inference_service_behind_another_object_is_a_version_of_it() {
    let answers = said(
        "
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: fraud}
spec: {predictor: {canaryTrafficPercent: 20, model: {name: new, storageUri: s3://new}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop]
  http:
  - route:
    - {destination: {host: knative-local-gateway.istio-system.svc.cluster.local}, weight: 50,
       headers: {request: {set: {Host: fraud-predictor.default.svc.cluster.local}}}}
    - {destination: {host: other}, weight: 50}
",
    );
    assert_eq!(answers, ["all requests: s3://new 50, (previous revision) 200, other 250"]);
}

#[test]
fn numbers_that_are_none_are_noted() {
    let text = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a},
          spec: {http: [{route: [{destination: {host: a}, weight: -1}, {destination: {host: b}, weight: many}]}]}}";
    assert_eq!(unread(text).len(), 2);
    assert_eq!(percent_text(100.0 / 3.0), "33.33 %");
    assert_eq!(percent_text(0.0), "0 %");
}

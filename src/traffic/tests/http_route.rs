use crate::traffic::testing::{said, traffic, unread};
use crate::traffic::{Action, Request};

fn with(kind: &str, rules: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1
kind: {kind}
metadata: {{name: shop, namespace: prod}}
spec:
  parentRefs: [{{group: '', kind: Service, name: shop}}, {{name: public, namespace: edge}}]
  hostnames: [shop.example]
  rules:
{rules}"
    )
}

fn taken(text: &str, request: &Request) -> Option<usize> {
    traffic(text).routes[0].verdict(request).rule
}

#[test]
fn weights_default_to_one() {
    let text = with(
        "HTTPRoute",
        "
  - backendRefs: [{name: a}, {name: b, weight: 3}, {name: c, weight: 0}, {name: a, namespace: dev}]",
    );
    assert_eq!(said(&text), ["all requests: prod/a 1, b 3, c 0, dev/a 1"]);
    assert_eq!(traffic(&text).routes[0].gateways, ["Service shop", "edge/public"]);
}

#[test]
fn mirrors_copy_a_percentage_or_a_fraction() {
    let filter = |amount: &str| {
        with(
            "HTTPRoute",
            &format!(
                "
  - filters: [{{type: RequestMirror, requestMirror: {{backendRef: {{name: b}}{amount}}}}}]
    backendRefs: [{{name: a}}]"
            ),
        )
    };
    assert_eq!(said(&filter("")), ["all requests: a 1, copies b 100"]);
    assert_eq!(said(&filter(", percent: 20")), ["all requests: a 1, copies b 20"]);
    assert_eq!(said(&filter(", fraction: {numerator: 1, denominator: 8}")), ["all requests: a 1, copies b 12.5"]);
}

#[test]
fn the_most_specific_match_takes_the_request() {
    let text = with(
        "HTTPRoute",
        "
  - {backendRefs: [{name: rest}]}
  - {matches: [{path: {type: RegularExpression, value: '/v1/.*'}}], backendRefs: [{name: regex}]}
  - {matches: [{path: {value: /v1}}], backendRefs: [{name: short}]}
  - {matches: [{path: {value: /v1/models}}], backendRefs: [{name: long}]}
  - {matches: [{path: {value: /v1/models}, headers: [{name: X, value: a}]}], backendRefs: [{name: header}]}
  - {matches: [{path: {value: /v1/models}, method: POST}], backendRefs: [{name: method}]}
  - {matches: [{path: {type: Exact, value: /v1/models/m}}], backendRefs: [{name: exact}]}",
    );
    let request = |path: &str| Request { path: path.into(), ..Request::default() };
    assert_eq!(taken(&text, &request("/")), Some(0));
    assert_eq!(taken(&text, &request("/v1/x")), Some(2));
    assert_eq!(taken(&text, &request("/v1/models/x")), Some(3));
    assert_eq!(taken(&text, &request("/v1/models/m")), Some(6));
    let header = Request { headers: vec![("x".into(), "a".into())], ..request("/v1/models") };
    assert_eq!(taken(&text, &header), Some(4));
    assert_eq!(taken(&text, &Request { method: "POST".into(), ..header }), Some(5));
}

#[test]
fn a_rule_without_backends_answers_by_itself() {
    let text = with(
        "HTTPRoute",
        "
  - {matches: [{path: {value: /old}}], filters: [{type: RequestRedirect, requestRedirect: {port: 443}}]}
  - {filters: [{type: ExtensionRef, extensionRef: {name: auth, kind: X, group: y}}]}",
    );
    let rules = &traffic(&text).routes[0].rules;
    assert_eq!([&rules[0].action, &rules[1].action], [&Action::Redirect, &Action::Respond(None)]);
    assert_eq!(unread(&text), ["the filter `auth` is not read"]);
}

#[test]
fn a_grpc_method_is_a_path() {
    let text = with(
        "GRPCRoute",
        "
  - {backendRefs: [{name: rest}]}
  - {matches: [{method: {method: Predict}}], backendRefs: [{name: method}]}
  - {matches: [{method: {service: a.Model}}], backendRefs: [{name: service}]}
  - {matches: [{method: {service: a.Model, method: Predict}}], backendRefs: [{name: both}]}
  - {matches: [{method: {type: RegularExpression, service: 'b[.].*'}}], backendRefs: [{name: regex}]}",
    );
    for (path, rule) in
        [("/x.Y/Z", 0), ("/x.Y/Predict", 1), ("/a.Model/Z", 2), ("/a.Model/Predict", 3), ("/b.Model/Z", 4)]
    {
        assert_eq!(taken(&text, &Request { path: path.into(), ..Request::default() }), Some(rule), "{path}");
    }
}

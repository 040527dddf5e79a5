use crate::traffic::testing::{said, traffic, unread};

/// A VirtualService with these rules.
fn with(http: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1alpha3
kind: VirtualService
metadata: {{name: shop, namespace: prod}}
spec:
  hosts: [shop.prod]
  gateways: [mesh]
  http:
{http}"
    )
}

#[test]
fn subsets_name_versions() {
    let text = with(
        "
  - match: [{headers: {user-group: {exact: canary}}}]
    route: [{destination: {host: shop, subset: v2}}]
  - route:
    - {destination: {host: shop, subset: v1}, weight: 70}
    - {destination: {host: shop.prod.svc.cluster.local, subset: v2}, weight: 30}",
    );
    assert_eq!(said(&text), ["header user-group is \"canary\": v2 100", "all other requests: v1 70, v2 30"]);
    assert_eq!(traffic(&text).routes[0].gateways, ["mesh"]);
}

#[test]
fn destinations_of_one_name_are_told_apart() {
    let text = with(
        "
  - route:
    - {destination: {host: shop.prod.svc.cluster.local}, weight: 1}
    - {destination: {host: shop.dev.svc.cluster.local}, weight: 1}
    - {destination: {host: other, port: {number: 80}}, weight: 1}
    - {destination: {host: other, port: {number: 81}}, weight: 1}
    - {destination: {host: other, port: {number: 81}}, weight: 1}",
    );
    assert_eq!(said(&text), ["all requests: shop.prod 1, shop.dev 1, other:80 1, other:81 2"]);
    let text = with(
        "
  - route: [{destination: {host: a, subset: v1}, weight: 1}, {destination: {host: b, subset: v1}, weight: 1}]",
    );
    assert_eq!(said(&text), ["all requests: a.prod/v1 1, b.prod/v1 1"]);
}

#[test]
fn among_several_only_those_with_a_weight_get_anything() {
    let text = with(
        "
  - route: [{destination: {host: a}}, {destination: {host: b}, weight: 100}]",
    );
    assert_eq!(said(&text), ["all requests: a 0, b 100"]);
    assert_eq!(said(&with("  - route: [{destination: {host: a}, weight: 0}]")), ["all requests: a 100"]);
}

#[test]
fn mirrors_are_read_in_all_their_forms() {
    for (mirror, percent) in [
        ("mirror: {host: b}", 100.0),
        ("mirror: {host: b}\n    mirrorPercentage: {value: 12.5}", 12.5),
        ("mirror: {host: b}\n    mirrorPercent: 7", 7.0),
        ("mirrors: [{destination: {host: b}, percentage: {value: 20}}]", 20.0),
    ] {
        let text = with(&format!("  - route: [{{destination: {{host: a}}}}]\n    {mirror}"));
        assert_eq!(said(&text), [format!("all requests: a 100, copies b {percent}")], "{mirror}");
    }
}

#[test]
fn what_a_request_does_not_tell_is_said() {
    let text = with(
        "
  - name: batch
    match: [{sourceLabels: {app: batch}, port: 80, uri: {prefix: /v1}, ignoreUriCase: true}]
    route: [{destination: {host: b}}]
  - delegate: {name: more}",
    );
    let answers = said(&text);
    assert_eq!(
        answers,
        [
            "path begins with \"/v1\" (any case) and `sourceLabels` (app: batch) and `port` (80): b 100",
            "all other requests: "
        ]
    );
    assert!(unread(&text)[0].contains("`more`"));
}

#[test]
fn a_model_behind_a_shared_service_is_the_version() {
    let text = with(
        "
  - route:
    - destination: {host: modelmesh-serving.modelmesh-serving.svc.cluster.local}
      weight: 60
      headers: {request: {set: {mm-vmodel-id: m-0}}}
    - destination: {host: modelmesh-serving.modelmesh-serving.svc.cluster.local}
      weight: 40
      headers: {request: {set: {mm-vmodel-id: m-1}}}",
    );
    assert_eq!(said(&text), ["all requests: m-0 60, m-1 40"]);
}

#[test]
fn a_split_that_goes_round_again_is_followed() {
    let branch = |name: &str, host: &str| {
        format!(
            "
  - match: [{{headers: {{branch: {{exact: {name}}}}}}}, {{headers: {{cookie: {{regex: \".*v={name}\"}}}}}}]
    route:
    - destination: {{host: knative-local-gateway.istio-system.svc.cluster.local}}
      headers: {{request: {{set: {{Host: {host}.prod.svc.cluster.local}}, remove: [branch]}}}}"
        )
    };
    let split = |name: &str, weight: u8| {
        format!(
            "
    - destination: {{host: knative-local-gateway.istio-system.svc.cluster.local}}
      weight: {weight}
      headers: {{request: {{set: {{branch: {name}, host: shop.prod}}}}}}"
        )
    };
    let text = with(&format!(
        "{}{}\n  - name: split\n    route:{}{}",
        branch("one", "m-0-predictor"),
        branch("two", "m-1-predictor-default"),
        split("one", 90),
        split("two", 10)
    ));
    assert_eq!(
        said(&text),
        [
            "header cookie matches /.*v=one/: m-0 100",
            "header cookie matches /.*v=two/: m-1 100",
            "all other requests: m-0 90, m-1 10"
        ]
    );
}

#[test]
fn a_split_that_goes_round_for_ever_ends() {
    let text = with(
        "
  - match: [{headers: {branch: {exact: a}}}]
    route: [{destination: {host: some-gateway}, headers: {request: {set: {branch: a}}}}]",
    );
    assert_eq!(said(&text), ["all other requests: "]);
}

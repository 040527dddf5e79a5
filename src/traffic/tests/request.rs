use crate::traffic::Request;
use crate::traffic::testing::traffic;

const ROUTE: &str = "
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: ['*']
  http:
  - name: beta
    match:
    - headers: {X-Tier: {exact: beta}, x-any: {}}
    - queryParams: {tier: {regex: 'be.*'}}
    - withoutHeaders: {user-agent: {prefix: curl}}
      method: {exact: POST}
    route: [{destination: {host: b}}]
  - name: batch
    match: [{uri: {prefix: /batch}, authority: {exact: shop.example}, sourceNamespace: jobs}]
    route: [{destination: {host: c}}]
  - name: paths
    match: [{uri: {regex: '/v[12]/.*'}}]
    route: [{destination: {host: a}}]
";

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

#[test]
fn the_first_rule_that_matches_takes_the_request() {
    let traffic = traffic(ROUTE);
    let rule = |request: &Request| traffic.routes[0].verdict(request).rule;
    let tier = Request { headers: headers(&[("x-tier", "beta"), ("X-ANY", "")]), ..Request::default() };
    assert_eq!(rule(&tier), Some(0));
    let joined = Request { headers: headers(&[("x-tier", "beta"), ("x-tier", "a"), ("x-any", "1")]), ..tier };
    assert_eq!(rule(&joined), None);
    assert_eq!(rule(&Request { query: headers(&[("tier", "beta")]), ..Request::default() }), Some(0));
    let post = Request { method: "POST".into(), ..Request::default() };
    assert_eq!(rule(&post), Some(0));
    assert_eq!(rule(&Request { headers: headers(&[("User-Agent", "curl/8")]), ..post }), None);
    assert_eq!(rule(&Request { path: "/v2/models".into(), ..Request::default() }), Some(2));
    assert_eq!(rule(&Request { path: "/v3/models".into(), ..Request::default() }), None);
}

#[test]
fn a_verdict_says_why_not() {
    let traffic = traffic(ROUTE);
    let request = Request { path: "/batch/v1".into(), host: Some("shop.example".into()), ..Request::default() };
    let verdict = traffic.routes[0].verdict(&request);
    assert_eq!(
        verdict.to_string(),
        "VirtualService shop
  not `beta`: it wants: header x-tier is \"beta\"; the request has none; or it wants: query tier matches /be.*/; the \
         request has none; or it wants: method is \"POST\"; the request has \"GET\"
  not `batch`: it depends on `sourceNamespace` (jobs), which a request does not tell
  not `paths`: it wants: path matches //v[12]/.*/; the request has \"/batch/v1\"
  no rule takes this request
"
    );
}

#[test]
fn a_broken_expression_takes_nothing() {
    let traffic = traffic(&ROUTE.replace("/v[12]/.*", "/v["));
    let verdict = traffic.routes[0].verdict(&Request::default());
    assert!(verdict.passed[2].reasons[0].contains("not a regular expression"), "{verdict}");
}

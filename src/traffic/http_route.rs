//! The Gateway API's HTTPRoute and GRPCRoute.
//!
//! The most specific match takes the request, wherever its rule stands (gateway-api.sigs.k8s.io, *HTTPRouteRule*): an
//! exact path, the longest path prefix, a method, the most headers, the most query parameters, then the order. Where
//! expressions stand is left to implementations; here, as in Istio, after the prefixes. A weight is 1 where there is
//! none, and requests to backends that all have 0 are answered with an error.

use super::condition::{Match, Part, StringTest};
use super::target::Target;
use super::version::{self, Draft, Name};
use super::{Action, Route, Rule, amount, weight};
use crate::node::Node;

/// Reads an HTTPRoute into `route`.
pub fn read_http(object: &Node, route: &mut Route) {
    read(object, route, http_match);
}

/// Reads a GRPCRoute into `route`. A method is the path `/service/method` to a request.
pub fn read_grpc(object: &Node, route: &mut Route) {
    read(object, route, grpc_match);
}

fn read(object: &Node, route: &mut Route, clause: fn(&Node) -> Match) {
    let Some(spec) = object.get("spec") else { return };
    route.hosts = spec.texts_at(&["hostnames"]);
    route.gateways = spec.items_at(&["parentRefs"]).iter().filter_map(parent_name).collect();
    let namespace = route.identity.namespace.clone().unwrap_or_else(|| "default".into());
    let drafts =
        spec.items_at(&["rules"]).iter().map(|rule| draft(rule, &namespace, clause, &mut route.unread)).collect();
    version::settle(drafts, route);
}

fn parent_name(parent: &Node) -> Option<String> {
    let name = parent.text_at(&["name"])?;
    let kind = parent.text_at(&["kind"]).filter(|kind| kind != "Gateway");
    let name = parent.text_at(&["namespace"]).map_or(name.clone(), |namespace| format!("{namespace}/{name}"));
    Some(kind.map_or(name.clone(), |kind| format!("{kind} {name}")))
}

fn draft(node: &Node, namespace: &str, clause: fn(&Node) -> Match, unread: &mut Vec<String>) -> Draft {
    let mut rule = Rule::new(node.text_at(&["name"]));
    rule.matches = node.items_at(&["matches"]).iter().map(clause).collect();
    if rule.matches.is_empty() {
        rule.matches.push(clause(&Node::NULL));
    }
    let shares: Vec<(Name, u64)> = node
        .items_at(&["backendRefs"])
        .iter()
        .map(|backend| (name(backend, namespace), weight(backend, "weight", 1, unread)))
        .collect();
    let mut mirrors = Vec::new();
    for filter in node.items_at(&["filters"]) {
        match filter.text_at(&["type"]).as_deref() {
            Some("RequestRedirect") => rule.action = Action::Redirect,
            Some("RequestMirror") => {
                if let Some(mirror) = filter.get("requestMirror") {
                    let backend = mirror.get("backendRef").unwrap_or(&Node::NULL);
                    mirrors.push((name(backend, namespace), mirrored(mirror)));
                }
            }
            Some("ExtensionRef") => {
                let name = filter.text_at(&["extensionRef", "name"]).unwrap_or_default();
                unread.push(format!("the filter `{name}` is not read"));
            }
            _ => {}
        }
    }
    if shares.is_empty() && rule.action == Action::Forward {
        rule.action = Action::Respond(None);
    }
    Draft { rule, shares, mirrors }
}

/// The percentage that a RequestMirror copies: `percent`, or `fraction`, or everything.
fn mirrored(mirror: &Node) -> f64 {
    amount(mirror, &["percent"]).or_else(|| fraction(mirror)).unwrap_or(100.0)
}

fn fraction(mirror: &Node) -> Option<f64> {
    let numerator = amount(mirror, &["fraction", "numerator"])?;
    let denominator = amount(mirror, &["fraction", "denominator"]).unwrap_or(100.0);
    (denominator > 0.0).then(|| numerator * 100.0 / denominator)
}

fn name(backend: &Node, namespace: &str) -> Name {
    let short = backend.text_at(&["name"]).unwrap_or_default();
    let namespace = backend.text_at(&["namespace"]).unwrap_or_else(|| namespace.to_string());
    let full = format!("{namespace}/{short}");
    let port = backend.text_at(&["port"]);
    let target = Target::Service { namespace, name: short.clone(), subset: None, port: port.clone() };
    Name { short, full, port, target }
}

/// The rank of a match without a method in a GRPCRoute; what is higher is tried first.
const NO_METHOD: usize = 0;
/// The rank of an expression.
const REGEX: usize = 1;
/// The rank of a prefix.
const PREFIX: usize = 2;
/// The rank of an exact path.
const EXACT: usize = 3;

fn http_match(node: &Node) -> Match {
    let mut condition = Match::default();
    // Every match has a path; the default is the prefix `/`.
    let value = node.text_at(&["path", "value"]).unwrap_or_else(|| "/".into());
    let (kind, length) = match node.text_at(&["path", "type"]).as_deref() {
        Some("Exact") => {
            condition.add(Part::Path, StringTest::Exact(value));
            (EXACT, 0)
        }
        Some("RegularExpression") => {
            condition.add(Part::Path, StringTest::Regex(value));
            (REGEX, 0)
        }
        None | Some("PathPrefix") => {
            let length = value.chars().count();
            if value != "/" {
                condition.add(Part::Path, StringTest::PathPrefix(value));
            }
            (PREFIX, length)
        }
        Some(kind) => {
            condition.unread.push(format!("a path of the type `{kind}`"));
            (PREFIX, 0)
        }
    };
    let method = node.text_at(&["method"]);
    let has_method = usize::from(method.is_some());
    if let Some(method) = method {
        condition.add(Part::Method, StringTest::Exact(method));
    }
    named_tests(node, "headers", &mut condition, |name| Part::Header(name.to_ascii_lowercase()));
    named_tests(node, "queryParams", &mut condition, Part::Query);
    condition.rank =
        [kind, length, has_method, node.items_at(&["headers"]).len(), node.items_at(&["queryParams"]).len()];
    condition
}

/// A GRPCRouteMatch: the longest service, then the longest method, then the most headers.
fn grpc_match(node: &Node) -> Match {
    let mut condition = Match::default();
    let method = node.get("method").unwrap_or(&Node::NULL);
    let [service, name] = ["service", "method"].map(|key| method.text_at(&[key]).filter(|text| !text.is_empty()));
    let lengths = [&service, &name].map(|text| text.as_ref().map_or(0, |text| text.chars().count()));
    let regex = method.text_at(&["type"]).as_deref() == Some("RegularExpression");
    let path = match (regex, service, name) {
        (_, None, None) => None,
        (false, Some(service), Some(name)) => Some(StringTest::Exact(format!("/{service}/{name}"))),
        (false, Some(service), None) => Some(StringTest::Prefix(format!("/{service}/"))),
        (false, None, Some(name)) => Some(StringTest::Regex(format!("/[^/]+/{}", regex::escape(&name)))),
        (true, service, name) => {
            let [service, name] = [service, name].map(|part| part.unwrap_or_else(|| "[^/]+".into()));
            Some(StringTest::Regex(format!("/(?:{service})/(?:{name})")))
        }
    };
    let kind = match (&path, regex) {
        (None, _) => NO_METHOD,
        (_, true) => REGEX,
        (_, false) => EXACT,
    };
    if let Some(path) = path {
        condition.add(Part::Path, path);
    }
    named_tests(node, "headers", &mut condition, |name| Part::Header(name.to_ascii_lowercase()));
    condition.rank = [kind, lengths[0], lengths[1], node.items_at(&["headers"]).len(), 0];
    condition
}

/// The tests of a list of `{name, type, value}`. Of two with one name, the first counts.
fn named_tests(node: &Node, key: &str, condition: &mut Match, part: fn(String) -> Part) {
    for item in node.items_at(&[key]) {
        let part = part(item.text_at(&["name"]).unwrap_or_default());
        if condition.tests.iter().any(|test| test.part == part) {
            continue;
        }
        let value = item.text_at(&["value"]).unwrap_or_default();
        match item.text_at(&["type"]).as_deref() {
            None | Some("Exact") => condition.add(part, StringTest::Exact(value)),
            Some("RegularExpression") => condition.add(part, StringTest::Regex(value)),
            Some(kind) => condition.unread.push(format!("{part} of the type `{kind}`")),
        }
    }
}

#[cfg(test)]
#[path = "tests/http_route.rs"]
mod tests;

//! Istio's VirtualService, of any API version.
//!
//! Rules are tried in order, and the first that matches takes the request (istio.io, reference *Virtual Service*).
//! A lone destination gets everything whatever its weight is; among several, one without a weight gets nothing
//! (`pilot/pkg/networking/core/route/route.go`, `translateRoute`).

use super::condition::{Match, Part, StringTest, Test};
use super::target::Target;
use super::version::{self, Draft, Name};
use super::{Action, Route, Rule, amount, weight};
use crate::node::Node;

/// Reads `object` into `route`.
pub fn read(object: &Node, route: &mut Route) {
    let Some(spec) = object.get("spec") else { return };
    route.hosts = spec.texts_at(&["hosts"]);
    route.gateways = spec.texts_at(&["gateways"]);
    for protocol in ["tls", "tcp"] {
        if !spec.items_at(&[protocol]).is_empty() {
            route.unread.push(format!("its `{protocol}` rules, which are not about requests, are not read"));
        }
    }
    let mut raw: Vec<Raw> = spec.items_at(&["http"]).iter().map(|rule| raw(rule, &mut route.unread)).collect();
    let namespace = route.identity.namespace.clone().unwrap_or_else(|| "default".into());
    let mut followed = Vec::new();
    let mut drafts = Vec::new();
    for rule in &raw {
        let lone = rule.destinations.len() == 1;
        let mut draft = Draft { rule: rule.rule.clone(), shares: Vec::new(), mirrors: Vec::new() };
        for destination in &rule.destinations {
            let weight = if lone && destination.weight == 0 { 100 } else { destination.weight };
            draft.shares.push((destination.name(&raw, &namespace, &mut followed), weight));
        }
        for (destination, percent) in &rule.mirrors {
            draft.mirrors.push((destination.name(&raw, &namespace, &mut followed), *percent));
        }
        drafts.push(draft);
    }
    for (rule, index) in followed {
        drafts[rule].rule.matches[index].internal = true;
    }
    raw.clear();
    version::settle(drafts, route);
}

/// A rule as it is written.
struct Raw {
    rule: Rule,
    destinations: Vec<RawDestination>,
    mirrors: Vec<(RawDestination, f64)>,
}

/// Where requests are sent, and what is changed of them on the way.
struct RawDestination {
    host: String,
    subset: Option<String>,
    port: Option<String>,
    weight: u64,
    /// The request headers that are set, names in lower case.
    set: Vec<(String, String)>,
}

fn raw(node: &Node, unread: &mut Vec<String>) -> Raw {
    let mut rule = Rule::new(node.text_at(&["name"]));
    rule.matches = node.items_at(&["match"]).iter().map(clause).collect();
    let set = headers(node);
    let authority = node.text_at(&["rewrite", "authority"]).map(|host| ("host".to_string(), host));
    let destinations: Vec<RawDestination> = node
        .items_at(&["route"])
        .iter()
        .map(|entry| {
            let mut destination = destination(entry.get("destination").unwrap_or(&Node::NULL));
            destination.weight = weight(entry, "weight", 0, unread);
            destination.set = headers(entry).into_iter().chain(set.clone()).chain(authority.clone()).collect();
            destination
        })
        .collect();
    rule.action = if node.get("redirect").is_some_and(|node| !node.is_null()) {
        Action::Redirect
    } else if let Some(response) = node.get("directResponse") {
        Action::Respond(amount(response, &["status"]).map(|status| status as u64))
    } else if let Some(name) = node.text_at(&["delegate", "name"]) {
        unread.push(format!("the rules of the VirtualService `{name}`, to which it delegates, are not followed"));
        Action::Unread(format!("delegates to the VirtualService `{name}`"))
    } else {
        Action::Forward
    };
    let whole = ["mirrorPercentage", "mirrorPercent", "mirror_percent"].iter().find_map(|key| {
        let node = node.get(key)?;
        if *key == "mirrorPercentage" { amount(node, &["value"]) } else { amount(node, &[]) }
    });
    let one = node.at(&["mirror"]);
    let one = one.map(|mirror| (destination(mirror), whole.unwrap_or(100.0)));
    let several = node.items_at(&["mirrors"]).iter().filter_map(|mirror| {
        let percent = amount(mirror, &["percentage", "value"]).unwrap_or(100.0);
        Some((destination(mirror.get("destination")?), percent))
    });
    Raw { rule, destinations, mirrors: one.into_iter().chain(several).collect() }
}

fn destination(node: &Node) -> RawDestination {
    RawDestination {
        host: node.text_at(&["host"]).unwrap_or_default(),
        subset: node.text_at(&["subset"]),
        port: node.text_at(&["port", "number"]),
        weight: 0,
        set: Vec::new(),
    }
}

/// The request headers that `node`, a rule or one of its destinations, sets.
fn headers(node: &Node) -> Vec<(String, String)> {
    let entries = ["set", "add"].iter().filter_map(|verb| node.at(&["headers", "request", verb]));
    let pairs = entries.flat_map(Node::entries);
    pairs.filter_map(|(key, value)| Some((key.text()?.to_ascii_lowercase(), value.text()?))).collect()
}

/// The name of a model behind a gateway that all models share.
fn model_name(model: &str, full: &str, namespace: &str) -> Name {
    let target = Target::Model { namespace: namespace.into(), name: model.into() };
    Name { short: model.into(), full: full.into(), port: None, target }
}

impl RawDestination {
    /// The value of a request header that is set here.
    fn header(&self, name: &str) -> Option<&str> {
        self.set.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Whether a request that was sent here passes `test` because of the headers that are set.
    fn passes(&self, test: &Test) -> bool {
        match &test.part {
            Part::Header(name) => self.header(name).is_some_and(|value| test.holds(Some(value)).unwrap_or(false)),
            _ => false,
        }
    }

    /// What it is called. `followed` gets the rule and the match through which a request comes here a second time.
    fn name(&self, rules: &[Raw], namespace: &str, followed: &mut Vec<(usize, usize)>) -> Name {
        // ModelMesh: one service for all models, told apart by this header.
        if let Some(model) = self.header("mm-vmodel-id") {
            return model_name(model, model, namespace);
        }
        let mut labels = self.host.split('.');
        let label = labels.next().unwrap_or_default();
        // Behind a gateway, the host header says who is meant.
        if label.contains("gateway") {
            if let Some((rule, index)) = self.next(rules) {
                followed.push((rule, index));
                if let [next] = rules[rule].destinations.as_slice()
                    && next.next(rules).is_none()
                {
                    return next.name(rules, namespace, followed);
                }
            }
            if let Some(host) = self.header("host").or_else(|| self.header(":authority")) {
                let mut parts = host.split('.');
                let (first, space) = (parts.next().unwrap_or(host), parts.next().unwrap_or(namespace));
                // KServe calls a predictor's service so: `-predictor-default` up to 0.10, `-predictor` since.
                let model = first.strip_suffix("-predictor").or_else(|| first.strip_suffix("-predictor-default"));
                return model_name(model.unwrap_or(first), host, space);
            }
        }
        let space = labels.next().unwrap_or(namespace);
        let host = format!("{label}.{space}");
        let (short, full) = match &self.subset {
            Some(subset) => (subset.clone(), format!("{host}/{subset}")),
            None => (label.to_string(), host),
        };
        let target = Target::Service {
            namespace: space.to_string(),
            name: label.to_string(),
            subset: self.subset.clone(),
            port: self.port.clone(),
        };
        Name { short, full, port: self.port.clone(), target }
    }

    /// The rule and the match that take the request when it comes back with the headers that are set here: the
    /// first that asks for nothing else.
    fn next(&self, rules: &[Raw]) -> Option<(usize, usize)> {
        rules.iter().enumerate().find_map(|(rule, raw)| {
            let taken = raw.rule.matches.iter().position(|one| {
                !one.tests.is_empty() && one.unread.is_empty() && one.tests.iter().all(|test| self.passes(test))
            });
            Some((rule, taken?))
        })
    }
}

/// One clause of `match`.
fn clause(node: &Node) -> Match {
    let mut clause = Match::default();
    let ignore_case = node.text_at(&["ignoreUriCase"]).is_some_and(|text| text == "true");
    for (key, value) in node.entries() {
        let name = key.text().unwrap_or_default();
        match name.as_str() {
            "uri" => add(&mut clause, Part::Path, value, false),
            "method" => add(&mut clause, Part::Method, value, false),
            "scheme" => add(&mut clause, Part::Scheme, value, false),
            "authority" => add(&mut clause, Part::Authority, value, false),
            "headers" => {
                named_entries(value).iter().for_each(|(name, value)| add(&mut clause, header(name), value, false))
            }
            "withoutHeaders" => {
                named_entries(value).iter().for_each(|(name, value)| add(&mut clause, header(name), value, true))
            }
            "queryParams" => named_entries(value)
                .iter()
                .for_each(|(name, value)| add(&mut clause, Part::Query(name.clone()), value, false)),
            "name" | "statPrefix" | "ignoreUriCase" => {}
            // Where the request comes from, and by which door.
            _ if value.is_null() => {}
            _ => clause.unread.push(format!("`{name}`{}", short_text(value))),
        }
    }
    for test in clause.tests.iter_mut().filter(|test| test.part == Part::Path) {
        test.ignore_case = ignore_case;
    }
    clause
}

/// Adds the condition that `value` sets for `part` of the request.
fn add(clause: &mut Match, part: Part, value: &Node, negated: bool) {
    match test(value) {
        Some(test) => clause.tests.push(Test { part, test, negated, ignore_case: false }),
        None => clause.unread.push(format!("`{part}` as the platform writes it")),
    }
}

fn named_entries(node: &Node) -> Vec<(String, Node)> {
    node.entries().iter().filter_map(|(key, value)| Some((key.text()?, value.clone()))).collect()
}

/// The value of a condition, if it is short enough for a message.
fn short_text(value: &Node) -> String {
    let parts: Vec<String> = match value {
        Node::Seq(items, _) => items.iter().filter_map(Node::text).collect(),
        Node::Map(entries, _) => {
            entries.iter().filter_map(|(key, value)| Some(format!("{}: {}", key.text()?, value.text()?))).collect()
        }
        scalar => scalar.text().into_iter().collect(),
    };
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn header(name: &str) -> Part {
    match name.to_ascii_lowercase() {
        name if name == ":authority" || name == "host" => Part::Authority,
        name if name == ":method" => Part::Method,
        name if name == ":path" => Part::Path,
        name if name == ":scheme" => Part::Scheme,
        name => Part::Header(name),
    }
}

/// Istio's StringMatch: one of `exact`, `prefix`, `regex`; an empty one asks for presence.
fn test(node: &Node) -> Option<StringTest> {
    match node.entries() {
        [] if matches!(node, Node::Map(..)) || node.is_null() => Some(StringTest::Present),
        [(key, value)] => match key.text()?.as_str() {
            "exact" => Some(StringTest::Exact(value.text()?)),
            "prefix" => Some(StringTest::Prefix(value.text()?)),
            "regex" => Some(StringTest::Regex(value.text()?)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
#[path = "tests/virtual_service.rs"]
mod tests;

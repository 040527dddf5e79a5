//! Routing read back out of objects, whoever wrote them: who serves which request, and with what share.
//!
//! Every platform's dialect is read into one form ([`Route`]s of ordered [`Rule`]s), on which requests are tried
//! ([`Request`]), tables and diagrams drawn, and samples taken. Nothing here knows how the objects were made.
//!
//! # What a version is called
//!
//! A share goes to a *version*: the name of what serves, in this order of preference. A model that a header names
//! (`mm-vmodel-id`); the InferenceService behind Knative's gateway; an Istio subset; a predictor; else the Service's
//! own name, without namespace and domain. Where two destinations of one object would be called the same, both are
//! called by their longer names (`shop.prod`, `shop/v1`).

mod answer;
mod behind;
mod condition;
mod diagram;
mod http_route;
mod inference_graph;
mod inference_service;
mod request;
mod routemap;
mod sample;
mod seldon;
mod shares;
mod table;
mod target;
mod template;
#[cfg(test)]
#[path = "tests/mod.rs"]
mod testing;
mod version;
mod virtual_service;
mod witness;

pub use routemap::{Watched, add_made, is_routemap, opened};

use routemap::{Named, Weights};

use crate::bundle::Identity;
use crate::kinds::RouteReader;
use crate::node::{FromNode, Node};
use crate::objects::Objects;
use crate::problem::{Code, Problem, Problems};

pub use answer::{Answer, ClassAnswer, ShareAnswer, TableAnswer};
pub use condition::{Match, Part, StringTest, Test};
pub use diagram::{diagram, escape};
pub use request::{Passed, Request, Verdict, answer};
pub use sample::sample;
pub use table::{Class, classes, table};
pub use target::Target;

/// All routing that is in a set of objects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    /// One for each object that routes, in the order of the objects; InferenceServices last.
    pub routes: Vec<Route>,
}

/// The routing of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The object.
    pub identity: Identity,
    /// The routemap that makes it, where one does.
    pub through: Option<Routemap>,
    /// The hosts it is for, as written; none where it takes any, or does not say.
    pub hosts: Vec<String>,
    /// The gateways it is bound to, as written.
    pub gateways: Vec<String>,
    /// The rules, in writing order. Which is tried first is told by the [`Match::rank`] of their matches.
    pub rules: Vec<Rule>,
    /// Where the versions are that the rules name; one may be in several places (on several ports).
    pub targets: Vec<(String, Target)>,
    /// What of the object was not understood, in sentences.
    pub unread: Vec<String>,
}

/// What of a routemap stands behind a route.
#[derive(Debug, Clone, PartialEq)]
pub struct Routemap {
    /// The routemap.
    pub identity: Identity,
    /// The objects that it watches: those of all versions, also of those that get nothing now.
    pub watched: Vec<Watched>,
}

/// Which requests go where.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Alternatives, of which one must hold; where there is none, it takes every request.
    pub matches: Vec<Match>,
    /// What happens to the requests.
    pub action: Action,
    /// Who gets them: each version once.
    pub shares: Vec<Share>,
    /// Who gets copies of them.
    pub mirrors: Vec<Mirror>,
}

/// What a rule does with its requests.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Shares them among versions by weight.
    Forward,
    /// Shares them as the platform learns to.
    Learned,
    /// Answers with a redirect.
    Redirect,
    /// Answers by itself; with which status, where it is known.
    Respond(Option<u64>),
    /// Something that was not understood; what.
    Unread(String),
}

/// A version's part of a rule's requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The version.
    pub version: String,
    /// Its weight, relative to the others' of the rule.
    pub weight: u64,
}

/// A version that gets copies.
#[derive(Debug, Clone, PartialEq)]
pub struct Mirror {
    /// The version.
    pub version: String,
    /// The percentage of requests that is copied.
    pub percent: f64,
}

impl Traffic {
    /// Keeps the routes that are called `name` and take requests to `host`, where these are given.
    pub fn keep(&mut self, name: Option<&str>, host: Option<&str>) {
        self.routes.retain(|route| {
            name.is_none_or(|name| route.is_called(name)) && host.is_none_or(|host| route.is_for(host))
        });
    }

    /// Reads the routing of `objects`. Routemaps are executed under `weights`, one a version; without them under the
    /// versions' own weights, all of them available.
    ///
    /// An InferenceService that another object sends requests to, or that a routemap watches, is no route of its own: it is a version of that
    /// object, and where it shares what it gets, those shares stand in its place.
    ///
    /// # Errors
    /// A routemap that cannot be executed, or whose number of versions is not that of `weights`. Everything else that
    /// is not understood is noted in [`Route::unread`].
    pub fn read(objects: &Objects, weights: Option<&[u64]>) -> Result<Self, Problems> {
        Self::with(objects, weights.map_or(Weights::Own, Weights::Given))
    }

    /// Reads the routing of `objects` as it is while only those watched objects of routemaps that `available` names are
    /// there and ready: a version that lacks one gets nothing.
    ///
    /// # Errors
    /// A routemap that cannot be executed.
    pub fn read_while(objects: &Objects, available: &dyn Fn(&Watched) -> bool) -> Result<Self, Problems> {
        Self::with(objects, Weights::While(available))
    }

    fn with(objects: &Objects, weights: Weights<'_>) -> Result<Self, Problems> {
        let mut routes = Vec::new();
        let mut problems = Vec::new();
        let named = Named::new(objects);
        for manifest in &objects.manifests {
            match routemap::objects(manifest, &named, weights) {
                None => routes.extend(route(&manifest.node, &manifest.identity)),
                Some(Ok(made)) => {
                    for node in made.objects {
                        let read = Identity::from_object(&node).and_then(|identity| route(&node, &identity));
                        let routemap = Routemap { identity: manifest.identity.clone(), watched: made.watched.clone() };
                        routes.extend(read.map(|route| Route { through: Some(routemap), ..route }));
                    }
                }
                Some(Err(problem)) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Problems::new(problems, &objects.sources));
        }
        behind::behind(&mut routes);
        Ok(Self { routes })
    }

    /// The routes that take requests to `host`; all of them, where none is given.
    pub fn of_host<'a>(&'a self, host: Option<&'a str>) -> impl Iterator<Item = &'a Route> {
        self.routes.iter().filter(move |route| host.is_none_or(|host| route.is_for(host)))
    }
}

/// The routing of `object`, where it is of a kind that routes.
fn route(object: &Node, identity: &Identity) -> Option<Route> {
    let read = match identity.known()?.routing? {
        RouteReader::VirtualService => virtual_service::read,
        RouteReader::HttpRoute => http_route::read_http,
        RouteReader::GrpcRoute => http_route::read_grpc,
        RouteReader::InferenceService => inference_service::read,
        RouteReader::InferenceGraph => inference_graph::read,
        RouteReader::SeldonDeployment => seldon::read,
    };
    let mut route = Route::new(identity);
    read(object, &mut route);
    Some(route)
}

impl Route {
    /// Whether its object is called `name`, which may have a kind before it: `VirtualService/shop`.
    pub fn is_called(&self, name: &str) -> bool {
        match name.split_once('/') {
            Some((kind, name)) => self.identity.kind.eq_ignore_ascii_case(kind) && self.identity.name == name,
            None => self.identity.name == name,
        }
    }

    fn new(identity: &Identity) -> Self {
        Self {
            identity: identity.clone(),
            through: None,
            hosts: Vec::new(),
            gateways: Vec::new(),
            rules: Vec::new(),
            targets: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The versions that any rule names, for requests or for copies; one may come more than once.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| {
            let shares = rule.shares.iter().map(|share| share.version.as_str());
            shares.chain(rule.mirrors.iter().map(|mirror| mirror.version.as_str()))
        })
    }

    /// Where the requests of `version` are sent.
    pub fn targets_of<'a>(&'a self, version: &'a str) -> impl Iterator<Item = &'a Target> {
        self.targets.iter().filter(move |(reached, _)| reached == version).map(|(_, target)| target)
    }

    /// Notes that the requests of `version` are sent to `target`.
    fn reach(&mut self, version: String, target: Target) {
        let entry = (version, target);
        if !self.targets.contains(&entry) {
            self.targets.push(entry);
        }
    }

    /// What a message calls the rule at `index`: its name, else its position.
    pub fn rule_name(&self, index: usize) -> String {
        let name = self.rules.get(index).and_then(|rule| rule.name.as_deref());
        name.map_or_else(|| format!("rule {}", index + 1), |name| format!("`{name}`"))
    }

    /// Whether it takes requests to `host`: any where it names none; `*` and `*.x` are patterns; a name without
    /// dots is a Service of its own namespace, by any of its names in the cluster.
    pub fn is_for(&self, host: &str) -> bool {
        let host = without_port(host).to_ascii_lowercase();
        let namespace = self.identity.namespace.as_deref().unwrap_or("default");
        self.hosts.is_empty()
            || self.hosts.iter().any(|pattern| host_matches(&pattern.to_ascii_lowercase(), &host, namespace))
    }
}

fn host_matches(pattern: &str, host: &str, namespace: &str) -> bool {
    // A host of an Istio Gateway may be `namespace/host`.
    let pattern = pattern.rsplit_once('/').map_or(pattern, |(_, pattern)| pattern);
    if let Some(end) = pattern.strip_prefix('*') {
        return host.len() > end.len() && host.ends_with(end);
    }
    if pattern == host {
        return true;
    }
    let rest = host.strip_prefix(pattern).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    let rest = rest.strip_prefix(namespace).filter(|_| !pattern.contains('.'));
    matches!(rest, Some("" | ".svc" | ".svc.cluster.local"))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

impl Rule {
    fn new(name: Option<String>) -> Self {
        Self { name, matches: Vec::new(), action: Action::Forward, shares: Vec::new(), mirrors: Vec::new() }
    }

    /// Whether it takes every request that comes to it.
    pub fn takes_all(&self) -> bool {
        self.matches.is_empty() || self.matches.iter().any(Match::takes_all)
    }

    /// The percentage of the rule's requests that `share` gets; `None` where the platform learns it. The quotient
    /// is rounded once: 70 of 100 is exactly 70.
    pub fn percent(&self, share: &Share) -> Option<f64> {
        let total: u128 = self.shares.iter().map(|share| u128::from(share.weight)).sum();
        match (&self.action, total) {
            (Action::Learned, _) => None,
            (_, 0) => Some(0.0),
            (_, total) => Some((u128::from(share.weight) * 100) as f64 / total as f64),
        }
    }

    /// Adds a share; one of a version that is there already is added to it.
    fn share(&mut self, version: impl Into<String>, weight: u64) {
        let version = version.into();
        match self.shares.iter_mut().find(|share| share.version == version) {
            Some(share) => share.weight = share.weight.saturating_add(weight),
            None => self.shares.push(Share { version, weight }),
        }
    }
}

/// A percentage with at most two digits after the point.
pub fn percent_text(percent: f64) -> String {
    let text = format!("{percent:.2}");
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The number under a path of keys, where there is one that is not negative.
fn amount(node: &Node, path: &[&str]) -> Option<f64> {
    node.number_at(path).filter(|number| *number >= 0.0)
}

/// The weight under `key`: `absent` where there is none. One that is no weight is noted, and counts as 0.
fn weight(node: &Node, key: &str, absent: u64, unread: &mut Vec<String>) -> u64 {
    match node.at(&[key]) {
        None => absent,
        Some(value) => whole(value).unwrap_or_else(|| {
            let text = value.text().unwrap_or_default();
            unread.push(format!("`{key}: {text}` is not a whole number (0 or more)"));
            0
        }),
    }
}

fn whole(node: &Node) -> Option<u64> {
    u64::from_node(&Node::from(node.as_scalar()?.into_owned()))
}

/// A problem at `node`.
fn problem(objects: &Objects, node: &Node, message: impl Into<String>) -> Problem {
    Problem::new(Code::UNREADABLE_ROUTING, message).at(objects.at(node))
}

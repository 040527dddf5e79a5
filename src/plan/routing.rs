//! Traffic as data: ordered rules, each with matches, shares and mirrors.

use std::fmt;
use std::sync::Arc;

use super::strategy::{self, Traffic};
use super::version::Version;
use super::{Application, Planner};
use crate::node::{Field, Node, Symbol};
use crate::pack::{Fields, Value};
use crate::problem::Problem;

/// Who evaluates the routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The Iter8 controller, from a routemap.
    Routemap,
    /// Nobody: the routing object is written with the spec's weights.
    Static,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Routemap => "routemap",
            Mode::Static => "static",
        })
    }
}

/// Whether something holds: always, never, or as the controller finds it.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Always.
    Always,
    /// Never.
    Never,
    /// As the symbol says.
    If(Symbol),
}

impl From<Condition> for Value {
    fn from(condition: Condition) -> Self {
        Value::Node(match condition {
            Condition::Always => Node::bool(true),
            Condition::Never => Node::bool(false),
            Condition::If(symbol) => Node::Symbol(symbol),
        })
    }
}

/// All traffic of a release.
#[derive(Debug)]
pub struct Routing {
    /// Who evaluates it.
    pub mode: Mode,
    /// The strategy that made it.
    pub strategy: Arc<str>,
    /// The hosts it is for.
    pub hosts: Node,
    /// The rules, tried in order; none where each version is reached by its own name.
    pub rules: Vec<Arc<Rule>>,
}

/// Which requests go where.
#[derive(Debug)]
pub struct Rule {
    /// The version it is for, where it is for one.
    pub version: Option<Arc<Version>>,
    /// Clauses of which one must hold; null takes every request.
    pub matches: Node,
    /// Who gets them.
    pub shares: Vec<Arc<Share>>,
    /// Who gets copies of them.
    pub mirrors: Vec<Arc<Mirror>>,
    /// Whether the shares are by weight; else there is one, which gets all.
    pub split: bool,
    /// Whether weights say how much anyone gets: the shares', or the mirrors'.
    pub weighted: bool,
    /// Whether a client that was given a version stays with it, where the platform can do that.
    pub sticky: bool,
    /// Whether the rule is there.
    pub available: Condition,
    /// Whether any mirror is there.
    pub mirrored: Condition,
}

/// A version's part of a rule's requests.
#[derive(Debug)]
pub struct Share {
    /// The version.
    pub version: Arc<Version>,
    /// Its weight; null where it has none.
    pub weight: Node,
    /// Whether the weight is to be written: a lone destination needs none.
    pub weighted: Condition,
    /// Whether the version is there.
    pub available: Condition,
}

/// A version that gets copies.
#[derive(Debug)]
pub struct Mirror {
    /// The version.
    pub version: Arc<Version>,
    /// The percentage of requests that is copied.
    pub percent: Node,
    /// Whether the version is there.
    pub available: Condition,
}

impl Fields for Routing {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "mode" => Node::literal(self.mode.to_string()).into(),
            "strategy" => Node::literal(self.strategy.clone()).into(),
            "hosts" => self.hosts.clone().into(),
            "rules" => Value::list(&self.rules),
            "split" => Node::bool(self.rules.iter().any(|rule| rule.split)).into(),
            "weighted" => Node::bool(self.rules.iter().any(|rule| rule.weighted)).into(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["mode", "strategy", "hosts", "rules", "split", "weighted"]
    }
}

impl Fields for Rule {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "version" => self.version.clone().map_or(Value::NULL, |version| Value::Object(version)),
            "matches" => self.matches.clone().into(),
            "shares" => Value::list(&self.shares),
            "mirrors" => Value::list(&self.mirrors),
            "split" => Node::bool(self.split).into(),
            "sticky" => Node::bool(self.sticky).into(),
            "available" => self.available.clone().into(),
            "mirrored" => self.mirrored.clone().into(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["version", "matches", "shares", "mirrors", "split", "sticky", "available", "mirrored"]
    }
}

impl Fields for Share {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "version" => Value::Object(self.version.clone()),
            "weight" => self.weight.clone().into(),
            "weighted" => self.weighted.clone().into(),
            "available" => self.available.clone().into(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["version", "weight", "weighted", "available"]
    }
}

impl Fields for Mirror {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "version" => Value::Object(self.version.clone()),
            "percent" => self.percent.clone().into(),
            "available" => self.available.clone().into(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["version", "percent", "available"]
    }
}

impl Planner<'_> {
    pub(super) fn routing(
        &mut self,
        strategy: Arc<str>,
        mode: Mode,
        application: &Arc<Application>,
        versions: &mut [Arc<Version>],
    ) -> Option<Routing> {
        self.matches(versions);
        let default_match = self.spec.get(&["application", "canary", "match"]).clone();
        let rules = |versions: &[Arc<Version>]| {
            strategy::rules(&strategy, &Traffic { versions, mode, default_match: default_match.clone() })
        };
        for index in weighted(&rules(versions)) {
            Arc::make_mut(&mut versions[index]).weighted = true;
        }
        let rules = rules(versions);
        self.weights(&rules, mode);
        Some(Routing {
            mode,
            hosts: self.hosts(application),
            rules: rules.into_iter().map(Arc::new).collect(),
            strategy,
        })
    }

    /// The spec's hosts, else the application's names in the cluster's DNS.
    fn hosts(&mut self, application: &Arc<Application>) -> Node {
        let own = self.expanded(self.spec.get(&["hosts"]), application);
        if !own.is_null() {
            return own;
        }
        let host = |tail: &'static str| {
            let name = [application.name.clone(), Node::literal("."), application.namespace.clone()];
            let tail = (!tail.is_empty()).then(|| Node::literal(tail));
            Node::Concat(name.into_iter().chain(tail).collect())
        };
        Node::seq([host(""), host(".svc"), host(".svc.cluster.local")])
    }

    /// The rules across weights.
    fn weights(&mut self, rules: &[Rule], mode: Mode) {
        let weight = |node: Node| Field::<u64>::new(node).check(|weight| weight);
        for rule in rules {
            for mirror in &rule.mirrors {
                let node = mirror.version.get("weight");
                if weight(node.clone()).is_some_and(|percent| percent > 100) {
                    let problem =
                        Problem::new("the weight of a mirrored version is a percentage, so it is at most 100");
                    let at = self.at(&node);
                    self.problems.push(problem.at(at));
                }
            }
            let shares: Vec<Node> = rule.shares.iter().map(|share| share.version.get("weight")).collect();
            let nothing = rule.split && shares.iter().all(|node| weight(node.clone()) == Some(0));
            // The controller gives the primary 1 then; a static route would have nobody to go to.
            if nothing && mode == Mode::Static {
                let problem = Problem::new("all weights are 0, so nobody would get the traffic");
                let at = shares.first().and_then(|node| self.at(node));
                self.problems.push(problem.at(at).help("give at least one version a weight above 0"));
            }
        }
    }
}

/// The versions whose own weight says how much they get.
fn weighted(rules: &[Rule]) -> Vec<usize> {
    let shares = rules.iter().filter(|rule| rule.split).flat_map(|rule| &rule.shares).map(|share| share.version.index);
    let mirrors = rules.iter().flat_map(|rule| &rule.mirrors).map(|mirror| mirror.version.index);
    shares.chain(mirrors).collect()
}

//! Traffic as data: ordered rules, each with matches, shares and mirrors.

use std::sync::Arc;

use super::version::Version;
use crate::node::{Node, Symbol};
use crate::spec::{Mode, Strategy};
use crate::template::{Fields, Value};

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
    pub strategy: Strategy,
    /// The hosts it is for.
    pub hosts: Node,
    /// The rules, tried in order; none where each version is reached by its own name.
    pub rules: Vec<Arc<RoutingRule>>,
}

/// Which requests go where.
#[derive(Debug)]
pub struct RoutingRule {
    /// The version it is for, where it is for one.
    pub version: Option<Arc<Version>>,
    /// Clauses of which one must hold; null takes every request.
    pub matches: Node,
    /// Who gets them.
    pub shares: Vec<Arc<RoutingShare>>,
    /// Who gets copies of them.
    pub mirrors: Vec<Arc<RoutingMirror>>,
    /// Whether the shares are by weight; else there is one, which gets all.
    pub split: bool,
    /// Whether weights say how much anyone gets: the shares', or the mirrors'.
    pub weighted: bool,
    /// Whether the platform learns the shares by itself.
    pub learned: bool,
    /// Whether a client that was given a version stays with it, where the platform can do that.
    pub sticky: bool,
    /// Whether the rule is there.
    pub available: Condition,
    /// Whether any mirror is there.
    pub mirrored: Condition,
}

/// A version's part of a rule's requests.
#[derive(Debug)]
pub struct RoutingShare {
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
pub struct RoutingMirror {
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
            "mode" => Node::literal(self.mode.word()).into(),
            "strategy" => Node::literal(self.strategy.word()).into(),
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

impl Fields for RoutingRule {
    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "version" => self.version.clone().map_or(Value::NULL, |version| Value::Object(version)),
            "matches" => self.matches.clone().into(),
            "shares" => Value::list(&self.shares),
            "mirrors" => Value::list(&self.mirrors),
            "split" => Node::bool(self.split).into(),
            "learned" => Node::bool(self.learned).into(),
            "sticky" => Node::bool(self.sticky).into(),
            "available" => self.available.clone().into(),
            "mirrored" => self.mirrored.clone().into(),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["version", "matches", "shares", "mirrors", "split", "learned", "sticky", "available", "mirrored"]
    }
}

impl Fields for RoutingShare {
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

impl Fields for RoutingMirror {
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

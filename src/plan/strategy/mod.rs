//! Strategies: versions into routing intent. None of them knows an environment.

mod ab;
mod bandit;
mod blue_green;
mod canary;
mod mirror;

use std::sync::Arc;

use super::routing::{Condition, RoutingRule, RoutingShare};
use super::version::Version;
use crate::node::{Node, Pins, Symbol};
use crate::spec::{Mode, Strategy};

/// The rules of `strategy`.
pub fn rules(strategy: Strategy, builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    match strategy {
        // Each version is reached by its own name.
        Strategy::None => Vec::new(),
        Strategy::BlueGreen => blue_green::rules(builder),
        Strategy::Canary => canary::rules(builder),
        Strategy::Mirror => mirror::rules(builder),
        Strategy::Ab => ab::rules(builder),
        Strategy::Bandit => bandit::rules(builder),
    }
}

/// What strategies make their rules of: the versions, and what is known of them.
pub struct RuleBuilder<'a> {
    /// The versions, the primary first.
    pub versions: &'a [Arc<Version>],
    /// Who evaluates the rules.
    pub mode: Mode,
    /// Whether a candidate's weight is its percentage, and the primary gets what is left.
    pub percent: bool,
    /// What is used of the spec.
    pub pins: &'a Pins,
}

impl<'a> RuleBuilder<'a> {
    /// The primary.
    pub fn primary(&self) -> Option<&'a Arc<Version>> {
        self.versions.first()
    }

    /// The others.
    pub fn candidates(&self) -> &'a [Arc<Version>] {
        self.versions.get(1..).unwrap_or_default()
    }

    /// The weight of a version: the controller's, or the spec's.
    pub fn weight(&self, version: &Version) -> Node {
        match self.mode {
            Mode::Routemap => Node::Symbol(Symbol::Weight(version.index)),
            Mode::Static if self.percent && version.index == 0 => {
                let candidates = self.candidates().iter().map(|candidate| candidate.get("weight"));
                Node::Symbol(Symbol::Remainder(candidates.collect()))
            }
            Mode::Static => version.get("weight"),
        }
    }

    /// Whether a version is there. The primary always is: something must take the builder.
    pub fn available(&self, version: &Version) -> Condition {
        match self.mode {
            Mode::Routemap if version.index > 0 => Condition::If(Symbol::Available(version.index)),
            _ => Condition::Always,
        }
    }

    /// Whether any of these candidates is there.
    pub fn any_available(&self, candidates: &[Arc<Version>]) -> Condition {
        let indexes: Vec<usize> = candidates.iter().map(|version| version.index).collect();
        match (self.mode, indexes.as_slice()) {
            (_, []) => Condition::Never,
            (Mode::Static, _) => Condition::Always,
            (Mode::Routemap, [one]) => Condition::If(Symbol::Available(*one)),
            (Mode::Routemap, _) => Condition::If(Symbol::AnyAvailable(indexes)),
        }
    }

    /// A rule that sends what `matches` takes to one version.
    pub fn to_one(&self, version: &Arc<Version>, matches: Node) -> RoutingRule {
        let share = RoutingShare {
            version: version.clone(),
            weight: Node::NULL,
            weighted: Condition::Never,
            available: Condition::Always,
        };
        RoutingRule {
            version: Some(version.clone()),
            matches,
            shares: vec![Arc::new(share)],
            mirrors: Vec::new(),
            split: false,
            weighted: false,
            learned: false,
            sticky: false,
            available: self.available(version),
            mirrored: Condition::Never,
        }
    }

    /// A rule that shares all requests by weight.
    pub fn by_weight(&self, versions: &[Arc<Version>]) -> RoutingRule {
        let candidates = versions.get(1..).unwrap_or_default();
        let shares = versions.iter().enumerate().map(|(i, version)| {
            let weighted = match self.mode {
                // A lone destination needs no weight, and the primary is alone while no candidate is there.
                _ if i == 0 => self.any_available(candidates),
                _ => Condition::Always,
            };
            let (weight, available) = (self.weight(version), self.available(version));
            Arc::new(RoutingShare { version: version.clone(), weight, weighted, available })
        });
        RoutingRule {
            version: None,
            matches: Node::NULL,
            shares: shares.collect(),
            mirrors: Vec::new(),
            split: true,
            weighted: true,
            learned: false,
            sticky: false,
            available: Condition::Always,
            mirrored: Condition::Never,
        }
    }

    /// A rule for each candidate that `matches` has something for; the rest goes to the primary, shared by weight
    /// with the candidates that are left.
    pub fn by_match(&self, matches: impl Fn(&Version) -> Node) -> Vec<RoutingRule> {
        let Some(primary) = self.primary() else { return Vec::new() };
        let mut rules = Vec::new();
        let mut rest = vec![primary.clone()];
        for candidate in self.candidates() {
            match matches(candidate) {
                node if self.pins.is_given(&node) => rules.push(self.to_one(candidate, node)),
                _ => rest.push(candidate.clone()),
            }
        }
        rules.push(match rest.as_slice() {
            [alone] => self.to_one(alone, Node::NULL),
            shared => self.by_weight(shared),
        });
        rules
    }
}

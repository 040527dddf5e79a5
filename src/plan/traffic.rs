//! The traffic of a release: its strategy's rules, the hosts they are for, and the rules across weights.

use std::sync::Arc;

use super::constraint::number;
use super::routing::{Routing, RoutingRule, RoutingShare};
use super::strategy::{self, RuleBuilder};
use super::version::Version;
use super::{Application, Constraint, Planner};
use crate::node::Node;
use crate::problem::{Code, Problem};
use crate::spec::{Mode, Strategy};

impl Planner<'_> {
    pub(super) fn routing(
        &mut self,
        strategy: Strategy,
        mode: Mode,
        application: &Arc<Application>,
        versions: &mut [Arc<Version>],
    ) -> Option<Routing> {
        self.matches(versions);
        // Which versions are weighted follows from the rules, and rules hold versions: so they are made again.
        for index in weighted(&self.rules(strategy, mode, versions)) {
            Arc::make_mut(&mut versions[index]).weighted = true;
        }
        let rules = self.rules(strategy, mode, versions);
        self.limits(strategy, versions);
        self.unmatched(&rules);
        self.weights(&rules, mode);
        Some(Routing {
            mode,
            hosts: self.hosts(application),
            rules: rules.into_iter().map(Arc::new).collect(),
            strategy,
        })
    }

    fn rules(&self, strategy: Strategy, mode: Mode, versions: &[Arc<Version>]) -> Vec<RoutingRule> {
        let (percent, pins) = (self.environment.percent, &self.spec.pins);
        strategy::rules(strategy, &RuleBuilder { versions, mode, percent, pins })
    }

    /// The spec's hosts, else the application's names in the cluster's DNS.
    fn hosts(&mut self, application: &Arc<Application>) -> Node {
        let hosts = self.expanded(self.spec.get(&["hosts"]), application);
        if self.spec.pins.is_given(&hosts) {
            return hosts;
        }
        Node::seq([None, Some(".svc"), Some(".svc.cluster.local")].map(|tail| {
            let name = [application.name.clone(), Node::literal("."), application.namespace.clone()];
            Node::Concat(name.into_iter().chain(tail.map(Node::literal)).collect())
        }))
    }

    /// The rules across weights.
    fn weights(&mut self, rules: &[RoutingRule], mode: Mode) {
        for rule in rules {
            for mirror in &rule.mirrors {
                let node = mirror.version.get("weight");
                if self.environment.percent && !self.spec.pins.is_given(&node) {
                    self.unweighted(
                        &mirror.version,
                        "it is the percentage of requests that is copied to it; 0 for none yet",
                    );
                }
                let at = self.at(&node);
                self.constrain(Constraint::Percentage { weight: node }, |problem| problem.at(at));
            }
            let shares: Vec<Node> = rule.shares.iter().map(|share| share.version.get("weight")).collect();
            if rule.split && self.environment.percent {
                self.percentages(&shares, &rule.shares);
                continue;
            }
            // The controller then gives the primary a weight of 1. A static route would have no destination.
            if rule.split && shares.len() > 1 && mode == Mode::Static {
                let at = shares.first().and_then(|node| self.at(node));
                let help = "give at least one version a weight above 0";
                self.constrain(Constraint::SomeWeight { weights: shares }, |problem| problem.at(at).help(help));
            }
        }
    }
}

impl Planner<'_> {
    /// More versions than the environment can have with this strategy.
    fn limits(&mut self, strategy: Strategy, versions: &[Arc<Version>]) {
        let Some(most) = self.environment.max_versions(strategy) else { return };
        if let Some(version) = versions.get(most) {
            let (name, plural) = (&self.environment.name, if most == 1 { "" } else { "s" });
            let problem = Problem::new(
                Code::TOO_MANY_VERSIONS,
                format!("`{name}` takes {most} version{plural} with the strategy `{strategy}`"),
            );
            let at = self.spec.places.at(version.origin());
            self.problems.push(problem.at(at).label("one too many"));
        }
    }

    /// A match where the environment cannot route by match.
    fn unmatched(&mut self, rules: &[RoutingRule]) {
        // Only where weights are percentages of all requests do they alone decide.
        if !self.environment.percent {
            return;
        }
        for rule in rules.iter().filter(|rule| !rule.matches.is_null()) {
            let name = &self.environment.name;
            let problem =
                Problem::new(Code::UNSUPPORTED_MATCH, format!("`{name}` cannot route by match, only by weight"));
            let at = self.at(&rule.matches);
            self.problems.push(problem.at(at).help("take the match out, and give the version a `weight`"));
        }
    }

    fn unweighted(&mut self, candidate: &Version, help: &str) {
        let problem = Problem::new(
            Code::MISSING_WEIGHT,
            format!("the candidate `{}` has no `weight`", candidate.name.text().unwrap_or_default()),
        );
        let at = self.spec.places.at(candidate.origin());
        self.problems.push(problem.at(at).help(help.to_string()));
    }

    /// Weights that are percentages: every candidate has one, and the primary's, if given, is what they leave.
    fn percentages(&mut self, weights: &[Node], shares: &[Arc<RoutingShare>]) {
        let candidates = weights.get(1..).unwrap_or_default();
        for (node, share) in candidates.iter().zip(&shares[1..]) {
            self.spec.pins.need(node);
            if number(node).is_none() {
                self.unweighted(&share.version, "it is the percentage of requests that it gets; 0 for none yet");
            }
        }
        let at = candidates.iter().find_map(|node| self.at(node));
        let candidates = candidates.to_vec();
        self.constrain(Constraint::AtMostAll { candidates: candidates.clone() }, |problem| {
            problem.at(at).help("together they are at most 100; the primary gets the rest")
        });
        if let Some(primary) = weights.first().filter(|node| !node.is_null()).cloned() {
            let at = self.at(&primary);
            self.constrain(Constraint::Rest { primary, candidates }, |problem| {
                problem.at(at).help("leave it out: it is what is left")
            });
        }
    }
}

/// The versions whose weight says how much they get.
fn weighted(rules: &[RoutingRule]) -> Vec<usize> {
    let shares = rules.iter().filter(|rule| rule.split).flat_map(|rule| &rule.shares).map(|share| share.version.index);
    let mirrors = rules.iter().flat_map(|rule| &rule.mirrors).map(|mirror| mirror.version.index);
    shares.chain(mirrors).collect()
}

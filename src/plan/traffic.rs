//! The traffic of a release: its strategy's rules, the hosts they are for, and the rules across weights.

use std::sync::Arc;

use super::routing::{Routing, Rule, Share};
use super::strategy::{self, Traffic};
use super::version::Version;
use super::{Application, Constraint, Planner};
use crate::node::{Field, Node};
use crate::problem::{Code, Problem};
use crate::spec::Mode;

impl Planner<'_> {
    pub(super) fn routing(
        &mut self,
        strategy: Arc<str>,
        mode: Mode,
        application: &Arc<Application>,
        versions: &mut [Arc<Version>],
    ) -> Option<Routing> {
        self.matches(versions);
        let rules = |versions: &[Arc<Version>]| {
            let pins = &self.spec.pins;
            strategy::rules(&strategy, &Traffic { versions, mode, percent: self.environment.percent, pins })
        };
        for index in weighted(&rules(versions)) {
            Arc::make_mut(&mut versions[index]).weighted = true;
        }
        let rules = rules(versions);
        self.limits(&strategy, versions);
        self.unmatched(&rules);
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
        if self.spec.pins.is_given(&own) {
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
            // The controller gives the primary 1 then; a static route would have nobody to go to.
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
    fn limits(&mut self, strategy: &str, versions: &[Arc<Version>]) {
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

    /// A match where the environment has none.
    fn unmatched(&mut self, rules: &[Rule]) {
        // Where weights are percentages of all requests, nothing else decides.
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
    fn percentages(&mut self, weights: &[Node], shares: &[Arc<Share>]) {
        let percent = |node: &Node| Field::<u64>::new(node.clone()).check(|percent| percent);
        let candidates = weights.get(1..).unwrap_or_default();
        for (node, share) in candidates.iter().zip(&shares[1..]) {
            self.spec.pins.need(node);
            if percent(node).is_none() {
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

/// The versions whose own weight says how much they get.
fn weighted(rules: &[Rule]) -> Vec<usize> {
    let shares = rules.iter().filter(|rule| rule.split).flat_map(|rule| &rule.shares).map(|share| share.version.index);
    let mirrors = rules.iter().flat_map(|rule| &rule.mirrors).map(|mirror| mirror.version.index);
    shares.chain(mirrors).collect()
}

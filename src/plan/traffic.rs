//! The traffic of a release: its strategy's rules, the hosts they are for, and the rules across weights.

use std::sync::Arc;

use super::routing::{Routing, Rule};
use super::strategy::{self, Traffic};
use super::version::Version;
use super::{Application, Planner};
use crate::node::{Field, Node};
use crate::pack::Mode;
use crate::problem::Problem;

impl Planner<'_> {
    pub(super) fn routing(
        &mut self,
        strategy: Arc<str>,
        mode: Mode,
        application: &Arc<Application>,
        versions: &mut [Arc<Version>],
    ) -> Option<Routing> {
        self.matches(versions);
        let rules = |versions: &[Arc<Version>]| strategy::rules(&strategy, &Traffic { versions, mode });
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

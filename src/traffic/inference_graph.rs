//! KServe's InferenceGraph: requests enter at the node `root`.
//!
//! A Splitter shares them by weights that sum to 100. A Switch takes the first step whose condition holds, a gjson path
//! over the request's body, which no description of a request tells. A Sequence or an Ensemble is one thing to
//! its callers.

use super::condition::Match;
use super::shares::combine;
use super::{Route, Rule, Share, Target, weight};
use crate::node::Node;

/// How deep nodes may call nodes.
const DEPTH: usize = 32;

/// Reads `object` into `route`.
pub fn read(object: &Node, route: &mut Route) {
    let Some(nodes) = object.at(&["spec", "nodes"]) else { return };
    let Some(root) = nodes.get("root") else {
        route.unread.push("it has no node `root`, at which requests enter".into());
        return;
    };
    if root.text_at(&["routerType"]).as_deref() != Some("Switch") {
        let mut rule = Rule::new(None);
        rule.shares = node_shares(nodes, "root", DEPTH, &mut route.unread);
        add(rule, route);
        return;
    }
    for step in root.items_at(&["steps"]) {
        let mut rule = Rule::new(step.text_at(&["name"]));
        if let Some(condition) = step.text_at(&["condition"]) {
            rule.matches.push(Match { unread: vec![format!("the body matches `{condition}`")], ..Match::default() });
        }
        rule.shares = step_shares(nodes, step, DEPTH, &mut route.unread);
        add(rule, route);
    }
}

/// Adds `rule`, whose versions are InferenceServices of the graph's namespace.
fn add(rule: Rule, route: &mut Route) {
    let namespace = route.identity.namespace.clone().unwrap_or_else(|| "default".into());
    for share in &rule.shares {
        let target = Target::Model { namespace: namespace.clone(), name: share.version.clone() };
        route.reach(share.version.clone(), target);
    }
    route.rules.push(rule);
}

/// How the node called `name` shares what it gets.
fn node_shares(nodes: &Node, name: &str, depth: usize, unread: &mut Vec<String>) -> Vec<Share> {
    let Some(node) = nodes.get(name).filter(|_| depth > 0) else {
        unread.push(format!("the node `{name}` is not there, or calls itself"));
        return whole(name.to_string());
    };
    let kind = node.text_at(&["routerType"]).unwrap_or_default();
    match node.items_at(&["steps"]) {
        [] => whole(name.to_string()),
        [step] if kind != "Switch" => step_shares(nodes, step, depth - 1, unread),
        steps if kind == "Splitter" => combine(
            steps
                .iter()
                .map(|step| (weight(step, "weight", 0, unread), step_shares(nodes, step, depth - 1, unread)))
                .collect(),
        ),
        _ => whole(format!("{name} ({kind})")),
    }
}

/// Everything to one version.
fn whole(version: String) -> Vec<Share> {
    vec![Share { version, weight: 1 }]
}

fn step_shares(nodes: &Node, step: &Node, depth: usize, unread: &mut Vec<String>) -> Vec<Share> {
    let service = step.text_at(&["serviceName"]).or_else(|| step.text_at(&["serviceUrl"]));
    match (step.text_at(&["nodeName"]), service) {
        (Some(node), _) => node_shares(nodes, &node, depth, unread),
        (None, Some(version)) => whole(version),
        (None, None) => {
            unread.push("a step names neither a service nor a node".into());
            Vec::new()
        }
    }
}

#[cfg(test)]
#[path = "tests/inference_graph.rs"]
mod tests;

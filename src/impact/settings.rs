//! Which fields of a version changed, besides what it serves, its share and its scale.

use super::same::same_or_absent;
use super::workload::Workload;
use crate::node::Node;

/// Steps of a path that say nothing of their own.
const FRAMES: [&str; 10] = [
    "template",
    "metadata",
    "spec",
    "containers",
    "initContainers",
    "componentSpecs",
    "graph",
    "model",
    "[]",
    "children",
];
/// What is told elsewhere, or follows from a name.
const ELSEWHERE: [&str; 13] = [
    "name",
    "image",
    "storageUri",
    "storageUris",
    "modelUri",
    "canaryTrafficPercent",
    "traffic",
    "shadow",
    "replicas",
    "minReplicas",
    "maxReplicas",
    "hpaSpec",
    super::workload::VERSION_LABEL,
];
/// What counts of a version that stands at another place now: everything else may follow from the place's name.
const MOVED: [&str; 5] = ["env", "envFrom", "args", "command", "resources"];

/// The names of the fields that differ, in the order in which they stand.
pub fn changed(before: &Workload, after: &Workload) -> Vec<String> {
    let mut found = Vec::new();
    if !before.body.is_null() && !after.body.is_null() && !before.serving.is_null() && !after.serving.is_null() {
        compare(&before.body, &after.body, &mut Vec::new(), &mut found);
    }
    let shape = |workload: &Workload| workload.body.get("componentSpecs").is_some();
    if !before.same_place(after) || shape(before) != shape(after) {
        found.retain(|name| MOVED.contains(&name.as_str()));
    }
    found
}

fn compare(before: &Node, after: &Node, path: &mut Vec<String>, found: &mut Vec<String>) {
    match (before, after) {
        (Node::Map(ours, _), Node::Map(theirs, _)) => {
            let keys = ours.iter().chain(theirs.iter()).filter_map(|(key, _)| key.text());
            let mut seen: Vec<String> = Vec::new();
            for key in keys {
                if ELSEWHERE.contains(&key.as_str()) || seen.contains(&key) {
                    continue;
                }
                let (a, b) = (before.get(&key), after.get(&key));
                seen.push(key.clone());
                path.push(key);
                match (a, b) {
                    (Some(a), Some(b)) => compare(a, b, path, found),
                    (a, b) if same_or_absent(a, b) => {}
                    _ => note(path, found),
                }
                path.pop();
            }
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) if ours.len() == theirs.len() => {
            path.push("[]".into());
            ours.iter().zip(theirs.iter()).for_each(|(a, b)| compare(a, b, path, found));
            path.pop();
        }
        _ if same_or_absent(Some(before), Some(after)) => {}
        _ => note(path, found),
    }
}

/// Notes the field that the path leads to: the first step that says something.
fn note(path: &[String], found: &mut Vec<String>) {
    let own =
        path.iter().find(|step| !FRAMES.contains(&step.as_str())).or(path.iter().rev().find(|step| *step != "[]"));
    if let Some(name) = own.filter(|name| !found.contains(name)) {
        found.push(name.clone());
    }
}

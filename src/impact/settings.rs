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
    let mut fields = Vec::new();
    if !before.body.is_null() && !after.body.is_null() && !before.serving.is_null() && !after.serving.is_null() {
        compare(&before.body, &after.body, &mut Vec::new(), &mut fields);
    }
    let [old_shape, new_shape] = [before, after].map(|workload| workload.body.get("componentSpecs").is_some());
    if !before.same_place(after) || old_shape != new_shape {
        fields.retain(|name| MOVED.contains(&name.as_str()));
    }
    fields
}

fn compare(before: &Node, after: &Node, path: &mut Vec<String>, fields: &mut Vec<String>) {
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
                    (Some(a), Some(b)) => compare(a, b, path, fields),
                    (a, b) if same_or_absent(a, b) => {}
                    _ => note(path, fields),
                }
                path.pop();
            }
        }
        (Node::Seq(ours, _), Node::Seq(theirs, _)) if ours.len() == theirs.len() => {
            path.push("[]".into());
            ours.iter().zip(theirs.iter()).for_each(|(a, b)| compare(a, b, path, fields));
            path.pop();
        }
        _ if same_or_absent(Some(before), Some(after)) => {}
        _ => note(path, fields),
    }
}

/// Notes the field that the path leads to: the first step that says something.
fn note(path: &[String], fields: &mut Vec<String>) {
    let telling =
        path.iter().find(|step| !FRAMES.contains(&step.as_str())).or(path.iter().rev().find(|step| *step != "[]"));
    if let Some(name) = telling.filter(|name| !fields.contains(name)) {
        fields.push(name.clone());
    }
}

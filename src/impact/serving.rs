//! What a workload answers with: images, models, arguments, settings; not how it is called, scaled or scheduled.

use super::companions::Companions;
use super::workload::implementations;
use crate::node::Node;

/// What of a container decides its answers.
const CONTAINER: [&str; 4] = ["image", "command", "args", "env"];
/// What of a model decides its answers.
const MODEL: [&str; 13] = [
    "modelFormat",
    "runtime",
    "runtimeVersion",
    "protocolVersion",
    "storageUri",
    "storageUris",
    "storage",
    "modelUri",
    "implementation",
    "parameters",
    "image",
    "args",
    "env",
];

/// What decides the answers of the workload that `body` describes, whose pods are `pods`. Settings that come from
/// ConfigMaps of the same side stand in it with their content.
pub fn of(body: &Node, pods: &[&Node], namespace: Option<&str>, companions: &Companions<'_>) -> Node {
    let mut parts = Vec::new();
    for pod in pods {
        for key in ["initContainers", "containers"] {
            for container in pod.items_at(&[key]) {
                parts.push(picked(container, &CONTAINER));
                let sources = container.items_at(&["envFrom"]).iter();
                parts.extend(sources.map(|source| settings(source, "configMapRef", namespace, companions)));
                let mounts = container.items_at(&["volumeMounts"]).iter();
                parts.extend(mounts.map(|mount| picked(mount, &["mountPath", "subPath"])));
            }
        }
        let volumes = pod.items_at(&["volumes"]).iter();
        parts.extend(volumes.map(|volume| settings(volume, "configMap", namespace, companions)));
    }
    parts.extend(implementations(body).map(|node| picked(node, &MODEL)));
    parts.retain(|part| !part.entries().is_empty());
    Node::seq(parts)
}

fn picked(node: &Node, keys: &[&str]) -> Node {
    Node::object(keys.iter().filter_map(|key| Some((*key, node.at(&[key])?.clone()))))
}

/// A source of settings without its name, with the content of the ConfigMap under `key` in place of its name.
fn settings(source: &Node, key: &str, namespace: Option<&str>, companions: &Companions<'_>) -> Node {
    let content = source.str_at(&[key, "name"]).and_then(|name| companions.settings(namespace, &name));
    let content = content.map(|config_map| picked(config_map, &["data", "binaryData"]));
    let entries = source.entries().iter().filter(|(entry, _)| entry.text().as_deref() != Some("name"));
    let entries = entries.map(|(entry, value)| match &content {
        Some(content) if entry.text().as_deref() == Some(key) => (entry.clone(), content.clone()),
        _ => (entry.clone(), value.clone()),
    });
    Node::map(entries)
}

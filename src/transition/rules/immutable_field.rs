use super::{Rule, Severity};
use crate::bundle::Manifest;
use crate::impact::same::{same_or_absent, without};
use crate::kinds::{Immutable, quantity};
use crate::node::Node;
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "immutable-field",
    severity: Severity::Error,
    checked_by_server: true,
    summary: "a field changes that no API server lets change",
    what: "Objects that are on both sides: selectors of workloads; all of a StatefulSet but its replicas, template, update strategy, \
           ordinals, retention and `minReadySeconds`; a Job's template; a Service's cluster IP; a Secret's type; what is marked \
           `immutable`; a claim's spec but for more storage; a binding's role; a storage class; an InferenceService's deployment \
           mode.",
    why: "The API server refuses the update (or KServe's webhook does), and the delivery stops half way. Only a new object in \
          place of the old one helps, and while it is replaced nothing runs.",
    how: "Make a second object under another name, lead the requests to it, and delete the first.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (old, new) in transition.both() {
        for (path, what) in changed(old, new) {
            let node = new.node.nearest(&path);
            let kind = &new.identity.kind;
            let message = format!("{what} cannot be changed: the {kind} has to be deleted and made anew");
            let safe = vec![
                format!("make a second {kind} under another name, and wait until it is ready"),
                "lead everything to it that used the first".into(),
                format!("delete {} `{}`", new.identity.kind, new.identity.name),
            ];
            findings.add_at(transition.at_value(new, node), message).safe_commits(safe);
        }
    }
}

/// The immutable fields of an object that differ: their paths, and what to call them.
type ChangedFields = Vec<(Vec<&'static str>, String)>;

/// The immutable fields of `new` that differ from `old`.
fn changed(old: &Manifest, new: &Manifest) -> ChangedFields {
    let (before, after) = (&old.node, &new.node);
    match new.identity.known().map_or(Immutable::Nothing, |kind| kind.immutable) {
        Immutable::Nothing => Vec::new(),
        Immutable::Paths(paths) => paths_changed(paths, before, after),
        Immutable::SpecBut(open) => spec_but(open, before, after),
        Immutable::Address if has_address(before, after) => paths_changed(&[&["spec", "clusterIP"]], before, after),
        Immutable::Address => Vec::new(),
        Immutable::Data => data(before, after),
        Immutable::TypeAndData => secret_type(before, after).into_iter().chain(data(before, after)).collect(),
        Immutable::Claim => claim(before, after),
        Immutable::DeploymentMode => deployment_mode(before, after),
    }
}

/// Those of `paths` where the values differ.
fn paths_changed(paths: &[&[&'static str]], before: &Node, after: &Node) -> ChangedFields {
    let changed = paths.iter().filter(|path| !same_or_absent(before.at(path), after.at(path)));
    changed.map(|path| (path.to_vec(), format!("`{}`", path.join(".")))).collect()
}

/// All of the spec but for the `open` fields.
fn spec_but(open: &[&str], before: &Node, after: &Node) -> ChangedFields {
    let specs = [before, after].map(|node| node.at(&["spec"]));
    let keys = specs.into_iter().flatten().flat_map(Node::entries).filter_map(|(key, _)| key.text());
    let mut fields: Vec<String> = Vec::new();
    for key in keys {
        let [before, after] = specs.map(|spec| spec.and_then(|spec| spec.get(&key)));
        if !same_or_absent(before, after) && !open.contains(&key.as_str()) && !fields.contains(&key) {
            fields.push(key);
        }
    }
    match fields.is_empty() {
        true => Vec::new(),
        false => vec![(vec!["spec"], format!("`spec.{}`", fields.join("`, `spec.")))],
    }
}

/// Whether a Service had an address that now is another one. It may be asked for where none was, and left to the
/// cluster; an ExternalName has none.
fn has_address(before: &Node, after: &Node) -> bool {
    let addresses = [before, after].map(|node| node.text_at(&["spec", "clusterIP"]).filter(|text| !text.is_empty()));
    let is_external =
        [before, after].into_iter().any(|node| node.str_at(&["spec", "type"]).as_deref() == Some("ExternalName"));
    let [was_headless, is_headless] = addresses.each_ref().map(|address| address.as_deref() == Some("None"));
    !is_external && (was_headless != is_headless || addresses.iter().all(Option::is_some))
}

/// The type of a Secret.
fn secret_type(before: &Node, after: &Node) -> ChangedFields {
    let type_of = |node: &Node| node.str_at(&["type"]).map_or_else(|| "Opaque".into(), |text| text.into_owned());
    match type_of(before) == type_of(after) {
        true => Vec::new(),
        false => vec![(vec!["type"], "`type`".into())],
    }
}

/// All data of what is marked `immutable`.
fn data(before: &Node, after: &Node) -> ChangedFields {
    if before.text_at(&["immutable"]).as_deref() != Some("true") {
        return Vec::new();
    }
    let keys = ["data", "binaryData", "stringData", "immutable"];
    let key = keys.into_iter().find(|key| !same_or_absent(before.at(&[key]), after.at(&[key])));
    key.map(|key| (vec![key], format!("`{key}`, which is marked `immutable`,"))).into_iter().collect()
}

fn claim(before: &Node, after: &Node) -> ChangedFields {
    const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];
    let [rest_before, rest_after] = [before, after]
        .map(|node| without(node, &|path| path.first().is_none_or(|first| first != "spec") || path == SIZE));
    let [size_before, size_after] = [before, after].map(|node| node.at(&SIZE).and_then(quantity));
    if !same_or_absent(Some(&rest_before), Some(&rest_after)) {
        vec![(vec!["spec"], "`spec`".into())]
    } else if size_before.zip(size_after).is_some_and(|(before, after)| after < before) {
        vec![(SIZE.to_vec(), "`spec.resources.requests.storage` (to less)".into())]
    } else {
        Vec::new()
    }
}

/// How KServe runs a model. Without the annotation the cluster's default counted, which nobody knows here.
fn deployment_mode(before: &Node, after: &Node) -> ChangedFields {
    match mode(before).zip(mode(after)) {
        Some((before, after)) if before != after => vec![(MODE.to_vec(), "the deployment mode".into())],
        _ => Vec::new(),
    }
}

const MODE: [&str; 3] = ["metadata", "annotations", "serving.kserve.io/deploymentMode"];

/// The deployment mode that an InferenceService names, by its present name.
fn mode(service: &Node) -> Option<String> {
    Some(match &*service.str_at(&MODE)? {
        "RawDeployment" => "Standard".to_string(),
        "Serverless" => "Knative".to_string(),
        mode => mode.to_string(),
    })
}

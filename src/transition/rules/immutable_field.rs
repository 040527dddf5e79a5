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
type Fields = Vec<(Vec<&'static str>, String)>;

/// The immutable fields of `new` that differ from `old`.
fn changed(old: &Manifest, new: &Manifest) -> Fields {
    let (before, after) = (&old.node, &new.node);
    let fixed = |paths: &[&[&'static str]]| -> Fields {
        let differs = |path: &&&[&'static str]| !same_or_absent(before.at(path), after.at(path));
        paths.iter().filter(differs).map(|path| (path.to_vec(), format!("`{}`", path.join(".")))).collect()
    };
    match new.identity.known().map_or(Immutable::Nothing, |kind| kind.immutable) {
        Immutable::Nothing => Vec::new(),
        Immutable::Paths(paths) => fixed(paths),
        Immutable::SpecBut(open) => spec_but(open, before, after),
        Immutable::Address if has_address(before, after) => fixed(&[&["spec", "clusterIP"]]),
        Immutable::Address => Vec::new(),
        Immutable::Data => data(before, after),
        Immutable::TypeAndData => secret_type(before, after).into_iter().chain(data(before, after)).collect(),
        Immutable::Claim => claim(before, after),
        Immutable::DeploymentMode => deployment_mode(before, after),
    }
}

/// All of the spec but for the `open` fields.
fn spec_but(open: &[&str], before: &Node, after: &Node) -> Fields {
    let spec = |node: &Node| node.at(&["spec"]).cloned().unwrap_or(Node::NULL);
    let (ours, theirs) = (spec(before), spec(after));
    let mut fields: Vec<String> = Vec::new();
    for key in ours.entries().iter().chain(theirs.entries()).filter_map(|(key, _)| key.text()) {
        let same = same_or_absent(ours.get(&key), theirs.get(&key));
        if !same && !open.contains(&key.as_str()) && !fields.contains(&key) {
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
    let address = |node: &Node| node.text_at(&["spec", "clusterIP"]).filter(|own| !own.is_empty());
    let external = |node: &Node| node.str_at(&["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
    let headless = |node: &Node| address(node).is_some_and(|own| own == "None");
    let both = address(before).is_some() && address(after).is_some();
    !external(before) && !external(after) && (headless(before) != headless(after) || both)
}

/// The type of a Secret.
fn secret_type(before: &Node, after: &Node) -> Fields {
    let type_of = |node: &Node| node.str_at(&["type"]).map_or_else(|| "Opaque".into(), |text| text.into_owned());
    match type_of(before) == type_of(after) {
        true => Vec::new(),
        false => vec![(vec!["type"], "`type`".into())],
    }
}

/// All data of what is marked `immutable`.
fn data(before: &Node, after: &Node) -> Fields {
    if before.text_at(&["immutable"]).as_deref() != Some("true") {
        return Vec::new();
    }
    let differs = |key: &&'static str| !same_or_absent(before.at(&[key]), after.at(&[key]));
    let keys = ["data", "binaryData", "stringData", "immutable"];
    let key = keys.into_iter().find(|key| differs(key));
    key.map(|key| (vec![key], format!("`{key}`, which is marked `immutable`,"))).into_iter().collect()
}

fn claim(before: &Node, after: &Node) -> Fields {
    const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];
    let rest = |node: &Node| without(node, &|path| !matches!(path, [first, ..] if first == "spec") || path == SIZE);
    let size = |node: &Node| node.at(&SIZE).and_then(quantity);
    if !same_or_absent(Some(&rest(before)), Some(&rest(after))) {
        vec![(vec!["spec"], "`spec`".into())]
    } else if size(before).zip(size(after)).is_some_and(|(old, new)| new < old) {
        vec![(SIZE.to_vec(), "`spec.resources.requests.storage` (to less)".into())]
    } else {
        Vec::new()
    }
}

/// How KServe runs a model. Without the annotation the cluster's default counted, which nobody knows here.
fn deployment_mode(before: &Node, after: &Node) -> Fields {
    const MODE: [&str; 3] = ["metadata", "annotations", "serving.kserve.io/deploymentMode"];
    let mode = |node: &Node| match node.str_at(&MODE).as_deref() {
        Some("RawDeployment" | "Standard") => Some("Standard".to_string()),
        Some("Serverless" | "Knative") => Some("Knative".to_string()),
        other => other.map(str::to_string),
    };
    match mode(before).zip(mode(after)) {
        Some((old, new)) if old != new => vec![(MODE.to_vec(), "the deployment mode".into())],
        _ => Vec::new(),
    }
}

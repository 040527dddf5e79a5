use super::{Place, Rule};
use crate::bundle::Manifest;
use crate::change::same::{same_or_absent, without};
use crate::lint::view::{dig, number_at, text_at};
use crate::node::Node;
use crate::transition::{Context, Findings};

pub const RULE: Rule = Rule {
    id: "immutable-field",
    severity: crate::lint::Severity::Error,
    summary: "a field changes that no API server lets change",
    what: "Objects that are on both sides: selectors of workloads; all of a StatefulSet but its replicas, template, update strategy, \
           ordinals, retention and `minReadySeconds`; a Job's template; a Service's cluster IP; a Secret's type; what is marked \
           `immutable`; a claim's spec but for more storage; a binding's role; a storage class; an InferenceService's deployment \
           mode.",
    why: "The API server refuses the update (or KServe's webhook does), and the delivery stops half way. Only a new object in \
          place of the old one helps, and while it is replaced nothing runs.",
    how: "Make a second object under another name, lead the requests to it, and delete the first.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (old, new) in context.both() {
        for (path, what) in changed(old, new) {
            let node = dig(&new.node, &path).or_else(|| dig(&new.node, &path[..path.len() - 1])).unwrap_or(&new.node);
            let kind = &new.identity.kind;
            let message = format!("{what} cannot be changed: the {kind} has to be deleted and made anew");
            let safe = vec![
                format!("make a second {kind} under another name, and wait until it is ready"),
                "lead everything to it that used the first".into(),
                format!("delete {} `{}`", new.identity.kind, new.identity.name),
            ];
            findings.add(Place::Node(new, node), message, safe);
        }
    }
}

/// The immutable fields of `new` that differ from `old`: their paths, and what to call them.
fn changed(old: &Manifest, new: &Manifest) -> Vec<(Vec<&'static str>, String)> {
    let (before, after) = (&old.node, &new.node);
    let mut found = Vec::new();
    let differs = |path: &[&'static str]| !same_or_absent(dig(before, path), dig(after, path));
    let mut fixed = |path: &[&'static str]| {
        if differs(path) {
            found.push((path.to_vec(), format!("`{}`", path.join("."))));
        }
    };
    match (new.identity.group.as_str(), new.identity.kind.as_str()) {
        ("apps", "Deployment" | "DaemonSet" | "ReplicaSet") => fixed(&["spec", "selector"]),
        ("apps", "StatefulSet") => {
            const OPEN: [&str; 6] = [
                "replicas",
                "template",
                "updateStrategy",
                "ordinals",
                "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds",
            ];
            let rest = |node: &Node| {
                let spec = dig(node, &["spec"]).cloned().unwrap_or(Node::NULL);
                without(&spec, &|path| matches!(path, [key] if OPEN.contains(&key.as_str())))
            };
            let (ours, theirs) = (rest(before), rest(after));
            if !same_or_absent(Some(&ours), Some(&theirs)) {
                let fields: Vec<String> = ours
                    .entries()
                    .iter()
                    .chain(theirs.entries())
                    .filter_map(|(key, _)| key.text())
                    .filter(|key| !same_or_absent(ours.get(key), theirs.get(key)))
                    .collect();
                let mut unique: Vec<String> = Vec::new();
                fields.into_iter().for_each(|field| if !unique.contains(&field) { unique.push(field) });
                found.push((vec!["spec"], format!("`spec.{}`", unique.join("`, `spec."))));
            }
        }
        ("batch", "Job") => {
            for path in [["spec", "template"], ["spec", "selector"], ["spec", "completionMode"]] {
                fixed(&path);
            }
        }
        ("", "Service") => {
            // An address may be asked for where none was, and left to the cluster; an ExternalName has none.
            let address = |node: &Node| dig(node, &["spec", "clusterIP"]).and_then(Node::text).filter(|own| !own.is_empty());
            let external = |node: &Node| text_at(node, &["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
            let headless = |node: &Node| address(node).is_some_and(|own| own == "None");
            if !external(before)
                && !external(after)
                && (headless(before) != headless(after) || address(before).is_some() && address(after).is_some())
            {
                fixed(&["spec", "clusterIP"]);
            }
        }
        ("", kind @ ("Secret" | "ConfigMap")) => {
            let kind_of = |node: &Node| text_at(node, &["type"]).map_or_else(|| "Opaque".into(), |text| text.into_owned());
            if kind == "Secret" && kind_of(before) != kind_of(after) {
                found.push((vec!["type"], "`type`".into()));
            }
            if dig(before, &["immutable"]).and_then(Node::text).as_deref() == Some("true") {
                let data = ["data", "binaryData", "stringData", "immutable"].into_iter().find(|key| {
                    !same_or_absent(dig(before, &[key]), dig(after, &[key]))
                });
                found.extend(data.map(|key| (vec![key], format!("`{key}`, because it is marked `immutable`,"))));
            }
        }
        ("", "PersistentVolumeClaim") => {
            let rest = |node: &Node| {
                let spec = dig(node, &["spec"]).cloned().unwrap_or(Node::NULL);
                without(&spec, &|path| matches!(path, [a, b, c] if a == "resources" && b == "requests" && c == "storage"))
            };
            let size = |node: &Node| dig(node, &["spec", "resources", "requests", "storage"]).and_then(quantity);
            if !same_or_absent(Some(&rest(before)), Some(&rest(after))) {
                found.push((vec!["spec"], "`spec`".into()));
            } else if size(before).zip(size(after)).is_some_and(|(old, new)| new < old) {
                found.push((vec!["spec", "resources", "requests", "storage"], "`spec.resources.requests.storage` (to less)".into()));
            }
        }
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => fixed(&["roleRef"]),
        ("storage.k8s.io", "StorageClass") => {
            for path in [["provisioner"], ["parameters"], ["reclaimPolicy"], ["volumeBindingMode"]] {
                fixed(&path);
            }
        }
        ("serving.kserve.io", "InferenceService") => {
            const MODE: [&str; 3] = ["metadata", "annotations", "serving.kserve.io/deploymentMode"];
            let mode = |node: &Node| match text_at(node, &MODE).as_deref() {
                Some("RawDeployment" | "Standard") => Some("Standard".to_string()),
                Some("Serverless" | "Knative") => Some("Knative".to_string()),
                other => other.map(str::to_string),
            };
            // Without one, the cluster's default counted, which nobody knows here.
            if mode(before).zip(mode(after)).is_some_and(|(old, new)| old != new) {
                found.push((MODE.to_vec(), "the deployment mode".into()));
            }
        }
        _ => {}
    }
    found
}

/// A Kubernetes quantity as a number: `10Gi`, `500M`, `1e9`.
fn quantity(node: &Node) -> Option<f64> {
    if let Some(number) = number_at(node, &[]) {
        return Some(number);
    }
    let text = node.text()?;
    const UNITS: [(&str, f64); 11] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("m", 1e-3),
    ];
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((&text, 1.0));
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_numbers() {
        let of = |text: &str| quantity(&Node::literal(text));
        assert_eq!((of("10Gi"), of("1500m"), of("1e9")), (Some(10_737_418_240.0), Some(1.5), Some(1e9)));
        assert_eq!((of("12"), of("x"), quantity(&Node::int(3))), (Some(12.0), None, Some(3.0)));
    }
}

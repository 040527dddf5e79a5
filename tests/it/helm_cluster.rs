//! Generated charts, installed by the real Helm on a real API server: through the steps of the tutorials, with a weight
//! turned in between, rolled back and uninstalled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use helmwright::bundle::{Identity, Manifest};
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::{Rendered, render};
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use helmwright::write;
use serde_json::{Value, json};

use crate::support::cluster::Cluster;
use crate::support::{cluster, helm};

/// A tutorial: its example, the release, and the weight that is turned after its step.
struct Tutorial {
    example: &'static str,
    name: &'static str,
    namespace: &'static str,
    /// Other namespaces that its objects are in.
    others: &'static [&'static str],
    turned: (usize, &'static str),
}

const TUTORIALS: [Tutorial; 3] = [
    Tutorial {
        example: "tf-serving",
        name: "image-classifier",
        namespace: "tf-serving",
        others: &[],
        turned: (2, "application.versions.resnet101.weight=45"),
    },
    Tutorial {
        example: "kserve-canary",
        name: "fraud-detection",
        namespace: "kserve-deployments",
        others: &["istio-system"],
        turned: (1, "application.versions.rf.weight=35"),
    },
    Tutorial {
        example: "kserve-rollout",
        name: "my-model",
        namespace: "kserve-rollout",
        others: &[],
        turned: (1, "application.versions.1.weight=20"),
    },
];

#[test]
fn helm_3_takes_a_chart_through_the_tutorials() {
    through(3);
}

#[test]
fn helm_4_takes_a_chart_through_the_tutorials() {
    through(4);
}

fn through(version: u8) {
    // Both tests work on the same names.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let Some(cluster) = cluster::cluster() else { return };
    let Some(helm) = helm::released(version) else { return };
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for tutorial in &TUTORIALS {
        let folder = tempfile::tempdir().unwrap();
        Run { tutorial, cluster: &cluster, helm: &helm, folder: folder.path(), version }.all();
    }
}

struct Run<'a> {
    tutorial: &'a Tutorial,
    cluster: &'a Cluster,
    helm: &'a Path,
    folder: &'a Path,
    version: u8,
}

impl Run<'_> {
    fn all(&self) {
        let Tutorial { name, namespace, others, .. } = self.tutorial;
        for namespace in [namespace].into_iter().chain(*others) {
            self.cluster.kubectl(&["create", "namespace", namespace]);
        }
        // What a run that was cut short left there.
        self.helm(&["uninstall", name, "-n", namespace]);
        let steps = self.steps();
        assert!(steps.len() > 2, "{steps:?}");
        let mut revision = 0;
        let mut seen: Vec<Identity> = Vec::new();
        for (i, step) in steps.iter().enumerate() {
            let chart = self.chart(step);
            revision += 1;
            self.upgrade(&chart, &[]);
            let rendered = self.rendered(step, &[]);
            self.stored(&rendered, &format!("{}, revision {revision}", step.display()), &mut seen);
            let (turned, edit) = self.tutorial.turned;
            if i == turned {
                revision += 1;
                self.upgrade(&chart, &["--set", edit]);
                let rendered = self.rendered(step, &[edit]);
                self.stored(&rendered, &format!("{} with {edit}", step.display()), &mut seen);
            }
        }
        self.run(&["rollback", name, "1", "-n", namespace]);
        let first = self.rendered(&steps[0], &[]);
        self.stored(&first, "rolled back", &mut seen);
        self.run(&["uninstall", name, "-n", namespace]);
        for identity in &seen {
            assert!(self.get(identity).is_none(), "Helm {}: {identity} is left behind", self.version);
        }
        let secrets = self.cluster.kubectl(&["get", "secrets", "-n", namespace, "-o", "name"]);
        assert_eq!(String::from_utf8_lossy(&secrets.stdout), "", "Helm's own records are left behind");
    }

    fn steps(&self) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(self.tutorial.example);
        let mut steps: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        steps.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        steps.sort();
        steps
    }

    fn rendered(&self, step: &Path, edits: &[&str]) -> Rendered {
        let inputs = Inputs {
            files: vec![Input::Path(step.display().to_string())],
            edits: edits.iter().map(|edit| (Flag::Set, edit.to_string())).collect(),
            ..Inputs::default()
        };
        let Tutorial { name, namespace, .. } = self.tutorial;
        let release = ReleaseName { name: Some((*name).into()), namespace: Some((*namespace).into()) };
        render(&inputs, &release, &Catalog::embedded()).unwrap()
    }

    /// Makes the chart of a step; the folder is that of the step before.
    fn chart(&self, step: &Path) -> PathBuf {
        let folder = self.folder.join("chart");
        let chart = write::chart(&self.rendered(step, &[]), &write::ChartOptions::default()).unwrap();
        chart.files.write(&folder, false).unwrap();
        folder
    }

    fn upgrade(&self, chart: &Path, more: &[&str]) {
        let Tutorial { name, namespace, .. } = self.tutorial;
        let chart = chart.display().to_string();
        // A weight turned by hand ends with the next chart; without the flag, Helm would keep it.
        self.run(&[&["upgrade", "--install", name, &chart, "-n", namespace, "--reset-values"], more].concat());
    }

    fn run(&self, arguments: &[&str]) {
        let output = self.helm(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "helm {}: {error}", arguments.join(" "));
    }

    fn helm(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.helm);
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(name, self.folder);
        }
        command.args(arguments).env("KUBECONFIG", &self.cluster.kubeconfig).output().unwrap()
    }

    /// What the server has is what is rendered, with the server's defaults; and of what was there before, what is not
    /// rendered any more is gone.
    fn stored(&self, rendered: &Rendered, what: &str, seen: &mut Vec<Identity>) {
        let own = |manifest: &&Manifest| manifest.identity.kind != "Namespace";
        let manifests: Vec<&Manifest> = rendered.bundle.iter().filter(own).collect();
        for manifest in &manifests {
            let mut text = String::new();
            write::manifest(manifest, &mut text);
            let file = self.folder.join("object.yaml");
            fs::write(&file, text).unwrap();
            let mut arguments = vec!["replace", "--dry-run=server", "-o", "json", "-f"];
            let path = file.display().to_string();
            arguments.push(&path);
            if manifest.identity.namespace.is_none() {
                arguments.extend(["-n", self.tutorial.namespace]);
            }
            let output = self.cluster.kubectl(&arguments);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "Helm {}, {what}: {error}", self.version);
            let meant: Value = serde_json::from_slice(&output.stdout).unwrap();
            let found = self.get(&manifest.identity).unwrap_or_else(|| panic!("{what}: no {}", manifest.identity));
            assert_eq!(plain(found), plain(meant), "Helm {}, {what}: {}", self.version, manifest.identity);
        }
        let same = |identity: &Identity| manifests.iter().any(|manifest| manifest.identity.same_object(identity));
        for identity in seen.iter().filter(|identity| !same(identity)) {
            assert!(self.get(identity).is_none(), "Helm {}, {what}: {identity} is still there", self.version);
        }
        let new = manifests
            .iter()
            .map(|manifest| &manifest.identity)
            .filter(|new| !seen.iter().any(|old| old.same_object(new)));
        let new: Vec<Identity> = new.cloned().collect();
        seen.extend(new);
    }

    fn get(&self, identity: &Identity) -> Option<Value> {
        let kind = match identity.group.as_str() {
            "" => identity.kind.clone(),
            group => format!("{}.{}.{group}", identity.kind, identity.version),
        };
        let namespace = identity.namespace.as_deref().unwrap_or(self.tutorial.namespace);
        let output = self.cluster.kubectl(&["get", &kind, &identity.name, "-n", namespace, "-o", "json"]);
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }
}

/// An object without what the server and Helm note of it.
fn plain(mut object: Value) -> Value {
    let fields = object.as_object_mut().unwrap();
    fields.remove("status");
    let metadata = fields["metadata"].as_object_mut().unwrap();
    for key in ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"] {
        metadata.remove(key);
    }
    let drop = |metadata: &mut serde_json::Map<String, Value>, field: &str, keys: &[&str]| {
        if let Some(Value::Object(entries)) = metadata.get_mut(field) {
            keys.iter().for_each(|key| drop_key(entries, key));
            if entries.is_empty() {
                metadata.remove(field);
            }
        }
    };
    drop(metadata, "labels", &["app.kubernetes.io/managed-by"]);
    drop(metadata, "annotations", &["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"]);
    // The allocator's, and not given again where only a try is made.
    if let Some(Value::Object(spec)) = fields.get_mut("spec") {
        ["clusterIP", "clusterIPs"].iter().for_each(|key| drop_key(spec, key));
    }
    json!(fields)
}

fn drop_key(map: &mut serde_json::Map<String, Value>, key: &str) {
    map.remove(key);
}

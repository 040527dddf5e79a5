//! A real API server (`../shared/tools/cluster`), without controllers: objects are validated, defaulted and stored.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use helmwright::objects::Objects;

const CLUSTER: &str = "../shared/tools/cluster/cluster";

/// `kubectl` for a server that runs; `None` where there can be none.
pub fn cluster() -> Option<Cluster> {
    let skip = std::env::var("CONFORMANCE").is_ok_and(|value| value == "skip");
    if skip || !Path::new(CLUSTER).exists() {
        assert!(skip || std::env::var_os("CI").is_none(), "{CLUSTER} is not there; CONFORMANCE=skip does without");
        println!("skipped: there is no API server to ask ({CLUSTER})");
        return None;
    }
    // One test starts it, the other waits. It stays up for the next run (`cluster down` ends it), so it must not hold
    // the pipes of this one.
    static UP: OnceLock<bool> = OnceLock::new();
    let start = || Command::new(CLUSTER).arg("up").stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(UP.get_or_init(|| start().success()), "`{CLUSTER} up` failed");
    let output = Command::new(CLUSTER).arg("env").output().unwrap();
    let exports = String::from_utf8(output.stdout).unwrap();
    let value = |name: &str| {
        let (_, rest) = exports.split_once(&format!("{name}=")).unwrap();
        rest.split_whitespace().next().unwrap().split(':').next().unwrap().to_string()
    };
    Some(Cluster { kubeconfig: value("KUBECONFIG"), bin: value("PATH") })
}

pub struct Cluster {
    /// How to reach it.
    pub kubeconfig: String,
    bin: String,
}

impl Cluster {
    /// Runs kubectl.
    pub fn kubectl(&self, arguments: &[&str]) -> Output {
        let program = Path::new(&self.bin).join("kubectl");
        Command::new(program).args(arguments).env("KUBECONFIG", &self.kubeconfig).output().unwrap()
    }

    /// Creates the namespaces that `objects` are in, so that the server looks at the objects.
    pub fn namespaces<'o>(&self, all: impl IntoIterator<Item = &'o Objects>) {
        let manifests = all.into_iter().flat_map(|objects| &objects.manifests);
        let names: BTreeSet<&str> = manifests.filter_map(|object| object.identity.namespace.as_deref()).collect();
        for name in names {
            // Those that exist, and the bad names of bad cases, are refused.
            self.kubectl(&["create", "namespace", name]);
        }
    }

    /// What the server says against the manifests at `path`; nothing where it takes them all.
    pub fn refusal(&self, path: &Path) -> Option<String> {
        let path = path.display().to_string();
        let output = self.kubectl(&["apply", "--dry-run=server", "--validate=strict", "-f", &path]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (!output.status.success()).then_some(error)
    }
}

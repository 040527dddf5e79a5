//! Flux's kustomize-controller on a real API server. The source-controller and the cluster's own controllers are played:
//! an artifact is a tarball behind a small server, and a Deployment is ready when the test says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::cluster::Cluster;

/// The controller, running.
pub struct Flux {
    cluster: Cluster,
    controller: Child,
    /// The namespace of its objects.
    pub namespace: String,
    /// The namespace of the release.
    pub release: String,
    address: String,
    artifacts: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    revisions: u32,
}

impl Flux {
    /// Starts `program` with namespaces of its own on `cluster`, which knows Flux's kinds.
    pub fn start(program: &Path, cluster: Cluster) -> Self {
        let id = std::process::id();
        let (namespace, release) = (format!("flux-{id}"), format!("prod-{id}"));
        for name in [&namespace, &release] {
            assert!(cluster.kubectl(&["create", "namespace", name]).status.success());
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let artifacts = Arc::new(Mutex::new(BTreeMap::new()));
        let served = artifacts.clone();
        std::thread::spawn(move || serve(&listener, &served));
        let controller = Command::new(program)
            .args(["--watch-all-namespaces=false", "--requeue-dependency=1s", "--log-level=error"])
            .args(["--metrics-addr=127.0.0.1:0", "--health-addr=127.0.0.1:0"])
            .env("RUNTIME_NAMESPACE", &namespace)
            .env("KUBECONFIG", &cluster.kubeconfig)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { cluster, controller, namespace, release, address, artifacts, revisions: 0 }
    }

    fn kubectl(&self, arguments: &[&str]) -> Option<Value> {
        let output = self.cluster.kubectl(arguments);
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    /// Creates the objects of `text`.
    pub fn apply(&self, text: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let output = self.cluster.kubectl(&["apply", "-f", file.path().to_str().unwrap()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes the folder `content` the newest revision of the GitRepository `name`.
    pub fn publish(&mut self, name: &str, content: &Path) {
        self.revisions += 1;
        let tar = Command::new("tar").args(["-C", content.to_str().unwrap(), "-czf", "-", "."]).output().unwrap();
        assert!(tar.status.success());
        let digest = Sha256::digest(&tar.stdout).iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let path = format!("/{name}-{}.tar.gz", self.revisions);
        let size = tar.stdout.len();
        self.artifacts.lock().unwrap().insert(path.clone(), tar.stdout);
        let now = "2026-01-01T00:00:00Z";
        let status = json!({"status": {
            "observedGeneration": 1,
            "artifact": {
                "path": path[1..],
                "url": format!("http://{}{path}", self.address),
                "revision": format!("main@sha1:{:040}", self.revisions),
                "digest": format!("sha256:{digest}"),
                "lastUpdateTime": now,
                "size": size,
            },
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored",
                "lastTransitionTime": now, "observedGeneration": 1,
            }],
        }});
        self.status("gitrepository", &self.namespace, name, &status);
    }

    fn status(&self, kind: &str, namespace: &str, name: &str, status: &Value) {
        let patch = status.to_string();
        let arguments = ["patch", kind, name, "-n", namespace, "--type=merge", "--subresource=status", "-p", &patch];
        let output = self.cluster.kubectl(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a Deployment ready.
    pub fn ready(&self, name: &str) {
        let deployment = self.get("deployment", name).unwrap();
        let pods = deployment["spec"]["replicas"].as_i64().unwrap();
        let condition =
            |kind: &str, reason: &str| json!({"type": kind, "status": "True", "reason": reason, "message": ""});
        let status = json!({"status": {
            "observedGeneration": deployment["metadata"]["generation"],
            "replicas": pods, "updatedReplicas": pods, "readyReplicas": pods, "availableReplicas": pods,
            "conditions": [condition("Available", "MinimumReplicasAvailable"), condition("Progressing", "NewReplicaSetAvailable")],
        }});
        self.status("deployment", &self.release, name, &status);
    }

    /// An object of the release.
    pub fn get(&self, kind: &str, name: &str) -> Option<Value> {
        self.kubectl(&["get", kind, name, "-n", &self.release, "-o", "json"])
    }

    /// Gives a Deployment another number of pods, as an autoscaler does.
    pub fn scale(&self, name: &str, pods: u32) {
        let pods = format!("--replicas={pods}");
        assert!(self.cluster.kubectl(&["scale", "deployment", name, "-n", &self.release, &pods]).status.success());
    }

    /// Waits until `holds`.
    pub fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < Duration::from_secs(60), "{what}: not within a minute\n{}", self.state());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// That `holds` stays so for a while.
    pub fn stays(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(4) {
            assert!(holds(self), "{what}: no more\n{}", self.state());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn state(&self) -> String {
        let output = self.cluster.kubectl(&["get", "kustomizations", "-n", &self.namespace, "-o", "wide"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Flux {
    fn drop(&mut self) {
        // The controller itself removes what it applied, and lets its objects go.
        let all = ["delete", "kustomizations", "--all", "-n", &self.namespace, "--timeout=30s"];
        self.cluster.kubectl(&all);
        self.cluster.kubectl(&["delete", "gitrepositories", "--all", "-n", &self.namespace]);
        let _ = self.controller.kill();
        let _ = self.controller.wait();
        for name in [&self.namespace, &self.release] {
            self.cluster.kubectl(&["delete", "namespace", name, "--wait=false"]);
        }
    }
}

/// The controller's program, where it is on the PATH.
pub fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("kustomize-controller")).find(|program| program.is_file())
}

/// Answers `GET` with what is in `artifacts`.
fn serve(listener: &TcpListener, artifacts: &Mutex<BTreeMap<String, Vec<u8>>>) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let mut asked = Vec::new();
        let mut byte = [0; 1];
        while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            asked.push(byte[0]);
        }
        let asked = String::from_utf8_lossy(&asked).into_owned();
        let path = asked.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match artifacts.lock().unwrap().get(path) {
            Some(body) => ("200 OK", body.clone()),
            None => ("404 Not Found", Vec::new()),
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    }
}

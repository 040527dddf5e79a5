//! Files out of Go modules: what Argo CD and Flux publish with their sources.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::go;

/// Modules, their versions, and their folders with CustomResourceDefinitions.
pub const DEFINITIONS: [(&str, &str, &str); 4] = [
    ("github.com/argoproj/argo-cd/v3", "v3.5.7", "manifests/crds"),
    ("github.com/fluxcd/kustomize-controller", "v1.9.5", "config/crd/bases"),
    ("github.com/fluxcd/helm-controller", "v1.6.0", "config/crd/bases"),
    ("github.com/fluxcd/source-controller", "v1.9.6", "config/crd/bases"),
];

/// The folder of a module, fetched if need be; `None` without Go: see [`go::skipped`].
pub fn module(path: &str, version: &str) -> Option<PathBuf> {
    let folder = std::env::temp_dir();
    let mut command = Command::new("go");
    command.args(["mod", "download", "-json", &format!("{path}@{version}")]).current_dir(folder);
    // No module is built here, so none has to suit this version of Go.
    command.env("GOFLAGS", "-mod=mod").stderr(Stdio::null());
    let Ok(output) = command.output() else {
        go::skipped("Go is not on this machine");
        return None;
    };
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    match answer["Dir"].as_str() {
        Some(folder) => Some(folder.into()),
        None => {
            go::skipped(&format!("{path} {version} cannot be fetched: {}", answer["Error"]));
            None
        }
    }
}

//! helmwright as a plugin of the real Helm 3 and Helm 4, installed from a folder.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::helm;

const SPEC: &str = "examples/blue-green-istio/2-shared.yaml";

#[test]
fn helm_3_runs_the_plugin_at_the_root() {
    plugged(3, ".");
}

#[test]
fn helm_4_runs_the_plugin_at_the_root_too() {
    plugged(4, ".");
}

#[test]
fn helm_4_runs_its_own_form() {
    plugged(4, "plugin/helm4");
}

/// Installs the plugin in `folder`, and compares what it does with the program alone.
fn plugged(version: u8, folder: &str) {
    let Some(helm) = helm::released(version) else { return };
    let home = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_helmwright"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |arguments: &[&str]| -> Output {
        let mut command = Command::new(&helm);
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(name, home.path());
        }
        command.args(arguments).env("PATH", &path).current_dir(root).output().unwrap()
    };
    let done = |output: Output| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "Helm {version}, {folder}: {error}");
        String::from_utf8(output.stdout).unwrap()
    };
    done(run(&["plugin", "install", &root.join(folder).display().to_string()]));

    let alone = |arguments: &[&str]| Command::new(program).args(arguments).current_dir(root).output().unwrap();
    let words = ["render", "wisdom", "-n", "web", "-f", "examples/iter8-canary/1-candidate.yaml"];
    let plugged = done(run(&[&["helmwright"], &words[..]].concat()));
    assert_eq!(plugged, done(alone(&words)), "Helm keeps `-n` to itself, and it counts all the same");

    let chart = home.path().join("chart").display().to_string();
    done(run(&["helmwright", "chart", "wisdom", "-n", "web", "-f", SPEC, "--output-dir", &chart]));
    let templates = done(run(&["template", "wisdom", &chart, "-n", "web"]));
    assert!(templates.contains("kind: VirtualService"), "{templates}");

    let refused = run(&["helmwright", "render", "wisdom", "-f", "no-such-file.yaml"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no-such-file.yaml"), "{refused:?}");
}

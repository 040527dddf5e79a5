//! Helm 3 and Helm 4: the program of `tests/helm`, which has both loaded, and the released commands.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use serde_json::{Value, json};

use crate::support::go::{self, Go};

/// The versions of Helm that charts are for; `tests/helm/go.mod` has them too.
pub const VERSIONS: [(u8, &str); 2] = [(3, "v3.22.0"), (4, "v4.3.1")];

/// The version of Kubernetes that charts are for: what Helm assumes by itself hangs on how it was built.
const KUBE_VERSION: &str = "v1.34.0";

/// What is released: a chart, under a name, with values. The files of the values are texts.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub helm: u8,
    pub chart: &'a Path,
    pub name: &'a str,
    pub namespace: &'a str,
    pub values: &'a Inputs,
}

/// What `helm template` gave.
#[derive(Debug)]
pub struct Templated {
    /// What it wrote.
    pub manifests: String,
    /// `NOTES.txt`.
    pub notes: String,
    /// What it warned of.
    pub warnings: String,
    /// How the objects differ from those expected, if any were.
    pub differences: Vec<String>,
}

/// Both versions, running.
pub struct Helm(Go);

impl Helm {
    /// Starts them; without Go on the machine the test skips: see [`go::skipped`].
    pub fn start() -> Option<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm");
        let program = go::program("helmwright-helm", &source)?;
        Some(Self(Go::run(&mut Command::new(program))))
    }

    /// `helm template`; an error is what Helm refused it with. The objects are compared with those `expected`.
    pub fn template(&mut self, call: &Call<'_>, expected: Option<&str>) -> Result<Templated, String> {
        let mut request = request(call, "template");
        request["expected"] = expected.into();
        request["kubeVersion"] = KUBE_VERSION.into();
        let answer = self.0.ask(&request);
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_string());
        }
        let text = |key: &str| answer[key].as_str().unwrap().to_string();
        let differences = answer["differences"].as_array().into_iter().flatten();
        Ok(Templated {
            manifests: text("manifests"),
            notes: text("notes"),
            warnings: text("warnings"),
            differences: differences.map(|one| one.as_str().unwrap().to_string()).collect(),
        })
    }

    /// `helm lint --strict`: its messages, and whether the chart passed.
    pub fn lint(&mut self, call: &Call<'_>) -> (Vec<String>, bool) {
        let answer = self.0.ask(&request(call, "lint"));
        if let Some(error) = answer["error"].as_str() {
            return (vec![error.to_string()], false);
        }
        let messages = answer["messages"].as_array().unwrap().iter();
        (messages.map(|one| one.as_str().unwrap().to_string()).collect(), answer["failed"] == false)
    }
}

fn request(call: &Call<'_>, command: &str) -> Value {
    let mut request = json!({
        "helm": call.helm,
        "command": command,
        "chart": call.chart,
        "name": call.name,
        "namespace": call.namespace,
        "values": call.values.files.iter().map(text).collect::<Vec<_>>(),
    });
    for flag in Flag::ORDER {
        let texts = call.values.edits.iter().filter(|(own, _)| *own == flag).map(|(_, text)| text.as_str());
        request[flag.name().trim_start_matches('-')] = texts.collect();
    }
    request
}

fn text(input: &Input) -> &str {
    match input {
        Input::Text { text, .. } => text,
        other => panic!("{other:?} is no text"),
    }
}

/// The released command, built once; `None` where that cannot be.
pub fn released(version: u8) -> Option<PathBuf> {
    let (_, release) = VERSIONS.iter().find(|(own, _)| *own == version)?;
    go::once(&format!("helm-{release}"), || install(version, release))
}

fn install(version: u8, release: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("helm-{release}"));
    let program = folder.join(format!("helm{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Some(program);
    }
    let package = format!("helm.sh/helm/v{version}/cmd/helm@{release}");
    let mut command = Command::new("go");
    command.args(["install", &package]).env("GOBIN", &folder).env("GOFLAGS", "-mod=mod");
    let Ok(status) = command.status() else {
        go::skipped("Go is not on this machine");
        return None;
    };
    assert!(status.success(), "{package} does not build");
    Some(program)
}

/// Runs `program`, a released command, as `call` says: `helm template`, or `helm lint --strict`.
pub fn run(program: &Path, call: &Call<'_>, lint: bool) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    match lint {
        true => command.args(["lint", "--strict"]),
        false => command.args(["template", call.name, "--kube-version", KUBE_VERSION]),
    };
    command.arg(call.chart).args(["-n", call.namespace]);
    for (i, input) in call.values.files.iter().enumerate() {
        let path = folder.path().join(format!("{i}.yaml"));
        std::fs::write(&path, text(input)).unwrap();
        command.arg("-f").arg(path);
    }
    for (flag, text) in &call.values.edits {
        command.arg(flag.name()).arg(text);
    }
    // What its owner has set up for Helm is none of the test's business.
    for home in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        command.env(home, folder.path());
    }
    command.env_remove("KUBECONFIG").output().unwrap()
}

/// The values as arguments of a command line, for people to copy; `spec` is not written out.
pub fn arguments(values: &Inputs, spec: &str) -> String {
    let mut out = String::new();
    for input in &values.files {
        match input {
            Input::Text { text, .. } if text == spec => out.push_str(" -f spec.yaml"),
            input => write!(out, " -f <(cat <<'EOF'\n{}\nEOF\n)", text(input)).unwrap(),
        }
    }
    for (flag, text) in &values.edits {
        write!(out, " {} '{}'", flag.name(), text.replace('\'', r"'\''")).unwrap();
    }
    out
}

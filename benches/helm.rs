//! 1,000 releases rendered to one stream, and what Helm's engine takes for as many of a chart of the same objects: in one
//! process, on all cores, with the chart read before. The program of `tests/helm` has that engine; without Go there is
//! nothing to compare with. `cargo bench --bench helm` prints milliseconds and their ratio.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[allow(dead_code, clippy::print_stderr, reason = "the tests use more of it, and say what they pass over")]
#[path = "../tests/support/go.rs"]
mod go;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;

const RELEASES: usize = 1000;
const ROUNDS: usize = 7;

const WORKSPACE: &str = "releases:\n- spec: apps/*/release.yaml\n  namespace: prod\n";

/// A release with eight objects.
const SPEC: &str = include_str!("release.yaml");

fn main() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm");
    let Some(program) = go::program("helmwright-helm", &source) else { return };
    let mut helm = go::Go::run(&mut Command::new(program));
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    fs::write(folder.join("helmwright.yaml"), WORKSPACE).expect("a file");
    for i in 0..RELEASES {
        let app = folder.join(format!("apps/app{i}"));
        fs::create_dir_all(&app).expect("a folder");
        fs::write(app.join("release.yaml"), SPEC).expect("a file");
    }
    helmwright(folder, &["chart", "shop", "-n", "prod", "-f", "apps/app0/release.yaml", "--output-dir", "shop"]);

    let request = json!({
        "helm": 4, "command": "time", "chart": folder.join("shop"), "name": "shop", "namespace": "prod", "count": RELEASES,
    });
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(helmwright(folder, &["render", "--stdout"]));
        let answer = helm.ask(&request);
        theirs.push(answer["seconds"].as_f64().unwrap_or_else(|| panic!("{answer}")));
    }
    let [own, theirs] = [own, theirs].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] * 1e3
    });
    println!("{RELEASES} releases to one stream {own:8.0} ms");
    println!("Helm's engine, as many        {theirs:8.0} ms   {:5.1} x", theirs / own);
}

/// The seconds that the program takes, which succeeds.
fn helmwright(folder: &Path, arguments: &[&str]) -> f64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the program starts");
    let time = start.elapsed().as_secs_f64();
    assert!(status.success(), "{arguments:?}: {status}");
    time
}

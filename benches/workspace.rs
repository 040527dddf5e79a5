//! A workspace of 10,000 releases, and what the same files cost other programs: `check` against `git status`, and writing
//! all files against `cp -r`; and `diff` with what is committed, against rendering alone. The program itself is run, from
//! its start to its end. `cargo bench --bench workspace` prints milliseconds and ratios of one run: only the ratios travel
//! from machine to machine. `RELEASES=1000` takes fewer.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark has nobody to hand an error to")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;

const WORKSPACE: &str = "\
releases:
- spec: apps/*/release.yaml
  namespace: prod
  output: rendered/${{ name }}
";

/// A release with eight objects.
const SPEC: &str = include_str!("release.yaml");

fn main() {
    let releases = std::env::var("RELEASES").ok().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    fs::write(folder.join("helmwright.yaml"), WORKSPACE).expect("a file");
    for i in 0..releases {
        let app = folder.join(format!("apps/app{i}"));
        fs::create_dir_all(&app).expect("a folder");
        fs::write(app.join("release.yaml"), SPEC).expect("a file");
    }
    let [rendered, copied] = ["rendered", "copied"].map(|name| folder.join(name));
    let remove = |folder: &Path| drop(fs::remove_dir_all(folder));

    let (mut write, mut copy) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        remove(&rendered);
        write.push(helmwright(folder, &["render"]));
        remove(&copied);
        copy.push(run(folder, "cp", &["-r", "rendered", "copied"]));
    }
    remove(&copied);
    compare(&format!("{releases} releases written"), &mut write, "cp -r of the files", &mut copy);

    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
        run(folder, "git", &[&who, arguments].concat())
    };
    for step in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "all"]] {
        git(step);
    }
    // Files as old as the index are read again; older ones are not.
    std::thread::sleep(Duration::from_millis(1100));
    git(&["status"]);
    let (mut check, mut status, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        check.push(helmwright(folder, &["check"]));
        status.push(git(&["status"]));
        again.push(helmwright(folder, &["render"]));
    }
    compare(&format!("{releases} releases checked"), &mut check, "git status", &mut status);
    compare("rendered again, without a change", &mut again, "git status", &mut status);
    let mut stream: Vec<Duration> = (0..ROUNDS).map(|_| helmwright(folder, &["render", "--stdout"])).collect();
    compare("rendered to one stream", &mut stream, "git status", &mut status);

    let mut same: Vec<Duration> = (0..ROUNDS).map(|_| helmwright(folder, &["diff"])).collect();
    compare("compared with Git, nothing changed", &mut same, "rendered to one stream", &mut stream);
    for i in (0..releases).step_by(10) {
        let spec = SPEC.replace("weight: 90", "weight: 50").replace("weight: 10\n", "weight: 50\n");
        fs::write(folder.join(format!("apps/app{i}/release.yaml")), spec).expect("a file");
    }
    helmwright(folder, &["render"]);
    let mut tenth: Vec<Duration> = (0..ROUNDS).map(|_| helmwright(folder, &["diff", "--exit-zero"])).collect();
    compare("compared with Git, a tenth changed", &mut tenth, "rendered to one stream", &mut stream);
}

fn helmwright(folder: &Path, arguments: &[&str]) -> Duration {
    run(folder, env!("CARGO_BIN_EXE_helmwright"), arguments)
}

/// How long the program takes, which succeeds.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Duration {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the program starts");
    let time = start.elapsed();
    assert!(status.success(), "{program} {arguments:?}: {status}");
    time
}

fn compare(what: &str, own: &mut [Duration], other: &str, others: &mut [Duration]) {
    let [own, others] = [own, others].map(|times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1e3
    });
    println!("{what:36} {own:8.0} ms   {:5.2} x {other} ({others:.0} ms)", own / others);
}

//! Input that is meant to exhaust the program is refused, and quickly.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use helmwright::objects::Objects;
use helmwright::review::manifests::{Secrecy, read_both};

const SPEC: &str = "environment: deployment\napplication: {versions: [{image: x}]}\n";

/// Renders `text` as a spec, which must be refused; gives the report.
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let spec = folder.path().join("spec.yaml");
    fs::write(&spec, text).expect("a file");
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(["render", "x", "-f"]).arg(&spec).env("NO_COLOR", "1").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty(), "there is output all the same");
    // A build without optimisation on a busy machine needs some of it.
    assert!(begin.elapsed() < Duration::from_secs(20), "it took {:?}", begin.elapsed());
    assert!(output.stderr.len() < 500_000, "the report has {} bytes", output.stderr.len());
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_file_of_100_mb_is_refused() {
    let report = refused(&format!("{SPEC}x-long: {}\n", "a".repeat(100 << 20)));
    assert!(report.contains("larger than"), "{report}");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let report = refused(&format!("{SPEC}x-deep: {}1{}\n", open.repeat(10_000), close.repeat(10_000)));
        assert!(report.contains("deep"), "{report}");
    }
    let mut block = String::from(SPEC);
    block.push_str("x-deep:\n");
    for depth in 1..3_000 {
        block.push_str(&format!("{}a:\n", " ".repeat(depth)));
    }
    assert!(refused(&block).contains("deep"));
    let report = refused(&format!("{SPEC}x-deep: {}\n", "- ".repeat(10_000)));
    assert!(report.contains("deep") || report.contains("not valid YAML"), "{report}");
}

#[test]
fn deep_expressions_are_refused() {
    let deep = format!("${{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000));
    refused(&format!("environment: deployment\napplication: {{versions: [{{image: '{deep}'}}]}}\n"));
    let json = format!("--set-json=x-deep={}", "[".repeat(50_000));
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(["render", "x", &json]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn many_problems_are_one_report_that_can_be_read() {
    let versions: String = (0..20_000).map(|_| "  - 1\n").collect();
    let text = format!("environment: deployment\napplication:\n  versions:\n{versions}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let spec = folder.path().join("spec.yaml");
    fs::write(&spec, text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(["render", "x", "-f"]).arg(&spec).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end() {
    let place = tempfile::tempdir().unwrap();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: Opaque\ndata: {foo: YmFy}\n";
    fs::write(place.path().join("a.yaml"), secret).unwrap();
    for name in ["link-1", "link-2"] {
        std::os::unix::fs::symlink(".", place.path().join(name)).unwrap();
    }
    let folder = place.path().to_str().unwrap();
    assert_eq!(Objects::read(folder).unwrap().manifests.len(), 1);
    let [before, after] = read_both(place.path(), place.path(), Secrecy::None).unwrap();
    assert_eq!([before.manifests.len(), after.manifests.len()], [1, 1]);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_said() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(["packs", "list"]).stdout(full).env("NO_COLOR", "1").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with("  × cannot write the output: No space left on device"), "{said}");
}

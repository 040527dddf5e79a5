//! Every example renders as it stands, without a name or a namespace on the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKS: &str = "examples/own-environment/packs";

#[test]
fn every_example_renders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut specs = Vec::new();
    for entry in fs::read_dir(root.join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            assert!(folder.join("README.md").is_file(), "{} has no README.md", folder.display());
            find(&folder, &mut specs);
        }
    }
    assert!(specs.len() > 8, "only {specs:?}");
    for spec in &specs {
        let output = Command::new(env!("CARGO_BIN_EXE_helmwright"))
            .args(["--packs", PACKS, "render", "-f"])
            .arg(spec)
            .current_dir(root)
            .output()
            .unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success() && err.is_empty(), "{}:\n{err}", spec.display());
        assert!(out.contains("\nkind: "), "{} makes nothing", spec.display());
    }
}

/// The specs below `folder`: files that name an environment. Each begins with what it shows.
fn find(folder: &Path, specs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, specs);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&path).unwrap();
            if text.lines().any(|line| line.starts_with("environment:")) {
                let first = text.lines().next().unwrap();
                assert!(first.contains("# "), "{} does not begin with a comment", path.display());
                specs.push(path);
            }
        }
    }
}

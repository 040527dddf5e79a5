//! `examples/<spec>`: every example renders as it stands, without a name or a namespace on the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::{folders, trial};

const PACKS: &str = "examples/own-environment/packs";

/// One for each spec of the examples.
pub fn trials() -> Vec<Trial> {
    let mut specs = Vec::new();
    for folder in folders(Path::new("examples")) {
        assert!(folder.join("README.md").is_file(), "{} has no README.md", folder.display());
        find(&folder, &mut specs);
    }
    assert!(specs.len() > 8, "only {specs:?}");
    specs.into_iter().map(|spec| trial(spec.display().to_string(), move || it_renders(&spec))).collect()
}

fn it_renders(spec: &Path) {
    let text = fs::read_to_string(spec).unwrap();
    assert!(text.lines().next().unwrap().contains("# "), "{} does not begin with a comment", spec.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmwright"));
    let output = command.args(["--packs", PACKS, "render", "-f"]).arg(spec).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success() && err.is_empty(), "{}:\n{err}", spec.display());
    assert!(out.contains("\nkind: "), "{} makes nothing", spec.display());
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
                specs.push(path);
            }
        }
    }
}

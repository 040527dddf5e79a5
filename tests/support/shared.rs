//! `../shared`: what Iter8's own chart makes of its users' files, and the program that compares with it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::go;

/// The folder; `None` where it is not: see [`go::skipped`].
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !folder.join("iter8").is_dir() {
        go::skipped("../shared is not beside this folder");
        return None;
    }
    Some(folder)
}

/// The program that compares two files of manifests by meaning; `None` without Go.
pub fn parity(shared: &Path) -> Option<PathBuf> {
    // That folder may be read-only, and Go may want to write beside its sources.
    let directory = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(shared.join("tools/parity")).expect("the comparing program") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, directory.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    go::program("parity", directory.path())
}

/// A release of Iter8's chart: its folder, its name and its namespace. `values.yaml` and `expected.yaml` are there.
pub struct Iter8 {
    pub folder: PathBuf,
    pub release: String,
    pub namespace: String,
}

impl Iter8 {
    /// What to call it in messages.
    pub fn name(&self) -> String {
        self.folder.file_name().expect("a name").to_string_lossy().into_owned()
    }

    /// The path of its values.
    pub fn values(&self) -> String {
        self.folder.join("values.yaml").display().to_string()
    }
}

/// All of them.
pub fn iter8(shared: &Path) -> Vec<Iter8> {
    let mut cases: Vec<Iter8> = fs::read_dir(shared.join("iter8"))
        .expect("a folder")
        .map(|entry| {
            let folder = entry.expect("an entry").path();
            let word = |name: &str| fs::read_to_string(folder.join(name)).expect("a word").trim().to_string();
            Iter8 { release: word("release"), namespace: word("namespace"), folder }
        })
        .collect();
    cases.sort_by(|a, b| a.folder.cmp(&b.folder));
    cases
}

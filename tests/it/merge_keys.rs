//! The lists that merge, and by which fields, are those of Kubernetes' own types.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use helmwright::kinds::LISTS;
use regex::Regex;

use crate::support::go;

/// The packages of `k8s.io/api` that have the kinds of which a release is made.
const PACKAGES: [&str; 8] = [
    "admissionregistration/v1",
    "apps/v1",
    "autoscaling/v2",
    "batch/v1",
    "core/v1",
    "networking/v1",
    "policy/v1",
    "rbac/v1",
];

/// Where the source of `k8s.io/api` is, in the version that the tests' Helm has.
fn source() -> Option<PathBuf> {
    let helm = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm");
    let list = ["list", "-m", "-f", "{{.Dir}}", "k8s.io/api"];
    let Ok(output) = Command::new("go").args(list).current_dir(helm).output() else {
        go::skipped("Go is not on this machine");
        return None;
    };
    let folder = String::from_utf8(output.stdout).expect("a path").trim().to_string();
    if folder.is_empty() {
        go::skipped("the source of k8s.io/api is not on this machine");
        return None;
    }
    Some(PathBuf::from(folder))
}

/// The lists of a file of types that have a `patchMergeKey`, with that; but for those that only a cluster writes.
fn merge_keys(types: &str) -> BTreeSet<(String, String)> {
    let declaration = Regex::new(r"^type (\w+) struct").unwrap();
    let field = Regex::new(r#"json:"(\w+)[^"]*".*patchMergeKey:"(\w+)""#).unwrap();
    let tagged = Regex::new(r#"patchMergeKey:"(\w+)".*json:"(\w+)"#).unwrap();
    let mut is_written_by_users = true;
    let mut found = BTreeSet::new();
    for line in types.lines() {
        if let Some(declared) = declaration.captures(line) {
            is_written_by_users = !declared[1].contains("Status") && !declared[1].contains("Health");
        } else if !is_written_by_users || line.trim_start().starts_with("//") {
            continue;
        } else if let Some(tags) = field.captures(line) {
            found.insert((tags[1].to_string(), tags[2].to_string()));
        } else if let Some(tags) = tagged.captures(line) {
            found.insert((tags[2].to_string(), tags[1].to_string()));
        }
    }
    found
}

#[test]
fn lists_merge_as_kubernetes_merges_them() {
    let Some(source) = source() else { return };
    let read = |package: &&str| fs::read_to_string(source.join(package).join("types.go")).expect("types");
    let theirs: BTreeSet<(String, String)> = PACKAGES.iter().flat_map(|package| merge_keys(&read(package))).collect();
    let keys = LISTS.iter().flat_map(|list| list.merge.iter().map(|key| (list.name.to_string(), key.to_string())));
    assert_eq!(keys.collect::<BTreeSet<_>>(), theirs);
}

//! The manifests that lints are tried on: `tests/lints/<rule>/good` and `bad`, and `tests/lints/_good` for those that are good
//! cases of several rules.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a rule's cases. Tests run in the crate's folder; paths are relative, so that no path of a machine gets into
/// what is expected.
pub fn folder(rule: &str) -> PathBuf {
    Path::new("tests/lints").join(rule)
}

/// Where nothing is wrong.
pub fn good(rule: &str) -> Vec<PathBuf> {
    let mut files = manifests(&folder(rule).join("good"));
    files.extend(manifests(&folder("_good")).into_iter().filter(|file| is_for(file, rule)));
    files
}

/// Where the rule finds something.
pub fn bad(rule: &str) -> Vec<PathBuf> {
    manifests(&folder(rule).join("bad"))
}

/// Whether the first line of a file of `_good`, `# good for RULE, RULE`, names the rule.
fn is_for(file: &Path, rule: &str) -> bool {
    let text = fs::read_to_string(file).expect("a file");
    let rules = text.lines().next().and_then(|line| line.strip_prefix("# good for "));
    let rules = rules.unwrap_or_else(|| panic!("{} does not say for which rules it is there", file.display()));
    rules.split(", ").any(|named| named == rule)
}

/// The YAML files in `folder`, by name; none where there is no such folder.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

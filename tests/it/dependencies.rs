//! What `cargo run` has built, `cargo test` does not build again.

use std::collections::BTreeSet;
use std::process::Command;

/// The packages that these kinds of dependencies lead to, each with its features.
fn packages(kinds: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p} with {f}", "--edges", kinds])
        .output()
        .expect("cargo is there");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let lines = String::from_utf8(tree.stdout).expect("names are ASCII");
    lines.lines().map(|line| line.trim_end_matches(" (*)").to_string()).collect()
}

/// A package with one feature more is another package to Cargo: it, and all that use it, would be compiled twice.
#[test]
fn tests_want_no_features_that_the_program_lacks() {
    let program = packages("normal,build");
    let again: Vec<String> = program.difference(&packages("normal,build,dev")).cloned().collect();
    assert!(program.len() > 50, "{program:?}");
    assert!(again.is_empty(), "give the dependency its features in [dependencies]: {again:#?}");
}

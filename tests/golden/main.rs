//! The tests that are folders and files: each is one test by its own name, so that `cargo test NAME` runs those whose names
//! contain `NAME`. `tests/README.md` tells what each consists of.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

#[path = "../support/case.rs"]
mod case;
mod cases;
mod change;
mod examples;
mod fix_plan;
#[path = "../support/golden.rs"]
mod golden;
#[path = "../support/lint_cases.rs"]
mod lint_cases;
mod lints;
mod pages;
mod transitions;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let trials = [
        cases::trials(),
        examples::trials(),
        fix_plan::trials(),
        lints::trials(),
        pages::trials(),
        transitions::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit();
}

/// A test that fails by a panic.
fn trial(name: impl Into<String>, check: impl FnOnce() + Send + 'static) -> Trial {
    let run = || {
        check();
        Ok(())
    };
    Trial::test(name, run)
}

/// What is in `folder`, by name; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The folders in `folder`, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// The last part of a path.
fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

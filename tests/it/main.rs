//! The tests, one file a subject: `cargo test NAME` runs those whose names contain `NAME`; `tests/README.md` is their map.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails loudly, and says what it passes over"
)]

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod chart;
mod chart_equal;
#[cfg(unix)]
mod ci_scripts;
mod conformance;
mod conformance_argocd;
mod conformance_cluster;
mod conformance_delivery;
mod delivery;
mod dependencies;
mod diff_external;
mod diff_git;
mod diff_properties;
mod diff_schema;
mod diff_untrusted;
mod environments;
mod errors;
mod fix_plan;
mod git;
mod go_set;
mod helm_cluster;
mod helm_program;
mod init;
mod layers;
mod limits;
mod lint_command;
mod lints;
mod merge_keys;
mod origins;
mod plugin;
#[cfg(unix)]
mod pre_commit;
mod release_summary;
mod robust;
mod routing;
mod spec_table;
mod traffic;
mod transitions;
mod tutorials;
mod types;
mod workload;
mod workspace;

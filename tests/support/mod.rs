//! What tests have in common.

pub mod breaches;
pub mod case;
pub mod charts;
pub mod cluster;
pub mod composite;
pub mod dials;
pub mod flux;
pub mod forge;
pub mod git;
pub mod go;
pub mod golden;
pub mod helm;
pub mod json;
pub mod lint_cases;
pub mod making;
pub mod modules;
pub mod overrides;
pub mod releases;
pub mod shared;
pub mod specs;
pub mod template;
pub mod traps;
pub mod versions;
pub mod waves;

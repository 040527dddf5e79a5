//! The checks, one a file.

use super::Rule;
use super::finding::Place;

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// All checks, by name.
        pub const RULES: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![
    canary_changed,
    delivery_no_backend,
    delivery_wrong_version,
    field_owned,
    immutable_field,
    namespace_change,
    previous_revision,
    promotion_and_more,
    readiness_gate_lost,
    rename_deletes,
    route_not_ready,
    selector_loses_pods,
    service_port_removed,
    service_type,
    step_too_large,
    target_port,
    version_removed,
];

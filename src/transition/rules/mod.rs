//! The transition checks, one a file.

use super::Check;
use crate::rules::{Rule, RuleSet, Severity, rule_files};

/// All transition checks, by name.
pub const RULES: RuleSet<Check> = RuleSet {
    noun: "transition check",
    listed: "docs/transitions.md lists them",
    remedy: "What to do instead",
    checks: CHECKS,
};

rule_files! {
    Check:
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
}

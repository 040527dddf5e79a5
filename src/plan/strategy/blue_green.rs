//! `blue-green`: one rule, all versions by weight.

use super::Traffic;
use crate::plan::routing::Rule;

/// One rule.
pub fn rules(traffic: &Traffic<'_>) -> Vec<Rule> {
    vec![traffic.by_weight(traffic.versions)]
}

//! `bandit`: one rule over all versions; the platform learns their shares from feedback.

use super::Traffic;
use crate::plan::routing::Rule;

/// One rule.
pub fn rules(traffic: &Traffic<'_>) -> Vec<Rule> {
    let mut rule = traffic.by_weight(traffic.versions);
    (rule.split, rule.weighted, rule.learned) = (false, false, true);
    vec![rule]
}

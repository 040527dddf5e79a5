//! `bandit`: one rule over all versions; the platform learns their shares from feedback.

use super::RuleBuilder;
use crate::plan::routing::RoutingRule;

/// One rule.
pub fn rules(builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    let mut rule = builder.by_weight(builder.versions);
    (rule.split, rule.weighted, rule.learned) = (false, false, true);
    vec![rule]
}

//! `blue-green`: one rule, all versions by weight.

use super::RuleBuilder;
use crate::plan::routing::RoutingRule;

/// One rule.
pub fn rules(builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    vec![builder.by_weight(builder.versions)]
}

//! `canary`: each candidate with a match gets the requests it asks for, the rest goes to the primary. A candidate
//! without one takes the environment's default; where there is none, it shares the rest by weight.

use super::RuleBuilder;
use crate::plan::routing::RoutingRule;

/// A rule for each candidate, and one for the rest.
pub fn rules(builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    builder.by_match(|candidate| {
        if builder.pins.is_given(&candidate.matches) {
            candidate.matches.clone()
        } else {
            candidate.default_matches.clone()
        }
    })
}

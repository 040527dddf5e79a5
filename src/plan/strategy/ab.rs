//! `ab`: an experiment that keeps its users apart: by match where a candidate has one, else by weight, and then
//! each user stays with the version first met, where the platform can do that.

use super::RuleBuilder;
use crate::plan::routing::RoutingRule;

/// A rule for each candidate with a match, and one for the rest.
pub fn rules(builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    let mut rules = builder.by_match(|candidate| candidate.matches.clone());
    for rule in &mut rules {
        rule.sticky = rule.split;
    }
    rules
}

//! `canary`: each candidate with a match gets the requests it asks for, the rest goes to the primary. A candidate
//! without one takes the environment's default; where there is none, it shares the rest by weight.

use super::Traffic;
use crate::plan::routing::Rule;

/// A rule for each candidate, and one for the rest.
pub fn rules(traffic: &Traffic<'_>) -> Vec<Rule> {
    traffic.by_match(|candidate| {
        if traffic.pins.is_given(&candidate.matches) {
            candidate.matches.clone()
        } else {
            candidate.default_matches.clone()
        }
    })
}

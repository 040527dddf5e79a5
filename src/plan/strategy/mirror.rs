//! `mirror`: all requests to the primary; a candidate's weight is the percentage that is copied to it.

use std::sync::Arc;

use super::RuleBuilder;
use crate::plan::routing::{Condition, RoutingMirror, RoutingRule};
use crate::spec::Mode;

/// One rule.
pub fn rules(builder: &RuleBuilder<'_>) -> Vec<RoutingRule> {
    let Some(primary) = builder.versions.get(..1) else { return Vec::new() };
    let candidates = builder.candidates();
    let mut rule = builder.by_weight(primary);
    rule.split = false;
    rule.mirrored = builder.any_available(candidates);
    for share in &mut rule.shares {
        if let Some(share) = Arc::get_mut(share) {
            // The primary gets everything, so its weight says nothing, and a weight of 0 would leave a route of the Gateway
            // API without a backend. A routemap has the weight all the same, because Iter8's chart writes it.
            share.weighted = match builder.mode {
                Mode::Routemap => rule.mirrored.clone(),
                Mode::Static => Condition::Never,
            };
        }
    }
    rule.mirrors = candidates
        .iter()
        .map(|version| {
            let (percent, available) = (builder.weight(version), builder.available(version));
            Arc::new(RoutingMirror { version: version.clone(), percent, available })
        })
        .collect();
    vec![rule]
}

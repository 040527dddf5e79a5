//! `mirror`: all requests to the primary; a candidate's weight is the percentage that is copied to it.

use std::sync::Arc;

use super::Traffic;
use crate::plan::routing::{Mirror, Rule};

/// One rule.
pub fn rules(traffic: &Traffic<'_>) -> Vec<Rule> {
    let Some(primary) = traffic.versions.get(..1) else { return Vec::new() };
    let candidates = traffic.candidates();
    let mut rule = traffic.by_weight(primary);
    rule.split = false;
    rule.mirrored = traffic.any_available(candidates);
    for share in &mut rule.shares {
        if let Some(share) = Arc::get_mut(share) {
            share.weighted = rule.mirrored.clone();
        }
    }
    rule.mirrors = candidates
        .iter()
        .map(|version| {
            let (percent, available) = (traffic.weight(version), traffic.available(version));
            Arc::new(Mirror { version: version.clone(), percent, available })
        })
        .collect();
    vec![rule]
}

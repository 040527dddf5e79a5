//! `mirror`: all requests to the primary; a candidate's weight is the percentage that is copied to it.

use std::sync::Arc;

use super::Traffic;
use crate::plan::routing::{Condition, Mirror, Rule};
use crate::spec::Mode;

/// One rule.
pub fn rules(traffic: &Traffic<'_>) -> Vec<Rule> {
    let Some(primary) = traffic.versions.get(..1) else { return Vec::new() };
    let candidates = traffic.candidates();
    let mut rule = traffic.by_weight(primary);
    rule.split = false;
    rule.mirrored = traffic.any_available(candidates);
    for share in &mut rule.shares {
        if let Some(share) = Arc::get_mut(share) {
            // The primary gets everything. Its own weight says nothing, and a 0 would leave a Gateway API route without
            // a backend; only a routemap has one, as Iter8 writes it.
            share.weighted = match traffic.mode {
                Mode::Routemap => rule.mirrored.clone(),
                Mode::Static => Condition::Never,
            };
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

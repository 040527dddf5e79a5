//! What becomes of the versions of a spec in the next one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layout::Layout;
use crate::impact::{Impact, Receiver, Workload};
use crate::plan::Plan;
use crate::sides::{Side, Sides};
use crate::transition::version_of;

/// How many percent of the rest each version gets, by its key.
pub type Shares = BTreeMap<Arc<str>, f64>;

/// A spec with the plan that was made of it.
#[derive(Clone, Copy)]
pub struct PlannedSpec<'a> {
    /// The spec as its versions.
    pub layout: &'a Layout,
    /// Its plan.
    pub plan: &'a Plan,
}

impl PlannedSpec<'_> {
    /// What the spec calls the version that a workload is.
    fn key_of(&self, workload: &Workload) -> Option<Arc<str>> {
        let key = self.plan.versions.get(version_of(self.plan, workload)?)?.key.text()?;
        self.layout.version(&key).map(|version| version.key.clone())
    }
}

/// What becomes of the versions, by their keys.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The shares of the rest on either side.
    pub shares: Sides<Shares>,
    /// Versions of the old side that are not there any more, or whose place gets another one.
    pub leaving: Vec<Arc<str>>,
    /// The old place of the version that is promoted, where it moves into the primary's.
    pub promoted_from: Option<Arc<str>>,
}

impl Migration {
    /// The migration that `change` is, which is from the one of `specs` to the other.
    pub fn new(impact: &Impact<'_>, specs: Sides<PlannedSpec<'_>>) -> Self {
        let Sides { before, after } = specs;
        let moves: Vec<Sides<Option<Arc<str>>>> =
            (0..impact.version_pairs.len()).map(|version_pair| keys_of(impact, specs, version_pair)).collect();
        let stays =
            |key: &Arc<str>| moves.iter().any(|keys| keys.before.as_ref() == Some(key) && keys.before == keys.after);
        let leaving = before.layout.keys().filter(|key| !stays(key)).collect();
        let primary = after.layout.primary_key();
        // Where another place becomes the primary's, nothing has to move into it.
        let keeps_place = before.layout.primary_key() == primary;
        let promoted = moves
            .into_iter()
            .find(|keys| keeps_place && keys.before.is_some() && keys.after == primary && keys.before != primary);
        Self {
            shares: Sides { before: shares(impact, before, Side::Before), after: shares(impact, after, Side::After) },
            leaving,
            promoted_from: promoted.and_then(|keys| keys.before),
        }
    }
}

/// What the specs call the version of a version pair.
fn keys_of(impact: &Impact<'_>, specs: Sides<PlannedSpec<'_>>, version_pair: usize) -> Sides<Option<Arc<str>>> {
    let key = |side: Side| impact.workload(version_pair, side).and_then(|workload| specs[side].key_of(workload));
    let (before, after) = (key(Side::Before), key(Side::After));
    // What was replaced leaves, and something else comes.
    let is_replaced = impact.version_pairs[version_pair].is_replaced() && before == after;
    Sides { before, after: after.filter(|_| !is_replaced) }
}

/// How the versions of one side share the rest.
fn shares(impact: &Impact<'_>, spec: PlannedSpec<'_>, side: Side) -> Shares {
    let rest = impact.entry_points.iter().filter_map(|entry_point| entry_point.rest());
    let outcomes = rest.filter_map(|rest| rest.outcome[side].as_ref());
    let mut shares = Shares::new();
    for (receiver, percent) in outcomes.flat_map(|outcome| &outcome.shares) {
        let Receiver::Version(version_pair) = receiver else { continue };
        let key = impact.workload(*version_pair, side).and_then(|workload| spec.key_of(workload));
        if let (Some(key), Some(percent)) = (key, percent) {
            shares.insert(key, *percent);
        }
    }
    shares
}

//! What becomes of the versions of a spec in the next one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layout::Layout;
use crate::impact::{Change, Party, Unit};
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
    /// What the spec calls the version that a unit is.
    fn key_of(&self, unit: &Unit) -> Option<Arc<str>> {
        let key = self.plan.versions.get(version_of(self.plan, unit)?)?.key.text()?;
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
    pub fn new(change: &Change<'_>, specs: Sides<PlannedSpec<'_>>) -> Self {
        let Sides { before, after } = specs;
        let moves: Vec<Sides<Option<Arc<str>>>> =
            (0..change.tracks.len()).map(|track| keys_of(change, specs, track)).collect();
        let stays = |key: &Arc<str>| moves.iter().any(|keys| keys.before.as_ref() == Some(key) && keys.before == keys.after);
        let leaving = before.layout.keys().filter(|key| !stays(key)).collect();
        let primary = after.layout.primary_key();
        // Where another place becomes the primary's, nothing has to move into it.
        let keeps_place = before.layout.primary_key() == primary;
        let promoted =
            moves.into_iter().find(|keys| keeps_place && keys.before.is_some() && keys.after == primary && keys.before != primary);
        Self {
            shares: Sides {
                before: shares(change, before, Side::Before),
                after: shares(change, after, Side::After),
            },
            leaving,
            promoted_from: promoted.and_then(|keys| keys.before),
        }
    }
}

/// What the specs call the version of a track.
fn keys_of(change: &Change<'_>, specs: Sides<PlannedSpec<'_>>, track: usize) -> Sides<Option<Arc<str>>> {
    let key = |side: Side| change.unit(track, side).and_then(|unit| specs[side].key_of(unit));
    let (before, after) = (key(Side::Before), key(Side::After));
    // What was replaced leaves, and something else comes.
    let is_replaced = change.tracks[track].is_replaced() && before == after;
    Sides { before, after: after.filter(|_| !is_replaced) }
}

/// How the versions of one side share the rest.
fn shares(change: &Change<'_>, spec: PlannedSpec<'_>, side: Side) -> Shares {
    let rest = change.entrances.iter().filter_map(|entrance| entrance.rest());
    let outcomes = rest.filter_map(|rest| rest.outcome[side].as_ref());
    let mut shares = Shares::new();
    for (party, percent) in outcomes.flat_map(|outcome| &outcome.shares) {
        let Party::Track(track) = party else { continue };
        let key = change.unit(*track, side).and_then(|unit| spec.key_of(unit));
        if let (Some(key), Some(percent)) = (key, percent) {
            shares.insert(key, *percent);
        }
    }
    shares
}

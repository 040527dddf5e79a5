//! What becomes of the versions of a spec in the next one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layout::Layout;
use crate::impact::{Impact, Receiver, Workload};
use crate::plan::Plan;
use crate::render::Rendered;
use crate::transition::version_of;

/// How many percent of the rest each version gets, by its key.
pub type Shares = BTreeMap<Arc<str>, f64>;

/// What becomes of the versions, by their keys.
#[derive(Debug, Clone)]
pub struct Fate {
    /// The shares of the rest on the old side.
    pub old_shares: Shares,
    /// The shares of the rest on the new side.
    pub new_shares: Shares,
    /// Versions of the old side that are not there any more, or whose place gets another one.
    pub leave: Vec<Arc<str>>,
    /// The old place of the version that is promoted, where it moves into the primary's.
    pub moves: Option<Arc<str>>,
}

impl Fate {
    /// Finds it out, of the change and of what both specs call their versions.
    pub fn of(impact: &Impact<'_>, old: &Layout, new: &Layout, before: &Rendered, after: &Rendered) -> Self {
        let key = |layout: &Layout, plan: &Plan, workload: &Workload| -> Option<Arc<str>> {
            let version = plan.versions.get(version_of(plan, workload)?)?;
            let key = version.key.text()?;
            layout.slot(&key).map(|slot| slot.key.clone())
        };
        let places: Vec<[Option<Arc<str>>; 2]> = (0..impact.version_pairs.len())
            .map(|version_pair| {
                let from = impact.before(version_pair).and_then(|workload| key(old, &before.plan, workload));
                let to = impact.after(version_pair).and_then(|workload| key(new, &after.plan, workload));
                // What was replaced leaves, and something else comes.
                if impact.version_pairs[version_pair].is_replaced() && from == to { [from, None] } else { [from, to] }
            })
            .collect();
        let shares = |side: usize| {
            let rest = impact.entry_points.iter().filter_map(|entry_point| entry_point.rest());
            let outcomes = rest
                .filter_map(|rest| if side == 1 { rest.outcome.after.as_ref() } else { rest.outcome.before.as_ref() });
            let mut shares = Shares::new();
            for (receiver, percent) in outcomes.flat_map(|outcome| &outcome.shares) {
                let Receiver::Version(version_pair) = receiver else { continue };
                let workload = if side == 1 { impact.after(*version_pair) } else { impact.before(*version_pair) };
                let (layout, plan) = if side == 1 { (new, &after.plan) } else { (old, &before.plan) };
                if let (Some(key), Some(percent)) = (workload.and_then(|workload| key(layout, plan, workload)), percent)
                {
                    shares.insert(key, *percent);
                }
            }
            shares
        };
        let stays = |key: &Arc<str>| places.iter().any(|[from, to]| from.as_ref() == Some(key) && from == to);
        let leave = old.slots.iter().map(|slot| slot.key.clone()).filter(|key| !stays(key)).collect();
        let primary = new.primary_key();
        let same_place = old.primary_key() == primary;
        let moves = places.iter().find(|[from, to]| same_place && from.is_some() && *to == primary && from != to);
        Self { old_shares: shares(0), new_shares: shares(1), leave, moves: moves.and_then(|[from, _]| from.clone()) }
    }
}

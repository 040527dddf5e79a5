//! Entrances, where requests come in, and who gets them on either side.

use super::pair::Bond;
use super::requests::{Kind, Moved, Outcome, Parties, Party, moved};
use super::track::Track;
use super::view::View;
use crate::traffic::Route;

/// Where requests come in: a route, or a Service that no route stands before.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// Its index among the old side's.
    pub old: Option<usize>,
    /// Its index among the new side's.
    pub new: Option<usize>,
    /// Which requests go where; the rest comes last.
    pub moved: Vec<Moved>,
    /// The version that stands first on the old side: it gets what no candidate gets.
    pub old_primary: Option<Party>,
    /// The version that stands first on the new side.
    pub new_primary: Option<Party>,
}

impl Entrance {
    /// Who gets the requests that no match takes.
    pub fn rest(&self) -> Option<&Moved> {
        self.moved.iter().find(|moved| moved.requests.kind == Kind::Rest)
    }

    /// All who are named on the side that `outcome` picks.
    pub fn parties<'e>(&'e self, outcome: impl Fn(&'e Moved) -> &'e Option<Outcome>) -> Vec<&'e Party> {
        let mut parties: Vec<&Party> = Vec::new();
        // The primary stands first among the rest, and is named first.
        for party in self.moved.iter().rev().flat_map(|moved| outcome(moved).iter().flat_map(Outcome::parties)) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }

    /// Whether there is anything to tell of its versions: someone gets other requests, came, or went.
    pub fn is_told(&self) -> bool {
        let named = |is_new: bool| self.parties(move |moved| if is_new { &moved.after } else { &moved.before });
        let (before, after) = (named(false), named(true));
        self.old.is_some() != self.new.is_some()
            || self.moved.iter().any(Moved::is_changed)
            || before.iter().any(|party| !after.contains(party))
            || after.iter().any(|party| !before.contains(party))
    }
}

/// The entrances of both sides, those of the new side first.
pub fn entrances(old: &View<'_>, new: &View<'_>, tracks: &[Track]) -> Vec<Entrance> {
    let before = Parties { view: old, tracks, is_new: false };
    let after = Parties { view: new, tracks, is_new: true };
    pairs(old, new, tracks, before, after)
        .into_iter()
        .map(|(o, n)| {
            let (o, n) = (o.map(|o| (o, &old.entrances[o])), n.map(|n| (n, &new.entrances[n])));
            Entrance {
                old: o.map(|(index, _)| index),
                new: n.map(|(index, _)| index),
                moved: moved(o.map(|(_, route)| (route, before)), n.map(|(_, route)| (route, after))),
                old_primary: o.and_then(|(_, route)| primary(route, before)),
                new_primary: n.and_then(|(_, route)| primary(route, after)),
            }
        })
        .collect()
}

/// Which entrance of one side is which of the other: the same object, else one that leads to the same versions.
fn pairs(
    old: &View<'_>,
    new: &View<'_>,
    tracks: &[Track],
    before: Parties<'_>,
    after: Parties<'_>,
) -> Vec<(Option<usize>, Option<usize>)> {
    let same = |route: &Route| old.entrances.iter().position(|own| own.identity.same_object(&route.identity));
    let mut of_new: Vec<Option<usize>> = new.entrances.iter().map(same).collect();
    let kept = |parties: Parties<'_>, route: &Route| -> Vec<Party> {
        let all = route.versions().map(|version| parties.of(route, version));
        all.filter(|party| matches!(party, Party::Track(track) if tracks[*track].bond > Bond::Place)).collect()
    };
    for (index, route) in new.entrances.iter().enumerate() {
        if of_new[index].is_some() {
            continue;
        }
        let own = kept(after, route);
        let free = |o: &usize| !of_new.contains(&Some(*o));
        let leads = |o: &usize| kept(before, &old.entrances[*o]).iter().any(|party| own.contains(party));
        of_new[index] = (0..old.entrances.len()).find(|o| free(o) && leads(o));
    }
    let mut pairs: Vec<_> = of_new.iter().enumerate().map(|(n, o)| (*o, Some(n))).collect();
    pairs.extend((0..old.entrances.len()).filter(|o| !of_new.contains(&Some(*o))).map(|o| (Some(o), None)));
    pairs
}

/// The version that the rest is for: the first that the rule for it names; where an InferenceService has a canary, the
/// revision before, which its object names last.
fn primary(route: &Route, parties: Parties<'_>) -> Option<Party> {
    let rest = super::requests::requests(route).into_iter().find(|own| own.kind == Kind::Rest)?;
    let shares = &rest.rule(route)?.shares;
    let previous = |version: &str| {
        route.targets_of(version).any(|target| matches!(target, crate::traffic::Target::Previous { .. }))
    };
    let first = shares.iter().find(|share| previous(&share.version)).or(shares.first())?;
    Some(parties.of(route, &first.version))
}

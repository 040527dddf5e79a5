//! Entrances, where requests come in, and who gets them on either side.

use std::collections::HashMap;

use super::index::{Key, key};
use super::pair::Bond;
use super::requests::{Kind, Moved, Outcome, Parties, Party, moved};
use super::track::Track;
use super::view::View;
use crate::bundle::Identity;
use crate::traffic::Route;

/// Where requests come in: a route, or a Service that no route stands before.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// What it is called: its object's name; with the kind and the namespace, where several have that name.
    pub name: String,
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
pub fn entrances(old: &View<'_>, new: &View<'_>, tracks: &[Track], versions: [&[usize]; 2]) -> Vec<Entrance> {
    let before = Parties { view: old, versions: versions[0] };
    let after = Parties { view: new, versions: versions[1] };
    let pairs = pairs(old, new, tracks, before, after);
    let names = names(old, new, &pairs);
    pairs
        .into_iter()
        .zip(names)
        .map(|((o, n), name)| {
            let (o, n) = (o.map(|o| (o, &old.entrances[o])), n.map(|n| (n, &new.entrances[n])));
            Entrance {
                name,
                old: o.map(|(index, _)| index),
                new: n.map(|(index, _)| index),
                moved: moved(o.map(|(_, route)| (route, before)), n.map(|(_, route)| (route, after))),
                old_primary: o.and_then(|(_, route)| primary(route, before)),
                new_primary: n.and_then(|(_, route)| primary(route, after)),
            }
        })
        .collect()
}

/// An entrance of either side, or of both.
type Sides = (Option<usize>, Option<usize>);

/// What entrances are called: by the names of their objects; by all of their identities, where names are the same.
fn names(old: &View<'_>, new: &View<'_>, pairs: &[Sides]) -> Vec<String> {
    let identity = |(o, n): &Sides| -> Option<&Identity> {
        let route = n.map(|n| &new.entrances[n]).or_else(|| o.map(|o| &old.entrances[o]));
        route.map(|route| &route.identity)
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for own in pairs.iter().filter_map(identity) {
        *counts.entry(&own.name).or_default() += 1;
    }
    let name = |own: &Identity| match counts.get(own.name.as_str()) {
        Some(1) => own.name.clone(),
        _ => own.to_string(),
    };
    pairs.iter().map(|pair| identity(pair).map(name).unwrap_or_default()).collect()
}

/// Which entrance of one side is which of the other: the same object, else one that leads to the same versions.
fn pairs(old: &View<'_>, new: &View<'_>, tracks: &[Track], before: Parties<'_>, after: Parties<'_>) -> Vec<Sides> {
    let of_old: HashMap<Key, usize> =
        old.entrances.iter().enumerate().map(|(index, route)| (key(&route.identity), index)).collect();
    let mut of_new: Vec<Option<usize>> =
        new.entrances.iter().map(|route| of_old.get(&key(&route.identity)).copied()).collect();
    let mut free: Vec<bool> = vec![true; old.entrances.len()];
    of_new.iter().flatten().for_each(|o| free[*o] = false);
    let kept = |parties: Parties<'_>, route: &Route| -> Vec<usize> {
        let all = route.versions().map(|version| parties.of(route, version));
        let tracks = all.filter_map(|party| match party {
            Party::Track(track) => Some(track).filter(|track| tracks[*track].bond > Bond::Place),
            Party::Other(_) => None,
        });
        tracks.collect()
    };
    let mut leads: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, route) in old.entrances.iter().enumerate().filter(|(index, _)| free[*index]) {
        for track in kept(before, route) {
            leads.entry(track).or_default().push(index);
        }
    }
    for (index, route) in new.entrances.iter().enumerate() {
        if of_new[index].is_none() {
            let own = kept(after, route);
            let found = own.iter().filter_map(|track| leads.get(track)).flatten().copied().filter(|o| free[*o]).min();
            found.into_iter().for_each(|o| free[o] = false);
            of_new[index] = found;
        }
    }
    let pairs = of_new.into_iter().enumerate().map(|(n, o)| (o, Some(n)));
    pairs.chain(free.iter().enumerate().filter(|(_, free)| **free).map(|(o, _)| (Some(o), None))).collect()
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

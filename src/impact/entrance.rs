//! Entrances, where requests come in, and who gets them on either side.

use std::collections::HashMap;

use super::pair::Bond;
use super::requests::{Kind, Moved, Outcome, Parties, Party, moved};
use super::track::Track;
use super::view::View;
use crate::bundle::{Identity, Key};
use crate::sides::{Side, Sides};
use crate::traffic::Route;

/// Where requests come in: a route, or a Service that no route stands before.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// What it is called: its object's name; with the kind and the namespace, where several have that name.
    pub name: String,
    /// Its index among those of either side.
    pub route: Sides<Option<usize>>,
    /// Which requests go where; the rest comes last.
    pub moved: Vec<Moved>,
    /// The version that stands first on either side: it gets what no candidate gets.
    pub primary: Sides<Option<Party>>,
}

impl Entrance {
    /// The entrance at `pair`, with who gets its requests.
    fn new(name: String, pair: Pair, parties: Sides<Parties<'_>>) -> Self {
        let routes = pair.zip(parties).map(|(index, parties)| Some((&parties.view.entrances[index?], parties)));
        let primary = routes.map(|side| side.and_then(|(route, parties)| primary(route, parties)));
        Self { name, route: pair, moved: moved(routes), primary }
    }

    /// Who gets the requests that no match takes.
    pub fn rest(&self) -> Option<&Moved> {
        self.moved.iter().find(|moved| moved.requests.kind == Kind::Rest)
    }

    /// All who are named on one side.
    pub fn parties(&self, side: Side) -> Vec<&Party> {
        let mut parties: Vec<&Party> = Vec::new();
        // The primary stands first among the rest, and is named first.
        let outcomes = self.moved.iter().rev().filter_map(|moved| moved.outcome[side].as_ref());
        for party in outcomes.flat_map(Outcome::parties) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }

    /// Whether there is anything to tell of its versions: someone gets other requests, came, or went.
    pub fn is_told(&self) -> bool {
        let (before, after) = (self.parties(Side::Before), self.parties(Side::After));
        self.route.before.is_some() != self.route.after.is_some()
            || self.moved.iter().any(Moved::is_changed)
            || before.iter().any(|party| !after.contains(party))
            || after.iter().any(|party| !before.contains(party))
    }
}

/// The entrances of both sides, those of the new side first.
pub fn entrances(sides: Sides<&View<'_>>, tracks: &[Track], versions: Sides<&Vec<usize>>) -> Vec<Entrance> {
    let parties = sides.zip(versions).map(|(view, versions)| Parties { view, versions });
    let pairs = pairs(sides, tracks, parties);
    let names = names(sides, &pairs);
    pairs.into_iter().zip(names).map(|(pair, name)| Entrance::new(name, pair, parties)).collect()
}

/// The indexes of an entrance on either side, or on both.
type Pair = Sides<Option<usize>>;

/// What entrances are called: by the names of their objects; by all of their identities, where names are the same.
fn names(sides: Sides<&View<'_>>, pairs: &[Pair]) -> Vec<String> {
    let identity = |pair: &Pair| -> Option<&Identity> {
        let route = |side: Side| pair[side].map(|index| &sides[side].entrances[index].identity);
        route(Side::After).or_else(|| route(Side::Before))
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
fn pairs(sides: Sides<&View<'_>>, tracks: &[Track], parties: Sides<Parties<'_>>) -> Vec<Pair> {
    let Sides { before: old, after: new } = sides;
    let of_old: HashMap<Key<'_>, usize> =
        old.entrances.iter().enumerate().map(|(index, route)| (route.identity.key(), index)).collect();
    let mut of_new: Vec<Option<usize>> =
        new.entrances.iter().map(|route| of_old.get(&route.identity.key()).copied()).collect();
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
        for track in kept(parties.before, route) {
            leads.entry(track).or_default().push(index);
        }
    }
    for (index, route) in new.entrances.iter().enumerate() {
        if of_new[index].is_none() {
            let own = kept(parties.after, route);
            let found = own.iter().filter_map(|track| leads.get(track)).flatten().copied().filter(|o| free[*o]).min();
            found.into_iter().for_each(|o| free[o] = false);
            of_new[index] = found;
        }
    }
    let kept = of_new.into_iter().enumerate().map(|(n, o)| Pair { before: o, after: Some(n) });
    let gone = free.iter().enumerate().filter(|(_, free)| **free);
    kept.chain(gone.map(|(o, _)| Pair { before: Some(o), after: None })).collect()
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

//! Entry points, where requests come in, and who gets them on either side.

use std::collections::HashMap;

use super::pair::PairedBy;
use super::requests::{Outcome, Receiver, ReceiverLookup, RequestKind, TrafficShift, shifts};
use super::version_pair::VersionPair;
use super::view::View;
use crate::bundle::{Identity, Key};
use crate::sides::{Side, Sides};
use crate::traffic::Route;

/// Where requests come in: a route, or a Service that no route stands before.
#[derive(Debug, Clone)]
pub struct EntryPoint {
    /// What it is called: its object's name; with the kind and the namespace, where several have that name.
    pub name: String,
    /// Its index among those of either side.
    pub route: Sides<Option<usize>>,
    /// Which requests go where; the rest comes last.
    pub shifts: Vec<TrafficShift>,
    /// The version that stands first on either side: it gets what no candidate gets.
    pub primary: Sides<Option<Receiver>>,
}

impl EntryPoint {
    /// The entry point at `pair`, with who gets its requests.
    fn new(name: String, pair: Pair, receivers: Sides<ReceiverLookup<'_>>) -> Self {
        let routes =
            pair.zip(receivers).map(|(index, receivers)| Some((&receivers.view.entry_points[index?], receivers)));
        let primary = routes.map(|side| side.and_then(|(route, receivers)| primary(route, receivers)));
        Self { name, route: pair, shifts: shifts(routes), primary }
    }

    /// Who gets the requests that no match takes.
    pub fn rest(&self) -> Option<&TrafficShift> {
        self.shifts.iter().find(|shift| shift.requests.kind == RequestKind::Rest)
    }

    /// All who are named on one side.
    pub fn receivers(&self, side: Side) -> Vec<&Receiver> {
        let mut receivers: Vec<&Receiver> = Vec::new();
        // The primary stands first among the rest, and is named first.
        let outcomes = self.shifts.iter().rev().filter_map(|shift| shift.outcome[side].as_ref());
        for receiver in outcomes.flat_map(Outcome::receivers) {
            if !receivers.contains(&receiver) {
                receivers.push(receiver);
            }
        }
        receivers
    }

    /// Whether `receiver` gets any request or copy on one side.
    pub fn serves(&self, receiver: &Receiver, side: Side) -> bool {
        let mut outcomes = self.shifts.iter().filter_map(|shift| shift.outcome[side].as_ref());
        outcomes.any(|outcome| outcome.serves(receiver))
    }

    /// Whether there is anything to tell of its versions: someone gets other requests, came, or went.
    pub fn is_told(&self) -> bool {
        let (before, after) = (self.receivers(Side::Before), self.receivers(Side::After));
        self.route.before.is_some() != self.route.after.is_some()
            || self.shifts.iter().any(TrafficShift::is_changed)
            || before.iter().any(|receiver| !after.contains(receiver))
            || after.iter().any(|receiver| !before.contains(receiver))
    }
}

/// The entry points of both sides, those of the new side first.
pub fn entry_points(
    sides: Sides<&View<'_>>,
    version_pairs: &[VersionPair],
    versions: Sides<&Vec<usize>>,
) -> Vec<EntryPoint> {
    let receivers = sides.zip(versions).map(|(view, versions)| ReceiverLookup { view, versions });
    let pairs = pairs(sides, version_pairs, receivers);
    let names = names(sides, &pairs);
    pairs.into_iter().zip(names).map(|(pair, name)| EntryPoint::new(name, pair, receivers)).collect()
}

/// The indexes of an entry point on either side, or on both.
type Pair = Sides<Option<usize>>;

/// What entry points are called: by the names of their objects; by all of their identities, where names are the same.
fn names(sides: Sides<&View<'_>>, pairs: &[Pair]) -> Vec<String> {
    let identities: Vec<Option<&Identity>> = pairs.iter().map(|pair| identity(sides, pair)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for identity in identities.iter().flatten() {
        *counts.entry(&identity.name).or_default() += 1;
    }
    let mut names = Vec::new();
    for identity in identities {
        names.push(match identity {
            Some(identity) if counts.get(identity.name.as_str()) == Some(&1) => identity.name.clone(),
            Some(identity) => identity.to_string(),
            None => String::new(),
        });
    }
    names
}

/// The object of an entry point, as the new side has it, where that does.
fn identity<'v>(sides: Sides<&'v View<'_>>, pair: &Pair) -> Option<&'v Identity> {
    let identities = pair.zip(sides).map(|(index, view)| Some(&view.entry_points[index?].identity));
    identities.after.or(identities.before)
}

/// Which entry point of one side is which of the other: the same object, else one that leads to the same versions.
fn pairs(sides: Sides<&View<'_>>, version_pairs: &[VersionPair], receivers: Sides<ReceiverLookup<'_>>) -> Vec<Pair> {
    let Sides { before: old, after: new } = sides;
    let of_old: HashMap<Key<'_>, usize> =
        old.entry_points.iter().enumerate().map(|(index, route)| (route.identity.key(), index)).collect();
    let mut of_new: Vec<Option<usize>> =
        new.entry_points.iter().map(|route| of_old.get(&route.identity.key()).copied()).collect();
    let mut free: Vec<bool> = vec![true; old.entry_points.len()];
    of_new.iter().flatten().for_each(|o| free[*o] = false);
    let mut leads: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, route) in old.entry_points.iter().enumerate().filter(|(index, _)| free[*index]) {
        for version_pair in kept_versions(route, receivers.before, version_pairs) {
            leads.entry(version_pair).or_default().push(index);
        }
    }
    for (index, route) in new.entry_points.iter().enumerate() {
        if of_new[index].is_none() {
            let same_versions = kept_versions(route, receivers.after, version_pairs)
                .iter()
                .filter_map(|version_pair| leads.get(version_pair))
                .flatten()
                .copied()
                .filter(|o| free[*o])
                .min();
            same_versions.into_iter().for_each(|o| free[o] = false);
            of_new[index] = same_versions;
        }
    }
    let kept = of_new.into_iter().enumerate().map(|(n, o)| Pair { before: o, after: Some(n) });
    let gone = free.iter().enumerate().filter(|(_, free)| **free);
    kept.chain(gone.map(|(o, _)| Pair { before: Some(o), after: None })).collect()
}

/// The versions that `route` leads to and that are more than a place on both sides.
fn kept_versions(route: &Route, receivers: ReceiverLookup<'_>, version_pairs: &[VersionPair]) -> Vec<usize> {
    let mut kept = Vec::new();
    for version in route.versions() {
        if let Receiver::Version(index) = receivers.of(route, version)
            && version_pairs[index].paired_by > PairedBy::Place
        {
            kept.push(index);
        }
    }
    kept
}

/// The version that the rest is for: the first that the rule for it names; where an InferenceService has a canary, the
/// revision before, which its object names last.
fn primary(route: &Route, receivers: ReceiverLookup<'_>) -> Option<Receiver> {
    let rest = super::requests::requests(route).into_iter().find(|requests| requests.kind == RequestKind::Rest)?;
    let shares = &rest.rule(route)?.shares;
    let previous = shares.iter().find(|share| {
        route.targets_of(&share.version).any(|target| matches!(target, crate::traffic::Target::Previous { .. }))
    });
    let first = previous.or(shares.first())?;
    Some(receivers.of(route, &first.version))
}

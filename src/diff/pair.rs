//! Which objects of two sides are one: those of the same name, and those that were renamed.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::alike::{Leaves, common};
use crate::bundle::{Identity, Manifest};

/// Objects by their positions on either side.
#[derive(Debug, Default)]
pub struct Paired {
    /// The old and the new one of each pair.
    pub both: Vec<(usize, usize)>,
    /// Those that only the old side has.
    pub gone: Vec<usize>,
    /// Those that only the new side has.
    pub new: Vec<usize>,
    /// For each old and each new object, how many of the same identity come before it.
    pub nth: [Vec<usize>; 2],
}

/// Pairs objects of the same group, kind, namespace and name; where several have the same, in order.
pub fn same_name(before: &[Manifest], after: &[Manifest]) -> Paired {
    let mut paired = Paired::default();
    let mut waiting: HashMap<_, (usize, VecDeque<usize>)> = HashMap::with_capacity(before.len());
    for (at, object) in before.iter().enumerate() {
        let (count, places) = waiting.entry(object.identity.key()).or_default();
        paired.nth[0].push(*count);
        *count += 1;
        places.push_back(at);
    }
    let mut seen: HashMap<_, usize> = HashMap::with_capacity(after.len());
    for (at, object) in after.iter().enumerate() {
        let count = seen.entry(object.identity.key()).or_default();
        paired.nth[1].push(*count);
        *count += 1;
        match waiting.get_mut(&object.identity.key()).and_then(|(_, places)| places.pop_front()) {
            Some(old) => paired.both.push((old, at)),
            None => paired.new.push(at),
        }
    }
    paired.gone = waiting.into_values().flat_map(|(_, places)| places).collect();
    paired.gone.sort_unstable();
    paired
}

/// From here on an object is taken for a renamed one. Of the score four fifths are what the objects say, without their
/// names, and one fifth is how alike the names are; so two objects that say the same are one whatever
/// their names, two with names that differ in a suffix need half in common, and two that share only what every
/// object of the kind says are not one.
const RENAMED: f64 = 0.6;

/// Up to this product of both counts, all objects of a kind are compared with each other.
const MOST_PAIRS: usize = 40_000;

/// Of more objects only those are compared that share something which at most this many others say, and their
/// neighbours by name and by rank.
const RARE: usize = 16;

/// One object that has no partner yet.
struct Unpaired<'a> {
    at: usize,
    identity: &'a Identity,
    leaves: Leaves,
}

/// Pairs what is left of the objects of one kind by what they say, the most alike first.
pub fn alike(
    gone: &[usize],
    new: &[usize],
    before: &BTreeMap<usize, Manifest>,
    after: &BTreeMap<usize, Manifest>,
) -> Vec<(usize, usize)> {
    let mut kinds: BTreeMap<(&str, &str), [Vec<Unpaired<'_>>; 2]> = BTreeMap::new();
    for (side, positions, objects) in [(0, gone, before), (1, new, after)] {
        for at in positions {
            let Some(object) = objects.get(at) else { continue };
            let identity = &object.identity;
            let kind = kinds.entry((&identity.group, &identity.kind)).or_default();
            kind[side].push(Unpaired { at: *at, identity, leaves: Leaves::default() });
        }
    }
    let mut pairs = Vec::new();
    for [mut old, mut new] in kinds.into_values() {
        if old.is_empty() || new.is_empty() {
            continue;
        }
        for (unpaired, objects) in [(&mut old, before), (&mut new, after)] {
            for entry in unpaired.iter_mut() {
                if let Some(object) = objects.get(&entry.at) {
                    entry.leaves = Leaves::of_object(&object.node, &entry.identity.name);
                }
            }
            unpaired.sort_by(|a, b| (a.identity.key(), a.at).cmp(&(b.identity.key(), b.at)));
        }
        pairs.extend(of_kind(old, new));
    }
    pairs
}

/// The pairs among objects of one kind, each side sorted by name.
fn of_kind(old: Vec<Unpaired<'_>>, new: Vec<Unpaired<'_>>) -> Vec<(usize, usize)> {
    let mut free = [vec![true; old.len()], vec![true; new.len()]];
    let mut pairs = Vec::new();
    let mut join = |i: usize, j: usize, free: &mut [Vec<bool>; 2]| {
        if free[0][i] && free[1][j] {
            (free[0][i], free[1][j]) = (false, false);
            pairs.push((old[i].at, new[j].at));
        }
    };
    // What says the same is one; of several that do, in the order of their names.
    let mut equal: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (i, object) in old.iter().enumerate() {
        equal.entry(object.leaves.digest()).or_default().push_back(i);
    }
    for (j, object) in new.iter().enumerate() {
        if let Some(i) = equal.get_mut(&object.leaves.digest()).and_then(VecDeque::pop_front) {
            join(i, j, &mut free);
        }
    }
    let mut scores = Vec::new();
    for (i, j) in candidates(&old, &new, &free) {
        let alike = common(&old[i].leaves, &new[j].leaves);
        let names = strsim::normalized_levenshtein(&old[i].identity.name, &new[j].identity.name);
        let score = 0.8 * alike + 0.2 * names;
        if score >= RENAMED {
            scores.push((score, i, j));
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    for (_, i, j) in scores {
        join(i, j, &mut free);
    }
    pairs
}

/// Which of the free objects are worth comparing.
fn candidates(old: &[Unpaired<'_>], new: &[Unpaired<'_>], free: &[Vec<bool>; 2]) -> BTreeSet<(usize, usize)> {
    let [ours, theirs] = [0, 1].map(|side| {
        let all = free[side].iter().enumerate();
        all.filter(|(_, free)| **free).map(|(at, _)| at).collect::<Vec<usize>>()
    });
    if ours.len() * theirs.len() <= MOST_PAIRS {
        return ours.iter().flat_map(|i| theirs.iter().map(|j| (*i, *j))).collect();
    }
    let mut candidates = BTreeSet::new();
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    for i in &ours {
        for leaf in old[*i].leaves.iter() {
            let places = index.entry(leaf).or_default();
            // One more than is rare tells that it is not.
            if places.len() <= RARE && places.last() != Some(i) {
                places.push(*i);
            }
        }
    }
    let mut common: HashMap<u64, usize> = HashMap::new();
    for j in &theirs {
        new[*j].leaves.iter().for_each(|leaf| *common.entry(leaf).or_default() += 1);
    }
    for (rank, j) in theirs.iter().enumerate() {
        for leaf in new[*j].leaves.iter().filter(|leaf| common.get(leaf).is_some_and(|count| *count <= RARE)) {
            let places = index.get(&leaf).filter(|places| places.len() <= RARE);
            candidates.extend(places.into_iter().flatten().map(|i| (*i, *j)));
        }
        // Both sides are sorted by name; a beginning that all have in common and that is another one now keeps the rank.
        let near = ours.partition_point(|i| old[*i].identity.key() < new[*j].identity.key());
        for near in [near, rank * ours.len() / theirs.len()] {
            candidates.extend(ours[near.saturating_sub(2)..].iter().take(4).map(|i| (*i, *j)));
        }
    }
    candidates
}

//! Which workload of one side is which of the other.
//!
//! A version is known by what it serves: its images or models, and its version label. Its name and its position tell
//! it only from another that serves the same, or say that a place got something else. So a promotion, where the second
//! place's content moves to the first, is seen as one.

use std::collections::{BTreeMap, HashMap};

use super::image;
use super::same::same;
use super::workload::Workload;
use crate::sides::{Side, Sides};

/// One version in time: what it is on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its index among the old workloads.
    pub old: Option<usize>,
    /// Its index among the new workloads.
    pub new: Option<usize>,
    /// How both belong together.
    pub paired_by: PairedBy,
}

/// How two workloads belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PairedBy {
    /// There is only one.
    None,
    /// They only stand at the same place: what it serves was replaced.
    Place,
    /// They stand at the same place and run the same, but the version label differs.
    Relabelled,
    /// They serve the same, of what tells versions apart; something else of them differs.
    Version,
    /// They are the same version.
    Same,
}

/// Pairs the workloads of both sides: each once, those that belong together most closely first. `applications` says which
/// application each belongs to; between applications only what is the same in all but its place is paired, as after a
/// rename.
pub fn pair(old: &[Workload], new: &[Workload], applications: &Sides<Vec<usize>>) -> Vec<Pair> {
    let mut pairing = Pairing { of_new: vec![None; new.len()], used: vec![false; old.len()] };
    let mut members: BTreeMap<usize, Sides<Vec<usize>>> = BTreeMap::new();
    for side in Side::BOTH {
        for (workload, application) in applications[side].iter().enumerate() {
            members.entry(*application).or_default()[side].push(workload);
        }
    }
    for Sides { before: olds, after: news } in members.values() {
        let (before, after) = (picked(old, olds), picked(new, news));
        let tells = Telling { old: &before, new: &after };
        let mut bonds = Vec::new();
        for (o, before) in before.iter().enumerate() {
            for (n, after) in after.iter().enumerate() {
                bonds.extend(
                    tells.paired_by(before, after).map(|(score, paired_by)| (score, olds[o], news[n], paired_by)),
                );
            }
        }
        bonds.sort_by_key(|(score, o, n, _)| (std::cmp::Reverse(*score), *o, *n));
        bonds.into_iter().for_each(|(_, o, n, paired_by)| pairing.join(o, n, paired_by));
    }
    pairing.renamed(old, new);
    pairing.into_pairs()
}

fn picked(workloads: &[Workload], indexes: &[usize]) -> Vec<Workload> {
    indexes.iter().filter_map(|index| workloads.get(*index)).cloned().collect()
}

/// The pairs so far.
struct Pairing {
    of_new: Vec<Option<(usize, PairedBy)>>,
    used: Vec<bool>,
}

/// The most workloads of one content that are looked through for one that was renamed.
const MOST_ALIKE: usize = 100;

impl Pairing {
    fn join(&mut self, old: usize, new: usize, paired_by: PairedBy) {
        if !self.used[old] && self.of_new[new].is_none() {
            self.used[old] = true;
            self.of_new[new] = Some((old, paired_by));
        }
    }

    /// Pairs what is left and is the same in all but its place.
    fn renamed(&mut self, old: &[Workload], new: &[Workload]) {
        let mut left: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, workload) in old.iter().enumerate().filter(|(index, _)| !self.used[*index]) {
            left.entry(content(workload)).or_default().push(index);
        }
        for (n, after) in new.iter().enumerate() {
            let alike = left.get(&content(after)).filter(|_| self.of_new[n].is_none());
            let alike = alike.into_iter().flatten().filter(|o| !self.used[**o]).take(MOST_ALIKE);
            let same: Vec<usize> = alike.copied().filter(|o| same(&old[*o].serving, &after.serving)).collect();
            let near = same.iter().find(|o| old[**o].object.namespace == after.object.namespace).or(same.first());
            if let Some(o) = near {
                self.join(*o, n, PairedBy::Same);
            }
        }
    }

    fn into_pairs(self) -> Vec<Pair> {
        let paired = self.of_new.into_iter().enumerate().map(|(n, partner)| match partner {
            Some((o, paired_by)) => Pair { old: Some(o), new: Some(n), paired_by },
            None => Pair { old: None, new: Some(n), paired_by: PairedBy::None },
        });
        let gone = self.used.iter().enumerate().filter(|(_, used)| !**used);
        let gone = gone.map(|(o, _)| Pair { old: Some(o), new: None, paired_by: PairedBy::None });
        paired.chain(gone).collect()
    }
}

/// What tells a version from others, its place left out.
fn content(workload: &Workload) -> (&str, Vec<&str>, &[String], Option<&str>) {
    (&workload.object.kind, workload.image_list(), &workload.models, workload.label.as_deref())
}

/// The workloads of an application, to know whether what a workload serves tells it from others.
struct Telling<'a> {
    old: &'a [Workload],
    new: &'a [Workload],
}

impl Telling<'_> {
    /// How closely two workloads belong together, and how.
    fn paired_by(&self, before: &Workload, after: &Workload) -> Option<(u8, PairedBy)> {
        if before.object.kind != after.object.kind {
            return None;
        }
        let place = before.same_place(after);
        let serves = before.serves_same(after);
        let label = before.label == after.label;
        let relabelled = !label && before.label.is_some() && after.label.is_some();
        // Of a revision that only the spec tells of, more is not known.
        let by_spec = before.serving.is_null() || after.serving.is_null();
        let serving = by_spec || same(&before.serving, &after.serving);
        Some(match (serves && !relabelled, place) {
            (true, true) if label => {
                if serving {
                    (9, PairedBy::Same)
                } else {
                    (8, PairedBy::Version)
                }
            }
            (true, false) if label && serving => (7, PairedBy::Same),
            (true, false) if label && self.tells(before, after) => (6, PairedBy::Version),
            (true, true) => (5, PairedBy::Version),
            (true, false) if serving || self.tells(before, after) => (4, PairedBy::Version),
            (false, true) if serves => (3, PairedBy::Relabelled),
            (false, true) if self.is_elsewhere(before, after) => return None,
            (false, true) => (2, PairedBy::Place),
            _ => return None,
        })
    }

    /// Whether the old side has the new version already, or the new side still has the old one: then neither took the
    /// place of the other.
    fn is_elsewhere(&self, before: &Workload, after: &Workload) -> bool {
        self.old.iter().any(|workload| workload.is_version(after))
            || self.new.iter().any(|workload| workload.is_version(before))
    }

    /// Whether what `before` and `after` serve tells versions apart: it is a model, or there are workloads of the same images
    /// in other tags.
    fn tells(&self, before: &Workload, after: &Workload) -> bool {
        let mut workloads = self.old.iter().chain(self.new);
        !before.models.is_empty()
            || workloads.any(|sibling| sibling.object.kind == after.object.kind && is_retagged(before, sibling))
    }
}

/// Whether both run the same images, in other tags.
fn is_retagged(before: &Workload, after: &Workload) -> bool {
    !after.serves_same(before) && repositories(after) == repositories(before)
}

fn repositories(workload: &Workload) -> Vec<&str> {
    workload.image_list().into_iter().map(|image| image::parts(image).0).collect()
}

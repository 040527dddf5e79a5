//! Moments in which requests fail, or come to a version that is neither the one before nor the one after.

use super::islands::{Island, islands};
use super::state::{Answer, Failure, Percent, Seen, State};
use crate::bundle::{Identity, Manifest};
use crate::delivery::Delivery;
use crate::delivery::steps::{Step, steps};
use crate::impact::same::same;
use crate::impact::{Change, Kind};

/// A time in which requests fail, or come to the wrong version.
#[derive(Debug, Clone)]
pub struct Gap {
    /// The entrance, by its index in the change.
    pub entrance: usize,
    /// The kind of requests, by its index in the entrance.
    pub requests: usize,
    /// What happens to them.
    pub what: What,
    /// To how many percent of them at most; `None` where nobody can say.
    pub percent: Option<f64>,
    /// The step after which it begins.
    pub begin: Step,
    /// The step with which it ends.
    pub end: Step,
}

impl Gap {
    /// Whether `other` is the same for other requests.
    pub fn is_like(&self, other: &Gap) -> bool {
        self.entrance == other.entrance && self.what == other.what && self.begin == other.begin
    }
}

/// What happens to requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Some of them are not answered.
    Fails(Failure),
    /// This version answers some of them, and should not, or not so many.
    Wrong(Seen),
}

/// All gaps on the way of `change`, as `delivery` goes, in the order of their entrances.
pub fn gaps(change: &Change<'_>, delivery: Option<Delivery>) -> Vec<Gap> {
    let steps = changing(change, delivery);
    // One step takes nothing apart.
    if steps.len() < 2 {
        return Vec::new();
    }
    let mut gaps: Vec<Gap> = islands(change).iter().flat_map(|island| on(island, change, &steps)).collect();
    gaps.sort_by_key(|gap| (gap.entrance, gap.requests));
    gaps
}

/// The steps of `change` but for those that change nothing: an object that stays as it is.
fn changing(change: &Change<'_>, delivery: Option<Delivery>) -> Vec<Step> {
    let (old, new) = (&change.old.objects.manifests, &change.new.objects.manifests);
    let stays = |own: &Manifest| change.old.object(&own.identity).is_some_and(|before| same(&before.node, &own.node));
    let mut steps = steps(delivery, old, new);
    steps.retain(|step| !matches!(step, Step::Apply(index) if stays(&new[*index])));
    steps
}

/// The gaps of the requests that come in on `island`.
fn on(island: &Island, change: &Change<'_>, steps: &[Step]) -> Vec<Gap> {
    let own = |step: &&Step| match step {
        Step::Apply(index) => island.new.contains(index),
        Step::Delete(index) => island.old.contains(index),
        Step::Ready => true,
    };
    let steps: Vec<Step> = steps.iter().filter(own).copied().collect();
    if is_at_once(&steps, change) {
        return Vec::new();
    }
    // Requests that come in on both sides; where there is no entrance on one, nothing has to go on.
    let mut kinds: Vec<(usize, usize, [&Identity; 2])> = Vec::new();
    for index in &island.entrances {
        let entrance = &change.entrances[*index];
        if let (Some(old), Some(new)) = (entrance.old, entrance.new) {
            let identities = [&change.old.entrances[old].identity, &change.new.entrances[new].identity];
            kinds.extend((0..entrance.moved.len()).map(|requests| (*index, requests, identities)));
        }
    }
    let look = |state: &State<'_>| -> Vec<Answer> {
        let look = state.look();
        let requests = |entrance: usize, requests: usize| &change.entrances[entrance].moved[requests].requests;
        kinds.iter().map(|(entrance, kind, own)| look.answer(own, requests(*entrance, *kind))).collect()
    };
    let mut state = State::before(change, island.old.iter().copied());
    let before = look(&state);
    let mut moments: Vec<(Step, Vec<Answer>)> = Vec::new();
    for step in &steps {
        state.step(*step);
        moments.push((*step, look(&state)));
    }
    let Some((last, after)) = moments.pop() else { return Vec::new() };
    let mut gaps: Vec<Gap> = Vec::new();
    for (k, (entrance, requests, _)) in kinds.iter().enumerate() {
        let expected = Expected { before: &before[k], after: &after[k] };
        let returning = change.entrances[*entrance].moved[*requests].requests.kind == Kind::Returning;
        let mut open: Vec<(What, Step, Percent)> = Vec::new();
        for (step, answer) in moments.iter().map(|(step, answers)| (*step, Some(&answers[k]))).chain([(last, None)]) {
            let now = answer.map(|answer| expected.wrong(answer, returning)).unwrap_or_default();
            open.retain_mut(|(what, begin, most)| match now.iter().find(|(own, _)| own == what) {
                Some((_, percent)) => {
                    *most = most.zip(*percent).map(|(a, b)| a.max(b));
                    true
                }
                None => {
                    let (entrance, requests) = (*entrance, *requests);
                    let percent = most.map(|millionths| millionths as f64 / 1e6);
                    gaps.push(Gap { entrance, requests, what: what.clone(), percent, begin: *begin, end: step });
                    false
                }
            });
            let fresh = now.into_iter().filter(|(what, _)| open.iter().all(|(own, ..)| own != what));
            let fresh: Vec<(What, Step, Percent)> = fresh.map(|(what, percent)| (what, step, percent)).collect();
            open.extend(fresh);
        }
    }
    gaps
}

/// Whether there is no moment between the state before and the one after: one object is all that changes, and it has no
/// pods that come and go.
fn is_at_once(steps: &[Step], change: &Change<'_>) -> bool {
    let mut changes = steps.iter().filter(|step| **step != Step::Ready);
    match (changes.next(), changes.next()) {
        (None, _) => true,
        (Some(Step::Apply(index)), None) => {
            let identity = change.new.objects.manifests.get(*index).map(|manifest| &manifest.identity);
            let runs = |identity| [&change.old, &change.new].iter().any(|view| view.unit(identity, |_| true).is_some());
            !identity.is_some_and(runs)
        }
        _ => false,
    }
}

/// A hundredth of a percent, in millionths.
const ROUNDING: u64 = 10_000;

/// What requests may meet.
struct Expected<'a> {
    before: &'a Answer,
    after: &'a Answer,
}

impl Expected<'_> {
    /// What of `answer` is neither of before nor of after.
    fn wrong(&self, answer: &Answer, returning: bool) -> Vec<(What, Percent)> {
        let known =
            |failure: &Failure| self.before.fails.contains_key(failure) || self.after.fails.contains_key(failure);
        let fails = answer.fails.iter().filter(|(failure, _)| !known(failure));
        let fails = fails.map(|(failure, percent)| (What::Fails(failure.clone()), *percent));
        let get = |answer: &Answer, version: &Seen| answer.versions.get(version).map(|part| part.most);
        let wrong = answer.versions.iter().filter(|(version, part)| {
            match (get(self.before, version), get(self.after, version)) {
                (None, None) => true,
                // A canary that is taken back must not get everything first.
                (before, after) if part.is_sure => {
                    let expected =
                        [before, after].into_iter().flatten().try_fold(0, |most, own: Percent| Some(most.max(own?)));
                    part.most.zip(expected).is_some_and(|(most, expected)| most > expected + ROUNDING)
                }
                _ => false,
            }
        });
        // A client without its version's cookie rule is one of the rest, which is looked at itself.
        let wrong = wrong.filter(|_| !returning).map(|(version, part)| (What::Wrong(*version), part.most));
        // Where nobody can say who answered before or after, nobody can say that another is wrong.
        let told = !self.before.versions.is_empty() && !self.after.versions.is_empty();
        fails.chain(wrong.filter(|_| told)).collect()
    }
}

#[cfg(test)]
#[path = "tests/gaps.rs"]
mod tests;

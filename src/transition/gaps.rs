//! Moments in which requests fail, or come to a version that is neither the one before nor the one after.

use super::context::same_object;
use super::state::{Answer, Failure, Percent, Seen, State};
use crate::bundle::{Identity, Manifest};
use crate::change::same::same;
use crate::change::{Change, Kind};
use crate::delivery::Delivery;
use crate::delivery::steps::{Step, steps};

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

/// All gaps on the way of `change`, as `delivery` goes.
pub fn gaps(change: &Change<'_>, delivery: Option<Delivery>) -> Vec<Gap> {
    let (old, new) = (change.old.objects, change.new.objects);
    // An object that stays as it is changes nothing.
    let stays = |own: &Manifest| same_object(old, own).is_some_and(|before| same(&before.node, &own.node));
    let mut steps = steps(delivery, &old.manifests, &new.manifests);
    steps.retain(|step| !matches!(step, Step::Apply(index) if stays(&new.manifests[*index])));
    // Requests that come in on both sides; where there is no entrance on one, nothing has to go on.
    let kinds: Vec<(usize, usize, Vec<&Identity>)> = change
        .entrances
        .iter()
        .enumerate()
        .filter_map(|(index, entrance)| {
            let identities =
                vec![&change.old.entrances[entrance.old?].identity, &change.new.entrances[entrance.new?].identity];
            Some((0..entrance.moved.len()).map(move |requests| (index, requests, identities.clone())))
        })
        .flatten()
        .collect();
    if kinds.is_empty() || steps.len() < 2 {
        return Vec::new();
    }
    let look = |state: &State<'_>| -> Vec<Answer> {
        let look = state.look();
        kinds
            .iter()
            .map(|(entrance, requests, own)| look.answer(own, &change.entrances[*entrance].moved[*requests].requests))
            .collect()
    };
    let mut state = State::before(change);
    let before = look(&state);
    let mut moments: Vec<(Step, Vec<Answer>)> = Vec::new();
    for step in &steps {
        state.step(*step);
        moments.push((*step, look(&state)));
    }
    let Some((_, after)) = moments.pop() else { return Vec::new() };
    let mut gaps: Vec<Gap> = Vec::new();
    for (k, (entrance, requests, _)) in kinds.iter().enumerate() {
        let expected = Expected { before: &before[k], after: &after[k] };
        let returning = change.entrances[*entrance].moved[*requests].requests.kind == Kind::Returning;
        let mut open: Vec<(What, Step, Percent)> = Vec::new();
        let last = steps.last().copied().unwrap_or(Step::Ready);
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

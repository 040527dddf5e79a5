//! Outage windows: times in which requests fail, or come to a version that is neither the one before nor the one after.

use super::cluster::{Answer, Cluster, Percent, RequestFailure, ServedVersion};
use super::components::{Component, components};
use crate::bundle::{Identity, Manifest};
use crate::delivery::Delivery;
use crate::delivery::steps::{Step, steps};
use crate::impact::same::same;
use crate::impact::{Change, Kind, Requests};
use crate::sides::Sides;

/// A time in which requests fail, or come to the wrong version.
#[derive(Debug, Clone)]
pub struct Outage {
    /// The entrance, by its index in the change.
    pub entrance: usize,
    /// The kind of requests, by its index in the entrance.
    pub requests: usize,
    /// What happens to them.
    pub effect: Effect,
    /// To how many percent of them at most; `None` where nobody can say.
    pub percent: Option<f64>,
    /// The step after which it begins.
    pub begin: Step,
    /// The step with which it ends.
    pub end: Step,
}

impl Outage {
    /// Whether `outage` is the same for other requests.
    pub fn is_like(&self, outage: &Outage) -> bool {
        self.entrance == outage.entrance && self.effect == outage.effect && self.begin == outage.begin
    }
}

/// What happens to requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Some of them are not answered.
    Fails(RequestFailure),
    /// This version answers some of them, and should not, or not so many.
    WrongVersion(ServedVersion),
}

/// All outages on the way of `change`, as `delivery` goes, in the order of their entrances.
pub fn outages(change: &Change<'_>, delivery: Option<Delivery>) -> Vec<Outage> {
    let steps = changing_steps(change, delivery);
    // One step takes nothing apart.
    if steps.len() < 2 {
        return Vec::new();
    }
    let components = components(change);
    let mut outages: Vec<Outage> =
        components.iter().flat_map(|component| component_outages(component, change, &steps)).collect();
    outages.sort_by_key(|outage| (outage.entrance, outage.requests));
    outages
}

/// The steps of `change` but for those that apply an object which stays as it is.
fn changing_steps(change: &Change<'_>, delivery: Option<Delivery>) -> Vec<Step> {
    let Sides { before, after } = change.sides.as_ref().map(|view| &view.objects.manifests);
    let mut steps = steps(delivery, before, after);
    steps.retain(|step| !matches!(step, Step::Apply(index) if stays(change, &after[*index])));
    steps
}

/// Whether an object of the new side is the same as before.
fn stays(change: &Change<'_>, object: &Manifest) -> bool {
    change.sides.before.object(&object.identity).is_some_and(|before| same(&before.node, &object.node))
}

/// A kind of requests whose way is followed.
struct Followed<'c> {
    /// The entrance, by its index in the change.
    entrance: usize,
    /// The kind of requests, by its index in the entrance.
    index: usize,
    requests: &'c Requests,
    /// The object that they come in at, before and after.
    objects: [&'c Identity; 2],
}

/// The requests that come in on both sides; where there is no entrance on one, nothing has to go on.
fn followed<'c>(component: &Component, change: &'c Change<'_>) -> Vec<Followed<'c>> {
    let mut all = Vec::new();
    for entrance in component.entrances.iter().copied() {
        let Sides { before: Some(before), after: Some(after) } = change.entrances[entrance].route else { continue };
        let objects = [&change.sides.before.entrances[before].identity, &change.sides.after.entrances[after].identity];
        for (index, moved) in change.entrances[entrance].moved.iter().enumerate() {
            all.push(Followed { entrance, index, requests: &moved.requests, objects });
        }
    }
    all
}

/// The outages of the requests that come in at a component.
fn component_outages(component: &Component, change: &Change<'_>, steps: &[Step]) -> Vec<Outage> {
    let steps: Vec<Step> = steps.iter().filter(|step| component.has_step(**step)).copied().collect();
    if is_at_once(&steps, change) {
        return Vec::new();
    }
    let followed = followed(component, change);
    let mut cluster = Cluster::before(change, component.objects.before.iter().copied());
    let before = answers(&cluster, &followed);
    let mut moments: Vec<(Step, Vec<Answer>)> = Vec::new();
    for step in steps {
        cluster.step(step);
        moments.push((step, answers(&cluster, &followed)));
    }
    let Some((last, after)) = moments.pop() else { return Vec::new() };
    let mut outages = Vec::new();
    for (index, followed) in followed.iter().enumerate() {
        let expected = Expected { before: &before[index], after: &after[index] };
        let mut watch = Watch { followed, open: Vec::new(), closed: Vec::new() };
        for (step, answers) in &moments {
            watch.step(*step, expected.deviations(&answers[index], followed.requests.kind));
        }
        watch.step(last, Vec::new());
        outages.extend(watch.closed);
    }
    outages
}

/// Who answers each kind of requests now.
fn answers(cluster: &Cluster<'_>, followed: &[Followed<'_>]) -> Vec<Answer> {
    let routing = cluster.routing();
    followed.iter().map(|followed| routing.answer(&followed.objects, followed.requests)).collect()
}

/// Whether there is no moment between the state before and the one after: one object is all that changes, and it has no
/// pods that come and go.
fn is_at_once(steps: &[Step], change: &Change<'_>) -> bool {
    let mut changes = steps.iter().filter(|step| **step != Step::Ready);
    match (changes.next(), changes.next()) {
        (None, _) => true,
        (Some(Step::Apply(index)), None) => {
            let object = change.sides.after.objects.manifests.get(*index);
            !object.is_some_and(|object| {
                change.sides.as_ref().into_iter().any(|view| view.unit(&object.identity, |_| true).is_some())
            })
        }
        _ => false,
    }
}

/// The outages of one kind of requests, step by step.
struct Watch<'f> {
    followed: &'f Followed<'f>,
    open: Vec<(Effect, Step, Percent)>,
    closed: Vec<Outage>,
}

impl Watch<'_> {
    /// After `step`, `effects` are what happens to the requests: other outages end with it, and new ones begin.
    fn step(&mut self, step: Step, mut effects: Vec<(Effect, Percent)>) {
        for (effect, begin, most) in std::mem::take(&mut self.open) {
            match effects.iter().position(|(current, _)| *current == effect) {
                Some(index) => {
                    let (_, percent) = effects.remove(index);
                    let most = most.zip(percent).map(|(most, percent)| most.max(percent));
                    self.open.push((effect, begin, most));
                }
                None => self.closed.push(Outage {
                    entrance: self.followed.entrance,
                    requests: self.followed.index,
                    effect,
                    percent: most.map(|millionths| millionths as f64 / 1e6),
                    begin,
                    end: step,
                }),
            }
        }
        self.open.extend(effects.into_iter().map(|(effect, percent)| (effect, step, percent)));
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
    fn deviations(&self, answer: &Answer, kind: Kind) -> Vec<(Effect, Percent)> {
        let failures = answer.fails.iter().filter(|(failure, _)| !self.fails(failure));
        let mut deviations: Vec<(Effect, Percent)> =
            failures.map(|(failure, percent)| (Effect::Fails(failure.clone()), *percent)).collect();
        // A client without its version's cookie rule is one of the rest, which is looked at itself. And where nobody can
        // say who answered before or after, nobody can say that another is wrong.
        let is_known = !self.before.versions.is_empty() && !self.after.versions.is_empty();
        if kind != Kind::Returning && is_known {
            for (version, share) in &answer.versions {
                if self.is_wrong(version, share.most, share.is_sure) {
                    deviations.push((Effect::WrongVersion(*version), share.most));
                }
            }
        }
        deviations
    }

    /// Whether some requests failed so before, or do after.
    fn fails(&self, failure: &RequestFailure) -> bool {
        self.before.fails.contains_key(failure) || self.after.fails.contains_key(failure)
    }

    /// Whether `version` should not answer, or not surely as much as `most`.
    fn is_wrong(&self, version: &ServedVersion, most: Percent, is_sure: bool) -> bool {
        let shares = [self.before, self.after].map(|answer| answer.versions.get(version).map(|share| share.most));
        if shares == [None, None] {
            return true;
        }
        // A canary that is taken back must not get everything first.
        let expected = shares.into_iter().flatten().try_fold(0, |largest, share| Some(largest.max(share?)));
        is_sure && most.zip(expected).is_some_and(|(most, expected)| most > expected + ROUNDING)
    }
}

#[cfg(test)]
#[path = "tests/outages.rs"]
mod tests;

//! Outage windows: times in which requests fail, or come to a version that is neither the one before nor the one after.

use super::cluster::{Answer, Cluster, Percent, RequestFailure, ServedVersion};
use super::components::{Component, components};
use crate::bundle::{Identity, Manifest};
use crate::delivery::Delivery;
use crate::delivery::steps::{Step, steps};
use crate::impact::same::same;
use crate::impact::{Impact, RequestKind, Requests};
use crate::sides::Sides;

/// A time in which requests fail, or come to the wrong version.
#[derive(Debug, Clone)]
pub struct Outage {
    /// The entry point, by its index in the change.
    pub entry_point: usize,
    /// The kind of requests, by its index in the entry point.
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
        self.entry_point == outage.entry_point && self.effect == outage.effect && self.begin == outage.begin
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

/// All outages on the way of `change`, as `delivery` goes, in the order of their entry points.
pub fn outages(impact: &Impact<'_>, delivery: Option<Delivery>) -> Vec<Outage> {
    let steps = changing_steps(impact, delivery);
    // One step takes nothing apart.
    if steps.len() < 2 {
        return Vec::new();
    }
    let components = components(impact);
    let mut outages: Vec<Outage> =
        components.iter().flat_map(|component| component_outages(component, impact, &steps)).collect();
    outages.sort_by_key(|outage| (outage.entry_point, outage.requests));
    outages
}

/// The steps of `change` but for those that apply an object which stays as it is.
fn changing_steps(impact: &Impact<'_>, delivery: Option<Delivery>) -> Vec<Step> {
    let Sides { before, after } = impact.sides.as_ref().map(|view| &view.objects.manifests);
    let mut steps = steps(delivery, before, after);
    steps.retain(|step| !matches!(step, Step::Apply(index) if stays(impact, &after[*index])));
    steps
}

/// Whether an object of the new side is the same as before.
fn stays(impact: &Impact<'_>, object: &Manifest) -> bool {
    impact.sides.before.object(&object.identity).is_some_and(|before| same(&before.node, &object.node))
}

/// A kind of requests whose way is followed.
struct Followed<'c> {
    /// The entry point, by its index in the change.
    entry_point: usize,
    /// The kind of requests, by its index in the entry point.
    index: usize,
    requests: &'c Requests,
    /// The object that they come in at, before and after.
    objects: [&'c Identity; 2],
}

/// The requests that come in on both sides; where there is no entry point on one, nothing has to go on.
fn followed<'c>(component: &Component, impact: &'c Impact<'_>) -> Vec<Followed<'c>> {
    let mut all = Vec::new();
    for entry_point in component.entry_points.iter().copied() {
        let Sides { before: Some(before), after: Some(after) } = impact.entry_points[entry_point].route else {
            continue;
        };
        let objects =
            [&impact.sides.before.entry_points[before].identity, &impact.sides.after.entry_points[after].identity];
        for (index, shift) in impact.entry_points[entry_point].shifts.iter().enumerate() {
            all.push(Followed { entry_point, index, requests: &shift.requests, objects });
        }
    }
    all
}

/// The outages of the requests that come in at a component.
fn component_outages(component: &Component, impact: &Impact<'_>, steps: &[Step]) -> Vec<Outage> {
    let steps: Vec<Step> = steps.iter().filter(|step| component.has_step(**step)).copied().collect();
    if is_at_once(&steps, impact) {
        return Vec::new();
    }
    let followed = followed(component, impact);
    let mut cluster = Cluster::before(impact, component.objects.before.iter().copied());
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
fn is_at_once(steps: &[Step], impact: &Impact<'_>) -> bool {
    let mut changes = steps.iter().filter(|step| **step != Step::Ready);
    match (changes.next(), changes.next()) {
        (None, _) => true,
        (Some(Step::Apply(index)), None) => {
            let object = impact.sides.after.objects.manifests.get(*index);
            !object.is_some_and(|object| {
                impact.sides.as_ref().into_iter().any(|view| view.workload(&object.identity, |_| true).is_some())
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
                    entry_point: self.followed.entry_point,
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
    fn deviations(&self, answer: &Answer, kind: RequestKind) -> Vec<(Effect, Percent)> {
        let failures = answer.fails.iter().filter(|(failure, _)| !self.fails(failure));
        let mut deviations: Vec<(Effect, Percent)> =
            failures.map(|(failure, percent)| (Effect::Fails(failure.clone()), *percent)).collect();
        // A client without its version's cookie rule is one of the rest, which is looked at itself. And where nobody can
        // say who answered before or after, nobody can say that another is wrong.
        let is_known = !self.before.versions.is_empty() && !self.after.versions.is_empty();
        if kind != RequestKind::Returning && is_known {
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

//! What can go wrong on the way from one state of a release to the next, said before merge.
//!
//! A check looks at both states at once. Some compare them; others walk through the delivery step by step and ask, at
//! each moment, who answers each kind of request ([`outages`]). One check is one file in `rules/`, with its documentation in
//! it: `docs/transitions.md` is made from there.
//!
//! Each finding says which commits would be safe in place of this one; [`crate::fix_plan`] writes them.

mod cluster;
mod components;
mod outages;
mod positions;
mod rules;
mod settings;
mod version;
mod words;

pub use crate::delivery::steps::Step;
pub use cluster::RequestFailure;
pub use outages::{Effect, Outage, outages};
pub use rules::RULES;
pub use settings::TransitionSettings;
pub use version::version_of;

use std::cell::OnceCell;

use crate::bundle::Manifest;
use crate::impact::{EntryPoint, Impact, ReleaseState};
use crate::rules::{Finding, Findings};

/// Looks at both states of a release for what one check says.
pub type Check = for<'a> fn(&Transition<'a>, &mut Findings<'a>);

/// The way from one state of a release to the next, with what every check needs to know of it, worked out once.
#[derive(Debug)]
pub struct Transition<'a> {
    /// What differs between both.
    pub impact: &'a Impact<'a>,
    /// The old side.
    pub old: ReleaseState<'a>,
    /// The new side.
    pub new: ReleaseState<'a>,
    /// What the checks go by.
    pub settings: &'a TransitionSettings,
    outages: OnceCell<Vec<Outage>>,
}

impl<'a> Transition<'a> {
    /// The way of `change`, which is that from `old` to `new`.
    pub fn new(
        impact: &'a Impact<'a>,
        old: ReleaseState<'a>,
        new: ReleaseState<'a>,
        settings: &'a TransitionSettings,
    ) -> Self {
        Self { impact, old, new, settings, outages: OnceCell::new() }
    }

    /// The moments in which requests fail, or come to the wrong version.
    pub fn outages(&self) -> &[Outage] {
        self.outages.get_or_init(|| outages(self.impact, self.settings.delivery))
    }

    /// The objects that are on both sides, the old one first.
    pub fn both(&self) -> impl Iterator<Item = (&'a Manifest, &'a Manifest)> + use<'a> {
        let impact = self.impact;
        self.new
            .objects
            .manifests
            .iter()
            .filter_map(move |after| Some((impact.sides.before.object(&after.identity)?, after)))
    }

    /// The entry points that are on both sides.
    pub fn entry_points(&self) -> impl Iterator<Item = &'a EntryPoint> + use<'a> {
        self.impact
            .entry_points
            .iter()
            .filter(|entry_point| entry_point.route.before.is_some() && entry_point.route.after.is_some())
    }

    /// The object of an entry point on the new side: its route, else the routemap that makes the route.
    pub fn object_of(&self, entry_point: &EntryPoint) -> Option<&'a Manifest> {
        let route = self.impact.sides.after.entry_points.get(entry_point.route.after?)?;
        let routemap = route.through.as_ref().map(|routemap| &routemap.identity);
        [Some(&route.identity), routemap]
            .into_iter()
            .flatten()
            .find_map(|identity| self.impact.sides.after.object(identity))
    }
}

/// What can go wrong between `old` and `new`, as the new side's spec has it delivered; the worst comes first.
pub fn check(old: ReleaseState<'_>, new: ReleaseState<'_>) -> Vec<Finding> {
    check_with(&Impact::new(old, new), old, new, &TransitionSettings::of(new))
}

/// What can go wrong on the way of `change`, which is that from `old` to `new`; the worst comes first.
pub fn check_with(
    impact: &Impact<'_>,
    old: ReleaseState<'_>,
    new: ReleaseState<'_>,
    settings: &TransitionSettings,
) -> Vec<Finding> {
    let transition = Transition::new(impact, old, new, settings);
    let mut findings = RULES.run(&settings.levels, new.objects, |check, findings| check(&transition, findings));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// `docs/transitions.md`.
pub fn page() -> String {
    RULES.page(include_str!("intro.md"))
}

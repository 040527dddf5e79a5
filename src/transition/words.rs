//! Steps, versions and requests as messages call them.

use super::{Outage, Step, Transition};
use crate::bundle::Manifest;
use crate::impact::{EntryPoint, Receiver, RequestKind, requests_text};
use crate::objects::Objects;
use crate::sides::Side;
use crate::traffic::percent_text;

impl Transition<'_> {
    /// What happens in a step: ``Deployment `shop-1` is deleted``.
    pub fn step_text(&self, step: Step) -> String {
        match step {
            Step::Apply(index) => format!("{} is applied", object_text(self.new.objects, index)),
            Step::Delete(index) => format!("{} is deleted", object_text(self.old.objects, index)),
            Step::Ready => "everything is ready".into(),
        }
    }

    /// What a version is called: what it is called now, in backticks.
    pub fn name(&self, version_pair: usize) -> String {
        self.impact.version_pairs.get(version_pair).map_or_else(String::new, |version_pair| {
            match version_pair.unknown {
                true => version_pair.last_name().to_string(),
                false => format!("`{}`", version_pair.last_name()),
            }
        })
    }

    /// What a receiver is called on one side, in backticks.
    pub fn receiver(&self, receiver: &Receiver, side: Side) -> String {
        format!("`{}`", self.impact.name(receiver, side))
    }

    /// The requests that `receiver` answers on one side: ``20 % of all requests``.
    pub fn share_text(&self, entry_point: &EntryPoint, receiver: &Receiver, side: Side) -> Option<String> {
        let mut shares = Vec::new();
        for shift in entry_point.shifts.iter().filter(|shift| shift.requests.kind != RequestKind::Returning) {
            let Some(outcome) = shift.outcome[side].as_ref().filter(|outcome| outcome.answers(receiver)) else {
                continue;
            };
            shares.push(part_text(outcome.percent(receiver), requests_text(&shift.requests)));
        }
        (!shares.is_empty()).then(|| shares.join(" and "))
    }

    /// Outages that are alike in all but their requests, with those in words: ``20 % of requests where `header a is "b"` ``.
    pub fn grouped_outages(&self) -> Vec<(&Outage, Vec<String>)> {
        let mut groups: Vec<(&Outage, Vec<String>)> = Vec::new();
        for outage in self.outages() {
            let requests =
                requests_text(&self.impact.entry_points[outage.entry_point].shifts[outage.requests].requests);
            // Where nobody can say how many it may be all of them.
            let text = part_text(outage.percent.or(Some(100.0)), requests);
            match groups.iter_mut().find(|(first, _)| first.is_like(outage)) {
                Some((_, texts)) => texts.push(text),
                None => groups.push((outage, vec![text])),
            }
        }
        groups
    }
}

/// So many percent of `requests`; none where nobody can say how many.
pub fn part_text(percent: Option<f64>, requests: String) -> String {
    match percent {
        Some(percent) if percent < 100.0 => format!("{} of {requests}", percent_text(percent)),
        Some(_) => requests,
        None => format!("a part of {requests}"),
    }
}

/// An object by its kind and name.
fn object_text(objects: &Objects, index: usize) -> String {
    let name = |manifest: &Manifest| format!("{} `{}`", manifest.identity.kind, manifest.identity.name);
    objects.manifests.get(index).map(name).unwrap_or_default()
}

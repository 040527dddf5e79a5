//! What every check needs to know of a change, worked out once.

use std::cell::OnceCell;

use super::{Gap, Settings, gaps};
use crate::bundle::Manifest;
use crate::impact::{Change, Entrance, Kind, Outcome, Party, Side, Unit, requests_text};
use crate::node::Node;
use crate::plan::{Plan, Version};
use crate::source::{At, Sources};
use crate::traffic::percent_text;

/// A change, and what its checks go by.
#[derive(Debug)]
pub struct Context<'a> {
    /// The change.
    pub change: &'a Change<'a>,
    /// The old side.
    pub old: Side<'a>,
    /// The new side.
    pub new: Side<'a>,
    /// What the checks go by.
    pub settings: &'a Settings,
    gaps: OnceCell<Vec<Gap>>,
}

impl<'a> Context<'a> {
    /// Looks at `change`, which is that from `old` to `new`.
    pub fn new(change: &'a Change<'a>, old: Side<'a>, new: Side<'a>, settings: &'a Settings) -> Self {
        Self { change, old, new, settings, gaps: OnceCell::new() }
    }

    /// The moments in which requests fail, or come to the wrong version.
    pub fn gaps(&self) -> &[Gap] {
        self.gaps.get_or_init(|| gaps(self.change, self.settings.delivery))
    }

    /// Gaps that are alike in all but their requests, with those in words: ``20 % of requests where `header a is "b"` ``.
    pub fn grouped(&self) -> Vec<(&Gap, Vec<String>)> {
        let mut groups: Vec<(&Gap, Vec<String>)> = Vec::new();
        for gap in self.gaps() {
            let requests = requests_text(&self.change.entrances[gap.entrance].moved[gap.requests].requests);
            let text = match gap.percent {
                Some(percent) if percent < 100.0 => format!("{} of {requests}", percent_text(percent)),
                _ => requests,
            };
            match groups.iter_mut().find(|(own, _)| own.is_like(gap)) {
                Some((_, all)) => all.push(text),
                None => groups.push((gap, vec![text])),
            }
        }
        groups
    }

    /// The objects that are on both sides, the old one first.
    pub fn both(&self) -> impl Iterator<Item = (&'a Manifest, &'a Manifest)> + use<'a> {
        let change = self.change;
        self.new.objects.manifests.iter().filter_map(move |after| Some((change.old.object(&after.identity)?, after)))
    }

    /// The entrances that are on both sides.
    pub fn entrances(&self) -> impl Iterator<Item = &'a Entrance> + use<'a> {
        self.change.entrances.iter().filter(|entrance| entrance.old.is_some() && entrance.new.is_some())
    }

    /// The object of an entrance on the new side.
    pub fn object_of(&self, entrance: &Entrance) -> Option<&'a Manifest> {
        let route = self.change.new.entrances.get(entrance.new?)?;
        let own = |identity| self.change.new.object(identity);
        own(&route.identity).or_else(|| own(&route.through.as_ref()?.identity))
    }

    /// What a version is called: what it is called now, in backticks.
    pub fn name(&self, track: usize) -> String {
        self.change.tracks.get(track).map_or_else(String::new, |track| match track.unknown {
            true => track.name().to_string(),
            false => format!("`{}`", track.name()),
        })
    }

    /// What a party is called on one side, in backticks.
    pub fn party(&self, party: &Party, is_new: bool) -> String {
        format!("`{}`", self.change.name(party, is_new))
    }

    /// The requests that `party` answers on one side, in words: ``20 % of all requests``.
    pub fn share_text(&self, entrance: &Entrance, party: &Party, is_new: bool) -> Option<String> {
        let mut parts = Vec::new();
        for moved in &entrance.moved {
            let outcome: Option<&Outcome> = if is_new { moved.after.as_ref() } else { moved.before.as_ref() };
            let Some(outcome) = outcome.filter(|outcome| outcome.answers(party)) else { continue };
            if moved.requests.kind == Kind::Returning {
                continue;
            }
            let requests = requests_text(&moved.requests);
            parts.push(match outcome.percent(party) {
                Some(100.0) => requests,
                Some(percent) => format!("{} of {requests}", percent_text(percent)),
                None => format!("a part of {requests}"),
            });
        }
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    /// Where a version, or one of its fields, stands in the new side's spec.
    pub(super) fn version_at(&self, track: usize, field: &str) -> Option<At> {
        let rendered = self.new.rendered?;
        let version = self.version(track)?;
        let places = &rendered.spec.places;
        let own = |at: Option<At>| at.filter(|at| at.source.0 < Sources::PACKS);
        own(places.at(version.get(field).origin())).or_else(|| own(places.at(version.origin())))
    }

    /// Where the versions stand in the new side's spec.
    pub(super) fn versions_at(&self) -> Option<At> {
        let rendered = self.new.rendered?;
        let node = rendered.spec.get(&["application", "versions"]);
        rendered.spec.places.at(node.origin()).filter(|at| at.source.0 < Sources::PACKS)
    }

    /// The version of the new side's plan that a track is.
    fn version(&self, track: usize) -> Option<&'a Version> {
        let (rendered, unit) = (self.new.rendered?, self.change.after(track)?);
        let index = version_of(&rendered.plan, unit)?;
        rendered.plan.versions.get(index).map(|version| &**version)
    }
}

/// The index of the version of `plan` that a unit is.
pub fn version_of(plan: &Plan, unit: &Unit) -> Option<usize> {
    let text = |node: Node| node.text().filter(|text| !text.is_empty());
    let whole = text(plan.application.name.clone()).as_ref() == Some(&unit.object.name);
    // An InferenceService that holds one version only holds the newest, and the one before is the first.
    if unit.previous {
        return (!plan.versions.is_empty()).then_some(0);
    }
    let found = plan.versions.iter().position(|version| {
        let short = text(version.get("short"));
        let named = text(version.name.clone()).as_ref() == Some(&unit.object.name);
        named
            || whole && short.is_some() && (short == unit.part || short.as_ref() == Some(&unit.name))
            || short.is_some_and(|short| unit.object.name.ends_with(&format!("-{short}")))
    });
    found.or_else(|| plan.versions.len().checked_sub(1).filter(|_| whole && unit.is_main))
}

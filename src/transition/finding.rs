//! What the checks report, and where it stands.

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::{Rule, Step};
use crate::bundle::{Identity, Manifest};
use crate::lint::{Severity, locate};
use crate::node::{Node, Path};
use crate::source::At;

/// One thing that can go wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check that found it.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What goes wrong, in a short sentence without a full stop.
    pub message: String,
    /// The object that it is about: one of the new side, or one that is gone.
    pub object: Identity,
    /// The way to the value inside the object.
    pub path: Path,
    /// Where it stands in the new side's texts: the value itself, or what is nearest to it.
    pub at: Option<At>,
    /// When it goes wrong, where that is a time of the delivery.
    pub moment: Option<Moment>,
    /// Which requests meet it, in words; none where all do, or where it is not about requests.
    pub requests: Vec<String>,
    /// The commits that are safe in its place, in order.
    pub safe: Vec<String>,
}

/// A time of the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// It begins when this has happened: ``Deployment `shop-1` is deleted``.
    pub after: String,
    /// It ends with this.
    pub until: String,
}

impl Finding {
    /// How to do it better, in one line: the safe commits, else what the check advises.
    pub fn help(&self) -> String {
        if self.safe.is_empty() {
            return self.rule.how.to_string();
        }
        let steps = self.safe.iter().enumerate().map(|(index, step)| format!("({}) {step}", index + 1));
        format!("safe commits: {}", steps.collect::<Vec<_>>().join("; "))
    }
}

/// What the checks found so far.
#[derive(Debug)]
pub struct Findings<'a> {
    context: &'a Context<'a>,
    rule: Option<(&'static Rule, Severity)>,
    list: Vec<Finding>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// A value of an object of the new side.
    Node(&'a Manifest, &'a Node),
    /// A version, by its track, and the field of it that the spec has.
    Version(usize, &'static str),
    /// An object that routes: where the spec makes it, the versions are what it follows from.
    Route(&'a Manifest),
    /// An object of either side as a whole.
    Object(&'a Identity),
}

impl<'a> Findings<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        Self { context, rule: None, list: Vec::new() }
    }

    /// What is added from here on is found by `rule`.
    pub(super) fn of(&mut self, rule: &'static Rule, severity: Severity) {
        self.rule = Some((rule, severity));
    }

    pub(super) fn into_list(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        self.list
    }

    /// Reports `message` at `place`, and the commits that are safe.
    pub fn add(&mut self, place: Place<'_>, message: impl Into<String>, safe: Vec<String>) {
        self.add_at(place, message, safe, None, Vec::new());
    }

    /// Reports what happens to `requests` in a moment of the delivery.
    pub fn add_at(
        &mut self,
        place: Place<'_>,
        message: impl Into<String>,
        safe: Vec<String>,
        moment: Option<Moment>,
        requests: Vec<String>,
    ) {
        let Some((rule, severity)) = self.rule else { return };
        let Some((object, path, at)) = self.locate(place) else { return };
        let message = message.into();
        self.list.push(Finding { rule, severity, message, object, path, at, moment, requests, safe });
    }

    fn locate(&self, place: Place<'_>) -> Option<(Identity, Path, Option<At>)> {
        let objects = self.context.new.objects;
        let whole = |identity: &Identity| {
            let own = self.context.change.new.object(identity);
            own.and_then(|own| locate(objects, own, &own.node).1)
        };
        Some(match place {
            Place::Node(manifest, node) => {
                let (path, at) = locate(objects, manifest, node);
                (manifest.identity.clone(), path, at.or_else(|| self.context.versions_at()))
            }
            Place::Route(manifest) => {
                let at = self.context.versions_at().or_else(|| locate(objects, manifest, &manifest.node).1);
                (manifest.identity.clone(), Path::default(), at)
            }
            Place::Object(identity) => {
                let at = whole(identity).or_else(|| self.context.versions_at());
                (identity.clone(), Path::default(), at)
            }
            Place::Version(track, field) => {
                let change = self.context.change;
                let unit = change.after(track).or_else(|| change.before(track))?;
                let at = self.context.version_at(track, field).or_else(|| whole(&unit.object));
                (unit.object.clone(), Path::default(), at.or_else(|| self.context.versions_at()))
            }
        })
    }
}

impl Context<'_> {
    /// What happens in a step, in words.
    pub fn step_text(&self, step: Step) -> String {
        let of = |objects: &crate::objects::Objects, index: usize| {
            objects
                .manifests
                .get(index)
                .map(|own| format!("{} `{}`", own.identity.kind, own.identity.name))
                .unwrap_or_default()
        };
        match step {
            Step::Apply(index) => format!("{} is applied", of(self.new.objects, index)),
            Step::Delete(index) => format!("{} is deleted", of(self.old.objects, index)),
            Step::Ready => "everything is ready".into(),
        }
    }
}

//! The change in one paragraph, and the facts that it is made of.

use std::collections::HashSet;

use super::objects::ObjectChanges;
use super::phrase::Phrase;
use super::requests::{Outcome, Receiver, RequestKind};
use super::story::{self, Event};
use super::workload::Workload;
use super::{Impact, Only, ReleaseState, Scale, settings};
use crate::bundle::{Identity, Key};
use crate::sides::{Side, Sides};

/// A change of a release as a person would tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Where requests come in, with who gets them.
    pub routes: Vec<RouteSummary>,
    /// What else changed of the versions that both sides have.
    pub versions: Vec<VersionChange>,
    /// Which objects are new, gone, changed; what was renamed is neither new nor gone.
    pub objects: ObjectChanges,
    /// Objects that go on under another name or in another namespace: to a cluster, one is deleted and one is new.
    pub renamed: Vec<(Identity, Identity)>,
    /// Places that serve another version than before: the object, and what that is called before and after.
    pub reassigned: Vec<(Identity, String, String)>,
    /// Objects that changed in ways that neither the traffic nor the versions tell of.
    pub unexplained: Vec<Identity>,
    /// What of the traffic was not understood, in sentences.
    pub unread: Vec<String>,
}

/// One entry point, and what becomes of its requests.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteSummary {
    /// What it is called: the name of its object, with the namespace where several have that name.
    pub name: String,
    /// The object on the old side; none where the entry point is new.
    pub old: Option<Identity>,
    /// The object on the new side; none where the entry point is gone.
    pub new: Option<Identity>,
    /// Who gets which requests; the rest comes last.
    pub rows: Vec<TrafficRow>,
    /// What happened to its versions.
    pub events: Vec<Event>,
    /// All of it in a sentence; empty where nothing changed.
    pub phrase: Phrase,
}

/// Requests, and who gets them on either side.
#[derive(Debug, Clone, PartialEq)]
pub struct TrafficRow {
    /// Which requests, in words.
    pub requests: String,
    /// Whether they are all that no other row takes.
    pub rest: bool,
    /// Whether they come from clients that a cookie keeps with a version.
    pub returning: bool,
    /// Who gets them before; `None` where the entry point was not there.
    pub before: Option<NamedOutcome>,
    /// Who gets them after; `None` where the entry point is not there any more.
    pub after: Option<NamedOutcome>,
    /// Whether anything is another.
    pub changed: bool,
}

/// Who gets requests, by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NamedOutcome {
    /// Who answers, and how many percent; `None` where the platform decides it.
    pub shares: Vec<(String, Option<f64>)>,
    /// Who gets copies, and of how many percent.
    pub copies: Vec<(String, f64)>,
    /// What else happens, in words.
    pub other: Option<String>,
}

/// What changed of a version that both sides have, besides its traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionChange {
    /// What it is called.
    pub name: String,
    /// The object that it is a part of on the new side.
    pub object: Identity,
    /// Images of its containers and places of its models that were replaced, old and new.
    pub images: Vec<(String, String)>,
    /// The numbers of its pods, old and new, where they differ.
    pub scale: Option<(Scale, Scale)>,
    /// The names of its other fields that differ, such as `env` or `resources`.
    pub settings: Vec<String>,
}

/// What a change does to a release.
pub fn summary(old: ReleaseState<'_>, new: ReleaseState<'_>) -> Summary {
    Impact::new(old, new).summary()
}

impl Impact<'_> {
    /// The change as a person would tell it.
    pub fn summary(&self) -> Summary {
        let renamed = self.renamed.clone();
        let old_names: HashSet<Key<'_>> = renamed.iter().map(|(old, _)| old.key()).collect();
        let new_names: HashSet<Key<'_>> = renamed.iter().map(|(_, new)| new.key()).collect();
        let mut objects = self.objects.clone();
        objects.added.retain(|identity| !new_names.contains(&identity.key()));
        objects.removed.retain(|identity| !old_names.contains(&identity.key()));
        let routes = self.routes();
        let versions = (0..self.version_pairs.len()).filter_map(|version_pair| self.version_change(version_pair));
        let versions: Vec<VersionChange> = versions.chain(self.replacements()).collect();
        Summary {
            unexplained: self.unrelated(),
            reassigned: self.reassigned(),
            routes,
            versions,
            objects,
            renamed,
            unread: self.sides.before.unread.iter().chain(&self.sides.after.unread).fold(
                Vec::new(),
                |mut all, note| {
                    if !all.contains(note) {
                        all.push(note.clone());
                    }
                    all
                },
            ),
        }
    }

    /// What a receiver is called on one side.
    pub fn name<'s>(&'s self, receiver: &'s Receiver, side: Side) -> &'s str {
        match receiver {
            Receiver::Other(name) => name,
            Receiver::Version(version_pair) => {
                self.version_pairs.get(*version_pair).map_or("", |version_pair| version_pair.name[side].as_str())
            }
        }
    }

    fn routes(&self) -> Vec<RouteSummary> {
        let mut all: Vec<RouteSummary> = Vec::new();
        for entry_point in &self.entry_points {
            let routes = entry_point.route.zip(self.sides.as_ref());
            let Sides { before: old, after: new } =
                routes.map(|(index, view)| Some(view.entry_points.get(index?)?.identity.clone()));
            let rows = entry_point.shifts.iter().map(|shift| TrafficRow {
                requests: shift.requests.text.clone(),
                rest: shift.requests.kind == RequestKind::Rest,
                returning: shift.requests.kind == RequestKind::Returning,
                before: shift.outcome.before.as_ref().map(|outcome| self.receivers(outcome, Side::Before)),
                after: shift.outcome.after.as_ref().map(|outcome| self.receivers(outcome, Side::After)),
                changed: shift.is_changed(),
            });
            let (events, phrase) = story::tell(self, entry_point, &entry_point.name);
            let name = entry_point.name.clone();
            all.push(RouteSummary { name, rows: rows.collect(), old, new, events, phrase });
        }
        all
    }

    fn receivers(&self, outcome: &Outcome, side: Side) -> NamedOutcome {
        let shares = outcome.shares.iter().map(|(receiver, percent)| (self.name(receiver, side).into(), *percent));
        let copies = outcome.copies.iter().map(|(receiver, percent)| (self.name(receiver, side).into(), *percent));
        NamedOutcome { shares: shares.collect(), copies: copies.collect(), other: outcome.other.clone() }
    }

    fn version_change(&self, version_pair: usize) -> Option<VersionChange> {
        let (before, after) = (self.before(version_pair)?, self.after(version_pair)?);
        let images = images(before, after);
        let scale = Some((before.scale, after.scale)).filter(|(before, after)| before != after);
        let settings = settings::changed(before, after);
        if images.is_empty() && scale.is_none() && settings.is_empty() {
            return None;
        }
        let name = self.version_pairs[version_pair].last_name().to_string();
        Some(VersionChange { name, object: after.object.clone(), images, scale, settings })
    }

    /// The images of primaries that took the place of others, which are gone.
    fn replacements(&self) -> impl Iterator<Item = VersionChange> {
        self.entry_points.iter().filter_map(|entry_point| {
            let (Some(Receiver::Version(old)), Some(Receiver::Version(new))) =
                (&entry_point.primary.before, &entry_point.primary.after)
            else {
                return None;
            };
            let (gone, new) = (self.before(*old).filter(|_| self.after(*old).is_none())?, *new);
            let fresh = self.after(new).filter(|_| self.before(new).is_none())?;
            let images = images(gone, fresh);
            let (name, object) = (self.version_pairs[new].last_name().to_string(), fresh.object.clone());
            (!images.is_empty()).then_some(VersionChange { name, object, images, scale: None, settings: Vec::new() })
        })
    }
}

/// The images and models that were replaced, old and new.
fn images(before: &Workload, after: &Workload) -> Vec<(String, String)> {
    let mut changed = Vec::new();
    if before.image_list() != after.image_list() {
        for (index, (name, image)) in after.images.iter().enumerate() {
            let named = before.images.iter().find(|(container, _)| container == name);
            let old = named.or_else(|| before.images.get(index)).map(|(_, image)| image);
            changed.extend(old.filter(|old| *old != image).map(|old| (old.clone(), image.clone())));
        }
    }
    let models = before.models.iter().zip(&after.models).filter(|(old, new)| old != new);
    changed.extend(models.map(|(old, new)| (old.clone(), new.clone())));
    changed.dedup();
    changed
}

impl Summary {
    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.renamed.is_empty()
    }

    /// Whether the change is a routine one: only weights or images are other ones, and `green` says that no check found anything.
    pub fn is_routine(&self, green: bool) -> bool {
        green
            && self.renamed.is_empty()
            && matches!(self.objects.only, Only::Weights | Only::Images | Only::WeightsAndImages)
    }
}

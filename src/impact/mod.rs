//! What a change does to a release: who gets the traffic before and after, which version became what.
//!
//! Both sides are read from their objects alone, so it works for anybody's manifests; where a spec made them, its plan
//! tells what objects cannot, such as the revision that KServe sends the rest of a canary's requests to.
//!
//! [`Change`] is what there is to know; [`Summary`] says it as a person would, and [`crate::transition`] looks for what can go wrong on
//! the way from one side to the other.

mod beside;
mod entrance;
mod family;
mod find;
mod image;
mod index;
mod objects;
mod pair;
mod phrase;
mod places;
mod requests;
pub mod same;
mod scale;
mod serving;
mod sets;
mod settings;
mod story;
mod summary;
mod table;
mod text;
mod track;
mod unit;
mod view;

pub use entrance::Entrance;
pub use find::{Found, Ground, Missing};
pub use index::Index;
pub use objects::{ObjectChanges, Only};
pub use pair::Bond;
pub use phrase::{Phrase, Word};
pub use requests::{Kind, Moved, Outcome, Parties, Party, Requests, requests, requests_text};
pub use scale::Scale;
pub use sets::Sets;
pub use settings::changed as settings_changed;
pub use story::{Event, article};
pub use summary::{Receivers, RouteSummary, Row, Summary, VersionChange, summary};
pub use table::{Line, lines};
pub use track::Track;
pub use unit::{Unit, units};
pub use view::View;

use crate::bundle::Identity;
use crate::objects::Objects;
use crate::render::Rendered;
use crate::sides::{Side, Sides};

/// A release at one time.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseState<'a> {
    /// Its objects; none where the release is not there.
    pub objects: &'a Objects,
    /// The release that they were rendered from, where they were.
    pub rendered: Option<&'a Rendered>,
}

impl<'a> ReleaseState<'a> {
    /// Objects of any origin.
    pub fn of(objects: &'a Objects) -> Self {
        Self { objects, rendered: None }
    }

    /// The objects of a rendered release.
    pub fn rendered(objects: &'a Objects, rendered: &'a Rendered) -> Self {
        Self { objects, rendered: Some(rendered) }
    }
}

/// All that a change does to who serves what.
#[derive(Debug)]
pub struct Change<'a> {
    /// The states before and after.
    pub sides: Sides<View<'a>>,
    /// The versions of both sides, the new ones first.
    pub tracks: Vec<Track>,
    /// Where requests come in, with who gets them on either side.
    pub entrances: Vec<Entrance>,
    /// Which objects are new, gone, changed.
    pub objects: ObjectChanges,
    /// Objects that go on under another name or in another namespace.
    pub renamed: Vec<(Identity, Identity)>,
    /// For each unit of a side, the track that stands for its version.
    versions: Sides<Vec<usize>>,
}

impl<'a> Change<'a> {
    /// Compares both sides.
    pub fn new(old: ReleaseState<'a>, new: ReleaseState<'a>) -> Self {
        let objects = ObjectChanges::new(old.objects, new.objects);
        let sides = view::views(Sides { before: old, after: new });
        let tracks = track::tracks(sides.as_ref());
        let versions = Side::BOTH.map(|side| track::versions(&tracks, &sides[side], side));
        let [before, after] = versions;
        let versions = Sides { before, after };
        let entrances = entrance::entrances(sides.as_ref(), &tracks, versions.as_ref());
        let mut change = Self { sides, tracks, entrances, objects, renamed: Vec::new(), versions };
        change.renamed = change.find_renamed();
        change
    }

    /// The track that stands for the version of a unit of `side`.
    pub fn version_of(&self, side: Side, unit: usize) -> Option<usize> {
        self.versions[side].get(unit).copied()
    }

    /// The units of one side that belong to the application of a track.
    pub fn relatives(&self, track: usize, side: Side) -> impl Iterator<Item = &Unit> {
        let family = self.tracks.get(track).map(|track| track.family);
        let relatives = self.tracks.iter().filter(move |relative| Some(relative.family) == family);
        relatives.filter_map(move |track| self.sides[side].units.get(track.unit[side]?))
    }

    /// The unit that a track is on one side.
    pub fn unit(&self, track: usize, side: Side) -> Option<&Unit> {
        self.tracks.get(track)?.unit[side].and_then(|unit| self.sides[side].units.get(unit))
    }

    /// The unit that a track is on the old side.
    pub fn before(&self, track: usize) -> Option<&Unit> {
        self.unit(track, Side::Before)
    }

    /// The unit that a track is on the new side.
    pub fn after(&self, track: usize) -> Option<&Unit> {
        self.unit(track, Side::After)
    }
}

//! What a change does to a release: who gets the traffic before and after, which version became what.
//!
//! Both sides are read from their objects alone, so it works for anybody's manifests; where a spec made them, its plan
//! tells what objects cannot, such as the revision that KServe sends the rest of a canary's requests to.
//!
//! [`Impact`] is what there is to know; [`Summary`] says it as a person would, and [`crate::transition`] looks for what can go wrong on
//! the way from one side to the other.

mod applications;
mod backend;
mod companions;
mod entry_point;
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
mod settings;
mod story;
mod summary;
mod table;
mod text;
mod union_find;
mod version_pair;
mod view;
mod workload;

pub use backend::{BackendLookup, Backends, Missing};
pub use entry_point::EntryPoint;
pub use index::Index;
pub use objects::{ObjectChanges, Only};
pub use pair::PairedBy;
pub use phrase::{Phrase, Word};
pub use requests::{Outcome, Receiver, ReceiverLookup, RequestKind, Requests, TrafficShift, requests, requests_text};
pub use scale::Scale;
pub use settings::changed as settings_changed;
pub use story::{Event, article};
pub use summary::{NamedOutcome, RouteSummary, Summary, TrafficRow, VersionChange, summary};
pub use table::{Line, lines};
pub use union_find::UnionFind;
pub use version_pair::VersionPair;
pub use view::View;
pub use workload::{Workload, workloads};

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
pub struct Impact<'a> {
    /// The states before and after.
    pub sides: Sides<View<'a>>,
    /// The versions of both sides, the new ones first.
    pub version_pairs: Vec<VersionPair>,
    /// Where requests come in, with who gets them on either side.
    pub entry_points: Vec<EntryPoint>,
    /// Which objects are new, gone, changed.
    pub objects: ObjectChanges,
    /// Objects that go on under another name or in another namespace.
    pub renamed: Vec<(Identity, Identity)>,
    /// For each workload of a side, the version pair that stands for its version.
    versions: Sides<Vec<usize>>,
}

impl<'a> Impact<'a> {
    /// Compares both sides.
    pub fn new(old: ReleaseState<'a>, new: ReleaseState<'a>) -> Self {
        let objects = ObjectChanges::new(old.objects, new.objects);
        let sides = view::views(Sides { before: old, after: new });
        let version_pairs = version_pair::version_pairs(sides.as_ref());
        let versions = Side::BOTH.map(|side| version_pair::versions(&version_pairs, &sides[side], side));
        let [before, after] = versions;
        let versions = Sides { before, after };
        let entry_points = entry_point::entry_points(sides.as_ref(), &version_pairs, versions.as_ref());
        let mut impact = Self { sides, version_pairs, entry_points, objects, renamed: Vec::new(), versions };
        impact.renamed = impact.find_renamed();
        impact
    }

    /// The version pair that stands for the version of a workload of `side`.
    pub fn version_of(&self, side: Side, workload: usize) -> Option<usize> {
        self.versions[side].get(workload).copied()
    }

    /// The workloads of one side that belong to the application of a version pair.
    pub fn relatives(&self, version_pair: usize, side: Side) -> impl Iterator<Item = &Workload> {
        let application = self.version_pairs.get(version_pair).map(|version_pair| version_pair.application);
        let relatives = self.version_pairs.iter().filter(move |relative| Some(relative.application) == application);
        relatives.filter_map(move |version_pair| self.sides[side].workloads.get(version_pair.workload[side]?))
    }

    /// The workload that a version pair is on one side.
    pub fn workload(&self, version_pair: usize, side: Side) -> Option<&Workload> {
        self.version_pairs.get(version_pair)?.workload[side]
            .and_then(|workload| self.sides[side].workloads.get(workload))
    }

    /// The workload that a version pair is on the old side.
    pub fn before(&self, version_pair: usize) -> Option<&Workload> {
        self.workload(version_pair, Side::Before)
    }

    /// The workload that a version pair is on the new side.
    pub fn after(&self, version_pair: usize) -> Option<&Workload> {
        self.workload(version_pair, Side::After)
    }
}

//! Where a value comes from, and which values are used rather than passed on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::source::At;

/// Where a node comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Nobody's input: a pack or the program wrote it.
    Literal,
    /// The release's name.
    ReleaseName,
    /// The release's namespace.
    ReleaseNamespace,
    /// A value of the spec.
    Spec(PlaceId),
}

/// Index of a [`Place`] in its [`Places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub u32);

/// One step of a path. A key may hold dots and slashes, so paths are never joined to strings to be split again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Into a map.
    Key(Arc<str>),
    /// Into a list.
    Index(u32),
}

/// Where one value of the layered spec stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// The collection that holds it; none for the root.
    pub parent: Option<PlaceId>,
    /// The step from there.
    pub segment: Segment,
    /// The value in the file or flag that won.
    pub at: At,
}

/// The places of all values of one spec: every value once, before its children.
#[derive(Debug, Clone, Default)]
pub struct Places(Vec<Place>);

impl Places {
    /// Adds a place.
    pub fn add(&mut self, place: Place) -> PlaceId {
        self.0.push(place);
        PlaceId(self.0.len() as u32 - 1)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place with that index.
    pub fn get(&self, id: PlaceId) -> Option<&Place> {
        self.0.get(id.0 as usize)
    }

    /// Where the value behind `origin` stands in the user's files.
    pub fn at(&self, origin: Origin) -> Option<At> {
        match origin {
            Origin::Spec(id) => self.get(id).map(|p| p.at),
            _ => None,
        }
    }

    /// The steps from the root to `id`.
    pub fn path(&self, id: PlaceId) -> Path {
        let mut steps = Vec::new();
        let mut next = self.get(id);
        while let Some(place) = next {
            let Some(parent) = place.parent else { break };
            steps.push(place.segment.clone());
            next = self.get(parent);
        }
        steps.reverse();
        Path(steps)
    }
}

/// The steps from the root of the spec to a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(pub Vec<Segment>);

impl fmt::Display for Path {
    /// `application.versions[1].metadata.labels["app.kubernetes.io/name"]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') => {
                    write!(f, "{}{key}", if i > 0 { "." } else { "" })?;
                }
                Segment::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// Which places of a spec are pinned: their values are used (compared, counted, merged, computed with), so they
/// are structure, and no output may leave them open. A pinned map or list holds its keys or its length constant,
/// not what stands in it.
#[derive(Debug, Default)]
pub struct Pins(Box<[AtomicBool]>);

impl Pins {
    /// No pins, for `places` places.
    pub fn new(places: usize) -> Self {
        Self((0..places).map(|_| AtomicBool::new(false)).collect())
    }

    /// Pins the value behind `origin`; a release's name and a literal have nothing to pin.
    pub fn pin(&self, origin: Origin) {
        if let Origin::Spec(id) = origin
            && let Some(pin) = self.0.get(id.0 as usize)
        {
            pin.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the value at `id` is pinned.
    pub fn is_pinned(&self, id: PlaceId) -> bool {
        self.0.get(id.0 as usize).is_some_and(|pin| pin.load(Ordering::Relaxed))
    }
}

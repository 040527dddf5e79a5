//! Where a value comes from, and which values are used rather than passed on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::Node;
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

/// How the values of a spec are used, by their places.
///
/// A *pinned* value is used (compared, counted, merged, computed with), so it is structure, and no output may leave it
/// open. A pinned map or list holds its keys or its length constant, not what stands in it. A *needed* value may be any,
/// but it is structure that there is one: without it something else would be written, or nothing.
#[derive(Debug, Default)]
pub struct Pins {
    places: Box<[AtomicU8]>,
    release_name: AtomicU8,
    release_namespace: AtomicU8,
}

const PINNED: u8 = 1;
const NEEDED: u8 = 2;

impl Pins {
    /// No pins, for `places` places.
    pub fn new(places: usize) -> Self {
        Self { places: (0..places).map(|_| AtomicU8::new(0)).collect(), ..Self::default() }
    }

    /// Pins `node`, all parts of a concatenation.
    pub fn pin_node(&self, node: &Node) {
        match node {
            Node::Concat(parts) => parts.iter().for_each(|part| self.pin_node(part)),
            node => self.pin(node.origin()),
        }
    }

    /// Pins the value behind `origin`; a literal has nothing to pin.
    pub fn pin(&self, origin: Origin) {
        self.mark(origin, PINNED | NEEDED);
    }

    /// Notes that the presence of `node` was tested, and what it found.
    pub fn is_given(&self, node: &Node) -> bool {
        self.need(node);
        !node.is_null()
    }

    /// Notes that `node` must be there.
    pub fn need(&self, node: &Node) {
        match node {
            Node::Concat(parts) => parts.iter().for_each(|part| self.mark(part.origin(), NEEDED)),
            node => self.mark(node.origin(), NEEDED),
        }
    }

    /// Whether the value at `id` is pinned.
    pub fn is_pinned(&self, id: PlaceId) -> bool {
        self.bits(id) & PINNED != 0
    }

    /// Whether there must be a value at `id`.
    pub fn is_needed(&self, id: PlaceId) -> bool {
        self.bits(id) & NEEDED != 0
    }

    /// Whether the release's name is pinned.
    pub fn is_release_name_pinned(&self) -> bool {
        self.release_name.load(Ordering::Relaxed) & PINNED != 0
    }

    /// Whether the release's namespace is pinned.
    pub fn is_release_namespace_pinned(&self) -> bool {
        self.release_namespace.load(Ordering::Relaxed) & PINNED != 0
    }

    fn bits(&self, id: PlaceId) -> u8 {
        self.places.get(id.0 as usize).map_or(0, |bits| bits.load(Ordering::Relaxed))
    }

    fn mark(&self, origin: Origin, bits: u8) {
        let marks = match origin {
            Origin::Spec(id) => self.places.get(id.0 as usize),
            Origin::ReleaseName => Some(&self.release_name),
            Origin::ReleaseNamespace => Some(&self.release_namespace),
            Origin::Literal => None,
        };
        if let Some(marks) = marks {
            marks.fetch_or(bits, Ordering::Relaxed);
        }
    }
}

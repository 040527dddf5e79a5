//! What of a spec stays adjustable in its chart.

use std::cell::Cell;

use super::helpers::Helpers;
use crate::node::{Node, Origin, PlaceId, Scalar, Segment};
use crate::plan::{Plan, Version};
use crate::spec::Spec;
use crate::spec::fields::{FieldSpec, Kind, ROOT};

/// The values of a spec as its chart sees them.
///
/// A scalar that nothing used is a dial. A list or a map is one as a whole, if nothing inside it was used either:
/// its users can then add to it.
pub struct Dials<'a> {
    /// The spec.
    pub spec: &'a Spec,
    versions: Vec<PlaceId>,
    /// What each place takes; none inside what Kubernetes or a platform defines.
    kinds: Vec<(Option<Kind>, Option<&'static FieldSpec>)>,
    uses: Vec<Use>,
    references: Box<[Cell<u8>]>,
    /// The named templates that references need.
    pub helpers: Helpers,
}

/// How the value at a place is used.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    pinned: bool,
    needed: bool,
    /// Something at or below it is pinned, or below it needed.
    structural: bool,
    /// It stands in a version, but `application` says it: there.
    inherited: Option<PlaceId>,
    /// It stands in a version, over this value of `application`.
    under: Option<PlaceId>,
    /// Both are maps, and so are merged.
    merged: bool,
}

/// There is a reference to a value.
const READ: u8 = 1;
/// There is one to a map that is laid over it.
const MERGED: u8 = 2;
/// There is one to a value in whose absence it is read.
const FALLBACK: u8 = 4;
/// Of those, one is a part of a text.
const PART: u8 = 8;

impl<'a> Dials<'a> {
    /// The dials of `spec`, after everything that uses its values has run.
    pub fn new(spec: &'a Spec, plan: &Plan) -> Self {
        let count = spec.places.len();
        let mut kinds = vec![(None, None); count];
        note(&spec.root, Some(Kind::Object(ROOT)), None, &mut kinds);
        let used = |index| {
            let id = PlaceId(index as u32);
            Use { pinned: spec.pins.is_pinned(id), needed: spec.pins.is_needed(id), ..Use::default() }
        };
        let mut uses: Vec<Use> = (0..count).map(used).collect();
        let application = spec.get(&["application"]);
        let versions: Vec<PlaceId> = plan.versions.iter().filter_map(|version| of(version.origin())).collect();
        for version in application.get("versions").into_iter().flat_map(Node::children) {
            inherit(version, application, spec, &mut uses);
        }
        if spec.has_expressions {
            hold_expressions(&spec.root, &kinds, &mut uses);
        }
        // A place comes after its parent.
        for index in (0..count).rev() {
            let own = uses[index];
            uses[index].structural = own.pinned || own.structural;
            if (own.pinned || own.structural || own.needed)
                && let Some(parent) = spec.places.get(PlaceId(index as u32)).and_then(|place| place.parent)
            {
                uses[parent.0 as usize].structural = true;
            }
        }
        for version in application.get("versions").into_iter().flat_map(Node::children) {
            close(version, application, &mut uses);
        }
        Self { spec, versions, kinds, uses, references: vec![Cell::new(0); count].into(), helpers: Helpers::default() }
    }

    fn used(&self, id: PlaceId) -> Use {
        self.uses.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// What the value at `id` must be; `None` where Kubernetes or a platform says it.
    pub fn kind(&self, id: PlaceId) -> Option<Kind> {
        self.kinds.get(id.0 as usize).and_then(|(kind, _)| *kind)
    }

    /// The field of the spec that the value at `id` is of, where it is one's.
    pub fn field(&self, id: PlaceId) -> Option<&'static FieldSpec> {
        self.kinds.get(id.0 as usize).and_then(|(_, field)| *field)
    }

    /// Whether the scalar at `id` is a dial.
    pub fn is_free(&self, id: PlaceId) -> bool {
        !self.used(id).pinned
    }

    /// Whether the list or map at `id` is one dial, with everything in it.
    pub fn is_whole(&self, id: PlaceId) -> bool {
        !self.used(id).structural
    }

    /// Whether there must be a value at `id`.
    pub fn is_needed(&self, id: PlaceId) -> bool {
        self.used(id).needed
    }

    /// Whether the value at `id` stands in a version, but is what `application` says for all.
    pub fn is_inherited(&self, id: PlaceId) -> bool {
        self.used(id).inherited.is_some()
    }

    /// Whether `node` hangs on a dial, or on the release.
    pub fn is_dynamic(&self, node: &Node) -> bool {
        match node {
            Node::Scalar(_, Origin::ReleaseName | Origin::ReleaseNamespace) => true,
            Node::Scalar(scalar, Origin::Spec(id)) => !scalar.is_null() && self.is_free(*id),
            Node::Scalar(_, Origin::Literal) => false,
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.is_whole(*id) => true,
            Node::Seq(items, _) | Node::Concat(items) => items.iter().any(|item| self.is_dynamic(item)),
            Node::Map(entries, _) => entries.iter().any(|(key, value)| self.is_dynamic(key) || self.is_dynamic(value)),
            Node::Symbol(symbol) => symbol.inputs().iter().any(|input| self.is_dynamic(input)),
            Node::Guard(_, body) | Node::Text(body) => self.is_dynamic(body),
        }
    }

    /// What tells a version from the others in the spec.
    pub fn version_key(&self, version: usize) -> Option<&Segment> {
        self.spec.places.get(*self.versions.get(version)?).map(|place| &place.segment)
    }

    /// What the values call a version.
    pub fn version_label(&self, version: usize) -> String {
        match self.version_key(version) {
            Some(Segment::Key(key)) => key.to_string(),
            Some(Segment::Index(index)) => index.to_string(),
            None => String::new(),
        }
    }

    /// All versions and what the values call them, the primary first.
    pub fn version_keys(&self) -> Vec<(usize, String)> {
        (0..self.versions.len()).map(|version| (version, self.version_label(version))).collect()
    }

    /// The value of a version's field.
    pub fn version_field(&self, version: usize, field: &str) -> Option<PlaceId> {
        let versions = self.spec.get(&["application", "versions"]);
        let entry = match self.version_key(version)? {
            Segment::Key(key) => versions.get(key)?,
            Segment::Index(index) => versions.items().get(*index as usize)?,
        };
        place(entry.get(field)?)
    }

    /// Whether a turn of a version's weight does something.
    pub fn turns(&self, version: &Version) -> bool {
        let id = place(&version.get("weight"));
        id.is_some_and(|id| self.is_free(id) && self.is_referenced(id))
    }

    /// Notes that the chart has a reference to the value at `id`, and so to what it is inherited from or laid over.
    pub fn refer(&self, id: PlaceId) {
        let of = self.used(id);
        let under = of.under.map(|under| (under, if of.merged { MERGED } else { FALLBACK }));
        [(id, READ)]
            .into_iter()
            .chain(of.inherited.map(|id| (id, READ)))
            .chain(under)
            .for_each(|(id, bit)| self.mark(id, bit));
    }

    /// Notes that the reference to the value at `id` is a part of a text.
    pub fn refer_part(&self, id: PlaceId) {
        let Use { inherited, under, .. } = self.used(id);
        [id].into_iter().chain(inherited).chain(under).for_each(|id| self.mark(id, PART));
    }

    fn mark(&self, id: PlaceId, bit: u8) {
        if let Some(cell) = self.references.get(id.0 as usize) {
            cell.set(cell.get() | bit);
        }
    }

    fn has(&self, id: PlaceId, bits: u8) -> bool {
        self.references.get(id.0 as usize).is_some_and(|cell| cell.get() & bits != 0)
    }

    /// Whether the chart has one.
    pub fn is_referenced(&self, id: PlaceId) -> bool {
        self.has(id, READ)
    }

    /// Whether the value at `id` must be a scalar, because it is, or may become, a part of a text.
    pub fn is_part(&self, id: PlaceId) -> bool {
        self.has(id, PART)
    }

    /// Whether a turn of the value at `id` does something.
    pub fn does_something(&self, id: PlaceId) -> bool {
        self.has(id, READ | MERGED)
    }

    /// Whether the value at `id` may come to be written.
    pub fn may_be_written(&self, id: PlaceId) -> bool {
        self.has(id, READ | MERGED | FALLBACK)
    }

    /// The version that the value at `id` is of, and the steps to it from there; else no version, and the steps from
    /// the root.
    pub fn way(&self, id: PlaceId) -> (Option<usize>, Vec<&Segment>) {
        let mut steps = Vec::with_capacity(8);
        let mut next = Some(id);
        while let Some(id) = next {
            if let Some(version) = self.versions.iter().position(|version| *version == id) {
                steps.reverse();
                return (Some(version), steps);
            }
            let Some(place) = self.spec.places.get(id) else { break };
            if place.parent.is_some() {
                steps.push(&place.segment);
            }
            next = place.parent;
        }
        steps.reverse();
        (None, steps)
    }

    /// The version that the value at `id` is of.
    fn version_of(&self, mut id: PlaceId) -> Option<usize> {
        loop {
            if let Some(version) = self.versions.iter().position(|version| *version == id) {
                return Some(version);
            }
            id = self.spec.places.get(id)?.parent?;
        }
    }

    /// The versions that `node` refers to.
    pub fn versions_in(&self, node: &Node, found: &mut Vec<usize>) {
        match node {
            Node::Scalar(_, Origin::Spec(id)) if self.is_dynamic(node) => found.extend(self.version_of(*id)),
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.is_whole(*id) => {
                found.extend(self.version_of(*id));
            }
            Node::Scalar(..) => {}
            Node::Seq(items, _) | Node::Concat(items) => items.iter().for_each(|item| self.versions_in(item, found)),
            Node::Map(entries, _) => {
                for (key, value) in entries.iter() {
                    self.versions_in(key, found);
                    self.versions_in(value, found);
                }
            }
            Node::Symbol(symbol) => symbol.inputs().iter().for_each(|input| self.versions_in(input, found)),
            Node::Guard(_, body) | Node::Text(body) => self.versions_in(body, found),
        }
    }
}

/// The place of a value of the spec.
pub fn place(node: &Node) -> Option<PlaceId> {
    of(node.origin())
}

fn of(origin: Origin) -> Option<PlaceId> {
    match origin {
        Origin::Spec(id) => Some(id),
        _ => None,
    }
}

/// Brings together how `own`, a part of a version, and `shared`, the same part of `application`, are used: what the
/// version inherits is the application's to turn, and where it stops saying its own it inherits too.
fn inherit(own: &Node, shared: &Node, spec: &Spec, uses: &mut [Use]) {
    for (key, value) in own.entries() {
        let Some(under) = key.text().and_then(|key| shared.get(&key)) else { continue };
        let (Some(id), Some(over)) = (place(value), place(under)) else { continue };
        let at = |id: PlaceId| spec.places.get(id).map(|place| place.at);
        let inherited = at(id) == at(over);
        let of = uses[id.0 as usize];
        uses[id.0 as usize].inherited = inherited.then_some(over);
        uses[id.0 as usize].under = (!inherited).then_some(over);
        uses[id.0 as usize].merged = matches!((value, under), (Node::Map(..), Node::Map(..)));
        // Of two maps that are merged, the keys of both are used.
        let same = match (value, under) {
            (Node::Map(..), Node::Map(..)) => true,
            (Node::Scalar(own, _), Node::Scalar(shared, _)) => inherited || own == shared,
            _ => inherited,
        };
        let shared = &mut uses[over.0 as usize];
        shared.pinned |= of.pinned && same;
        shared.needed |= of.needed || of.pinned;
        inherit(value, under, spec, uses);
        if inherited {
            for (item, under) in value.items().iter().zip(under.items()) {
                inherit_item(item, under, uses);
                inherit(item, under, spec, uses);
            }
        }
    }
}

/// What is a map of `application`'s that merges with a map of a version's, `own`, is no more a dial as a whole than that.
fn close(own: &Node, shared: &Node, uses: &mut [Use]) {
    for (key, value) in own.entries() {
        let Some(under) = key.text().and_then(|key| shared.get(&key)) else { continue };
        let (Node::Map(_, Origin::Spec(id)), Node::Map(_, Origin::Spec(over))) = (value, under) else { continue };
        uses[over.0 as usize].structural |= uses[id.0 as usize].structural;
        close(value, under, uses);
    }
}

fn inherit_item(item: &Node, under: &Node, uses: &mut [Use]) {
    let (Some(id), Some(over)) = (place(item), place(under)) else { return };
    uses[id.0 as usize].inherited = Some(over);
    let of = uses[id.0 as usize];
    uses[over.0 as usize].pinned |= of.pinned;
    uses[over.0 as usize].needed |= of.needed;
}

/// Pins each string with an expression, also where nothing used it: no value of a chart has one.
fn hold_expressions(node: &Node, kinds: &[(Option<Kind>, Option<&'static FieldSpec>)], uses: &mut [Use]) {
    let Some(id) = place(node) else { return };
    if let Node::Scalar(Scalar::Str(text), _) = node
        && text.contains("${{")
    {
        uses[id.0 as usize].pinned = true;
    }
    let table = matches!(kinds[id.0 as usize].0, Some(Kind::Object(_) | Kind::NameOr(_)));
    for (key, value) in node.entries() {
        // What is its user's alone is no value of the chart.
        if !(table && key.text().is_some_and(|key| key.starts_with("x-"))) {
            hold_expressions(value, kinds, uses);
        }
    }
    node.items().iter().for_each(|item| hold_expressions(item, kinds, uses));
}

/// Notes what `node` and all in it take.
fn note(
    node: &Node,
    kind: Option<Kind>,
    field: Option<&'static FieldSpec>,
    kinds: &mut [(Option<Kind>, Option<&'static FieldSpec>)],
) {
    let Some(id) = place(node) else { return };
    if let Some(own) = kinds.get_mut(id.0 as usize) {
        *own = (kind, field);
    }
    let Some(kind) = kind else { return };
    for (key, value) in node.entries() {
        let (kind, field) = entry(kind, key);
        note(value, kind, field, kinds);
    }
    for value in node.items() {
        note(value, item(kind, value), None, kinds);
    }
}

/// What the entry `key` of a map of `kind` takes, and the field that it is.
fn entry(kind: Kind, key: &Node) -> (Option<Kind>, Option<&'static FieldSpec>) {
    match kind {
        Kind::Object(table) | Kind::NameOr(table) => {
            let Node::Scalar(Scalar::Str(key), _) = key else { return (None, None) };
            let field = table.iter().find(|field| *field.name == **key);
            (field.map(|field| field.kind), field)
        }
        Kind::Versions(table) => (Some(Kind::Object(table)), None),
        Kind::Labels | Kind::Annotations | Kind::Texts | Kind::Env => (Some(Kind::Text), None),
        _ => (None, None),
    }
}

/// What an item of a list of `kind` takes.
fn item(kind: Kind, node: &Node) -> Option<Kind> {
    match kind {
        Kind::List(kind) => Some(*kind),
        Kind::Versions(table) => Some(Kind::Object(table)),
        Kind::Matches => Some(Kind::Clause),
        Kind::Env => Some(Kind::FreeMap),
        Kind::References if matches!(node, Node::Scalar(..)) => Some(Kind::Text),
        Kind::References => Some(Kind::FreeMap),
        _ => None,
    }
}

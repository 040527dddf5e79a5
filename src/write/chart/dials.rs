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
    /// The version inherits it from this value of `application`.
    inherited: Option<PlaceId>,
    /// The version says it, and so overrides this value of `application`.
    under: Option<PlaceId>,
    /// That value and this one are maps, which are merged.
    merged: bool,
}

/// A template refers to the value.
const READ: u8 = 1;
/// The value is a map, and a template refers to a map that is merged over it.
const MERGED: u8 = 2;
/// The value is the fallback of a value that a template refers to.
const FALLBACK: u8 = 4;
/// One of those references is a part of a text.
const PART: u8 = 8;

impl<'a> Dials<'a> {
    /// The dials of `spec`, after everything that uses its values has run.
    pub fn new(spec: &'a Spec, plan: &Plan) -> Self {
        let count = spec.places.len();
        let mut kinds = vec![(None, None); count];
        record_kinds(&spec.root, Some(Kind::Object(ROOT)), None, &mut kinds);
        let mut uses: Vec<Use> = (0..count).map(|index| recorded_use(spec, PlaceId(index as u32))).collect();
        let application = spec.get(&["application"]);
        let versions: Vec<PlaceId> = plan.versions.iter().filter_map(|version| spec_place(version.origin())).collect();
        for version in application.get("versions").into_iter().flat_map(Node::children) {
            inherit(version, application, spec, &mut uses);
        }
        if spec.has_expressions {
            pin_expressions(&spec.root, &kinds, &mut uses);
        }
        // Backwards, because a place comes after its parent.
        for index in (0..count).rev() {
            let Use { pinned, needed, structural, .. } = uses[index];
            uses[index].structural = pinned || structural;
            if (pinned || structural || needed)
                && let Some(parent) = spec.places.get(PlaceId(index as u32)).and_then(|place| place.parent)
            {
                uses[parent.0 as usize].structural = true;
            }
        }
        for version in application.get("versions").into_iter().flat_map(Node::children) {
            share_structure(version, application, &mut uses);
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

    /// Whether `node`, the value at `id`, is one dial with everything in it.
    pub fn is_dial(&self, node: &Node, id: PlaceId) -> bool {
        match node {
            Node::Scalar(..) => self.is_free(id),
            _ => self.is_whole(id),
        }
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

    /// Whether the weight of a version is a dial that some object has.
    pub fn is_weight_adjustable(&self, version: &Version) -> bool {
        let id = place(&version.get("weight"));
        id.is_some_and(|id| self.is_free(id) && self.is_referenced(id))
    }

    /// Notes that the chart has a reference to the value at `id`, and so to what it is inherited from or laid over.
    pub fn refer(&self, id: PlaceId) {
        let Use { inherited, under, merged, .. } = self.used(id);
        [id].into_iter().chain(inherited).for_each(|id| self.mark(id, READ));
        if let Some(under) = under {
            self.mark(under, if merged { MERGED } else { FALLBACK });
        }
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

    /// The version that the value at `id` is of, and the path to it from there; else no version, and the path from
    /// the root.
    pub fn version_path(&self, id: PlaceId) -> (Option<usize>, Vec<&Segment>) {
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
    pub fn versions_in(&self, node: &Node, versions: &mut Vec<usize>) {
        match node {
            Node::Scalar(_, Origin::Spec(id)) if self.is_dynamic(node) => versions.extend(self.version_of(*id)),
            Node::Seq(_, Origin::Spec(id)) | Node::Map(_, Origin::Spec(id)) if self.is_whole(*id) => {
                versions.extend(self.version_of(*id));
            }
            Node::Scalar(..) => {}
            Node::Seq(items, _) | Node::Concat(items) => items.iter().for_each(|item| self.versions_in(item, versions)),
            Node::Map(entries, _) => {
                for (key, value) in entries.iter() {
                    self.versions_in(key, versions);
                    self.versions_in(value, versions);
                }
            }
            Node::Symbol(symbol) => symbol.inputs().iter().for_each(|input| self.versions_in(input, versions)),
            Node::Guard(_, body) | Node::Text(body) => self.versions_in(body, versions),
        }
    }
}

/// The place of a value of the spec.
pub fn place(node: &Node) -> Option<PlaceId> {
    spec_place(node.origin())
}

fn spec_place(origin: Origin) -> Option<PlaceId> {
    match origin {
        Origin::Spec(id) => Some(id),
        _ => None,
    }
}

fn recorded_use(spec: &Spec, id: PlaceId) -> Use {
    Use { pinned: spec.pins.is_pinned(id), needed: spec.pins.is_needed(id), ..Use::default() }
}

/// Combines the uses of `version`, a part of a version, with those of `shared`, the same part of `application`. What the
/// version inherits is adjusted at `application`, and where a user takes the version's value away, it inherits as well.
fn inherit(version: &Node, shared: &Node, spec: &Spec, uses: &mut [Use]) {
    for (key, value) in version.entries() {
        let Some(under) = key.text().and_then(|key| shared.get(&key)) else { continue };
        let (Some(id), Some(over)) = (place(value), place(under)) else { continue };
        let at = |id: PlaceId| spec.places.get(id).map(|place| place.at);
        // What a version inherits is the same text of the same file.
        let inherited = at(id) == at(over);
        let merged = matches!((value, under), (Node::Map(..), Node::Map(..)));
        let version_use = &mut uses[id.0 as usize];
        version_use.inherited = inherited.then_some(over);
        version_use.under = (!inherited).then_some(over);
        version_use.merged = merged;
        let Use { pinned, needed, .. } = *version_use;
        let same = match (value, under) {
            (Node::Scalar(value, _), Node::Scalar(shared, _)) => inherited || value == shared,
            // Of two maps that are merged, the keys of both are used.
            _ => inherited || merged,
        };
        let shared_use = &mut uses[over.0 as usize];
        shared_use.pinned |= pinned && same;
        shared_use.needed |= needed || pinned;
        inherit(value, under, spec, uses);
        if inherited {
            for (item, under) in value.items().iter().zip(under.items()) {
                inherit_item(item, under, uses);
                inherit(item, under, spec, uses);
            }
        }
    }
}

/// Makes the maps of `application` structure that merge with maps of a version in which something is structure: as one
/// dial, such a map could bring in other keys.
fn share_structure(version: &Node, shared: &Node, uses: &mut [Use]) {
    for (key, value) in version.entries() {
        let Some(under) = key.text().and_then(|key| shared.get(&key)) else { continue };
        let (Node::Map(_, Origin::Spec(id)), Node::Map(_, Origin::Spec(over))) = (value, under) else { continue };
        uses[over.0 as usize].structural |= uses[id.0 as usize].structural;
        share_structure(value, under, uses);
    }
}

fn inherit_item(item: &Node, under: &Node, uses: &mut [Use]) {
    let (Some(id), Some(over)) = (place(item), place(under)) else { return };
    uses[id.0 as usize].inherited = Some(over);
    let Use { pinned, needed, .. } = uses[id.0 as usize];
    uses[over.0 as usize].pinned |= pinned;
    uses[over.0 as usize].needed |= needed;
}

/// Pins each string with an expression, also where nothing used it: no value of a chart has one.
fn pin_expressions(node: &Node, kinds: &[(Option<Kind>, Option<&'static FieldSpec>)], uses: &mut [Use]) {
    let Some(id) = place(node) else { return };
    if let Node::Scalar(Scalar::Str(text), _) = node
        && text.contains("${{")
    {
        uses[id.0 as usize].pinned = true;
    }
    let table = matches!(kinds[id.0 as usize].0, Some(Kind::Object(_) | Kind::NameOr(_)));
    for (key, value) in node.entries() {
        // Keys that begin with `x-` are the user's notes, and do not go into the chart.
        if !(table && key.text().is_some_and(|key| key.starts_with("x-"))) {
            pin_expressions(value, kinds, uses);
        }
    }
    node.items().iter().for_each(|item| pin_expressions(item, kinds, uses));
}

/// Records of which kind and field `node` and all values in it are.
fn record_kinds(
    node: &Node,
    kind: Option<Kind>,
    field: Option<&'static FieldSpec>,
    kinds: &mut [(Option<Kind>, Option<&'static FieldSpec>)],
) {
    let Some(id) = place(node) else { return };
    if let Some(recorded) = kinds.get_mut(id.0 as usize) {
        *recorded = (kind, field);
    }
    let Some(kind) = kind else { return };
    for (key, value) in node.entries() {
        let (kind, field) = entry(kind, key);
        record_kinds(value, kind, field, kinds);
    }
    for value in node.items() {
        record_kinds(value, item(kind, value), None, kinds);
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

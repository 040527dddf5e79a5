//! What a change does to objects: which are created, deleted, renamed, and which values of the others differ.
//!
//! Values are compared as Kubernetes would read them, so the form of the YAML never counts; the items of a list are
//! paired by what tells them apart; a string that holds data is compared as what it holds. Secrets are taken out
//! first ([`mask`]), so whoever reads a [`Diff`] cannot see them.

mod alike;
mod apply;
mod compare;
mod content;
pub mod input;
mod list;
pub mod mask;
mod pair;
mod path;
mod pattern;
mod value;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

pub use apply::{apply, apply_all};
pub use path::{CONDITION, Item, Path, Step};
pub use pattern::Pattern;
pub use value::{identical, same};
pub use wire::{parse, to_node};

use crate::bundle::{Identity, Manifest};
use crate::node::Node;
use crate::objects::Objects;
use crate::source::At;
use compare::Comparer;
use mask::Masker;
use pattern::Matching;

/// What is compared, and what is shown of it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values whose changes are not shown, only counted.
    pub ignore: Vec<Pattern>,
    /// Values that are secrets, besides the data of Secrets.
    pub secrets: Vec<Pattern>,
    /// Whether secrets are shown.
    pub show_secrets: bool,
}

/// What a change does to all releases.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// The releases in which anything differs, or is hidden.
    pub releases: Vec<ReleaseDiff>,
}

/// What a change does to one release.
#[derive(Debug, Clone, Default)]
pub struct ReleaseDiff {
    /// What to call it.
    pub name: String,
    /// The objects that differ, those that are gone last.
    pub objects: Vec<ObjectDiff>,
    /// What is not shown.
    pub hidden: Hidden,
}

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// It is new.
    Created,
    /// It is gone.
    Deleted,
    /// It has other values.
    Changed,
    /// It has another name or namespace, and is so much like the old one that it takes its place. To a cluster one
    /// object is deleted and another created.
    Renamed,
}

/// An object that differs.
#[derive(Debug, Clone)]
pub struct ObjectDiff {
    /// How.
    pub kind: ObjectKind,
    /// What it was; none for one that is new.
    pub before: Option<Side>,
    /// What it is; none for one that is gone.
    pub after: Option<Side>,
    /// What it takes to make the one of the other.
    pub changes: Vec<Change>,
    /// Where the new one stands in the user's files.
    pub at: Option<At>,
}

/// An object on one side.
#[derive(Debug, Clone)]
pub struct Side {
    /// What it is called.
    pub identity: Identity,
    /// How many objects before it have the same identity; 0 but by mistake.
    pub nth: usize,
    /// The object, without its secrets.
    pub node: Node,
}

/// How a value differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the new object has it.
    Added,
    /// Only the old object had it.
    Removed,
    /// It is another one.
    Changed,
    /// It is an item of a list, and stands elsewhere among the others.
    Moved,
    /// It is a string, and holds the same data as before in another layout. This is no difference.
    Form,
}

/// One value that differs.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where it is.
    pub path: Path,
    /// How it differs.
    pub kind: ChangeKind,
    /// The old value; none if it was not there.
    pub before: Option<Node>,
    /// The new value; none if it is not there any more.
    pub after: Option<Node>,
    /// Where both are strings that hold data: what differs in it, with paths from its root.
    pub inside: Vec<Change>,
    /// Where the new value, or what is nearest to it, stands in the user's files.
    pub at: Option<At>,
}

/// What is not shown of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// How many values each pattern hid, by its number.
    ignored: BTreeMap<usize, usize>,
    /// Each pattern and how many values it hid.
    pub by_pattern: Vec<(String, usize)>,
    /// How many strings only have another layout.
    pub form: usize,
}

impl Hidden {
    fn add(&mut self, pattern: usize, count: usize) {
        *self.ignored.entry(pattern).or_default() += count;
    }

    /// How many values patterns hid.
    pub fn count(&self) -> usize {
        self.ignored.values().sum()
    }

    /// Whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.form == 0
    }
}

impl Diff {
    /// Whether anything that is shown differs.
    pub fn is_empty(&self) -> bool {
        self.releases.iter().all(ReleaseDiff::is_empty)
    }
}

impl ReleaseDiff {
    /// Whether nothing that is shown differs.
    pub fn is_empty(&self) -> bool {
        self.objects.iter().all(ObjectDiff::is_empty)
    }
}

impl ObjectDiff {
    /// Whether nothing but the layout of strings differs.
    pub fn is_empty(&self) -> bool {
        self.kind == ObjectKind::Changed && self.changes.iter().all(|change| change.kind == ChangeKind::Form)
    }

    /// What it is called now, or was called if it is gone.
    pub fn identity(&self) -> Option<&Identity> {
        self.after.as_ref().or(self.before.as_ref()).map(|side| &side.identity)
    }
}

/// Compares the objects of one release. Nothing is said of those that are equal.
pub fn diff(name: &str, before: &Objects, after: &Objects, options: &Options) -> ReleaseDiff {
    let mut hidden = Hidden::default();
    let mut masker = Masker::new(&options.secrets, options.show_secrets);
    let mut paired = pair::same_name(&before.manifests, &after.manifests);
    paired.both.retain(|(old, new)| {
        let [a, b] = [&before.manifests[*old], &after.manifests[*new]];
        !identical(&a.node, &b.node)
    });
    let mut masked = |objects: &Objects, at: usize| -> Manifest {
        let object = &objects.manifests[at];
        let node = masker.masked(&object.node, &object.identity);
        Manifest { node: node.unwrap_or_else(|| object.node.clone()), ..object.clone() }
    };
    // What is left of both sides, by its position there.
    let mut old: BTreeMap<usize, Manifest> = BTreeMap::new();
    let mut new: BTreeMap<usize, Manifest> = BTreeMap::new();
    old.extend(
        paired.both.iter().map(|(old, _)| *old).chain(paired.gone.iter().copied()).map(|at| (at, masked(before, at))),
    );
    new.extend(
        paired.both.iter().map(|(_, new)| *new).chain(paired.new.iter().copied()).map(|at| (at, masked(after, at))),
    );
    let renamed = pair::alike(&paired.gone, &paired.new, &old, &new);
    let renamed_from: BTreeSet<usize> = renamed.iter().map(|(old, _)| *old).collect();
    let partner: BTreeMap<usize, usize> = paired.both.iter().chain(&renamed).map(|(old, new)| (*new, *old)).collect();

    let mut objects = Vec::new();
    let sides =
        new.iter().map(|(at, object)| (partner.get(at).and_then(|at| Some((*at, old.get(at)?))), Some((*at, object))));
    let gone = paired
        .gone
        .iter()
        .filter(|at| !renamed_from.contains(at))
        .filter_map(|at| Some((Some((*at, old.get(at)?)), None)));
    for (old, new) in sides.chain(gone) {
        let side = |side: Option<(usize, &Manifest)>, nth: &[usize], node: Option<Node>| {
            let (at, object) = side?;
            Some(Side { identity: object.identity.clone(), nth: nth[at], node: node? })
        };
        let Some(identity) = old.or(new).map(|(_, object)| &object.identity) else { continue };
        let (matching, found) = Matching::begin(&options.ignore, identity);
        if let Some(pattern) = found {
            hidden.add(pattern, 1);
            continue;
        }
        let changes = match (old, new) {
            (Some((_, old)), Some((_, new))) => {
                Comparer::new(&options.ignore, after, &mut hidden).changes(&old.node, &new.node, &matching)
            }
            _ => Vec::new(),
        };
        hidden.form += changes.iter().filter(|change| change.kind == ChangeKind::Form).count();
        let kind = match (old, new) {
            (None, _) => ObjectKind::Created,
            (_, None) => ObjectKind::Deleted,
            (Some((_, old)), Some((_, new))) if old.identity.same_object(&new.identity) => ObjectKind::Changed,
            _ => ObjectKind::Renamed,
        };
        if kind == ObjectKind::Changed && changes.is_empty() {
            continue;
        }
        let at = new.and_then(|(_, new)| compare::inside(after, &new.node));
        let [old_node, new_node] = [old, new].map(|side| side.map(|(_, object)| &object.node));
        let [before, after] = [
            side(old, &paired.nth[0], old_node.map(mask::shown)),
            side(new, &paired.nth[1], new_node.map(|node| mask::shown_beside(node, old_node))),
        ];
        objects.push(ObjectDiff { kind, before, after, changes: changes.into_iter().map(mask::change).collect(), at });
    }
    hidden.by_pattern = hidden.ignored.iter().map(|(at, count)| (options.ignore[*at].to_string(), *count)).collect();
    ReleaseDiff { name: name.to_string(), objects, hidden }
}

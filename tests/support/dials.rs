//! What of a release's values its user may turn, and what may not change.

use std::collections::{HashMap, HashSet};

use helmwright::node::{Node, Origin, PlaceId, Scalar, Segment};
use helmwright::render::Rendered;
use helmwright::source::{At, Sources};
use helmwright::spec::fields::{self, Kind, Table};
use serde_json::Value;

use crate::support::json;

/// A value of a release.
#[derive(Debug, Clone)]
pub struct Place {
    /// The steps to it from the root of the values.
    pub path: Vec<Segment>,
    /// The value.
    pub value: Value,
    /// What it takes, where the spec's table of fields says it.
    pub kind: Option<Kind>,
    /// Whether it stands within a map or a list that is a dial as a whole.
    pub within: bool,
    /// Whether it stands in a match or a probe, where keys and types tell in whose words that is written.
    pub worded: bool,
    /// Whether the user's files say it, rather than the environment's defaults.
    pub given: bool,
}

/// How the values of a release may change.
#[derive(Debug)]
pub struct Dials {
    /// What may be any value of its type.
    pub dials: Vec<Place>,
    /// The scalars that must stay what they are.
    pub pinned: Vec<Place>,
    /// The maps whose keys must stay what they are: those of the spec's own fields, and those that are merged.
    pub closed: Vec<Place>,
    /// All values.
    pub values: Value,
    /// The versions without what they inherit.
    pub own: Value,
    /// Whether the versions are a list.
    pub list: bool,
    /// How many there are.
    pub versions: usize,
}

impl Dials {
    /// Those of `rendered`.
    pub fn of(rendered: &Rendered) -> Self {
        let spec = &rendered.spec;
        let mut written = HashSet::new();
        rendered.bundle.iter().for_each(|object| origins(&object.node, &mut written));
        let (twins, laid) = (HashMap::new(), HashMap::new());
        let mut walk = Walk { rendered, written, twins, laid, dials: vec![], pinned: vec![], closed: vec![] };
        walk.twins(&spec.root);
        let versions = spec.get(&["application", "versions"]);
        versions.children().for_each(|version| walk.laid(version, &[Segment::Key("application".into())]));
        walk.value(&spec.root, &[], Some(Kind::Object(fields::ROOT)), false);
        let (list, count) = (matches!(versions, Node::Seq(..)), versions.items().len() + versions.entries().len());
        let own = walk.own(versions).unwrap_or(Value::Null);
        let Walk { dials, pinned, closed, .. } = walk;
        Self { dials, pinned, closed, values: json::of_node(&spec.root), own, list, versions: count }
    }
}

/// The places of the spec that `node` comes from.
fn origins(node: &Node, out: &mut HashSet<PlaceId>) {
    if let Origin::Spec(id) = node.origin() {
        out.insert(id);
    }
    match node {
        Node::Scalar(..) => {}
        Node::Seq(items, _) | Node::Concat(items) => items.iter().for_each(|item| origins(item, out)),
        Node::Map(entries, _) => entries.iter().for_each(|(key, value)| {
            origins(key, out);
            origins(value, out);
        }),
        Node::Symbol(symbol) => symbol.inputs().iter().for_each(|input| origins(input, out)),
        Node::Guard(symbol, body) => {
            symbol.inputs().iter().for_each(|input| origins(input, out));
            origins(body, out);
        }
        Node::Text(body) => origins(body, out),
    }
}

/// Where a value stands in the user's text, and the steps to it from a version, or from `application`.
type Twin = (At, Vec<Segment>);

struct Walk<'r> {
    rendered: &'r Rendered,
    /// The places that the objects have nodes of.
    written: HashSet<PlaceId>,
    /// The places of one value in the user's text: that of `application`, and those of the versions that inherit it.
    twins: HashMap<Twin, Vec<PlaceId>>,
    /// What versions lay over the maps of `application`, by the path to these.
    laid: HashMap<Vec<Segment>, Vec<&'r Node>>,
    dials: Vec<Place>,
    pinned: Vec<Place>,
    closed: Vec<Place>,
}

impl<'r> Walk<'r> {
    fn laid(&mut self, node: &'r Node, path: &[Segment]) {
        for (key, value) in node.entries() {
            let path: Vec<_> =
                path.iter().cloned().chain([Segment::Key(key.text().unwrap().as_str().into())]).collect();
            self.laid(value, &path);
            self.laid.entry(path).or_default().push(value);
        }
    }

    fn twins(&mut self, node: &Node) {
        if let Origin::Spec(id) = node.origin() {
            let key = self.key(id);
            self.twins.entry(key).or_default().push(id);
        }
        node.items().iter().for_each(|item| self.twins(item));
        node.entries().iter().for_each(|(_, value)| self.twins(value));
    }

    fn key(&self, id: PlaceId) -> Twin {
        let places = &self.rendered.spec.places;
        let path = places.path(id).0;
        let steps = match path.as_slice() {
            [Segment::Key(a), Segment::Key(b), _, rest @ ..] if **a == *"application" && **b == *"versions" => rest,
            [Segment::Key(a), rest @ ..] if **a == *"application" => rest,
            path => path,
        };
        (places.get(id).unwrap().at, steps.to_vec())
    }

    fn value(&mut self, node: &Node, path: &[Segment], kind: Option<Kind>, within: bool) {
        let Origin::Spec(id) = node.origin() else { panic!("not of a spec: {node:?}") };
        let twins = &self.twins[&self.key(id)];
        let own = path.iter().any(|step| matches!(step, Segment::Key(key) if key.starts_with("x-")));
        // A map of `application` merges with those that versions lay over it, and then is used as they are.
        let maps = |node: &&&Node| matches!(node, Node::Map(..));
        let laid: Vec<&Node> = self.laid.get(path).into_iter().flatten().filter(maps).copied().collect();
        let laid = if maps(&&node) { laid } else { Vec::new() };
        let over = laid.iter().filter_map(|node| if let Origin::Spec(id) = node.origin() { Some(id) } else { None });
        let ids: Vec<PlaceId> = twins.iter().copied().chain(over).collect();
        let pinned = ids.iter().any(|id| self.rendered.spec.pins.is_pinned(*id)) || !own && is_expression(node);
        let written = ids.iter().any(|id| self.written.contains(id));
        let words = |key: &str| matches!(key, "match" | "matches") || key.ends_with("Probe");
        let worded = path.iter().any(|step| matches!(step, Segment::Key(key) if words(key)));
        let given = self.rendered.spec.places.get(id).unwrap().at.source.0 < Sources::PACKS;
        let place = Place { path: path.to_vec(), value: json::of_node(node), kind, within, worded, given };
        let below = |segment: Segment| path.iter().cloned().chain([segment]).collect::<Vec<_>>();
        match node {
            Node::Scalar(..) if pinned => self.pinned.push(place),
            // Absence is structure.
            Node::Scalar(Scalar::Null, _) if !within => {}
            Node::Scalar(..) => self.dials.push(place),
            _ => {
                let whole =
                    within || written && !pinned && !self.uses(node) && !laid.iter().any(|over| self.uses(over));
                if whole {
                    self.dials.push(place);
                } else if matches!(node, Node::Map(..)) && (pinned || table(kind).is_some()) {
                    self.closed.push(place);
                }
                for (i, item) in node.items().iter().enumerate() {
                    self.value(item, &below(Segment::Index(i as u32)), inner(kind, None), whole);
                }
                for (key, value) in node.entries() {
                    let key = key.text().unwrap();
                    self.value(value, &below(Segment::Key(key.as_str().into())), inner(kind, Some(&key)), whole);
                }
            }
        }
    }

    /// Whether anything in `node` is used.
    fn uses(&self, node: &Node) -> bool {
        let below = node.items().iter().chain(node.entries().iter().map(|(_, value)| value));
        below.into_iter().any(|node| {
            let Origin::Spec(id) = node.origin() else { return false };
            let twins = &self.twins[&self.key(id)];
            let pins = &self.rendered.spec.pins;
            let used = twins.iter().any(|id| pins.is_pinned(*id) || pins.is_needed(*id));
            used || is_expression(node) || self.uses(node)
        })
    }

    /// A value of `versions` without what they inherit.
    fn own(&self, node: &Node) -> Option<Value> {
        let Origin::Spec(id) = node.origin() else { return None };
        let outer = |id: &PlaceId| {
            let path = self.rendered.spec.places.path(*id).0;
            path.get(1).is_none_or(|segment| *segment != Segment::Key("versions".into()))
        };
        if self.twins[&self.key(id)].iter().any(outer) {
            return None;
        }
        match node {
            Node::Seq(items, _) => Some(items.iter().filter_map(|item| self.own(item)).collect()),
            Node::Map(entries, _) => {
                let own = |(key, value): &(Node, Node)| Some((key.text().unwrap(), self.own(value)?));
                Some(Value::Object(entries.iter().filter_map(own).collect()))
            }
            node => Some(json::of_node(node)),
        }
    }
}

/// Whether it is a string with an expression in it, which no value of a chart may have, also where nothing uses it.
fn is_expression(node: &Node) -> bool {
    matches!(node, Node::Scalar(Scalar::Str(text), _) if text.contains("${{"))
}

/// The fields that a map of this kind has, where it may have no others.
pub fn table(kind: Option<Kind>) -> Option<Table> {
    match kind? {
        Kind::Object(table) | Kind::NameOr(table) => Some(table),
        _ => None,
    }
}

/// What is taken one step below what takes `kind`.
fn inner(kind: Option<Kind>, key: Option<&str>) -> Option<Kind> {
    match (kind?, key) {
        (Kind::Object(table) | Kind::NameOr(table), Some(key)) => {
            table.iter().find(|field| field.name == key).map(|field| field.kind)
        }
        (Kind::Versions(table), _) => Some(Kind::Object(table)),
        (Kind::List(item), None) => Some(*item),
        (Kind::Labels, Some(_)) => Some(Kind::Name),
        (Kind::Annotations | Kind::Texts | Kind::Env, Some(_)) => Some(Kind::Text),
        (Kind::References, None) => Some(Kind::Text),
        _ => None,
    }
}

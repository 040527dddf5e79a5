//! Versions with what `application` says for all of them.
//!
//! It is done on the values, before anything reads them: so an inherited value has a place in its version, and is a
//! dial of that version, while it stands in the user's file where `application` says it.

use super::{index_below, workload};
use crate::node::{Node, Origin, Place, PlaceId, Places, Segment};
use crate::yaml::{Data, Pair, Yaml};

/// What of `application.metadata` its versions inherit.
const METADATA: [&str; 2] = ["labels", "annotations"];

/// Whether a version inherits what stands at `path` in it, as far as `application` has that.
pub fn is_inherited(path: &[&Segment]) -> bool {
    match path {
        [Segment::Key(metadata), rest @ ..] if &**metadata == "metadata" => match rest {
            [Segment::Key(key), ..] => METADATA.contains(&&**key),
            _ => true,
        },
        [Segment::Key(key), ..] => workload::all().any(|field| field.name == &**key),
        _ => false,
    }
}

/// Turns the values of a spec into nodes, as [`index`](super::index) does, and gives each version what it inherits: a
/// version's own value is laid over the application's, maps to any depth, and null is absence.
pub fn index(values: &Yaml, places: &mut Places) -> Node {
    let Data::Map(pairs) = &values.data else { return super::index(values, places) };
    map(values, None, Segment::Index(0), places, pairs.iter(), |pair, id, places| match &*pair.key {
        "application" => application(&pair.value, id, places),
        _ => index_below(&pair.value, Some(id), Segment::Key(pair.key.clone()), places),
    })
}

fn application(values: &Yaml, parent: PlaceId, places: &mut Places) -> Node {
    let segment = Segment::Key("application".into());
    let Data::Map(pairs) = &values.data else { return index_below(values, Some(parent), segment, places) };
    let shared = shared(pairs);
    map(values, Some(parent), segment, places, pairs.iter(), |pair, id, places| match &*pair.key {
        "versions" => versions(&pair.value, &shared, id, places),
        _ => index_below(&pair.value, Some(id), Segment::Key(pair.key.clone()), places),
    })
}

/// What versions inherit, as if it were a version.
fn shared(application: &[Pair]) -> Yaml {
    let mut pairs = Vec::new();
    let mut at = None;
    for pair in application.iter().filter(|pair| !pair.value.is_null()) {
        at.get_or_insert(pair.value.at);
        match &pair.value.data {
            Data::Map(metadata) if &*pair.key == "metadata" => {
                let kept = metadata.iter().filter(|pair| METADATA.contains(&&*pair.key)).cloned().collect::<Vec<_>>();
                if !kept.is_empty() {
                    let value = Yaml { data: Data::Map(kept), at: pair.value.at };
                    pairs.push(Pair { key: pair.key.clone(), key_at: pair.key_at, value });
                }
            }
            _ if workload::all().any(|field| field.name == &*pair.key) => pairs.push(pair.clone()),
            _ => {}
        }
    }
    Yaml { data: Data::Map(pairs), at: at.unwrap_or(crate::source::At::new(crate::source::SourceId(0), 0, 0)) }
}

fn versions(values: &Yaml, shared: &Yaml, parent: PlaceId, places: &mut Places) -> Node {
    let segment = Segment::Key("versions".into());
    match &values.data {
        Data::Map(pairs) => map(values, Some(parent), segment, places, pairs.iter(), |pair, id, places| {
            version(&pair.value, shared, id, Segment::Key(pair.key.clone()), places)
        }),
        Data::Seq(items) => {
            let id = places.add(Place { parent: Some(parent), segment, at: values.at });
            let items = items.iter().enumerate();
            let items = items.map(|(i, item)| version(item, shared, id, Segment::Index(i as u32), places));
            Node::Seq(items.collect(), Origin::Spec(id))
        }
        Data::Scalar(..) => index_below(values, Some(parent), segment, places),
    }
}

fn version(values: &Yaml, shared: &Yaml, parent: PlaceId, segment: Segment, places: &mut Places) -> Node {
    match (&values.data, &shared.data) {
        (Data::Map(upper), Data::Map(lower)) => {
            let inherited = lower.iter().filter(|pair| upper.iter().all(|given| given.key != pair.key));
            map(values, Some(parent), segment, places, upper.iter().chain(inherited), |pair, id, places| {
                let under = lower.iter().find(|under| under.key == pair.key).map(|under| &under.value);
                over(&pair.value, under, id, Segment::Key(pair.key.clone()), places)
            })
        }
        _ => index_below(values, Some(parent), segment, places),
    }
}

/// `values` over `under`, in the order of `under`.
fn over(values: &Yaml, under: Option<&Yaml>, parent: PlaceId, segment: Segment, places: &mut Places) -> Node {
    match (&values.data, under.map(|under| &under.data)) {
        (Data::Map(upper), Some(Data::Map(lower))) => {
            let added = upper.iter().filter(|given| lower.iter().all(|pair| pair.key != given.key));
            map(values, Some(parent), segment, places, lower.iter().chain(added), |pair, id, places| {
                let given = upper.iter().find(|given| given.key == pair.key).unwrap_or(pair);
                over(&given.value, Some(&pair.value), id, Segment::Key(pair.key.clone()), places)
            })
        }
        _ => index_below(under.filter(|_| values.is_null()).unwrap_or(values), Some(parent), segment, places),
    }
}

/// A map of what `value` makes of `pairs`.
fn map<'p>(
    values: &Yaml,
    parent: Option<PlaceId>,
    segment: Segment,
    places: &mut Places,
    pairs: impl Iterator<Item = &'p Pair>,
    value: impl Fn(&'p Pair, PlaceId, &mut Places) -> Node,
) -> Node {
    let id = places.add(Place { parent, segment, at: values.at });
    let entries = pairs.map(|pair| (Node::literal(pair.key.clone()), value(pair, id, places)));
    Node::Map(entries.collect(), Origin::Spec(id))
}

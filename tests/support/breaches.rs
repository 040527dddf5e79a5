//! Changes of a release's values that its chart must refuse: they change what was used to make it.

use helmwright::node::Segment;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::dials::{Dials, Place, table};
use crate::support::making::{Applied, Making, Shape};
use crate::support::traps::text;

/// A change, and how it is given.
#[derive(Debug, Clone)]
pub struct Breach {
    /// What kind of change it is.
    pub what: What,
    /// Which of the places that are open to such a change.
    pub place: usize,
    /// Part of the new value.
    pub text: String,
    /// What becomes of the list of versions, where the spec has a list.
    pub shape: Shape,
    /// Whether the spec itself is Helm's first values file.
    pub with_spec: bool,
}

/// A kind of change.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// Another value in place of one that was used.
    Pinned,
    /// A key that no spec has, or one more in a map whose keys were used.
    Unknown,
    /// A field that this spec does not have.
    Absent,
    /// One version more.
    More,
    /// One version less.
    Fewer,
    /// An expression, of which Helm knows nothing.
    Expression,
}

/// Any of them.
pub fn breaches() -> impl Strategy<Value = Breach> {
    let what = [What::Pinned, What::Unknown, What::Absent, What::More, What::Fewer, What::Expression];
    let shape = prop_oneof![Just(Shape::Map), Just(Shape::List)];
    (prop::sample::select(what.to_vec()), any::<usize>().no_shrink(), text(), shape, any::<bool>())
        .prop_map(|(what, place, text, shape, with_spec)| Breach { what, place, text, shape, with_spec })
}

impl Breach {
    /// What it is for a release with `dials`; `None` where there is nothing to change so.
    pub fn applied(&self, dials: &Dials) -> Option<Applied> {
        let mut making = Making::new(dials, self.shape, self.with_spec);
        let pick = |places: &[&Place]| (!places.is_empty()).then(|| places[self.place % places.len()].clone());
        let versions = || vec![Segment::Key("application".into()), Segment::Key("versions".into())];
        match self.what {
            What::Pinned => {
                let place = pick(&dials.pinned.iter().collect::<Vec<_>>())?;
                making.file(true, &place.path, self.other(&place.value)?);
            }
            What::Unknown => {
                let place = pick(&dials.closed.iter().collect::<Vec<_>>())?;
                let key = format!("{}y", self.text);
                let known = table(place.kind).is_some_and(|table| table.iter().any(|field| field.name == key));
                if known || key.starts_with("x-") || place.value.get(&key).is_some() {
                    return None;
                }
                making.file(true, &below(&place, &key), self.text.as_str().into());
            }
            What::Absent => {
                let has = |place: &Place, name: &str| place.value.get(name).is_some();
                let absent = |place: &&Place| {
                    table(place.kind).into_iter().flat_map(|table| table.iter()).any(|field| !has(place, field.name))
                };
                let place = pick(&dials.closed.iter().filter(absent).collect::<Vec<_>>())?;
                let absent: Vec<_> = table(place.kind)?.iter().filter(|field| !has(&place, field.name)).collect();
                let field = absent[self.text.len() % absent.len()];
                making.file(true, &below(&place, field.name), self.text.as_str().into());
            }
            What::More if self.shape == Shape::List && dials.list => {
                let mut whole = dials.own.clone();
                let last = whole.as_array()?.last()?.clone();
                whole.as_array_mut()?.push(last);
                making.file(true, &versions(), whole);
            }
            What::More => {
                let mut path = versions();
                path.push(Segment::Key(format!("{}", dials.versions + self.text.len()).into()));
                making.file(true, &path, json!({ "image": "registry.example/shop:3" }));
            }
            What::Fewer if self.shape == Shape::List && dials.list => {
                let mut whole = dials.own.clone();
                whole.as_array_mut()?.pop();
                making.file(true, &versions(), whole);
            }
            What::Fewer => {
                let mut path = versions();
                let name = match &dials.own {
                    Value::Object(versions) => versions.keys().next_back()?.clone(),
                    _ => (dials.versions - 1).to_string(),
                };
                path.push(Segment::Key(name.as_str().into()));
                making.file(true, &path, Value::Null);
            }
            What::Expression => {
                let own = |step: &Segment| matches!(step, Segment::Key(key) if key.starts_with("x-"));
                let open = |place: &&Place| place.value.is_string() && !place.path.iter().any(own);
                let texts: Vec<&Place> = dials.dials.iter().filter(open).collect();
                let place = pick(&texts)?;
                let dollars = if self.place.is_multiple_of(3) { "$" } else { "" };
                making.file(true, &place.path, format!("{}{dollars}${{{{ version.name }}}}", self.text).into());
            }
        }
        Some(making.finish(false))
    }

    /// Another value of the type of `value`.
    fn other(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Bool(own) => Some((!own).into()),
            Value::Number(own) => Some((own.as_i64()? + 1 + self.text.len() as i64).into()),
            Value::String(own) => Some(format!("{own}{}x", self.text).into()),
            _ => Some(self.text.as_str().into()),
        }
    }
}

fn below(place: &Place, key: &str) -> Vec<Segment> {
    place.path.iter().cloned().chain([Segment::Key(key.into())]).collect()
}

//! Random overrides of a release's values, given in every way that there is, to Helm and to helmwright alike.
//!
//! An override is drawn without a look at the release that it is for: which dial it turns is a number. So it can be
//! shrunk, edit by edit and value by value, without a new draw.

use helmwright::spec::fields::Kind;
use helmwright::spec::strvals::Flag;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::support::dials::{Dials, Place};
use crate::support::making::{Applied, Making, PLAIN_KEY, Shape, plain};
use crate::support::traps::{NAMES, NAMESPACES, PLAIN, text, value};

/// Several changes of values, and how they are given.
#[derive(Debug, Clone)]
pub struct Override {
    /// The changes.
    pub edits: Vec<Edit>,
    /// What becomes of the list of versions, where the spec has a list.
    pub shape: Shape,
    /// Whether the spec itself is Helm's first values file.
    pub with_spec: bool,
    /// The release's name, where it is another.
    pub name: Option<&'static str>,
    /// The release's namespace, where it is another.
    pub namespace: Option<&'static str>,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Which dial, or which other place.
    pub place: usize,
    /// The new value.
    pub value: Wild,
    /// How it is given.
    pub by: By,
}

/// How a change is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// In a values file of its own, or in that of the last change.
    File { own: bool },
    /// As an argument.
    Flag(Flag),
}

/// A new value.
#[derive(Debug, Clone)]
pub enum Wild {
    /// One that suits the dial.
    Fitting { number: u64, text: String, flag: bool },
    /// Any at all.
    Any(Value),
    /// A plain YAML scalar, whatever YAML makes of it.
    Plain(&'static str),
    /// Null.
    Null,
}

fn wild() -> impl Strategy<Value = Wild> {
    prop_oneof![
        24 => (any::<u64>(), text(), any::<bool>()).prop_map(|(number, text, flag)| Wild::Fitting { number, text, flag }),
        2 => value().prop_map(Wild::Any),
        1 => select(PLAIN).prop_map(Wild::Plain),
        1 => Just(Wild::Null),
    ]
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![
        3 => any::<bool>().prop_map(|own| By::File { own }),
        2 => Just(By::Flag(Flag::Set)),
        1 => Just(By::Flag(Flag::SetString)),
        1 => Just(By::Flag(Flag::SetJson)),
        1 => Just(By::Flag(Flag::SetLiteral)),
    ]
}

/// Overrides: fewer edits, and simpler values, are simpler.
pub fn overrides() -> impl Strategy<Value = Override> {
    let edit = (any::<usize>().no_shrink(), wild(), by()).prop_map(|(place, value, by)| Edit { place, value, by });
    let shape = prop_oneof![3 => Just(Shape::Map), 2 => Just(Shape::List), 1 => Just(Shape::Partial)];
    let name = proptest::option::weighted(0.2, select(NAMES));
    let namespace = proptest::option::weighted(0.2, select(NAMESPACES));
    (vec(edit, 1..4), shape, any::<bool>(), name, namespace)
        .prop_map(|(edits, shape, with_spec, name, namespace)| Override { edits, shape, with_spec, name, namespace })
}

impl Override {
    /// What it is for a release with `dials`. `spec` says that the spec may be Helm's first file.
    pub fn applied(&self, dials: &Dials) -> Applied {
        let mut making = Making::new(dials, self.shape, self.with_spec);
        let mut keeps = making.shape != Shape::Partial;
        let (mut flags, mut changed) = (Vec::new(), Vec::<(&Place, bool)>::new());
        for edit in &self.edits {
            let Some(place) = dials.dials.get(edit.place % dials.dials.len().max(1)) else { continue };
            let value = edit.value.at(place, edit.by);
            // What Helm makes of two changes of one map depends on whether the spec is among its files.
            let simple = [&place.value, &value].iter().all(|v| !v.is_object() && !v.is_array()) && !value.is_null();
            let nested = |(other, also): &(&Place, bool)| {
                let shorter = other.path.len().min(place.path.len());
                other.path[..shorter] == place.path[..shorter] && !(simple && *also)
            };
            if changed.iter().any(nested) {
                continue;
            }
            changed.push((place, simple));
            keeps &= keeps_structure(place, &value);
            match edit.by {
                By::Flag(flag) => flags.push((flag, place, value)),
                By::File { own } => making.file(own, &place.path, value),
            }
        }
        // What is put into files for want of a flag that can say it comes after what files say themselves.
        for (flag, place, value) in flags {
            making.flag(flag, place, &value);
        }
        making.finish(keeps)
    }
}

/// Whether a dial can be turned to `value` without a change of structure: absence is structure, and so is the type where
/// a field has several, but neither within a dial.
fn keeps_structure(place: &Place, value: &Value) -> bool {
    let same = std::mem::discriminant(value) == std::mem::discriminant(&place.value) || plain(value).is_some();
    match (place.within, place.worded) {
        (true, false) => true,
        (_, worded) => !is_null(value) && same && !(worded && value.is_object()),
    }
}

/// Whether a value is null to YAML.
fn is_null(value: &Value) -> bool {
    value.is_null() || plain(value).is_some_and(|text| matches!(text, "~" | "null"))
}

impl Wild {
    fn at(&self, place: &Place, by: By) -> Value {
        let value = match self {
            Wild::Null => Value::Null,
            Wild::Any(value) => value.clone(),
            Wild::Plain(text) => json!({ PLAIN_KEY: text }),
            Wild::Fitting { number, text, flag } => fitting(place, *number, text, *flag),
        };
        match (by, value) {
            // So it is for that flag.
            (By::Flag(Flag::Set), Value::String(text)) if text.eq_ignore_ascii_case("null") => Value::Null,
            (_, value) => value,
        }
    }
}

/// A value of the type that `place` has, and mostly one that it takes.
fn fitting(place: &Place, number: u64, text: &str, flag: bool) -> Value {
    let word = || text.chars().filter(|c| c.is_ascii_alphanumeric()).take(20).collect::<String>().to_lowercase() + "x";
    match (place.kind, &place.value) {
        (Some(Kind::Whole(min, max)), _) => {
            let most = if flag { max } else { max.min(100) };
            Value::from(min + number % (most - min + 1))
        }
        (Some(Kind::Number(..)), _) => Value::Number(format!("0.{}", number % 100).parse().unwrap()),
        (Some(Kind::Name), _) => Value::from(word()),
        (Some(Kind::Choice(words)), _) => Value::from(words[number as usize % words.len()]),
        (_, Value::Bool(own)) => Value::from(!own),
        (_, Value::Number(_)) if flag => Value::from(number % 100),
        (_, Value::Number(_)) => Value::from(number % (1 << 53)),
        (_, Value::String(_)) => Value::from(text),
        (_, Value::Null) => Value::from(number % 3),
        // Keys are added: those that are there stay.
        (kind, Value::Object(own)) => {
            let new = match (kind, own.values().next()) {
                (Some(Kind::Labels), _) => Value::from(word()),
                (_, None | Some(Value::String(_))) => Value::from(text),
                (_, Some(value)) => value.clone(),
            };
            let key = if matches!(kind, Some(Kind::Labels)) { word() } else { text.to_string() };
            Value::Object(Map::from_iter([(key, new)]))
        }
        (_, Value::Array(own)) => match (number % 3, own.last()) {
            (0, _) => Value::Array(own.iter().rev().cloned().collect()),
            (1, Some(last)) => own.iter().chain([last]).cloned().collect(),
            (_, Some(Value::String(_))) => own.iter().cloned().chain([Value::from(text)]).collect(),
            _ => own.iter().take(1).cloned().collect(),
        },
    }
}

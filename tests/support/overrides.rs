//! Random overrides of a release's values, given in every way that there is, to Helm and to helmwright alike.
//!
//! An override is drawn without a look at the release that it is for: which dial it turns is a number. So it can be
//! shrunk, edit by edit and value by value, without a new draw.

use helmwright::node::Segment;
use helmwright::spec::fields::Kind;
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Number, Value, json};

use crate::dials::{Dials, Place};

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

/// How the versions of a list are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As a map of them by position.
    Map,
    /// As the whole list.
    List,
    /// As a list of what is changed.
    Partial,
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

/// The release's names that are tried: one that YAML takes for a number, one that is too long for some, bad ones.
const NAMES: [&str; 6] = ["other", "12", "a", "a-name-that-is-as-long-as-helm-takes-it-of-53-letters", "a.b", "1e3"];
/// The namespaces that are tried.
const NAMESPACES: [&str; 4] = ["other", "12", "kube-system", "0x1f"];

/// Words that mean something somewhere in a spec: as keys of maps, or as what they hold.
const WORDS: &[&str] = &[
    "headers",
    "queryParams",
    "uri",
    "path",
    "method",
    "exact",
    "prefix",
    "regex",
    "value",
    "type",
    "name",
    "http",
    "tcp",
    "grpc",
    "port",
    "mountPath",
    "subPath",
    "readOnly",
    "default",
    "labels",
    "annotations",
    "namespace",
    "metadata",
    "spec",
    "data",
    "replicas",
    "app",
    "implementation",
    "modelUri",
    "x-own",
    "Exact",
    "RegularExpression",
    "GET",
    "100%",
    "25%",
];

/// Pieces of which strings are made: all that a writer of YAML or of templates can stumble over.
const TRAPS: &[&str] = &[
    "a",
    "b-1",
    "x",
    "0",
    "7",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "{{",
    "}}",
    "{{-",
    "{{ .Values.x }}",
    "{{ `",
    "`",
    "``",
    "\"",
    "'",
    "''",
    "\\",
    "\\n",
    "\\x",
    "\\\"",
    "$",
    "${",
    "$(A)",
    "$$",
    "<",
    "</script>",
    "<a",
    ">",
    "&",
    "&amp;",
    "%",
    "%d",
    "%!s",
    "#",
    " #",
    "# ",
    ": ",
    ":",
    "- ",
    "-",
    "--- ",
    "\n---\n",
    "...",
    "? ",
    "| ",
    ">-",
    "!",
    "!!str ",
    "*",
    "*a",
    "@",
    ",",
    ", ",
    "[",
    "]",
    "[]",
    "{",
    "}",
    "{}",
    "=",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "~",
    "null",
    "true",
    "False",
    "012",
    "0o7",
    "1e3",
    "1e400",
    "0x1F",
    "1_000",
    "1.0",
    ".5",
    "-.inf",
    ".nan",
    "2001-01-01",
    "12:30:45",
    "0b1",
    "+1",
    "-0",
    "é",
    "ß",
    "\u{7f}",
    "\u{80}",
    "\u{85}",
    "\u{9f}",
    "\u{a0}",
    "\u{ad}",
    "\u{2028}",
    "\u{2029}",
    "\u{200d}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1f600}",
    "\u{10ffff}",
    "\u{1}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "{{ \"",
    "{{/*",
    "*/}}",
    "<%",
    "[[",
];

/// Plain scalars that YAML has its own ideas about.
const PLAIN: &[&str] = &[
    "012",
    "0x1F",
    "0o14",
    "0b11",
    "1e3",
    "1E6",
    "1_000",
    "1.0",
    "8080.0",
    "0.1",
    ".5",
    "-0",
    "-1",
    "+5",
    "1e21",
    "1e-7",
    "9e15",
    "9007199254740992",
    "yes",
    "No",
    "on",
    "y",
    "true",
    "False",
    "~",
    "null",
    "2001-01-01",
    "12:30",
    "a",
    ".inf",
    "'x'",
    "!!str 12",
    "!!int '5'",
];

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0_u64..120).prop_map(Value::from),
        1 => select(&[1_000_000_u64, 1_000_001, 65_535, 65_536, 2_147_483_647, 2_147_483_648][..]).prop_map(Value::from),
        1 => (0_u64..=1 << 53).prop_map(Value::from),
        1 => (-(1_i64 << 53)..0).prop_map(Value::from),
        1 => select(&["0.5", "1.5", "-0.25", "3.0", "1e6", "1e21", "1e-7", "0.1", "123456789.125"][..])
            .prop_map(|text| Value::Number(text.parse::<Number>().unwrap())),
    ]
}

/// Text of words that are harmless, or of traps.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "[a-z]([-a-z0-9]{0,6}[a-z0-9])?",
        1 => select(WORDS).prop_map(String::from),
        3 => vec(select(TRAPS), 0..5).prop_map(|pieces| pieces.concat()),
    ]
    // An expression is another matter: see `Refused`.
    .prop_map(|text| text.replace("${{", "$ {{"))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        2 => number(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
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
    let name = proptest::option::weighted(0.2, select(&NAMES[..]));
    let namespace = proptest::option::weighted(0.2, select(&NAMESPACES[..]));
    (vec(edit, 1..4), shape, any::<bool>(), name, namespace)
        .prop_map(|(edits, shape, with_spec, name, namespace)| Override { edits, shape, with_spec, name, namespace })
}

/// An override of one release's values.
#[derive(Debug)]
pub struct Applied {
    /// What lies over the spec.
    pub over: Inputs,
    /// Whether it keeps to the dials: then Helm has to do what helmwright does, and may not refuse alone.
    pub plain: bool,
}

impl Override {
    /// What it is for a release with `dials`. `spec` says that the spec may be Helm's first file.
    pub fn applied(&self, dials: &Dials) -> Applied {
        let shape = if dials.list { self.shape } else { Shape::Map };
        let mut making =
            Making { dials, shape, with_spec: self.with_spec, files: Vec::new(), edits: Vec::new(), partial: false };
        let mut plain = shape != Shape::Partial;
        let (mut files, mut flags, mut changed) = (Vec::new(), Vec::new(), Vec::<(&Place, bool)>::new());
        for edit in &self.edits {
            let Some(place) = dials.dials.get(edit.place % dials.dials.len().max(1)) else { continue };
            let value = edit.value.at(place);
            // What Helm makes of two changes of one map depends on whether the spec is among its files.
            let simple = [&place.value, &value].into_iter().all(|value| !value.is_object() && !value.is_array());
            let simple = simple && !value.is_null();
            let nested = |(other, also): &(&Place, bool)| {
                let shorter = other.path.len().min(place.path.len());
                other.path[..shorter] == place.path[..shorter] && !(simple && *also)
            };
            if changed.iter().any(nested) {
                continue;
            }
            changed.push((place, simple));
            // Absence is structure, and so is the type where there are several, but not within a dial.
            let value = match (edit.by, &value) {
                (By::Flag(Flag::Set), Value::String(text)) if text.eq_ignore_ascii_case("null") => Value::Null,
                _ => value,
            };
            let same = std::mem::discriminant(&value) == std::mem::discriminant(&place.value);
            plain &= place.within && !place.worded || !is_null(&value) && (same || self::plain(&value).is_some());
            plain &= !place.worded || !value.is_object();
            match edit.by {
                By::Flag(flag) => flags.push((flag, place, value)),
                By::File { own } => files.push((own, place, value)),
            }
        }
        for (own, place, value) in files {
            making.file(own, &place.path, value);
        }
        for (flag, place, value) in flags {
            making.flag(flag, place, &value);
        }
        making.finish(plain)
    }
}

/// Whether a value is null to YAML.
fn is_null(value: &Value) -> bool {
    value.is_null() || plain(value).is_some_and(|text| matches!(text, "~" | "null"))
}

/// How a plain scalar stands among the values.
fn plain(value: &Value) -> Option<&str> {
    value.get("\u{0}plain").and_then(Value::as_str)
}

impl Wild {
    fn at(&self, place: &Place) -> Value {
        match self {
            Wild::Null => Value::Null,
            Wild::Any(value) => value.clone(),
            Wild::Plain(text) => json!({ "\u{0}plain": text }),
            Wild::Fitting { number, text, flag } => fitting(place, *number, text, *flag),
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

/// Whether the step goes into the list of versions.
fn is_version(path: &[Segment]) -> bool {
    matches!(path, [Segment::Key(a), Segment::Key(b), Segment::Index(_)] if **a == *"application" && **b == *"versions")
}

/// Files and flags in the making.
pub struct Making<'d> {
    dials: &'d Dials,
    shape: Shape,
    with_spec: bool,
    files: Vec<Value>,
    edits: Vec<(Flag, String)>,
    /// Whether a list is given that has not all that it should.
    partial: bool,
}

impl<'d> Making<'d> {
    /// Nothing yet.
    pub fn new(dials: &'d Dials, shape: Shape, with_spec: bool) -> Self {
        Self { dials, shape, with_spec, files: Vec::new(), edits: Vec::new(), partial: false }
    }

    /// Puts `value` at `path`, in a file of its own or in the last.
    pub fn file(&mut self, own: bool, path: &[Segment], value: Value) {
        if own || self.files.is_empty() {
            self.files.push(json!({}));
        }
        let mut at = self.files.last_mut().unwrap();
        let mut original = Some(&self.dials.values);
        for (i, segment) in path.iter().enumerate() {
            let upto = &path[..=i];
            at = match segment {
                Segment::Key(key) => {
                    original = original.and_then(|value| value.get(&**key));
                    entry(at, key)
                }
                Segment::Index(index) if is_version(upto) && self.shape == Shape::Map => {
                    original = original.and_then(|value| value.get(*index as usize));
                    entry(at, &index.to_string())
                }
                Segment::Index(index) => {
                    // Lists replace lists, so it has to be the whole list.
                    if !at.is_array() {
                        *at = match (is_version(upto), self.shape) {
                            (true, Shape::Partial) => (0..self.dials.versions).map(|_| json!({})).collect(),
                            (true, _) => self.dials.own.clone(),
                            _ => original.cloned().unwrap_or(json!([])),
                        };
                    }
                    original = original.and_then(|value| value.get(*index as usize));
                    let items = at.as_array_mut().unwrap();
                    items.resize(items.len().max(*index as usize + 1), Value::Null);
                    &mut items[*index as usize]
                }
            };
        }
        merge(at, value);
    }

    /// Puts `value` at `place` by a flag, or by a file where no flag can.
    pub fn flag(&mut self, flag: Flag, place: &Place, value: &Value) {
        let mut value = value.clone();
        if place.path.iter().any(|segment| matches!(segment, Segment::Index(_))) && value.is_object() {
            // A map within a list has no defaults, so it has to be the whole map.
            let whole = std::mem::replace(&mut value, place.value.clone());
            merge(&mut value, whole);
        }
        if let [Segment::Key(first), Segment::Key(second), version, steps @ ..] = place.path.as_slice()
            && (&**first, &**second) == ("application", "versions")
        {
            // Of a list that a version only inherits, an item alone is no list to go by.
            let version = match version {
                Segment::Index(index) => self.dials.own.get(*index as usize),
                Segment::Key(key) => self.dials.own.get(&**key),
            };
            let lists = steps.iter().position(|step| matches!(step, Segment::Index(_)));
            let own = lists.is_none_or(|lists| at(version, &steps[..lists]).is_some());
            self.partial |= !own;
        }
        let texts = match self.path(place, flag) {
            Some(path) => arguments(flag, &path, &value),
            None => None,
        };
        match texts {
            Some(texts) => self.edits.extend(texts.into_iter().map(|text| (flag, text))),
            None => self.file(false, &place.path, value),
        }
    }

    /// The path for a flag; `None` where Helm would not have there what helmwright has.
    fn path(&self, place: &Place, flag: Flag) -> Option<String> {
        let path = place.path.as_slice();
        let mut out = String::new();
        let mapped = self.dials.list && self.shape == Shape::Map;
        for (i, segment) in path.iter().enumerate() {
            let upto = &path[..=i];
            match segment {
                Segment::Key(key) => {
                    let special = |c| matches!(c, '.' | ',' | '=' | '[' | ']' | '\\' | '{' | '}');
                    if flag == Flag::SetLiteral && key.contains(special) || key.is_empty() {
                        return None;
                    }
                    out.push_str(if i > 0 { "." } else { "" });
                    for c in key.chars() {
                        out.push_str(if special(c) { "\\" } else { "" });
                        out.push(c);
                    }
                }
                Segment::Index(index) if is_version(upto) && mapped => {
                    // In Helm's eyes the spec's list is a list until a file makes it a map.
                    let versions = |file: &Value| file.pointer("/application/versions").is_some();
                    if self.with_spec && !self.files.iter().any(versions) {
                        return None;
                    }
                    out.push_str(&format!(".{index}"));
                }
                Segment::Index(index) => {
                    let versions = upto.len() > 2 && is_version(&upto[..3]);
                    let there = match (versions, self.shape) {
                        (true, Shape::List | Shape::Partial) => true,
                        (true, Shape::Map) => false,
                        (false, _) => self.with_spec && place.given,
                    };
                    if !there {
                        return None;
                    }
                    out.push_str(&format!("[{index}]"));
                }
            }
        }
        Some(out)
    }

    /// All that was put.
    pub fn finish(mut self, plain: bool) -> Applied {
        let indexed = |(_, text): &(Flag, String)| text.starts_with("application.versions[");
        let listed = |file: &Value| file.pointer("/application/versions").is_some();
        if !self.with_spec && self.edits.iter().any(indexed) && !self.files.iter().any(listed) {
            // Without a list to edit, Helm makes one of that item alone.
            let whole = self.dials.own.clone();
            self.files.push(json!({"application": {"versions": whole}}));
        }
        let file = |(i, value): (usize, &Value)| {
            let mut text = String::new();
            write(value, &mut text);
            Input::Text { name: format!("over-{i}.yaml"), text }
        };
        let files = self.files.iter().enumerate().map(file).collect();
        Applied { over: Inputs { files, edits: self.edits, ..Inputs::default() }, plain: plain && !self.partial }
    }
}

/// Lays `over` on `under`: maps merge.
fn merge(under: &mut Value, over: Value) {
    let mergeable = plain(under).is_none() && plain(&over).is_none();
    match (under, over) {
        (Value::Object(under), Value::Object(over)) if mergeable => {
            over.into_iter().for_each(|(key, value)| merge(under.entry(key).or_insert(Value::Null), value));
        }
        (under, over) => *under = over,
    }
}

/// What stands at the end of `steps`.
fn at<'v>(value: Option<&'v Value>, steps: &[Segment]) -> Option<&'v Value> {
    steps.iter().try_fold(value?, |value, step| match step {
        Segment::Key(key) => value.get(&**key),
        Segment::Index(index) => value.get(*index as usize),
    })
}

fn entry<'v>(at: &'v mut Value, key: &str) -> &'v mut Value {
    if !at.is_object() || plain(at).is_some() {
        *at = json!({});
    }
    at.as_object_mut().unwrap().entry(key).or_insert(Value::Null)
}

/// The arguments of `flag` that set `path` to `value`; `None` where it cannot say that.
fn arguments(flag: Flag, path: &str, value: &Value) -> Option<Vec<String>> {
    let text = match (flag, value) {
        (Flag::SetJson, value) if plain(value).is_none() => {
            let mut text = String::new();
            write(value, &mut text);
            text
        }
        (Flag::SetJson, _) | (_, Value::Array(_)) => return None,
        (flag, Value::Object(_)) => match plain(value) {
            Some(text) if flag != Flag::SetLiteral => escaped(text),
            _ => return None,
        },
        (Flag::SetLiteral, Value::String(text)) => text.clone(),
        (Flag::SetLiteral, other) => other.to_string(),
        (_, Value::String(text)) => escaped(text),
        (_, other) => other.to_string(),
    };
    // No argument of a program holds a NUL.
    (!text.contains('\0')).then(|| vec![format!("{path}={text}")])
}

/// `text` as a value of `--set`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        out.push_str(if matches!(c, ',' | '\\') || i == 0 && c == '{' { "\\" } else { "" });
        out.push(c);
    }
    out
}

/// Appends `value` as YAML: JSON, with what YAML wants escaped, and plain scalars as they are.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => match plain(value) {
            Some(text) => out.push_str(text),
            None => {
                out.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    write(&Value::from(key.as_str()), out);
                    out.push_str(": ");
                    write(value, out);
                }
                out.push('}');
            }
        },
        Value::String(text) => {
            for c in Value::from(text.as_str()).to_string().chars() {
                match c {
                    '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                        out.push_str(&format!("\\u{:04x}", c as u32));
                    }
                    c => out.push(c),
                }
            }
        }
        other => out.push_str(&other.to_string()),
    }
}

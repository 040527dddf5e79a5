//! Values files and flags that change some of a release's values.

use helmwright::node::Segment;
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use serde_json::{Value, json};

use crate::support::dials::{Dials, Place};

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

/// An override of one release's values.
#[derive(Debug)]
pub struct Applied {
    /// What lies over the spec.
    pub over: Inputs,
    /// Whether it keeps to the dials: then Helm has to do what helmwright does, and may not refuse alone.
    pub keeps: bool,
}

/// The key of the one entry of a map that stands for a plain scalar.
pub const PLAIN_KEY: &str = "\0plain";

/// A plain scalar among the values: YAML makes of it what it will.
pub fn plain(value: &Value) -> Option<&str> {
    value.get(PLAIN_KEY).and_then(Value::as_str)
}

/// Whether the step goes into the list of versions.
fn is_version(path: &[Segment]) -> bool {
    matches!(path, [Segment::Key(a), Segment::Key(b), Segment::Index(_)] if **a == *"application" && **b == *"versions")
}

/// Files and flags in the making.
pub struct Making<'d> {
    dials: &'d Dials,
    /// How the versions of a list are addressed.
    pub shape: Shape,
    with_spec: bool,
    files: Vec<Value>,
    edits: Vec<(Flag, String)>,
    /// Whether a list is given that has not all that it should.
    partial: bool,
}

impl<'d> Making<'d> {
    /// Nothing yet.
    pub fn new(dials: &'d Dials, shape: Shape, with_spec: bool) -> Self {
        let shape = if dials.list { shape } else { Shape::Map };
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
    pub fn finish(mut self, keeps: bool) -> Applied {
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
        Applied { over: Inputs { files, edits: self.edits, ..Inputs::default() }, keeps: keeps && !self.partial }
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
pub fn write(value: &Value, out: &mut String) {
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

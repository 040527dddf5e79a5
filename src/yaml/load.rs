//! Events of the parser into values, with every limit and every rule of helm's YAML that is not about one scalar.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, Tag};

use super::events::{SyntaxError, events};
use super::{Data, MAX_BYTES, MAX_DEPTH, MAX_VALUES, Pair, Style, Yaml, resolve};
use crate::node::Scalar;
use crate::problem::{Code, Problem};
use crate::source::{At, SourceId};

/// Reads every document of `text`. What is wrong goes to `problems`; the documents are then as good as they
/// could be read, and must not be used for output.
pub fn load(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Vec<Yaml> {
    if text.len() > MAX_BYTES {
        problems.push(Problem::new(
            Code::INPUT_TOO_LARGE,
            format!("the file has {} MB; the most that is read is {} MB", text.len() >> 20, MAX_BYTES >> 20),
        ));
        return Vec::new();
    }
    let mut loader = Loader::new(source, problems);
    if let Err(error) = events(text, false, &mut |event, range| loader.event(event, range)) {
        loader.syntax(error);
    }
    loader.documents
}

/// A collection that is being read.
enum Open {
    Seq {
        at: At,
        items: Vec<Yaml>,
        anchor: usize,
    },
    Map {
        at: At,
        pairs: Vec<Pair>,
        seen: HashSet<Arc<str>>,
        key: Option<PendingKey>,
        merges: Vec<Merge>,
        anchor: usize,
    },
}

/// A key whose value comes next.
struct PendingKey {
    text: Arc<str>,
    at: At,
    merge: bool,
}

/// The value of one `<<`.
struct Merge {
    at: At,
    /// How many keys stand before it.
    before: usize,
    maps: Vec<Yaml>,
}

struct Loader<'a> {
    source: SourceId,
    problems: &'a mut Vec<Problem>,
    documents: Vec<Yaml>,
    open: Vec<Open>,
    anchors: HashMap<usize, Yaml>,
    values: usize,
}

/// Above this many keys a map is checked for duplicates by hash, below by looking.
const FEW_KEYS: usize = 16;

impl<'a> Loader<'a> {
    fn new(source: SourceId, problems: &'a mut Vec<Problem>) -> Self {
        Self { source, problems, documents: Vec::new(), open: Vec::new(), anchors: HashMap::new(), values: 0 }
    }

    fn syntax(&mut self, error: SyntaxError) {
        let message = match error.reason {
            reason if reason.contains("nesting") => format!("collections nest more than {MAX_DEPTH} levels deep"),
            reason => format!("this is not valid YAML: {reason}"),
        };
        let at = At::new(self.source, error.at.start, error.at.end);
        self.problems.push(Problem::new(Code::INVALID_YAML, message).at(at));
    }

    /// Takes one event; false ends the reading.
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> bool {
        let at = At::new(self.source, range.start, range.end);
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain;
                let scalar = self.typed(&text, quoted, tag.as_deref(), at);
                if self.takes_key() {
                    let may_merge = match tag.as_deref() {
                        None => !quoted,
                        Some(tag) => type_name(tag).as_deref() == Some("merge"),
                    };
                    self.key(scalar, may_merge && text == "<<", at);
                    return true;
                }
                if matches!(scalar, Scalar::Float(f) if !f.is_finite()) {
                    let message = format!("`{text}` is not a finite number, and JSON has no other");
                    self.problems.push(Problem::new(Code::INVALID_NUMBER, message).at(at));
                }
                let style = if quoted { Style::Quoted } else { Style::Plain };
                return self.value(Yaml { data: Data::Scalar(scalar, style), at }, anchor, 1);
            }
            // The tag of a collection means nothing to helm.
            Event::SequenceStart(_, anchor, _) => {
                return self.enter(Open::Seq { at, items: Vec::new(), anchor }, at);
            }
            Event::MappingStart(_, anchor, _) => {
                let (pairs, seen, merges) = (Vec::new(), HashSet::new(), Vec::new());
                return self.enter(Open::Map { at, pairs, seen, key: None, merges, anchor }, at);
            }
            Event::SequenceEnd => {
                if let Some(Open::Seq { at: start, items, anchor }) = self.open.pop() {
                    let at = At { end: at.end.max(start.end), ..start };
                    return self.value(Yaml { data: Data::Seq(items), at }, anchor, 1);
                }
            }
            Event::MappingEnd => {
                if let Some(Open::Map { at: start, mut pairs, merges, anchor, .. }) = self.open.pop() {
                    if !merges.is_empty() {
                        self.merge(&mut pairs, merges);
                    }
                    let at = At { end: at.end.max(start.end), ..start };
                    return self.value(Yaml { data: Data::Map(pairs), at }, anchor, 1);
                }
            }
            Event::Alias(id) => {
                let Some(target) = self.anchors.get(&id) else {
                    self.problems
                        .push(Problem::new(Code::INVALID_YAML, "an alias inside the value that it names").at(at));
                    return false;
                };
                let size = count(target);
                if self.values + size > MAX_VALUES {
                    return self.too_many(at);
                }
                let mut copy = target.clone();
                copy.at = at;
                if self.takes_key() {
                    match copy.data {
                        Data::Scalar(scalar, _) => self.key(scalar, false, at),
                        _ => {
                            self.problems.push(Problem::new(Code::INVALID_YAML, "a key must be a scalar").at(at));
                            return false;
                        }
                    }
                    return true;
                }
                return self.value(copy, 0, size);
            }
            _ => {}
        }
        true
    }

    fn too_many(&mut self, at: At) -> bool {
        let problem = Problem::new(
            Code::INPUT_TOO_LARGE,
            format!("the file has more than {MAX_VALUES} values, its aliases expanded"),
        );
        self.problems.push(problem.at(at).help("an alias repeats all that its anchor holds"));
        false
    }

    fn enter(&mut self, open: Open, at: At) -> bool {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("collections nest more than {MAX_DEPTH} levels deep");
            self.problems.push(Problem::new(Code::INPUT_TOO_LARGE, message).at(At { end: at.start + 1, ..at }));
            return false;
        }
        if self.takes_key() {
            self.problems.push(Problem::new(Code::INVALID_YAML, "a key must be a scalar, not a list or a map").at(at));
            return false;
        }
        self.open.push(open);
        true
    }

    /// Whether the next node is a key.
    fn takes_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map { key: None, .. }))
    }

    fn key(&mut self, scalar: Scalar, merge: bool, at: At) {
        if matches!(scalar, Scalar::Null) {
            self.problems
                .push(Problem::new(Code::INVALID_YAML, "a key must not be null").at(at).help("put it in quotes"));
        }
        let key_text: Arc<str> = match &scalar {
            Scalar::Str(s) => s.clone(),
            Scalar::Float(float) => resolve::float_key(*float).into(),
            scalar => {
                let mut text = String::new();
                scalar.push_text(&mut text);
                text.into()
            }
        };
        if matches!(scalar, Scalar::UInt(_)) {
            let problem =
                Problem::new(Code::INVALID_NUMBER, format!("the key {key_text} is too large for a whole number"))
                    .at(at);
            self.problems.push(problem.help("put it in quotes"));
        }
        if let Some(Open::Map { key, .. }) = self.open.last_mut() {
            *key = Some(PendingKey { text: key_text, at, merge });
        }
    }

    /// Puts a finished value where it belongs; false ends the reading.
    fn value(&mut self, value: Yaml, anchor: usize, size: usize) -> bool {
        self.values += size;
        if self.values > MAX_VALUES {
            return self.too_many(value.at);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.documents.push(value),
            Some(Open::Seq { items, .. }) => items.push(value),
            Some(Open::Map { pairs, seen, key, merges, .. }) => {
                let Some(PendingKey { text, at, merge }) = key.take() else { return true };
                if merge {
                    let maps = match value.data {
                        Data::Seq(items) => items,
                        _ => vec![value],
                    };
                    merges.push(Merge { at, before: pairs.len(), maps });
                } else if let Some(first) = duplicate(pairs, seen, &text) {
                    let problem = Problem::new(Code::DUPLICATE_KEY, format!("the key `{text}` comes twice"));
                    self.problems.push(problem.at(at).label("again here").also(first, "first here"));
                } else {
                    pairs.push(Pair { key: text, key_at: at, value });
                }
            }
        }
        true
    }

    /// `<<`: of the maps of one list the first wins, and over them what the map itself says after the `<<`. For a
    /// key that stands before it the YAML standard and helm differ, so that is refused.
    fn merge(&mut self, pairs: &mut Vec<Pair>, merges: Vec<Merge>) {
        let explicit = pairs.len();
        let mut places: HashMap<_, _> = pairs.iter().enumerate().map(|(i, p)| (p.key.clone(), i)).collect();
        for Merge { at, before, maps } in merges {
            let first = pairs.len();
            for map in maps {
                let Data::Map(source) = map.data else {
                    self.problems
                        .push(Problem::new(Code::INVALID_YAML, "`<<` takes a map, or a list of maps").at(map.at));
                    continue;
                };
                for pair in source {
                    match places.get(&pair.key) {
                        None => {
                            places.insert(pair.key.clone(), pairs.len());
                            pairs.push(pair);
                        }
                        Some(&place) if place < before || (explicit..first).contains(&place) => {
                            let problem = Problem::new(
                                Code::DUPLICATE_KEY,
                                format!("this `<<` brings the key `{}` again", pair.key),
                            )
                            .at(at);
                            let problem =
                                problem.help("put `<<` first; the keys after it then override what it brings");
                            self.problems.push(problem.also(pairs[place].key_at, "first here"));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
    }

    fn typed(&mut self, text: &str, quoted: bool, tag: Option<&Tag>, at: At) -> Scalar {
        match tag {
            None if quoted => Scalar::Str(text.into()),
            None => resolve::plain(text),
            Some(tag) => resolve::tagged(text, type_name(tag).as_deref()).unwrap_or_else(|| {
                let message = format!("`{text}` is not what its tag `{}` says", tag.original());
                self.problems.push(Problem::new(Code::INVALID_YAML, message).at(at).help("leave the tag out"));
                Scalar::Str(text.into())
            }),
        }
    }
}

/// The `int` of `!!int`; `None` for a tag that is not one of YAML's own.
fn type_name(tag: &Tag) -> Option<Cow<'_, str>> {
    tag.suffix_in_namespace("tag:yaml.org,2002:")
}

/// Where `key` stands already; if it is new, it is added to `seen`.
fn duplicate(pairs: &[Pair], seen: &mut HashSet<Arc<str>>, key: &Arc<str>) -> Option<At> {
    if pairs.len() < FEW_KEYS {
        return pairs.iter().find(|p| p.key == *key).map(|p| p.key_at);
    }
    if seen.is_empty() {
        seen.extend(pairs.iter().map(|p| p.key.clone()));
    }
    if seen.insert(key.clone()) {
        return None;
    }
    pairs.iter().find(|p| p.key == *key).map(|p| p.key_at)
}

/// How many values `yaml` is.
fn count(yaml: &Yaml) -> usize {
    1 + match &yaml.data {
        Data::Scalar(..) => 0,
        Data::Seq(items) => items.iter().map(count).sum(),
        Data::Map(pairs) => pairs.iter().map(|p| count(&p.value)).sum(),
    }
}

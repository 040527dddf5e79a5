//! Paths that name values of objects: what `--ignore` and `--secret` take.
//!
//! ```text
//! pattern = [ [ GROUP "/" ] KIND ":" ] path      Deployment:spec.replicas    apps/Deployment:spec.replicas
//! path    = step { "." step | bracket }
//! step    = KEY | "*" | "**"                     `*` is one step, `**` any number of them
//! bracket = "[" "*" "]"                          any item, or any key
//!         | "[" NUMBER "]"                       the item at that position
//!         | "[" FIELD "=" VALUE { "," … } "]"    the item that has these fields
//!         | "[" NAME "]"                         the item of that name
//!         | "[" '"' TEXT '"' "]"                 the key or the item of that name, whatever characters it has
//! ```
//!
//! In a key, a name or a value `*` stands for any characters; in quotes `\` takes away what the next one means.

use std::fmt;
use std::sync::Arc;

use super::content::unconditional;
use crate::bundle::Identity;
use crate::node::Node;
use crate::problem::{Code, Problem};

/// A pattern, as it was written and as it is matched.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: Arc<str>,
    group: Option<Glob>,
    kind: Option<Glob>,
    steps: Vec<PatternStep>,
}

#[derive(Debug, Clone)]
enum PatternStep {
    /// `**`
    Any,
    /// `*`
    One,
    /// A key of a map.
    Key(Glob),
    /// The item at a position.
    Position(u32),
    /// The item that has these fields, or, where none is named, this name; that may be a key as well.
    Fields(Vec<(Option<String>, Glob)>),
}

/// A text in which some places stand for any characters.
#[derive(Debug, Clone, Default)]
struct Glob(Vec<String>);

/// A step that is taken in an object.
#[derive(Debug, Clone, Copy)]
pub enum Taken<'a> {
    /// Into a map.
    Key(&'a str),
    /// Into a list: the item on either side, and its position there.
    Item(&'a [Option<(u32, &'a Node)>]),
}

/// How far each pattern has been matched on the way to a value.
#[derive(Debug, Clone, Default)]
pub struct Matching(Vec<(usize, usize)>);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |message: &str| invalid(text, message);
        let mut pattern = Self { text: text.into(), group: None, kind: None, steps: Vec::new() };
        let mut path = text;
        let head = text.find(['[', '"']).map_or(text, |end| &text[..end]);
        if let Some((object, rest)) = head.split_once(':').map(|(object, _)| (object, &text[object.len() + 1..])) {
            let (group, kind) = object.rsplit_once('/').map_or((None, object), |(group, kind)| (Some(group), kind));
            if kind.is_empty() {
                return Err(wrong("there is no kind before the colon"));
            }
            pattern.group = group.map(|group| Glob::plain(if group == "core" { "" } else { group }));
            pattern.kind = Some(Glob::plain(kind));
            path = rest;
        }
        let mut rest = path;
        while !rest.is_empty() {
            rest = if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) = bracket(inside).map_err(&wrong)?;
                pattern.steps.push(step);
                after
            } else {
                let rest = if pattern.steps.is_empty() { rest } else { rest.strip_prefix('.').unwrap_or(rest) };
                // The step that stands for a condition has braces, and is written without quotes all the same.
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (key, after) = rest.split_at(end);
                pattern.steps.push(match key {
                    "" => return Err(wrong("a step is empty")),
                    "**" => PatternStep::Any,
                    "*" => PatternStep::One,
                    key => PatternStep::Key(Glob::plain(key)),
                });
                after
            };
        }
        if pattern.steps.is_empty() {
            return Err(wrong("there is no step"));
        }
        Ok(pattern)
    }

    fn is_for(&self, identity: &Identity) -> bool {
        let is = |glob: &Option<Glob>, text: &str| glob.as_ref().is_none_or(|glob| glob.matches(text));
        is(&self.group, &identity.group) && is(&self.kind, &identity.kind)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn invalid(text: &str, message: &str) -> Problem {
    let problem = Problem::new(
        Code::INVALID_OBJECT_PATH,
        format!("`{}` is not a path of an object: {message}", text.escape_debug()),
    );
    problem.help("write it as `spec.replicas`, `metadata.labels[\"helm.sh/chart\"]`, `Deployment:spec.template.**` or `spec.containers[name=main].image`")
}

/// The step between brackets, and what follows it.
fn bracket(inside: &str) -> Result<(PatternStep, &str), &'static str> {
    let mut fields = Vec::new();
    let mut rest = inside;
    loop {
        let (first, quoted, after) = word(rest)?;
        let (field, glob, quoted, after) = match after.strip_prefix('=') {
            Some(after) if !quoted => {
                let (value, quoted, after) = word(after)?;
                (Some(first.0.join("*")), value, quoted, after)
            }
            _ => (None, first, quoted, after),
        };
        if let (None, false, [only], true) = (&field, quoted, glob.0.as_slice(), fields.is_empty())
            && let (Ok(position), Some(after)) = (only.parse(), after.strip_prefix(']'))
        {
            return Ok((PatternStep::Position(position), after));
        }
        fields.push((field, glob));
        rest = match (after.strip_prefix(','), after.strip_prefix(']')) {
            (Some(after), _) => after,
            (_, Some(after)) => return Ok((PatternStep::Fields(fields), after)),
            _ => return Err("a bracket is not closed"),
        };
    }
}

/// A name or a value at the beginning of `text`, whether it is in quotes, and what follows.
fn word(text: &str) -> Result<(Glob, bool, &str), &'static str> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([']', ',', '=']).ok_or("a bracket is not closed")?;
        let (word, after) = text.split_at(end);
        return if word.is_empty() { Err("a bracket is empty") } else { Ok((Glob::plain(word), false, after)) };
    };
    let mut parts = vec![String::new()];
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Glob(parts), true, &inside[at + 1..])),
            '*' => parts.push(String::new()),
            c => {
                let c = if c == '\\' { chars.next().map_or(c, |(_, next)| next) } else { c };
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    Err("a quote is not closed")
}

impl Glob {
    fn plain(text: &str) -> Self {
        Self(text.split('*').map(str::to_string).collect())
    }

    fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_none_or(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
            return false;
        };
        middle.iter().all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

impl PatternStep {
    fn matches(&self, taken: Taken<'_>) -> bool {
        match (self, taken) {
            (PatternStep::Any | PatternStep::One, _) => true,
            (PatternStep::Key(glob), Taken::Key(key)) => glob.matches(key),
            (PatternStep::Fields(fields), Taken::Key(key)) => {
                matches!(fields.as_slice(), [(None, glob)] if glob.matches(key))
            }
            (PatternStep::Position(position), Taken::Item(sides)) => {
                sides.iter().flatten().any(|(at, _)| at == position)
            }
            (PatternStep::Position(position), Taken::Key(key)) => key.parse() == Ok(*position),
            (PatternStep::Fields(fields), Taken::Item(sides)) => sides.iter().flatten().any(|(_, item)| {
                fields.iter().all(|(field, glob)| {
                    let field = field.as_deref().unwrap_or("name");
                    let value = super::list::field(unconditional(item), field);
                    // Where nothing but `*` is asked for, items need not have a name.
                    value.is_some_and(|text| glob.matches(&text))
                        || glob.0.iter().all(String::is_empty) && glob.0.len() > 1
                })
            }),
            (PatternStep::Key(_), Taken::Item(_)) => false,
        }
    }
}

impl Matching {
    /// Before the first step into the object `identity`; and the pattern that names it as a whole, if any.
    pub fn begin(patterns: &[Pattern], identity: &Identity) -> (Self, Option<usize>) {
        let matching = patterns.iter().enumerate().filter(|(_, pattern)| pattern.is_for(identity));
        Self(matching.map(|(index, _)| (index, 0)).collect()).checked(patterns)
    }

    /// Whether no pattern can match any more.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// After one step; and the pattern that names what is there now, if any.
    pub fn step(&self, patterns: &[Pattern], taken: Taken<'_>) -> (Self, Option<usize>) {
        let mut next = Vec::new();
        for &(index, at) in &self.0 {
            let steps = &patterns[index].steps;
            match &steps[at] {
                PatternStep::Any => {
                    next.push((index, at));
                    if steps.get(at + 1).is_some_and(|step| step.matches(taken)) {
                        next.push((index, at + 2));
                    }
                }
                step if step.matches(taken) => next.push((index, at + 1)),
                _ => {}
            }
        }
        next.dedup();
        Self(next).checked(patterns)
    }

    /// Finds the first pattern that is at its end; `**` at the end names what holds it, too.
    fn checked(mut self, patterns: &[Pattern]) -> (Self, Option<usize>) {
        let matched = self.0.iter().find(|(index, at)| {
            matches!(patterns[*index].steps.get(*at..).unwrap_or_default(), [] | [PatternStep::Any])
        });
        let matched = matched.map(|(index, _)| *index);
        self.0.retain(|(index, at)| *at < patterns[*index].steps.len());
        (self, matched)
    }
}

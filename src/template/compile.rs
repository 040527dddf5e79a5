//! Structure-aware templates: YAML whose scalars hold expressions, and whose keys may be control flow.

use super::expression::{Expression, TextPiece, split};
use crate::node::{Node, Origin, Scalar};
use crate::problem::{Code, Problem};
use crate::source::{At, Sources};
use crate::yaml::{Data, Style, Yaml};

/// A compiled piece of a pack's file.
#[derive(Debug)]
pub enum Template {
    /// A subtree without any expression.
    Literal(Node),
    /// A scalar with expressions.
    Scalar(Scalars),
    /// A list.
    Seq(Vec<Template>),
    /// A map with at least one ordinary key.
    Map(Vec<MapEntry>),
    /// A map made of control keys only: it is what they yield.
    Controls(Vec<Control>),
    /// `${{ text }}`: a string that holds the body as YAML.
    Text(Box<Template>),
    /// `${{ under path }}`: the body, with the value of the path laid over it as a strategic merge patch.
    Under(Term, Box<Template>),
    /// `${{ include name }}`: what the partial of that name yields here.
    Include(Box<str>, At),
}

/// One key of a map.
#[derive(Debug)]
pub enum MapEntry {
    /// An ordinary key and its value.
    Pair(Scalars, Template),
    /// Control flow, whose entries are merged in.
    Control(Box<Control>),
}

/// Control flow.
#[derive(Debug)]
pub enum Control {
    /// `${{ if test }}`, and the `${{ else }}` right after it.
    If {
        /// What is tested.
        test: Term,
        /// Whether the test is turned round: `if not …`.
        negated: bool,
        /// What it yields if so.
        then: Template,
        /// What it yields if not.
        otherwise: Option<Template>,
    },
    /// `${{ let name = path }}`.
    Let {
        /// The variable.
        name: Box<str>,
        /// Its value.
        value: Term,
        /// What it yields.
        body: Template,
    },
    /// `${{ for name in list }}`, or `for key, value in map`.
    For {
        /// The variable, or two for the entries of a map.
        names: (Box<str>, Option<Box<str>>),
        /// What is gone through.
        over: Term,
        /// What each turn yields.
        body: Template,
    },
}

impl Control {
    /// Whether an `${{ else }}` may come here.
    fn takes_else(&self) -> bool {
        matches!(self, Control::If { otherwise: None, .. })
    }

    fn set_else(&mut self, body: Template) {
        if let Control::If { otherwise, .. } = self {
            *otherwise = Some(body);
        }
    }
}

/// An expression and its place in the pack's file.
#[derive(Debug)]
pub struct Term {
    /// The expression.
    pub expression: Expression,
    /// Its place.
    pub at: At,
}

/// A scalar as a series of parts.
#[derive(Debug)]
pub struct Scalars {
    /// Literal text and expressions.
    pub parts: Vec<ScalarPart>,
    /// Whether it stood in quotes: it is a string then, whatever it evaluates to.
    pub quoted: bool,
}

/// A part of a scalar.
#[derive(Debug)]
pub enum ScalarPart {
    /// Literal text.
    Text(Node),
    /// An expression.
    Term(Term),
}

/// Compiles one document; what is wrong goes to `problems`.
pub fn compile(yaml: &Yaml, sources: &Sources, problems: &mut Vec<Problem>) -> Template {
    Compiler { sources, problems }.template(yaml)
}

/// Compiles one scalar of a spec, whose literal parts keep the `origin` of the whole.
///
/// # Errors
/// What is wrong with it.
pub fn compile_text(text: &str, at: At, origin: Origin, sources: &Sources) -> Result<Scalars, Problem> {
    let mut problems = Vec::new();
    let mut scalars = Compiler { sources, problems: &mut problems }.scalars(text, true, at);
    for part in &mut scalars.parts {
        if let ScalarPart::Text(Node::Scalar(_, of_part)) = part {
            *of_part = origin;
        }
    }
    problems.pop().map_or(Ok(scalars), Err)
}

struct Compiler<'a> {
    sources: &'a Sources,
    problems: &'a mut Vec<Problem>,
}

impl Compiler<'_> {
    fn template(&mut self, yaml: &Yaml) -> Template {
        match &yaml.data {
            Data::Scalar(Scalar::Str(text), Style::Plain) if included(text).is_some() => {
                Template::Include(included(text).unwrap_or_default().into(), yaml.at)
            }
            Data::Scalar(Scalar::Str(text), style) if text.contains("${{") => {
                let scalars = self.scalars(text, *style == Style::Quoted, yaml.at);
                match scalars.parts.as_slice() {
                    [ScalarPart::Text(node)] => Template::Literal(node.clone()),
                    _ => Template::Scalar(scalars),
                }
            }
            Data::Scalar(scalar, _) => Template::Literal(Node::Scalar(scalar.clone(), Origin::Literal)),
            Data::Seq(items) => self.seq(items),
            Data::Map(pairs) => self.map(pairs),
        }
    }

    fn seq(&mut self, items: &[Yaml]) -> Template {
        let items: Vec<Template> = items.iter().map(|item| self.template(item)).collect();
        let literals = items.iter().map(|t| if let Template::Literal(node) = t { Some(node.clone()) } else { None });
        match literals.collect::<Option<Vec<Node>>>() {
            Some(nodes) => Template::Literal(Node::seq(nodes)),
            None => Template::Seq(items),
        }
    }

    fn map(&mut self, pairs: &[crate::yaml::Pair]) -> Template {
        let mut entries: Vec<MapEntry> = Vec::new();
        for pair in pairs {
            let text = &*pair.key;
            match control_word(text) {
                Some("text") if pairs.len() == 1 => return Template::Text(Box::new(self.template(&pair.value))),
                Some("text") => self.wrong("`${{ text }}` stands alone in its map", pair.key_at),
                Some(word) if word.starts_with("under ") => {
                    let over = self.term(word["under ".len()..].trim(), pair.key_at);
                    let body = self.template(&pair.value);
                    match over {
                        Some(over) if pairs.len() == 1 => return Template::Under(over, Box::new(body)),
                        Some(_) => self.wrong("`${{ under … }}` stands alone in its map", pair.key_at),
                        None => {}
                    }
                }
                Some("else") => {
                    let body = self.template(&pair.value);
                    match entries.last_mut() {
                        Some(MapEntry::Control(control)) if control.takes_else() => control.set_else(body),
                        _ => self.wrong("`${{ else }}` comes right after an `${{ if … }}`", pair.key_at),
                    }
                }
                Some(control) => {
                    let body = self.template(&pair.value);
                    if let Some(control) = self.control(control, body, pair.key_at) {
                        entries.push(MapEntry::Control(Box::new(control)));
                    }
                }
                None => {
                    let key = self.scalars(text, true, pair.key_at);
                    entries.push(MapEntry::Pair(key, self.template(&pair.value)));
                }
            }
        }
        finish(entries)
    }

    fn control(&mut self, text: &str, body: Template, at: At) -> Option<Control> {
        if let Some(test) = text.strip_prefix("if ") {
            let test = test.trim();
            let positive = test.strip_prefix("not ").map(str::trim).filter(|rest| !rest.contains(' '));
            let term = self.term(positive.unwrap_or(test), at)?;
            return Some(Control::If { test: term, negated: positive.is_some(), then: body, otherwise: None });
        }
        if let Some(binding) = text.strip_prefix("let ") {
            let Some((name, value)) = binding.split_once('=') else {
                self.wrong("`let` is written `${{ let NAME = PATH }}`", at);
                return None;
            };
            let value = self.term(value.trim(), at)?;
            return Some(Control::Let { name: name.trim().into(), value, body });
        }
        let loops = text.strip_prefix("for ").and_then(|rest| rest.split_once(" in "));
        let Some((names, over)) = loops else {
            self.wrong("`for` is written `${{ for NAME in LIST }}` or `${{ for KEY, VALUE in MAP }}`", at);
            return None;
        };
        let (first, second) = match names.split_once(',') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (names.trim(), None),
        };
        let over = self.term(over.trim(), at)?;
        Some(Control::For { names: (first.into(), second.map(Into::into)), over, body })
    }

    fn scalars(&mut self, text: &str, quoted: bool, at: At) -> Scalars {
        let pieces = match split(text) {
            Ok(pieces) => pieces,
            Err(open) => {
                let at = self.within(open, at);
                let problem = Problem::new(Code::INVALID_EXPRESSION, "this `${{` is never closed").at(at);
                self.problems.push(problem.help("close it with `}}`, or write `$${{` for a literal `${{`"));
                return Scalars { parts: Vec::new(), quoted };
            }
        };
        let parts = pieces.into_iter().filter_map(|piece| match piece {
            TextPiece::Text(text) => Some(ScalarPart::Text(Node::literal(text))),
            TextPiece::Expression(source) => self.term(source, at).map(ScalarPart::Term),
        });
        Scalars { parts: parts.collect(), quoted }
    }

    fn term(&mut self, source: &str, at: At) -> Option<Term> {
        let at = self.within(source, at);
        match Expression::compile(source) {
            Ok(expression) => Some(Term { expression, at }),
            Err(reason) => {
                self.wrong(&format!("`{source}` is not an expression: {reason}"), at);
                None
            }
        }
    }

    /// The place of `part` in the scalar that stands at `at`; all of it where quoting hides the part.
    fn within(&self, part: &str, at: At) -> At {
        let text = self.sources.get(at.source).and_then(|source| source.text.get(at.range()));
        text.and_then(|text| text.find(part)).map_or(at, |offset| {
            let start = at.start as usize + offset;
            At::new(at.source, start, start + part.len())
        })
    }

    fn wrong(&mut self, message: &str, at: At) {
        self.problems.push(Problem::new(Code::INVALID_EXPRESSION, message).at(at));
    }
}

/// The inside of a key that is nothing but `${{ if … }}`, `${{ else }}`, `${{ for … }}` or `${{ text }}`.
fn control_word(key: &str) -> Option<&str> {
    if !key.starts_with("${{") {
        return None;
    }
    match split(key).ok()?.as_slice() {
        [TextPiece::Expression(inside)] => {
            let word = inside.split_whitespace().next()?;
            matches!(word, "if" | "else" | "for" | "let" | "text" | "under").then_some(*inside)
        }
        _ => None,
    }
}

/// The name in a scalar that is nothing but `${{ include name }}`.
fn included(text: &str) -> Option<&str> {
    text.strip_prefix("${{")?.strip_suffix("}}")?.trim().strip_prefix("include ").map(str::trim)
}

fn finish(entries: Vec<MapEntry>) -> Template {
    if entries.is_empty() {
        return Template::Literal(Node::map([]));
    }
    if entries.iter().all(|entry| matches!(entry, MapEntry::Control(_))) {
        let controls = entries.into_iter().filter_map(|entry| match entry {
            MapEntry::Control(control) => Some(*control),
            MapEntry::Pair(..) => None,
        });
        return Template::Controls(controls.collect());
    }
    let literals = entries.iter().map(|entry| match entry {
        MapEntry::Pair(Scalars { parts, .. }, Template::Literal(value)) => match parts.as_slice() {
            [ScalarPart::Text(key)] => Some((key.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    });
    match literals.collect::<Option<Vec<_>>>() {
        Some(pairs) => Template::Literal(Node::map(pairs.into_iter().filter(|(_, v)| !v.is_null()))),
        None => Template::Map(entries),
    }
}

//! Templates and a plan's objects into nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::{Control, MapEntry, ScalarPart, Scalars, Template, Term};
use super::expression::{EvaluationFailure, Scope};
use super::value::Value;
use crate::kinds;
use crate::node::{Node, Origin, Pins, Scalar, Symbol};
use crate::source::At;

/// Why a template has no value.
#[derive(Debug)]
pub struct Error {
    /// The reason.
    pub message: String,
    /// Where in the pack's file.
    pub at: Option<At>,
    /// The value of the spec that it is about.
    pub read: Origin,
}

impl Error {
    fn new(message: impl Into<String>, at: impl Into<Option<At>>) -> Self {
        Self { message: message.into(), at: at.into(), read: Origin::Literal }
    }
}

type Result<T> = std::result::Result<T, Error>;
type NodeEntries = Vec<(Node, Node)>;

/// Evaluates templates, and records in its pins what they use.
pub struct Evaluator<'a> {
    pins: &'a Arc<Pins>,
    partials: &'a Partials,
}

/// Templates that others include, by name.
pub type Partials = BTreeMap<String, Vec<Template>>;

/// Puts what a body yields where it belongs: items, entries, or the one value.
type Yields<'y, 'a, T> = dyn FnMut(&Evaluator<'a>, &Template, &Scope<'_>, &mut Vec<T>) -> Result<()> + 'y;

/// Whether the test of an `if` holds; the controller knows it later where it is a symbol.
enum TestResult {
    Yes,
    No,
    Later(Symbol),
}

impl<'a> Evaluator<'a> {
    /// An evaluator that pins what is used.
    pub fn new(pins: &'a Arc<Pins>, partials: &'a Partials) -> Self {
        Self { pins, partials }
    }

    fn partial(&self, name: &str, at: At) -> Result<&'a [Template]> {
        let partial = self.partials.get(name).map(Vec::as_slice);
        partial.ok_or_else(|| Error::new(format!("there is nothing called `{name}` to include"), at))
    }

    /// The documents that a file's top level yields.
    ///
    /// # Errors
    /// The first expression that fails, or a value in a place that cannot hold it.
    pub fn documents(&self, template: &Template, scope: &Scope<'_>) -> Result<Vec<Node>> {
        let mut out = Vec::new();
        self.items(template, scope, &mut out)?;
        match out.iter().find(|node| !matches!(node, Node::Map(..))) {
            Some(_) => Err(Error::new(
                "a document of a pack must be a map, and cannot depend on a condition that is known only later",
                None,
            )),
            None => Ok(out),
        }
    }

    /// The one value that a template yields; `Node::NULL` for none.
    ///
    /// # Errors
    /// As for [`documents`](Self::documents).
    pub fn value(&self, template: &Template, scope: &Scope<'_>) -> Result<Node> {
        match template {
            Template::Literal(node) => Ok(node.clone()),
            Template::Scalar(scalars) => self.scalars(scalars, scope),
            Template::Under(over, body) => {
                let over = self.node(over, scope)?;
                Ok(Node::patched(&over, &self.value(body, scope)?, kinds::merge_keys, self.pins))
            }
            Template::Include(name, at) => match self.partial(name, *at)? {
                [one] => self.value(one, scope),
                _ => Err(Error::new(format!("`{name}` has several documents, so it cannot stand for a value"), *at)),
            },
            Template::Text(body) => Ok(Node::Text(Arc::new(self.value(body, scope)?))),
            Template::Seq(templates) => {
                let mut items = Vec::with_capacity(templates.len());
                for template in templates {
                    self.items(template, scope, &mut items)?;
                }
                Ok(Node::seq(items))
            }
            Template::Map(entries) => {
                let mut pairs = Vec::with_capacity(entries.len());
                let mut merged = false;
                for entry in entries {
                    match entry {
                        MapEntry::Pair(key, value) => {
                            let value = self.value(value, scope)?;
                            if !value.is_null() {
                                merged |= key.parts.iter().any(|part| matches!(part, ScalarPart::Term(_)));
                                pairs.push((self.scalars(key, scope)?, value));
                            }
                        }
                        MapEntry::Control(control) => {
                            merged = true;
                            self.control(control, scope, &mut pairs, &mut Self::entries)?;
                        }
                    }
                }
                if merged {
                    unique(&pairs)?;
                }
                Ok(Node::map(pairs))
            }
            Template::Controls(controls) => self.one_of(controls, scope),
        }
    }

    /// Controls where one value belongs: what the only one that holds yields, or the entries of all joined.
    fn one_of(&self, controls: &[Control], scope: &Scope<'_>) -> Result<Node> {
        let mut values: Vec<Node> = Vec::new();
        let loops = controls.iter().any(|control| matches!(control, Control::For { .. }));
        if !loops {
            for control in controls {
                self.control(control, scope, &mut values, &mut |this, body, scope, out| {
                    let value = this.value(body, scope)?;
                    if !value.is_null() {
                        out.push(value);
                    }
                    Ok(())
                })?;
            }
            if values.len() <= 1 {
                return Ok(values.pop().unwrap_or(Node::NULL));
            }
        }
        let mut pairs = Vec::new();
        for control in controls {
            self.control(control, scope, &mut pairs, &mut Self::entries)?;
        }
        unique(&pairs)?;
        Ok(Node::map(pairs))
    }

    /// What a template yields where items of a list, or documents, belong.
    fn items(&self, template: &Template, scope: &Scope<'_>, out: &mut Vec<Node>) -> Result<()> {
        match template {
            Template::Controls(controls) => {
                for control in controls {
                    self.control(control, scope, out, &mut Self::items)?;
                }
            }
            Template::Include(name, at) => {
                for template in self.partial(name, *at)? {
                    self.items(template, scope, out)?;
                }
            }
            single => {
                let value = self.value(single, scope)?;
                if self.pins.is_given(&value) {
                    out.push(value);
                }
            }
        }
        Ok(())
    }

    /// What a template yields where entries of a map belong.
    fn entries(&self, template: &Template, scope: &Scope<'_>, out: &mut NodeEntries) -> Result<()> {
        if let Template::Controls(controls) = template {
            for control in controls {
                self.control(control, scope, out, &mut Self::entries)?;
            }
            return Ok(());
        }
        match self.value(template, scope)? {
            Node::Map(pairs, origin) => {
                self.pins.pin(origin);
                out.extend(pairs.iter().cloned());
                Ok(())
            }
            node if node.is_null() => Ok(()),
            node => {
                let message = "among other keys the body of `if` and `for` is a map, whose entries are merged in";
                Err(Error::new(format!("{message}; this is {}", Value::Node(node).kind()), first_place(template)))
            }
        }
    }

    /// Runs one control; `yields` takes each body that holds.
    fn control<T: Guarded>(
        &self,
        control: &Control,
        scope: &Scope<'_>,
        out: &mut Vec<T>,
        yields: &mut Yields<'_, 'a, T>,
    ) -> Result<()> {
        match control {
            Control::If { test, negated, then, otherwise } => {
                let verdict = match (self.verdict(test, scope)?, negated) {
                    (TestResult::Later(symbol), true) => TestResult::Later(Symbol::Not(Box::new(symbol))),
                    (TestResult::Yes, true) => TestResult::No,
                    (TestResult::No, true) => TestResult::Yes,
                    (verdict, false) => verdict,
                };
                match verdict {
                    TestResult::Yes => yields(self, then, scope, out),
                    TestResult::No => otherwise.as_ref().map_or(Ok(()), |body| yields(self, body, scope, out)),
                    TestResult::Later(symbol) => {
                        let from = out.len();
                        yields(self, then, scope, out)?;
                        out[from..].iter_mut().for_each(|item| item.guard(&symbol));
                        let Some(body) = otherwise else { return Ok(()) };
                        let (from, not) = (out.len(), Symbol::Not(Box::new(symbol)));
                        yields(self, body, scope, out)?;
                        out[from..].iter_mut().for_each(|item| item.guard(&not));
                        Ok(())
                    }
                }
            }
            Control::Let { name, value, body } => {
                let value = self.term(value, scope)?;
                yields(self, body, &Scope::Bound { name, value, up: scope }, out)
            }
            Control::For { names: (first, second), over, body } => {
                let turns = self.turns(over, second.is_some(), scope)?;
                for (key, value) in turns {
                    match second {
                        None => yields(self, body, &Scope::Bound { name: first, value, up: scope }, out)?,
                        Some(second) => {
                            let outer = Scope::Bound { name: first, value: key, up: scope };
                            yields(self, body, &Scope::Bound { name: second, value, up: &outer }, out)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn verdict(&self, test: &Term, scope: &Scope<'_>) -> Result<TestResult> {
        let holds = match self.term(test, scope)? {
            Value::Node(Node::Symbol(symbol)) if symbol.value().is_none() => return Ok(TestResult::Later(symbol)),
            Value::Node(Node::Scalar(Scalar::Null, _)) => false,
            Value::Node(Node::Scalar(Scalar::Bool(b), origin)) => {
                self.pins.pin(origin);
                b
            }
            Value::Node(node) => self.pins.is_given(&node),
            _ => true,
        };
        Ok(if holds { TestResult::Yes } else { TestResult::No })
    }

    /// The keys and values of a map, or the items of a list with null for a key.
    fn turns(&self, over: &Term, pairs: bool, scope: &Scope<'_>) -> Result<Vec<(Value, Value)>> {
        let wanted = if pairs { "a map" } else { "a list" };
        match (self.term(over, scope)?, pairs) {
            (Value::List(items), false) => Ok(items.iter().map(|v| (Value::NULL, v.clone())).collect()),
            (Value::Node(Node::Seq(items, origin)), false) => {
                self.pins.pin(origin);
                Ok(items.iter().map(|v| (Value::NULL, v.clone().into())).collect())
            }
            (Value::Node(Node::Map(entries, origin)), true) => {
                self.pins.pin(origin);
                Ok(entries.iter().map(|(k, v)| (k.clone().into(), v.clone().into())).collect())
            }
            (Value::Node(node), _) if node.is_null() => Ok(Vec::new()),
            (value, _) => {
                Err(Error::new(format!("`for` goes through {wanted}, and this is {}", value.kind()), over.at))
            }
        }
    }

    fn term(&self, term: &Term, scope: &Scope<'_>) -> Result<Value> {
        term.expression.evaluate(scope, self.pins).map_err(|EvaluationFailure { message, read }| Error {
            message,
            at: Some(term.at),
            read,
        })
    }

    /// A scalar: one bare expression keeps its type, a quoted one is a string, several parts are joined.
    ///
    /// # Errors
    /// An expression that fails, or a part that has no text.
    pub fn scalars(&self, scalars: &Scalars, scope: &Scope<'_>) -> Result<Node> {
        match scalars.parts.as_slice() {
            [ScalarPart::Text(node)] => Ok(node.clone()),
            [ScalarPart::Term(term)] => {
                let node = self.node(term, scope)?;
                Ok(match &node {
                    Node::Scalar(scalar, _) if scalars.quoted && !matches!(scalar, Scalar::Null | Scalar::Str(_)) => {
                        // Null would stay null.
                        self.pins.need(&node);
                        Node::Concat([node].into())
                    }
                    Node::Symbol(symbol) if scalars.quoted && symbol.value().is_some() => Node::Concat([node].into()),
                    _ => node,
                })
            }
            parts => {
                let mut nodes = Vec::with_capacity(parts.len());
                for part in parts {
                    match part {
                        ScalarPart::Text(node) => nodes.push(node.clone()),
                        ScalarPart::Term(term) => match self.node(term, scope)? {
                            Node::Concat(inner) => nodes.extend(inner.iter().cloned()),
                            Node::Scalar(Scalar::Null, _) => {
                                return Err(Error::new("this is absent, so it cannot be part of a text", term.at));
                            }
                            Node::Symbol(symbol) if symbol.value().is_some() => nodes.push(Node::Symbol(symbol)),
                            node @ Node::Scalar(..) => {
                                self.pins.need(&node);
                                nodes.push(node);
                            }
                            node => {
                                let kind = Value::Node(node).kind();
                                return Err(Error::new(format!("{kind} cannot be part of a text"), term.at));
                            }
                        },
                    }
                }
                Ok(Node::Concat(nodes.into()))
            }
        }
    }

    fn node(&self, term: &Term, scope: &Scope<'_>) -> Result<Node> {
        match self.term(term, scope)? {
            Value::Node(node) => Ok(node),
            object => Err(Error::new(format!("{} is not a value; name one of its fields", object.kind()), term.at)),
        }
    }
}

/// What a condition of later can be put on.
trait Guarded {
    fn guard(&mut self, symbol: &Symbol);
}

impl Guarded for Node {
    fn guard(&mut self, symbol: &Symbol) {
        let body = std::mem::replace(self, Node::NULL);
        *self = Node::Guard(symbol.clone(), Arc::new(body));
    }
}

impl Guarded for (Node, Node) {
    fn guard(&mut self, symbol: &Symbol) {
        self.1.guard(symbol);
    }
}

fn unique(pairs: &NodeEntries) -> Result<()> {
    for (i, (key, _)) in pairs.iter().enumerate() {
        if pairs[..i].iter().any(|(earlier, _)| key.is_same_text(earlier)) {
            let text = key.text().unwrap_or_default();
            return Err(Error::new(format!("the key `{text}` comes twice in one map"), None));
        }
    }
    Ok(())
}

fn first_place(template: &Template) -> Option<At> {
    match template {
        Template::Scalar(scalars) => scalars.parts.iter().find_map(|part| match part {
            ScalarPart::Term(term) => Some(term.at),
            ScalarPart::Text(_) => None,
        }),
        _ => None,
    }
}

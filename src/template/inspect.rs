//! What can be said of a template without evaluating it.

use super::compile::{Control, MapEntry, ScalarPart, Scalars, Template};
use crate::source::At;

impl Template {
    /// The literal values of `kind` at the top of the documents that this yields.
    pub fn kinds(&self, out: &mut Vec<String>) {
        match self {
            Template::Literal(node) => out.extend(node.text_at(&["kind"])),
            Template::Map(entries) => {
                for entry in entries {
                    if let MapEntry::Pair(Scalars { parts, .. }, Template::Literal(value)) = entry
                        && let [ScalarPart::Text(key)] = parts.as_slice()
                        && key.text().as_deref() == Some("kind")
                    {
                        out.extend(value.text());
                    }
                }
            }
            Template::Controls(controls) => controls.iter().for_each(|control| match control {
                Control::If { then, otherwise, .. } => {
                    then.kinds(out);
                    otherwise.iter().for_each(|body| body.kinds(out));
                }
                Control::Let { body, .. } | Control::For { body, .. } => body.kinds(out),
            }),
            _ => {}
        }
    }
}

impl Template {
    /// The names that its expressions look up.
    pub fn names(&self, out: &mut Vec<String>) {
        match self {
            Template::Literal(_) | Template::Include(..) => {}
            Template::Scalar(scalars) => scalars.names(out),
            Template::Seq(items) => items.iter().for_each(|item| item.names(out)),
            Template::Map(entries) => entries.iter().for_each(|entry| match entry {
                MapEntry::Pair(key, value) => {
                    key.names(out);
                    value.names(out);
                }
                MapEntry::Control(control) => control.names(out),
            }),
            Template::Controls(controls) => controls.iter().for_each(|control| control.names(out)),
            Template::Text(body) => body.names(out),
            Template::Under(over, body) => {
                out.extend(over.expression.names());
                body.names(out);
            }
        }
    }

    /// The names of the partials that this includes, and where it does.
    pub fn includes<'t>(&'t self, out: &mut Vec<(&'t str, At)>) {
        match self {
            Template::Include(name, at) => out.push((name, *at)),
            Template::Literal(_) | Template::Scalar(_) => {}
            Template::Seq(items) => items.iter().for_each(|item| item.includes(out)),
            Template::Map(entries) => entries.iter().for_each(|entry| match entry {
                MapEntry::Pair(_, value) => value.includes(out),
                MapEntry::Control(control) => control.includes(out),
            }),
            Template::Controls(controls) => controls.iter().for_each(|control| control.includes(out)),
            Template::Text(body) | Template::Under(_, body) => body.includes(out),
        }
    }
}

impl Control {
    fn names(&self, out: &mut Vec<String>) {
        let (term, bodies) = match self {
            Control::If { test, then, otherwise, .. } => (test, [Some(then), otherwise.as_ref()]),
            Control::Let { value, body, .. } => (value, [Some(body), None]),
            Control::For { over, body, .. } => (over, [Some(body), None]),
        };
        out.extend(term.expression.names());
        bodies.into_iter().flatten().for_each(|body| body.names(out));
    }

    fn includes<'t>(&'t self, out: &mut Vec<(&'t str, At)>) {
        match self {
            Control::If { then, otherwise, .. } => {
                then.includes(out);
                otherwise.iter().for_each(|body| body.includes(out));
            }
            Control::Let { body, .. } | Control::For { body, .. } => body.includes(out),
        }
    }
}

impl Scalars {
    fn names(&self, out: &mut Vec<String>) {
        self.parts.iter().for_each(|part| match part {
            ScalarPart::Text(_) => {}
            ScalarPart::Term(term) => out.extend(term.expression.names()),
        });
    }
}

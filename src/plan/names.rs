//! Names, metadata, and the expressions in a spec's strings.

use std::sync::Arc;

use super::{Application, Constraint, Planner};
use crate::node::{Node, Origin, Scalar};
use crate::problem::{Code, Problem};
use crate::template::{Evaluator, Fields, Record, Scope, Value, compile_text};

impl Planner<'_> {
    /// Notes a problem where `name` is not one that Kubernetes takes.
    pub(super) fn name_rule(&mut self, name: &Node, what: &'static str) {
        let at = self.at(name);
        self.constrain(Constraint::Name { what, name: name.clone() }, |problem| problem.at(at));
    }

    /// `node` with the expressions in its strings replaced, as the application sees them.
    pub(super) fn expanded(&mut self, node: &Node, application: &Arc<Application>) -> Node {
        if !self.spec.has_expressions {
            return node.clone();
        }
        let scope: Arc<dyn Fields> = Arc::new(Record::new([("application", Value::Object(application.clone()))]));
        match node {
            // Expressions in the application and its versions can name more than this; they are expanded elsewhere.
            Node::Map(entries, origin) => Node::Map(
                entries
                    .iter()
                    .map(|(key, value)| match key.text().as_deref() {
                        Some("application") => (key.clone(), value.clone()),
                        // Keys of the user's own, which nothing reads.
                        Some(text) if text.starts_with("x-") => (key.clone(), value.clone()),
                        _ => (key.clone(), self.expand(value, &scope)),
                    })
                    .collect(),
                *origin,
            ),
            scalar_or_list => self.expand(scalar_or_list, &scope),
        }
    }

    /// `node` with the expressions in its strings replaced.
    pub(super) fn expand(&mut self, node: &Node, scope: &Arc<dyn Fields>) -> Node {
        if !self.spec.has_expressions {
            return node.clone();
        }
        match node {
            Node::Scalar(Scalar::Str(text), origin) if text.contains("${{") => {
                self.expression(text, *origin, scope).unwrap_or_else(|problem| {
                    self.problems.push(problem);
                    node.clone()
                })
            }
            Node::Seq(items, origin) => {
                let expanded: Arc<[Node]> = items.iter().map(|item| self.expand(item, scope)).collect();
                if expanded == *items { node.clone() } else { Node::Seq(expanded, self.used(*origin)) }
            }
            Node::Map(entries, origin) => {
                let expanded: Arc<[(Node, Node)]> =
                    entries.iter().map(|(key, value)| (key.clone(), self.expand(value, scope))).collect();
                if expanded == *entries { node.clone() } else { Node::Map(expanded, self.used(*origin)) }
            }
            unchanged => unchanged.clone(),
        }
    }

    /// Pins a collection whose strings were replaced: it can no longer be passed on as a whole.
    fn used(&self, origin: Origin) -> Origin {
        self.spec.pins.pin(origin);
        origin
    }

    fn expression(&self, text: &str, origin: Origin, scope: &Arc<dyn Fields>) -> Result<Node, Problem> {
        let spec = self.spec;
        spec.pins.pin(origin);
        let at = spec.places.at(origin);
        let Some(at) = at else { return Ok(Node::literal(text)) };
        let scalars = compile_text(text, at, origin, &spec.sources)?;
        Evaluator::new(&spec.pins, &self.environment.partials)
            .scalars(&scalars, &Scope::Root(scope))
            .map_err(|error| Problem::new(Code::FAILED_EXPRESSION, error.message).at(error.at.unwrap_or(at)))
    }
}

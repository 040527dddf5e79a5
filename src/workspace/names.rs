//! `${{ stage }}` and the like in `helmwright.yaml`.

use std::sync::Arc;

use crate::node::{Node, Origin, Pins};
use crate::problem::{Code, Problem};
use crate::source::{At, Sources};
use crate::template::{Evaluator, Fields, Partials, Scalars, Scope, Value, compile_text};

/// A string with expressions.
#[derive(Debug)]
pub(super) struct NameTemplate {
    /// As it is written.
    pub text: String,
    /// Its place.
    pub at: At,
    /// None where there are no expressions.
    compiled: Option<Scalars>,
}

/// What the expressions of one release can name: in this order, as far as each is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Vec<(&'static str, String)>);

impl Names {
    /// Adds a name.
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.0.extend(value.map(|value| (name, value.to_owned())));
        self
    }
}

impl Fields for Names {
    fn field(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| Node::literal(value.as_str()).into())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

impl NameTemplate {
    /// Compiles `text`, which stands at `at`.
    ///
    /// # Errors
    /// What is wrong with an expression in it.
    pub fn new(text: &str, at: At, sources: &Sources) -> Result<Self, Problem> {
        let compiled = text.contains("${{").then(|| compile_text(text, at, Origin::Literal, sources)).transpose()?;
        Ok(Self { text: text.to_owned(), at, compiled })
    }

    /// What comes before the first expression.
    pub fn fixed(&self) -> &str {
        self.text.split("${{").next().unwrap_or_default()
    }

    /// The string for a release that is called by these names.
    ///
    /// # Errors
    /// An expression names something else, or yields no text.
    pub fn fill(&self, names: &Names) -> Result<String, Problem> {
        let Some(compiled) = &self.compiled else { return Ok(self.text.clone()) };
        let (pins, partials) = (Arc::new(Pins::new(0)), Partials::new());
        let scope: Arc<dyn Fields> = Arc::new(names.clone());
        let filled = Evaluator::new(&pins, &partials).scalars(compiled, &Scope::Root(&scope));
        let node = filled
            .map_err(|error| Problem::new(Code::FAILED_EXPRESSION, error.message).at(error.at.unwrap_or(self.at)))?;
        node.text().ok_or_else(|| {
            Problem::new(Code::FAILED_EXPRESSION, format!("`{}` does not yield text", self.text)).at(self.at)
        })
    }
}

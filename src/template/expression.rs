//! `${{ … }}` in a scalar: where it begins and ends, and what it evaluates to.
//!
//! A path such as `version.image` is looked up in the tree, so the value keeps its origin and stays a dial. All else
//! is minijinja's: its context is a lazy object over the tree, so exactly what an expression reads is pinned.

use std::borrow::Cow;
use std::sync::Arc;

use super::lazy::{self, ENGINE};
use super::value::{Fields, Value};
use crate::node::{Node, Origin, Pins};

/// The most bytes that an expression may have.
const MAX_LENGTH: usize = 1000;

/// A piece of a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPiece<'a> {
    /// Text between expressions.
    Text(String),
    /// The inside of `${{ }}`, trimmed.
    Expression(&'a str),
}

/// Splits a scalar at its expressions. `$${{` is a literal `${{`. The end of an expression is found respecting
/// quotes and braces.
///
/// # Errors
/// The text from an opening `${{` that is never closed.
pub fn split(text: &str) -> Result<Vec<TextPiece<'_>>, &str> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        if rest[..start].ends_with('$') {
            literal.push_str(&rest[..start - 1]);
            literal.push_str("${{");
            rest = &rest[start + 3..];
            continue;
        }
        literal.push_str(&rest[..start]);
        let inside = &rest[start + 3..];
        let length = closing(inside).ok_or(&rest[start..])?;
        if !literal.is_empty() {
            pieces.push(TextPiece::Text(std::mem::take(&mut literal)));
        }
        pieces.push(TextPiece::Expression(inside[..length].trim()));
        rest = &inside[length + 2..];
    }
    literal.push_str(rest);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(TextPiece::Text(literal));
    }
    Ok(pieces)
}

/// Offset of the `}}` that closes the expression `text` begins in.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut quote) = (0, 0usize, None);
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(_), b'\\') => at += 1,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A compiled expression.
#[derive(Debug)]
pub enum Expression {
    /// Names joined by dots.
    Path(Vec<Box<str>>),
    /// Anything else.
    Jinja(minijinja::Expression<'static, 'static>),
}

impl Expression {
    /// Compiles the inside of `${{ }}`.
    ///
    /// # Errors
    /// What the expression language has against it.
    pub fn compile(source: &str) -> Result<Self, String> {
        if is_path(source) {
            return Ok(Self::Path(source.split('.').map(Into::into).collect()));
        }
        // The engine goes as deep as `not not not …` does, on the stack.
        if source.len() > MAX_LENGTH {
            return Err(format!("it is longer than {MAX_LENGTH} bytes, the most that an expression may have"));
        }
        match ENGINE.compile_expression_owned(source.to_string()) {
            Ok(expression) => Ok(Self::Jinja(expression)),
            Err(error) => Err(lazy::reason(&error)),
        }
    }

    /// The names that it looks up, each with the dots between its steps.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Path(path) => vec![path.join(".")],
            Self::Jinja(expression) => expression.undeclared_variables(true).into_iter().collect(),
        }
    }

    /// Its value in `scope`.
    ///
    /// # Errors
    /// Why it has none.
    pub fn evaluate(&self, scope: &Scope<'_>, pins: &Arc<Pins>) -> Result<Value, EvaluationFailure> {
        match self {
            Self::Path(path) => scope.path(path).map_err(|message| EvaluationFailure { message, read: scope.origin() }),
            Self::Jinja(expression) => lazy::evaluate(expression, scope.flatten(), pins)
                .map_err(|(message, read)| EvaluationFailure { message, read: read.unwrap_or_else(|| scope.origin()) }),
        }
    }
}

/// Why an expression has no value.
#[derive(Debug)]
pub struct EvaluationFailure {
    /// The reason.
    pub message: String,
    /// The value of the spec that was read last, or whose turn it was.
    pub read: Origin,
}

fn is_path(source: &str) -> bool {
    !matches!(source, "true" | "false" | "none" | "True" | "False" | "None" | "loop" | "self")
        && source.split('.').all(|name| {
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        })
}

/// The names that are bound where an expression stands.
#[derive(Debug)]
pub enum Scope<'a> {
    /// The outermost: the fields of one object.
    Root(&'a Arc<dyn Fields>),
    /// A loop's variable, over all others.
    Bound {
        /// Its name.
        name: &'a str,
        /// Its value.
        value: Value,
        /// What it stands over.
        up: &'a Scope<'a>,
    },
}

impl Scope<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self {
            Scope::Root(root) => root.field(name).map(Cow::Owned),
            Scope::Bound { name: bound, value, .. } if *bound == name => Some(Cow::Borrowed(value)),
            Scope::Bound { up, .. } => up.get(name),
        }
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Scope::Root(root) => root.names(),
            Scope::Bound { name, up, .. } => up.names().into_iter().chain([*name]).collect(),
        }
    }

    fn path(&self, path: &[Box<str>]) -> Result<Value, String> {
        let (first, rest) = path.split_first().ok_or("an empty expression")?;
        let mut value = self.get(first).ok_or_else(|| unknown(first, "here", &self.names()))?;
        for name in rest {
            let step = match &*value {
                Value::Object(object) => {
                    object.field(name).ok_or_else(|| unknown(name, "in this object", &object.names()))?
                }
                Value::Node(node @ Node::Map(..)) => Value::Node(node.get(name).cloned().unwrap_or(Node::NULL)),
                Value::Node(node) if node.is_null() => Value::NULL,
                scalar => return Err(format!("{} has no field `{name}`", scalar.kind())),
            };
            value = Cow::Owned(step);
        }
        Ok(value.into_owned())
    }

    /// Where the user wrote what the innermost loop is at.
    fn origin(&self) -> Origin {
        match self {
            Scope::Root(_) => Origin::Literal,
            Scope::Bound { value: Value::Object(object), .. } => object.origin(),
            Scope::Bound { value: Value::Node(node), .. } => node.origin(),
            Scope::Bound { up, .. } => up.origin(),
        }
    }

    /// The same names as an object that owns them.
    fn flatten(&self) -> Arc<dyn Fields> {
        match self {
            Scope::Root(root) => (*root).clone(),
            Scope::Bound { name, value, up } => {
                Arc::new(Flat { name: (*name).into(), value: value.clone(), up: up.flatten() })
            }
        }
    }
}

fn unknown(name: &str, place: &str, names: &[&str]) -> String {
    let near = crate::spec::suggest::nearest(name, names.iter().copied());
    let hint = near.map_or_else(|| format!("known are {}", names.join(", ")), |near| format!("is it `{near}`?"));
    format!("there is no `{name}` {place}; {hint}")
}

#[derive(Debug)]
struct Flat {
    name: Box<str>,
    value: Value,
    up: Arc<dyn Fields>,
}

impl Fields for Flat {
    fn field(&self, name: &str) -> Option<Value> {
        if *self.name == *name { Some(self.value.clone()) } else { self.up.field(name) }
    }

    fn names(&self) -> Vec<&str> {
        self.up.names().into_iter().chain([&*self.name]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_expression_respects_quotes_and_braces() {
        let expression = |text| match split(text).unwrap().as_slice() {
            [TextPiece::Expression(inside)] => inside.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(expression("${{ a.b }}"), "a.b");
        assert_eq!(expression("${{ '}}' }}"), "'}}'");
        assert_eq!(expression(r"${{ '\'}}' }}"), r"'\'}}'");
        assert_eq!(expression("${{ {'a': {'b': 1}} }}"), "{'a': {'b': 1}}");
        assert!(split("${{ a }").is_err());
        assert_eq!(split("x $${{ y").unwrap(), [TextPiece::Text("x ${{ y".into())]);
        assert_eq!(split("").unwrap(), [TextPiece::Text(String::new())]);
    }
}

//! `${{ … }}` in a scalar: where it begins and ends, and what it evaluates to.
//!
//! A path such as `version.image` is looked up in the tree, so the value keeps its origin and stays a dial. All else
//! is minijinja's: its context is a lazy object over the tree, so exactly what an expression reads is pinned.

use std::sync::{Arc, LazyLock, Mutex};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value as Jinja, ValueKind};
use minijinja::{Environment, UndefinedBehavior};

use super::value::{Fields, Value};
use crate::node::{Node, Origin, Pins, Scalar};

/// The one expression engine. It is static because compiled expressions borrow it, and it holds no state.
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    // Only what packs need: a filter such as `range|list` could take all memory, and no fuel stops it.
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.add_filter("default", minijinja::filters::default);
    engine.add_filter("first", minijinja::filters::first);
    engine.add_filter("join", minijinja::filters::join);
    engine.add_filter("last", minijinja::filters::last);
    engine.add_filter("length", minijinja::filters::length);
    engine.add_filter("lower", minijinja::filters::lower);
    engine.add_filter("replace", minijinja::filters::replace);
    engine.add_filter("trim", minijinja::filters::trim);
    engine.add_filter("upper", minijinja::filters::upper);
    engine.add_function("merge", merge);
    engine
});

/// The most bytes that an expression may have.
const MAX_LENGTH: usize = 1000;

/// A piece of a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
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
pub fn split(text: &str) -> Result<Vec<Piece<'_>>, &str> {
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
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Expression(inside[..length].trim()));
        rest = &inside[length + 2..];
    }
    literal.push_str(rest);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(literal));
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
            Err(error) => Err(reason(&error)),
        }
    }

    /// Its value in `scope`.
    ///
    /// # Errors
    /// Why it has none.
    pub fn evaluate(&self, scope: &Scope<'_>, pins: &Arc<Pins>) -> Result<Value, Failure> {
        match self {
            Self::Path(path) => scope.path(path).map_err(|message| Failure { message, read: scope.origin() }),
            Self::Jinja(expression) => {
                let trace = Arc::new(Trace { pins: pins.clone(), seen: Mutex::default() });
                let root = Jinja::from_object(Lazy { value: Value::Object(scope.flatten()), trace: trace.clone() });
                let result = expression.eval(root).map_err(|error| reason(&error)).and_then(|value| {
                    if trace.symbol() {
                        return Err("a value that is known later can be passed on, and tested by `if`; \
                                    nothing can be computed with it"
                            .into());
                    }
                    from_jinja(&value)
                });
                result.map_err(|message| Failure { message, read: trace.origin().unwrap_or(scope.origin()) })
            }
        }
    }
}

/// Why an expression has no value.
#[derive(Debug)]
pub struct Failure {
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

fn reason(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
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
    fn get(&self, name: &str) -> Option<Value> {
        match self {
            Scope::Root(root) => root.field(name),
            Scope::Bound { name: own, value, .. } if *own == name => Some(value.clone()),
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
            value = match &value {
                Value::Object(object) => {
                    object.field(name).ok_or_else(|| unknown(name, "in this object", &object.names()))?
                }
                Value::Node(node @ Node::Map(..)) => Value::Node(node.get(name).cloned().unwrap_or(Node::NULL)),
                Value::Node(node) if node.is_null() => Value::NULL,
                other => return Err(format!("`{name}` is asked of {}", other.kind())),
            };
        }
        Ok(value)
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

/// What one evaluation read.
#[derive(Debug)]
struct Trace {
    pins: Arc<Pins>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    origin: Option<Origin>,
    symbol: bool,
}

impl Trace {
    fn read(&self, origin: Origin) {
        self.pins.pin(origin);
        if let (Origin::Spec(_), Ok(mut seen)) = (origin, self.seen.lock()) {
            seen.origin = Some(origin);
        }
    }

    fn read_symbol(&self) {
        if let Ok(mut seen) = self.seen.lock() {
            seen.symbol = true;
        }
    }

    fn origin(&self) -> Option<Origin> {
        self.seen.lock().ok().and_then(|seen| seen.origin)
    }

    fn symbol(&self) -> bool {
        self.seen.lock().is_ok_and(|seen| seen.symbol)
    }
}

/// A collection of the tree, read only where an expression looks.
#[derive(Debug)]
struct Lazy {
    value: Value,
    trace: Arc<Trace>,
}

impl Lazy {
    fn wrap(&self, value: Value) -> Jinja {
        match &value {
            Value::Node(Node::Scalar(scalar, origin)) => {
                self.trace.read(*origin);
                match scalar {
                    Scalar::Null => Jinja::from(()),
                    Scalar::Bool(b) => Jinja::from(*b),
                    Scalar::Int(i) => Jinja::from(*i),
                    Scalar::UInt(u) => Jinja::from(*u),
                    Scalar::Float(f) => Jinja::from(*f),
                    Scalar::Str(s) => Jinja::from(s.clone()),
                }
            }
            Value::Node(node @ Node::Concat(parts)) => {
                parts.iter().for_each(|part| self.trace.read(part.origin()));
                Jinja::from(node.text().unwrap_or_default())
            }
            Value::Node(Node::Symbol(_) | Node::Guard(..) | Node::Text(_)) => {
                self.trace.read_symbol();
                Jinja::from(())
            }
            Value::Node(Node::Seq(..) | Node::Map(..)) | Value::Object(_) | Value::List(_) => {
                Jinja::from_object(Lazy { value, trace: self.trace.clone() })
            }
        }
    }
}

impl Object for Lazy {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match &self.value {
            Value::Node(Node::Seq(..)) | Value::List(_) => ObjectRepr::Seq,
            _ => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        if let Some(key) = key.as_str() {
            return self.get_value_by_str(key);
        }
        let index = key.as_usize()?;
        match &self.value {
            Value::Node(Node::Seq(items, _)) => items.get(index).map(|item| self.wrap(item.clone().into())),
            Value::List(items) => items.get(index).map(|item| self.wrap(item.clone())),
            _ => None,
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        match &self.value {
            Value::Object(object) => object.field(key).map(|value| self.wrap(value)),
            // A map is the user's: what it does not have is absent, not unknown.
            Value::Node(node @ Node::Map(..)) => {
                Some(self.wrap(Value::Node(node.get(key).cloned().unwrap_or(Node::NULL))))
            }
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.value {
            Value::Node(Node::Seq(items, origin)) => {
                self.trace.read(*origin);
                Enumerator::Seq(items.len())
            }
            Value::List(items) => Enumerator::Seq(items.len()),
            Value::Node(node @ Node::Map(entries, origin)) => {
                self.trace.read(*origin);
                let _ = node;
                let keys = entries.iter().filter_map(|(key, _)| key.text()).map(Jinja::from);
                Enumerator::Values(keys.collect())
            }
            Value::Object(object) => Enumerator::Values(object.names().into_iter().map(Jinja::from).collect()),
            Value::Node(_) => Enumerator::Empty,
        }
    }
}

fn from_jinja(value: &Jinja) -> Result<Value, String> {
    if let Some(lazy) = value.downcast_object_ref::<Lazy>() {
        return Ok(lazy.value.clone());
    }
    let scalar = match value.kind() {
        ValueKind::Undefined => return Err("the expression names something that is not there".into()),
        ValueKind::None => Scalar::Null,
        ValueKind::Bool => Scalar::Bool(value.is_true()),
        ValueKind::Number => {
            if let Ok(whole) = i64::try_from(value.clone()) {
                Scalar::Int(whole)
            } else if let Ok(whole) = u64::try_from(value.clone()) {
                Scalar::UInt(whole)
            } else {
                match f64::try_from(value.clone()).map_err(|error| reason(&error))? {
                    float if float.is_finite() => Scalar::Float(float),
                    _ => return Err("the expression gives no finite number; JSON has none such".into()),
                }
            }
        }
        ValueKind::String => Scalar::from(value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter().map_err(|error| reason(&error))?;
            return Ok(
                Node::seq(items.map(|v| from_jinja(&v).and_then(into_node)).collect::<Result<Vec<_>, _>>()?).into()
            );
        }
        ValueKind::Map => {
            let mut entries = Vec::new();
            for key in value.try_iter().map_err(|error| reason(&error))? {
                let item = value.get_item(&key).map_err(|error| reason(&error))?;
                entries.push((Node::literal(key.to_string()), into_node(from_jinja(&item)?)?));
            }
            return Ok(Node::map(entries).into());
        }
        other => return Err(format!("the expression gives {other}, which no manifest can hold")),
    };
    Ok(Node::Scalar(scalar, Origin::Literal).into())
}

fn into_node(value: Value) -> Result<Node, String> {
    match value {
        Value::Node(node) => Ok(node),
        other => Err(format!("{} cannot be written", other.kind())),
    }
}

/// `merge(over, under)`: both maps in one, to any depth; what `over` says wins.
fn merge(over: Jinja, under: Jinja) -> Result<Jinja, minijinja::Error> {
    let node = |value: &Jinja| {
        from_jinja(value)
            .and_then(into_node)
            .map_err(|message| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, message))
    };
    let lazy = [&over, &under].into_iter().find_map(|v| v.downcast_object_ref::<Lazy>());
    let trace = lazy
        .map_or_else(|| Arc::new(Trace { pins: Arc::default(), seen: Mutex::default() }), |lazy| lazy.trace.clone());
    let merged = Node::merged(&node(&over)?, &node(&under)?, &trace.pins);
    Ok(Jinja::from_object(Lazy { value: merged.into(), trace }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_expression_respects_quotes_and_braces() {
        let expression = |text| match split(text).unwrap().as_slice() {
            [Piece::Expression(inside)] => inside.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(expression("${{ a.b }}"), "a.b");
        assert_eq!(expression("${{ '}}' }}"), "'}}'");
        assert_eq!(expression(r"${{ '\'}}' }}"), r"'\'}}'");
        assert_eq!(expression("${{ {'a': {'b': 1}} }}"), "{'a': {'b': 1}}");
        assert!(split("${{ a }").is_err());
        assert_eq!(split("x $${{ y").unwrap(), [Piece::Text("x ${{ y".into())]);
        assert_eq!(split("").unwrap(), [Piece::Text(String::new())]);
    }
}

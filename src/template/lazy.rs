//! The tree as minijinja sees it: read only where an expression looks, and every look is recorded.

use std::sync::{Arc, LazyLock, Mutex};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value as Jinja, ValueKind};
use minijinja::{Environment, UndefinedBehavior};

use super::value::{Fields, Value};
use crate::node::{Node, Origin, Pins, Scalar};

/// The one expression engine. It is static because compiled expressions borrow it, and it holds no state.
pub(super) static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    // Only what packs need: `range|list`, for example, could take all memory, and the engine's fuel does not limit that.
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    // Absent fields are null here, so the usual filter would never see one.
    engine.add_filter(
        "default",
        |value: Jinja, default: Jinja| {
            if value.is_undefined() || value.is_none() { default } else { value }
        },
    );
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

/// The value of `expression` where the fields of `scope` are its names.
///
/// # Errors
/// The reason, and which value of the spec was read last.
pub(super) fn evaluate(
    expression: &minijinja::Expression<'static, 'static>,
    scope: Arc<dyn Fields>,
    pins: &Arc<Pins>,
) -> Result<Value, (String, Option<Origin>)> {
    let trace = Arc::new(Trace { pins: pins.clone(), seen: Mutex::default() });
    let root = Jinja::from_object(Lazy { value: Value::Object(scope), trace: trace.clone() });
    let result = expression.eval(root).map_err(|error| reason(&error)).and_then(|value| {
        if trace.symbol() {
            return Err("a value that is known later can be passed on, and tested by `if`; \
                        nothing can be computed with it"
                .into());
        }
        from_jinja(&value)
    });
    result.map_err(|message| (message, trace.origin()))
}

/// Why minijinja cannot compile or evaluate an expression.
pub(super) fn reason(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// What one evaluation read.
#[derive(Debug)]
struct Trace {
    pins: Arc<Pins>,
    seen: Mutex<Reads>,
}

#[derive(Debug, Default)]
struct Reads {
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
            Value::Node(Node::Symbol(symbol)) if symbol.value().is_some() => {
                symbol.inputs().iter().for_each(|node| self.trace.read(node.origin()));
                self.wrap(Value::Node(Node::Scalar(symbol.value().unwrap_or(Scalar::Null), Origin::Literal)))
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
            Value::Node(Node::Map(entries, origin)) => {
                self.trace.read(*origin);
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
                    _ => {
                        return Err(
                            "the expression gives a number that is not finite, and JSON has no such numbers".into()
                        );
                    }
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
        kind => return Err(format!("the expression gives {kind}, which no manifest can hold")),
    };
    Ok(Node::Scalar(scalar, Origin::Literal).into())
}

fn into_node(value: Value) -> Result<Node, String> {
    match value {
        Value::Node(node) => Ok(node),
        unwritable => Err(format!("{} cannot be written", unwritable.kind())),
    }
}

/// `merge(over, under)`: both maps in one, to any depth; what `over` says wins.
fn merge(over: Jinja, under: Jinja) -> Result<Jinja, minijinja::Error> {
    let lazy = [&over, &under].into_iter().find_map(|v| v.downcast_object_ref::<Lazy>());
    let trace = lazy
        .map_or_else(|| Arc::new(Trace { pins: Arc::default(), seen: Mutex::default() }), |lazy| lazy.trace.clone());
    let (over, under) = (merged_side(&over)?, merged_side(&under)?);
    let merged = Node::merged(&over, &under, &trace.pins);
    Ok(Jinja::from_object(Lazy { value: merged.into(), trace }))
}

/// An argument of `merge` as a node: a map, or null.
fn merged_side(value: &Jinja) -> Result<Node, minijinja::Error> {
    let node = match from_jinja(value).and_then(into_node) {
        Ok(node) if !matches!(node, Node::Map(..)) && !node.is_null() => {
            Err(format!("merge joins maps, and this is {}", Value::from(node).kind()))
        }
        result => result,
    };
    node.map_err(|message| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, message))
}

//! Trees of this crate as JSON, and when two JSON values are one to Kubernetes.

use helmwright::node::{Node, Scalar};
use helmwright::source::SourceId;
use helmwright::yaml::{self, Data, Yaml};
use serde_json::{Map, Value};

/// What `text` holds to this crate's loader, one value a document.
pub fn load(text: &str) -> Result<Vec<Value>, String> {
    let mut problems = Vec::new();
    let documents = yaml::load(text, SourceId(0), &mut problems);
    match problems.first() {
        None => Ok(documents.iter().map(of_yaml).collect()),
        Some(problem) => Err(problem.message.clone()),
    }
}

/// A loaded value as JSON.
pub fn of_yaml(yaml: &Yaml) -> Value {
    match &yaml.data {
        Data::Scalar(scalar, _) => of_scalar(scalar),
        Data::Seq(items) => items.iter().map(of_yaml).collect(),
        Data::Map(pairs) => {
            pairs.iter().map(|pair| (pair.key.to_string(), of_yaml(&pair.value))).collect::<Map<_, _>>().into()
        }
    }
}

/// A node without symbols, guards and texts as JSON.
pub fn of_node(node: &Node) -> Value {
    match node {
        Node::Scalar(scalar, _) => of_scalar(scalar),
        Node::Seq(items, _) => items.iter().map(of_node).collect(),
        Node::Map(entries, _) => {
            entries.iter().map(|(key, value)| (key.text().unwrap(), of_node(value))).collect::<Map<_, _>>().into()
        }
        Node::Concat(_) => node.text().unwrap().into(),
        Node::Symbol(_) | Node::Guard(..) | Node::Text(_) => panic!("no JSON: {node:?}"),
    }
}

fn of_scalar(scalar: &Scalar) -> Value {
    if let Scalar::Str(text) = scalar {
        return Value::String(text.to_string());
    }
    let mut text = String::new();
    scalar.push_text(&mut text);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{scalar:?} is written {text}: {e}"))
}

/// Whether both are the same, type for type: `1000.0` is `1000`, and a whole number keeps every digit.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.to_string(), b.to_string());
            let whole = |text: &str| text != "-0" && !text.contains(['.', 'e', 'E']);
            if whole(&a) && whole(&b) { a == b } else { a.parse::<f64>() == b.parse::<f64>() }
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

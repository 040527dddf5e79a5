//! Structural schemas, as Kubernetes defines them: JSON Schema without references to other documents, in which a
//! field that is not mentioned does not exist.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::core::definition;
use crate::lint::view::equal;
use crate::node::{Node, Scalar};

/// A compiled schema.
#[derive(Debug, Default)]
pub struct Schema {
    kind: Option<Kind>,
    /// The definition of Kubernetes itself that it is.
    reference: Option<String>,
    nullable: bool,
    int_or_string: bool,
    /// Whether fields that are not mentioned are kept.
    preserve: bool,
    /// Whether it is a whole object, with `apiVersion`, `kind` and `metadata`.
    embedded: bool,
    int32: bool,
    properties: HashMap<Arc<str>, Schema>,
    additional: Option<Box<Schema>>,
    items: Option<Box<Schema>>,
    required: Vec<String>,
    choices: Vec<Node>,
    pattern: Option<Pattern>,
    /// Limits of a number, a length, a number of items and a number of entries.
    limits: [(Option<f64>, Option<f64>); 4],
    exclusive: (bool, bool),
    /// The fields that tell the items of a list apart.
    keys: Vec<String>,
    all: Vec<Schema>,
    any: Vec<Schema>,
    one: Vec<Schema>,
    not: Option<Box<Schema>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    /// An amount such as `500m`: a string or a number.
    Quantity,
}

/// A regular expression, compiled when it is first needed; most never are.
#[derive(Debug)]
struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

/// Takes what is wrong, and where.
type Report<'r, 'n> = &'r mut dyn FnMut(&'n Node, String);

impl Schema {
    /// Compiles `node`, an `openAPIV3Schema`.
    pub fn new(node: &Node) -> Self {
        let kind = node.str_at(&["type"]).and_then(|kind| Kind::of(&kind));
        let open = node.at(&["additionalProperties"]);
        Self {
            kind: kind.or(flag(node, "x-quantity").then_some(Kind::Quantity)),
            reference: node.str_at(&["$ref"]).map(|name| name.into_owned()),
            nullable: flag(node, "nullable"),
            int_or_string: flag(node, "x-kubernetes-int-or-string"),
            preserve: flag(node, "x-kubernetes-preserve-unknown-fields")
                || matches!(open, Some(Node::Scalar(Scalar::Bool(true), _))),
            embedded: flag(node, "x-kubernetes-embedded-resource"),
            int32: node.str_at(&["format"]).is_some_and(|format| format == "int32"),
            properties: node
                .at(&["properties"])
                .map_or(&[][..], Node::entries)
                .iter()
                .map(|(key, value)| (Arc::from(key.text().unwrap_or_default()), Self::new(value)))
                .collect(),
            additional: child(node, "additionalProperties"),
            items: child(node, "items"),
            required: node.texts_at(&["required"]),
            choices: node.items_at(&["enum"]).to_vec(),
            pattern: node
                .str_at(&["pattern"])
                .map(|text| Pattern { text: text.into_owned(), compiled: OnceLock::new() }),
            limits: [
                limit(node, "minimum", "maximum"),
                limit(node, "minLength", "maxLength"),
                limit(node, "minItems", "maxItems"),
                limit(node, "minProperties", "maxProperties"),
            ],
            exclusive: (flag(node, "exclusiveMinimum"), flag(node, "exclusiveMaximum")),
            keys: node.texts_at(&["x-kubernetes-list-map-keys"]),
            all: children(node, "allOf"),
            any: children(node, "anyOf"),
            one: children(node, "oneOf"),
            not: child(node, "not"),
        }
    }

    /// The same schema, of whole objects.
    pub fn of_object(mut self) -> Self {
        self.embedded = true;
        self
    }

    /// Reports all that is wrong with `node`.
    pub fn check<'n>(&self, node: &'n Node, report: Report<'_, 'n>) {
        self.value(node, true, report);
    }

    /// `closed` says whether fields that are not mentioned do not exist: what stands below `allOf` and the like only
    /// restricts values.
    fn value<'n>(&self, node: &'n Node, closed: bool, report: Report<'_, 'n>) {
        if let Some(schema) = self.reference.as_deref().and_then(definition) {
            return schema.value(node, closed, report);
        }
        // Kubernetes drops a null, but for where it may stand.
        if node.is_null() {
            return;
        }
        if let Some(expected) = self.wrong_type(node) {
            return report(node, format!("this has to be {expected}"));
        }
        match node {
            Node::Map(..) => self.map(node, closed, report),
            Node::Seq(..) => self.seq(node, closed, report),
            _ => self.scalar(node, report),
        }
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| equal(choice, node)) {
            let choices: Vec<String> =
                self.choices.iter().filter_map(Node::text).map(|choice| format!("`{choice}`")).collect();
            report(node, format!("this is not one of {}", choices.join(", ")));
        }
        self.combined(node, report);
    }

    fn combined<'n>(&self, node: &'n Node, report: Report<'_, 'n>) {
        for schema in &self.all {
            schema.value(node, false, report);
        }
        if !self.any.is_empty() && !self.any.iter().any(|schema| schema.allows(node)) {
            report(node, format!("this matches no alternative: {}", alternatives(&self.any)));
        }
        match self.one.iter().filter(|schema| schema.allows(node)).count() {
            0 if !self.one.is_empty() => {
                report(node, format!("this matches no alternative: {}", alternatives(&self.one)))
            }
            0 | 1 => {}
            _ => report(node, format!("this matches more than one alternative: {}", alternatives(&self.one))),
        }
        if let Some(schema) = self.not.as_ref().filter(|schema| schema.allows(node)) {
            report(node, format!("this must not match: {}", schema.says()));
        }
    }

    fn allows(&self, node: &Node) -> bool {
        let mut right = true;
        self.value(node, false, &mut |_, _| right = false);
        right
    }

    /// What `node` has to be, where it is something else.
    fn wrong_type(&self, node: &Node) -> Option<&'static str> {
        let string = node.as_str().is_some() || matches!(node, Node::Text(_));
        let whole = node.as_number().is_some_and(|number| number.fract() == 0.0);
        if self.int_or_string {
            return (!string && !whole).then_some("a whole number or a string");
        }
        let (right, name) = match self.kind? {
            Kind::Object => (matches!(node, Node::Map(..)), "a map"),
            Kind::Array => (matches!(node, Node::Seq(..)), "a list"),
            Kind::String => (string, "a string"),
            Kind::Integer => (whole, "a whole number"),
            Kind::Number => (node.as_number().is_some(), "a number"),
            Kind::Boolean => (matches!(node, Node::Scalar(Scalar::Bool(_), _)), "`true` or `false`"),
            Kind::Quantity => (string || node.as_number().is_some(), "an amount"),
        };
        (!right).then_some(name)
    }

    fn map<'n>(&self, node: &'n Node, closed: bool, report: Report<'_, 'n>) {
        for (key, value) in node.entries() {
            let Some(name) = key.text() else { continue };
            let property = self.properties.get(name.as_str()).or(self.additional.as_deref());
            if self.embedded && name == "metadata" {
                definition("ObjectMeta").into_iter().for_each(|schema| schema.value(value, closed, report));
            } else if let Some(schema) = property {
                schema.value(value, closed, report);
            } else if !(self.embedded && (name == "apiVersion" || name == "kind"))
                && closed
                && self.is_closed()
                && !value.is_null()
            {
                let near = crate::spec::suggest::nearest(&name, self.properties.keys().map(|key| &**key));
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                report(value, format!("there is no field `{name}`{near}"));
            }
        }
        for name in self
            .required
            .iter()
            .filter(|name| node.get(name).is_none_or(|value| value.is_null() && !self.may_be_null(name)))
        {
            report(node, format!("`{name}` is missing"));
        }
        self.limit(node, 3, node.entries().len() as f64, "entries", report);
    }

    fn may_be_null(&self, name: &str) -> bool {
        self.properties.get(name).is_some_and(|schema| schema.nullable)
    }

    fn is_closed(&self) -> bool {
        self.kind == Some(Kind::Object) && !self.preserve
    }

    fn seq<'n>(&self, node: &'n Node, closed: bool, report: Report<'_, 'n>) {
        if let Some(schema) = &self.items {
            node.items().iter().for_each(|item| schema.value(item, closed, report));
        }
        self.limit(node, 2, node.items().len() as f64, "items", report);
        if self.keys.is_empty() {
            return;
        }
        let mut seen: Vec<Vec<Option<String>>> = Vec::new();
        for item in node.items() {
            let key: Vec<Option<String>> = self.keys.iter().map(|key| item.get(key).and_then(Node::text)).collect();
            if key.iter().any(Option::is_some) && seen.contains(&key) {
                report(item, format!("another item has the same {}", self.keys.join(", ")));
            }
            seen.push(key);
        }
    }

    fn scalar<'n>(&self, node: &'n Node, report: Report<'_, 'n>) {
        if let Some(value) = node.as_number() {
            let (min, max) = self.limits[0];
            if min.is_some_and(|min| value < min || self.exclusive.0 && value == min)
                || max.is_some_and(|max| value > max || self.exclusive.1 && value == max)
            {
                report(node, format!("{value} is not {}", range(min, max)));
            } else if self.int32 && !(-2_147_483_648.0..=2_147_483_647.0).contains(&value) {
                report(node, format!("{value} has more than 32 bits"));
            }
        }
        let Some(text) = node.as_str() else { return };
        self.limit(node, 1, text.chars().count() as f64, "characters", report);
        if let Some(pattern) = &self.pattern {
            // What this engine cannot compile is left to the server.
            let compiled = pattern.compiled.get_or_init(|| Regex::new(&pattern.text).ok());
            if compiled.as_ref().is_some_and(|pattern| !pattern.is_match(&text)) {
                report(node, format!("`{text}` does not match `{}`", pattern.text));
            }
        }
    }

    fn limit<'n>(&self, node: &'n Node, which: usize, value: f64, of: &str, report: Report<'_, 'n>) {
        let (min, max) = self.limits[which];
        if min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max) {
            report(node, format!("this has {value} {of}, which is not {}", range(min, max)));
        }
    }

    /// What an alternative asks for, in a few words.
    fn says(&self) -> String {
        if !self.required.is_empty() {
            return format!("`{}`", self.required.join("` and `"));
        }
        match (&self.not, self.any.as_slice(), self.kind) {
            (Some(not), ..) => format!("none of {}", not.says()),
            (None, [_, ..], _) => alternatives(&self.any),
            (None, [], Some(kind)) => kind.word().into(),
            (None, [], None) => "another value".into(),
        }
    }
}

/// The schema under `key` of a schema.
fn child(node: &Node, key: &str) -> Option<Box<Schema>> {
    node.at(&[key]).filter(|child| matches!(child, Node::Map(..))).map(Schema::new).map(Box::new)
}

/// The schemas in the list under `key` of a schema.
fn children(node: &Node, key: &str) -> Vec<Schema> {
    node.items_at(&[key]).iter().map(Schema::new).collect()
}

/// The bounds that a schema sets under the keys `min` and `max`.
fn limit(node: &Node, min: &str, max: &str) -> (Option<f64>, Option<f64>) {
    (node.number_at(&[min]), node.number_at(&[max]))
}

/// Whether a schema says `true` under `key`.
fn flag(node: &Node, key: &str) -> bool {
    matches!(node.at(&[key]), Some(Node::Scalar(Scalar::Bool(true), _)))
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        [Self::Object, Self::Array, Self::String, Self::Integer, Self::Number, Self::Boolean]
            .into_iter()
            .find(|k| k.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Quantity => "quantity",
        }
    }
}

fn alternatives(schemas: &[Schema]) -> String {
    schemas.iter().map(Schema::says).collect::<Vec<_>>().join(", ")
}

fn range(min: Option<f64>, max: Option<f64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("in {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "allowed".into(),
    }
}

//! The JSON Schemas of the spec and of other files, from the tables of their fields.

use crate::node::{Node, Scalar};
use crate::pack::{self, Catalog};
use crate::spec::Strategy;
use crate::spec::fields::{FieldSpec, Kind, ROOT, Table, VERSION};

/// The schema (draft 7, which editors know best) as JSON.
pub fn schema(catalog: &Catalog) -> String {
    let environments: Vec<&str> = catalog.names().chain(catalog.aliases()).collect();
    let mut root = object(&ROOT);
    if let Some((_, Node::Map(fields, _))) = root.iter().find(|(key, _)| *key == "properties") {
        let fields = fields.iter().map(|(key, value)| match key.text().as_deref() {
            Some("environment") => {
                let entries = value
                    .entries()
                    .iter()
                    .cloned()
                    .chain([(Node::literal("examples"), Node::strings(environments.iter().copied()))]);
                (key.clone(), Node::map(entries))
            }
            _ => (key.clone(), value.clone()),
        });
        let fields = Node::map(fields);
        root.iter_mut().filter(|(key, _)| *key == "properties").for_each(|(_, value)| *value = fields.clone());
    }
    document("helmwright spec", root)
}

/// The schema of `pack.yaml`, as JSON.
pub fn pack_schema() -> String {
    table_schema("helmwright pack", &pack::fields::ROOT)
}

/// The schema of a file with the fields of `table`, as JSON.
pub fn table_schema(title: &'static str, table: &Table) -> String {
    document(title, object(table))
}

fn document(title: &'static str, mut root: Entries) -> String {
    let mut entries =
        vec![("$schema", Node::literal("http://json-schema.org/draft-07/schema#")), ("title", Node::literal(title))];
    entries.append(&mut root);
    super::json(&Node::object(entries))
}

type Entries = Vec<(&'static str, Node)>;

/// The keyword `type`. Null is absence in a spec, so every type comes with it.
fn nullable_type(name: &'static str) -> (&'static str, Node) {
    ("type", Node::strings([name, "null"]))
}

fn object(table: &Table) -> Entries {
    let fields = table.iter().map(|field| (Node::literal(field.name), property(field)));
    let mut entries = vec![
        nullable_type("object"),
        ("additionalProperties", Node::bool(false)),
        (
            "patternProperties",
            Node::object(vec![("^x-", Node::object(vec![("description", Node::literal("Yours; ignored."))]))]),
        ),
        ("properties", Node::map(fields.collect::<Vec<_>>())),
    ];
    let required: Vec<&str> = table.iter().filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty() {
        entries.push(("required", Node::strings(required)));
    }
    entries
}

fn property(field: &FieldSpec) -> Node {
    let mut entries = vec![("description", Node::literal(field.doc))];
    entries.extend(value(field.kind).into_iter().map(|(key, node)| match node.items() {
        // The first word is the type, the second allows null.
        [word, _] if key == "type" && field.required => (key, word.clone()),
        _ => (key, node),
    }));
    Node::object(entries)
}

/// What a value of `kind` must be.
fn value(kind: Kind) -> Entries {
    match kind {
        Kind::Text => vec![nullable_type("string")],
        Kind::Name => vec![
            nullable_type("string"),
            ("maxLength", unsigned(63)),
            // An expression may stand in a name; what it yields is checked later.
            ("pattern", Node::literal(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$|\$\{\{")),
        ],
        Kind::Choice(choices) => {
            let choices = choices.iter().map(|word| Node::literal(*word)).chain([Node::NULL]);
            vec![("enum", Node::seq(choices))]
        }
        Kind::Whole(min, max) => vec![nullable_type("integer"), ("minimum", unsigned(min)), ("maximum", unsigned(max))],
        Kind::Labels | Kind::Annotations | Kind::Texts => {
            vec![nullable_type("object"), ("additionalProperties", strings())]
        }
        Kind::Object(table) => object(&table),
        Kind::List(item) => vec![nullable_type("array"), ("items", Node::object(value(*item)))],
        Kind::FreeMap | Kind::Probe | Kind::Volume | Kind::Clause => vec![nullable_type("object")],
        Kind::Matches => value(Kind::List(&Kind::Clause)),
        Kind::Bool => vec![nullable_type("boolean")],
        Kind::Number(min, max) => {
            vec![nullable_type("number"), ("minimum", float(min)), ("maximum", float(max))]
        }
        Kind::Amount => {
            vec![("type", Node::strings(["integer", "string", "null"])), ("pattern", Node::literal("^[0-9]+%$"))]
        }
        Kind::Env => vec![("type", Node::strings(["object", "array", "null"])), ("additionalProperties", strings())],
        Kind::References => {
            let item = Node::object(vec![("type", Node::strings(["string", "object"]))]);
            vec![nullable_type("array"), ("items", item)]
        }
        Kind::NameOr(table) => {
            let name = Node::object(value(Kind::Name));
            vec![("anyOf", Node::seq([name, Node::object(object(&table))]))]
        }
        Kind::TextOr(table) => {
            let text = Node::object([("type", Node::literal("string"))]);
            vec![("anyOf", Node::seq([text, Node::object(object(&table))]))]
        }
        Kind::VersionField => {
            let names: Vec<&str> = VERSION.iter().map(|field| field.name).collect();
            vec![("enum", Node::strings(names))]
        }
        Kind::ByStrategy(each) => {
            let strategies = Strategy::WORDS.iter().map(|word| (Node::literal(*word), Node::object(value(*each))));
            let strategies = Node::map(strategies.collect::<Vec<_>>());
            vec![nullable_type("object"), ("additionalProperties", Node::bool(false)), ("properties", strategies)]
        }
        Kind::Choices(choices) => {
            let words = choices.iter().map(|word| Node::literal(*word));
            let off = choices.contains(&"off").then(|| Node::bool(false));
            let words = Node::object(vec![("enum", Node::seq(words.chain(off)))]);
            vec![nullable_type("object"), ("additionalProperties", words)]
        }
        Kind::Versions(table) => versions(&table),
    }
}

/// Versions are a list, or a map that calls each by its name; none of them may be null.
fn versions(table: &Table) -> Entries {
    let entries = object(table).into_iter().filter(|(key, _)| *key != "type");
    let version = Node::object(entries.chain([("type", Node::literal("object"))]));
    let list = vec![("type", Node::literal("array")), ("minItems", unsigned(1)), ("items", version.clone())];
    let keyed =
        vec![("type", Node::literal("object")), ("minProperties", unsigned(1)), ("additionalProperties", version)];
    vec![("oneOf", Node::seq([Node::object(list), Node::object(keyed)]))]
}

fn strings() -> Node {
    Node::object(vec![("type", Node::strings(["string", "null"]))])
}

fn unsigned(number: u64) -> Node {
    Node::from(Scalar::UInt(number))
}

fn float(number: f64) -> Node {
    Node::from(Scalar::Float(number))
}

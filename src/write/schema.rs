//! The JSON Schemas of the spec and of other files, from the tables of their fields.

use crate::node::{Node, Origin, Scalar};
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
                let entries =
                    value.entries().iter().cloned().chain([(Node::literal("examples"), words(&environments))]);
                (key.clone(), Node::map(entries.collect::<Vec<_>>()))
            }
            _ => (key.clone(), value.clone()),
        });
        let fields = Node::map(fields.collect::<Vec<_>>());
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
    super::json(&map(entries))
}

type Entries = Vec<(&'static str, Node)>;

fn map(entries: Entries) -> Node {
    Node::map(entries.into_iter().map(|(key, value)| (Node::literal(key), value)).collect::<Vec<_>>())
}

fn words(words: &[&str]) -> Node {
    Node::seq(words.iter().map(|word| Node::literal(*word)).collect::<Vec<_>>())
}

/// Null is absence in a spec, so every type comes with it.
fn kind(name: &'static str) -> (&'static str, Node) {
    ("type", words(&[name, "null"]))
}

fn object(table: &Table) -> Entries {
    let fields = table.iter().map(|field| (Node::literal(field.name), property(field)));
    let mut entries = vec![
        kind("object"),
        ("additionalProperties", Node::bool(false)),
        ("patternProperties", map(vec![("^x-", map(vec![("description", Node::literal("Yours; ignored."))]))])),
        ("properties", Node::map(fields.collect::<Vec<_>>())),
    ];
    let required: Vec<&str> = table.iter().filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty() {
        entries.push(("required", words(&required)));
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
    map(entries)
}

/// What a value of `kind` must be.
fn value(of: Kind) -> Entries {
    let number = |n: u64| Node::Scalar(Scalar::UInt(n), Origin::Literal);
    let strings = || map(vec![("type", words(&["string", "null"]))]);
    match of {
        Kind::Text => vec![kind("string")],
        Kind::Name => vec![
            kind("string"),
            ("maxLength", number(63)),
            // An expression may stand in a name; what it yields is checked later.
            ("pattern", Node::literal(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$|\$\{\{")),
        ],
        Kind::Choice(choices) => {
            let choices = choices.iter().map(|word| Node::literal(*word)).chain([Node::NULL]);
            vec![("enum", Node::seq(choices.collect::<Vec<_>>()))]
        }
        Kind::Whole(min, max) => vec![kind("integer"), ("minimum", number(min)), ("maximum", number(max))],
        Kind::Labels | Kind::Annotations | Kind::Texts => vec![kind("object"), ("additionalProperties", strings())],
        Kind::Object(table) => object(&table),
        Kind::List(item) => vec![kind("array"), ("items", map(value(*item)))],
        Kind::FreeMap | Kind::Probe | Kind::Volume | Kind::Clause => vec![kind("object")],
        Kind::Matches => value(Kind::List(&Kind::Clause)),
        Kind::Bool => vec![kind("boolean")],
        Kind::Number(min, max) => {
            let number = |n: f64| Node::Scalar(Scalar::Float(n), Origin::Literal);
            vec![kind("number"), ("minimum", number(min)), ("maximum", number(max))]
        }
        Kind::Amount => vec![("type", words(&["integer", "string", "null"])), ("pattern", Node::literal("^[0-9]+%$"))],
        Kind::Env => vec![("type", words(&["object", "array", "null"])), ("additionalProperties", strings())],
        Kind::References => {
            let item = map(vec![("type", words(&["string", "object"]))]);
            vec![kind("array"), ("items", item)]
        }
        Kind::NameOr(table) => {
            let name = map(value(Kind::Name));
            vec![("anyOf", Node::seq([name, map(object(&table))]))]
        }
        Kind::TextOr(table) => {
            let text = map(vec![("type", Node::literal("string"))]);
            vec![("anyOf", Node::seq([text, map(object(&table))]))]
        }
        Kind::VersionField => {
            let names: Vec<&str> = VERSION.iter().map(|field| field.name).collect();
            vec![("enum", words(&names))]
        }
        Kind::ByStrategy(each) => {
            let strategies = Strategy::WORDS.iter().map(|word| (Node::literal(*word), map(value(*each))));
            let strategies = Node::map(strategies.collect::<Vec<_>>());
            vec![kind("object"), ("additionalProperties", Node::bool(false)), ("properties", strategies)]
        }
        Kind::Choices(choices) => {
            let words = choices.iter().map(|word| Node::literal(*word));
            let off = choices.contains(&"off").then(|| Node::bool(false));
            let words = map(vec![("enum", Node::seq(words.chain(off).collect::<Vec<_>>()))]);
            vec![kind("object"), ("additionalProperties", words)]
        }
        Kind::Versions(table) => {
            let version = || {
                map(object(&table)
                    .into_iter()
                    .filter(|(key, _)| *key != "type")
                    .chain([("type", Node::literal("object"))])
                    .collect())
            };
            let list = vec![("type", Node::literal("array")), ("minItems", number(1)), ("items", version())];
            let keyed = vec![
                ("type", Node::literal("object")),
                ("minProperties", number(1)),
                ("additionalProperties", version()),
            ];
            vec![("oneOf", Node::seq([map(list), map(keyed)]))]
        }
    }
}

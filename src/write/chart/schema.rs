//! `values.schema.json`: what a chart's dials take, and what is held constant.

use super::dials::{Dials, entry, item};
use super::values::field;
use crate::node::{Node, Origin, PlaceId, Scalar, Segment};
use crate::pack::Dialect;
use crate::spec::fields::{Kind, ROOT, Table};
use crate::write::json;

/// What the description of everything constant ends with: Helm's own message only says `value must be …`.
const CONSTANT: &str =
    "Part of the chart's structure: to change it, change the spec and make the chart anew with `helmwright chart`.";
/// A DNS-1123 label.
const NAME: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/// A label's value.
const LABEL: &str = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
/// A key of a label or an annotation.
const KEY: &str = "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

type Entries = Vec<(&'static str, Node)>;

/// The file, for an environment whose matches are in `dialect`.
pub fn schema(dials: &Dials<'_>, dialect: Option<Dialect>) -> String {
    let writer = Writer { dials, dialect };
    let mut root = vec![("$schema", text("http://json-schema.org/draft-07/schema#"))];
    let mut definitions = vec![
        (
            text("expression"),
            map(vec![
                ("description", text("An expression of helmwright's: Helm would pass it on as it stands.")),
                ("type", text("string")),
                ("pattern", text("\\$\\{\\{")),
            ]),
        ),
        (
            text("value"),
            map(vec![
                ("description", text("Any value without an expression of helmwright's in it.")),
                ("not", reference("expression")),
                ("items", reference("value")),
                ("additionalProperties", reference("value")),
            ]),
        ),
    ];
    let versions = dials.spec.get(&["application", "versions"]);
    for (key, version) in keyed(versions) {
        let kind = item(Kind::Versions(crate::spec::fields::VERSION), version);
        definitions.push((text(&format!("version-{key}")), writer.property(version, kind, None)));
    }
    let object = writer.object(&dials.spec.root, Some(Kind::Object(ROOT)));
    for (key, value) in object {
        let value = match key {
            "properties" => {
                let global = map(vec![("description", text("Helm's own; nothing here uses it."))]);
                let own = value.entries().iter().cloned();
                Node::map(own.chain([(text("global"), global)]).collect::<Vec<_>>())
            }
            _ => value,
        };
        root.push((key, value));
    }
    root.push(("definitions", Node::map(definitions)));
    json::json(&map(root))
}

struct Writer<'a> {
    dials: &'a Dials<'a>,
    dialect: Option<Dialect>,
}

impl Writer<'_> {
    fn property(&self, node: &Node, kind: Option<Kind>, doc: Option<&'static str>) -> Node {
        let Some(id) = place(node) else { return map(Vec::new()) };
        let mut entries = Vec::new();
        let constant = match node {
            Node::Scalar(scalar, _) => scalar.is_null() || !self.dials.is_free(id),
            _ => false,
        };
        if constant {
            let doc = doc.map_or_else(|| CONSTANT.to_string(), |doc| format!("{doc} {CONSTANT}"));
            return map(vec![("description", text(&doc)), ("const", literal(node))]);
        }
        if let Some(doc) = doc {
            entries.push(("description", text(doc)));
        }
        let nullable = !self.is_required(node, None);
        entries.extend(match node {
            Node::Scalar(..) => self.dial(kind, nullable),
            _ if self.dials.is_whole(id) => self.dial(kind, nullable),
            Node::Map(..) if matches!(kind, Some(Kind::Versions(_))) => self.versions(node),
            Node::Seq(..) if matches!(kind, Some(Kind::Versions(_))) => self.versions(node),
            Node::Map(..) => self.object(node, kind),
            node => self.tuple(node, kind),
        });
        map(entries)
    }

    /// A map of which something is used: its keys are constant.
    fn object(&self, node: &Node, kind: Option<Kind>) -> Entries {
        let properties = node.entries().iter().filter_map(|(key, value)| {
            let name = key.text()?;
            let yours = matches!(kind, Some(Kind::Object(_))) && name.starts_with("x-");
            let below = kind.and_then(|kind| entry(kind, &name));
            let doc = field(kind, &name).map(|field| field.doc);
            let label = matches!(kind, Some(Kind::Labels)) && place(value).is_some_and(|id| self.dials.is_free(id));
            let property =
                || if label && !value.is_null() { map(label_value()) } else { self.property(value, below, doc) };
            (!yours).then(|| (key.clone(), property()))
        });
        let mut entries = vec![
            ("type", text("object")),
            ("properties", Node::map(properties.collect::<Vec<_>>())),
            ("additionalProperties", Node::bool(false)),
        ];
        if let Some(Kind::Object(_)) = kind {
            entries.push(("patternProperties", yours()));
        }
        let pinned = place(node).is_some_and(|id| !self.dials.is_free(id));
        let free = kind.is_none() || matches!(kind, Some(Kind::FreeMap | Kind::Probe));
        // Lists replace lists, so in one there is nothing to inherit.
        let listed = place(node).is_some_and(|id| {
            let is_index = |step: &&Segment| matches!(step, Segment::Index(_));
            self.dials.way(id).1.iter().any(is_index)
        });
        let required = node.entries().iter().filter(|(key, value)| {
            let inherited = !listed && place(value).is_some_and(|id| self.dials.is_inherited(id));
            let shared = if listed { None } else { self.shared(value, key) };
            !inherited && !value.is_null() && (pinned && !is_table(kind) || free || self.is_required(value, shared))
        });
        let required: Vec<Node> = required.map(|(key, _)| key.clone()).collect();
        if !required.is_empty() {
            entries.push(("required", Node::seq(required)));
        }
        entries
    }

    /// Whether something of `node` must be there, and `shared` does not give it where `node` is gone.
    fn is_required(&self, node: &Node, shared: Option<&Node>) -> bool {
        let Some(id) = place(node) else { return false };
        let covered = match (node, shared) {
            (Node::Scalar(own, _), Some(Node::Scalar(shared, _))) if !self.dials.is_free(id) => own == shared,
            (_, Some(shared)) => !shared.is_null(),
            (_, None) => false,
        };
        match node {
            Node::Scalar(..) => (!self.dials.is_free(id) || self.dials.is_needed(id)) && !covered,
            Node::Map(entries, _) => {
                let inside = |(key, value): &(Node, Node)| {
                    let shared = key.text().and_then(|key| shared?.get(&key).cloned());
                    !value.is_null() && self.is_required(value, shared.as_ref())
                };
                (self.dials.is_needed(id) && !covered) || entries.iter().any(inside)
            }
            _ => (self.dials.is_needed(id) || !self.dials.is_whole(id)) && !covered,
        }
    }

    /// What `application` says in place of `value`, the entry `key` of a version or of a part of one.
    fn shared(&self, value: &Node, key: &Node) -> Option<&Node> {
        let (version, steps) = self.dials.way(place(value)?);
        version?;
        let _ = key;
        steps.iter().try_fold(self.dials.spec.get(&["application"]), |node, step| match step {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.items().get(*index as usize),
        })
    }

    /// A list of which something is used: its length is constant.
    fn tuple(&self, node: &Node, kind: Option<Kind>) -> Entries {
        let items = node.items().iter().map(|value| {
            let below = kind.and_then(|kind| item(kind, value));
            self.property(value, below, None)
        });
        let items: Vec<Node> = items.collect();
        let length = Node::int(items.len());
        vec![("type", text("array")), ("items", Node::seq(items)), ("minItems", length.clone()), ("maxItems", length)]
    }

    /// The versions: a map, and the list that the spec may have.
    fn versions(&self, node: &Node) -> Entries {
        let versions = keyed(node);
        let reference = |key: &str| reference(&format!("version-{key}"));
        let properties = versions.iter().map(|(key, _)| (text(key), reference(key)));
        let mut entries = vec![
            ("type", if matches!(node, Node::Seq(..)) { words(&["object", "array"]) } else { text("object") }),
            ("properties", Node::map(properties.collect::<Vec<_>>())),
            ("additionalProperties", Node::bool(false)),
            ("required", Node::seq(versions.iter().map(|(key, _)| text(key)).collect::<Vec<_>>())),
        ];
        if let Node::Seq(..) = node {
            let length = Node::int(versions.len());
            entries.push(("items", Node::seq(versions.iter().map(|(key, _)| reference(key)).collect::<Vec<_>>())));
            entries.push(("minItems", length.clone()));
            entries.push(("maxItems", length));
        }
        entries
    }

    /// What a dial takes.
    fn dial(&self, kind: Option<Kind>, nullable: bool) -> Entries {
        let kinds = |names: &[&str]| {
            let names: Vec<&str> = names.iter().copied().chain(nullable.then_some("null")).collect();
            ("type", if let [one] = names.as_slice() { text(one) } else { words(&names) })
        };
        let strings = || map(vec![("type", words(&["string", "null"])), ("not", reference("expression"))]);
        let Some(kind) = kind else {
            return vec![
                ("not", reference("expression")),
                ("items", reference("value")),
                ("additionalProperties", reference("value")),
            ];
        };
        match kind {
            Kind::Text => vec![kinds(&["string"]), ("not", reference("expression"))],
            Kind::Name => vec![kinds(&["string"]), ("maxLength", Node::int(63)), ("pattern", text(NAME))],
            // Pods use the one called `default` anyway, so it is left out.
            Kind::NameOr(_) => vec![
                kinds(&["string"]),
                ("maxLength", Node::int(63)),
                ("pattern", text(NAME)),
                ("not", map(vec![("const", text("default"))])),
            ],
            Kind::Choice(choices) => {
                let choices = choices.iter().map(|word| text(word)).chain(nullable.then_some(Node::NULL));
                vec![("enum", Node::seq(choices.collect::<Vec<_>>()))]
            }
            Kind::Whole(min, max) => vec![kinds(&["integer"]), ("minimum", whole(min)), ("maximum", whole(max))],
            Kind::Bool => vec![kinds(&["boolean"])],
            Kind::Number(min, max) => {
                let number = |n: f64| Node::Scalar(Scalar::Float(n), Origin::Literal);
                vec![kinds(&["number"]), ("minimum", number(min)), ("maximum", number(max))]
            }
            Kind::Amount => vec![
                kinds(&["integer", "string"]),
                ("minimum", whole(0)),
                ("maximum", whole(2_147_483_647)),
                ("pattern", text("^[0-9]+%$")),
            ],
            Kind::Labels => {
                let value = map(label_value());
                vec![kinds(&["object"]), ("propertyNames", pattern(KEY)), ("additionalProperties", value)]
            }
            Kind::Annotations => {
                vec![kinds(&["object"]), ("propertyNames", pattern(KEY)), ("additionalProperties", strings())]
            }
            Kind::Texts => vec![kinds(&["object"]), ("additionalProperties", strings())],
            Kind::Object(table) => {
                let mut entries = vec![kinds(&["object"])];
                entries.extend(self.table(table));
                entries
            }
            Kind::List(of) => vec![kinds(&["array"]), ("items", map(self.dial(Some(*of), false)))],
            Kind::FreeMap => vec![kinds(&["object"]), ("additionalProperties", reference("value"))],
            Kind::Probe => {
                let written = || map(vec![("description", text("As Kubernetes writes it.")), ("type", text("object"))]);
                let short = ["http", "tcp", "grpc"].map(|key| (text(key), written()));
                vec![kinds(&["object"]), ("properties", Node::map(short)), ("additionalProperties", reference("value"))]
            }
            Kind::Volumes => {
                let item = vec![
                    ("type", text("object")),
                    ("properties", map(vec![("mountPath", Node::bool(false))])),
                    ("additionalProperties", reference("value")),
                ];
                vec![kinds(&["array"]), ("items", map(item))]
            }
            Kind::Env | Kind::References => {
                vec![kinds(&["array"]), ("items", map(self.dial(Some(Kind::FreeMap), false)))]
            }
            Kind::Matches => {
                // What would be translated is structure, so it cannot come in by a dial.
                let but = |kinds: &[&str]| {
                    let refused = map(vec![("type", words(kinds))]);
                    map(vec![
                        ("not", map(vec![("anyOf", Node::seq([refused, reference("expression")]))])),
                        ("items", reference("value")),
                        ("additionalProperties", reference("value")),
                    ])
                };
                let clause = match self.dialect {
                    Some(Dialect::Istio) => {
                        vec![
                            ("headers", but(&["array"])),
                            ("queryParams", but(&["array"])),
                            ("method", but(&["string", "number", "boolean", "null"])),
                            ("path", Node::bool(false)),
                        ]
                    }
                    Some(Dialect::Gateway) => {
                        vec![
                            ("headers", but(&["object"])),
                            ("queryParams", but(&["object"])),
                            ("method", but(&["object"])),
                            ("uri", Node::bool(false)),
                        ]
                    }
                    None => Vec::new(),
                };
                let item = vec![
                    ("type", text("object")),
                    ("properties", map(clause)),
                    ("additionalProperties", reference("value")),
                ];
                vec![kinds(&["array"]), ("minItems", Node::int(1)), ("items", map(item))]
            }
            Kind::Versions(_) => Vec::new(),
        }
    }

    fn table(&self, table: Table) -> Entries {
        let properties = table.iter().map(|field| {
            let mut entries = vec![("description", text(field.doc))];
            entries.extend(self.dial(Some(field.kind), true));
            (text(field.name), map(entries))
        });
        vec![
            ("properties", Node::map(properties.collect::<Vec<_>>())),
            ("additionalProperties", Node::bool(false)),
            ("patternProperties", yours()),
        ]
    }
}

/// What a label takes.
fn label_value() -> Entries {
    vec![("type", words(&["string", "null"])), ("maxLength", Node::int(63)), ("pattern", text(LABEL))]
}

fn is_table(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Object(_) | Kind::NameOr(_)))
}

/// The versions by what a chart's values call them.
fn keyed(versions: &Node) -> Vec<(String, &Node)> {
    match versions {
        Node::Map(entries, _) => {
            entries.iter().map(|(key, version)| (key.text().unwrap_or_default(), version)).collect()
        }
        list => list.items().iter().enumerate().map(|(i, version)| (i.to_string(), version)).collect(),
    }
}

fn yours() -> Node {
    map(vec![("^x-", map(vec![("description", text("Yours; ignored."))]))])
}

fn place(node: &Node) -> Option<PlaceId> {
    match node.origin() {
        Origin::Spec(id) => Some(id),
        _ => None,
    }
}

fn literal(node: &Node) -> Node {
    match node {
        Node::Scalar(scalar, _) => Node::Scalar(scalar.clone(), Origin::Literal),
        other => other.clone(),
    }
}

fn map(entries: Entries) -> Node {
    Node::map(entries.into_iter().map(|(key, value)| (Node::literal(key), value)).collect::<Vec<_>>())
}

fn text(text: &str) -> Node {
    Node::literal(text)
}

fn words(words: &[&str]) -> Node {
    Node::seq(words.iter().map(|word| text(word)).collect::<Vec<_>>())
}

fn whole(number: u64) -> Node {
    Node::Scalar(Scalar::UInt(number), Origin::Literal)
}

fn pattern(pattern: &str) -> Node {
    map(vec![("pattern", text(pattern))])
}

fn reference(name: &str) -> Node {
    map(vec![("$ref", text(&format!("#/definitions/{name}")))])
}

//! `values.schema.json`: what a chart's dials take, and what is held constant.

use super::dials::{Dials, place};
use super::takes::{definitions, label_value, reference, takes, yours};
use crate::node::{Node, Segment};
use crate::pack::Dialect;
use crate::spec::fields::{Kind, ROOT};
use crate::write::json::Writer;

/// What the description of everything constant ends with: Helm's own message only says `value must be …`.
const CONSTANT: &str =
    "Part of the chart's structure: to change it, change the spec and make the chart anew with `helmwright chart`.";

/// The file, for an environment whose matches are in `dialect`.
pub fn schema(dials: &Dials<'_>, dialect: Option<Dialect>) -> String {
    let schema = Schema { dials, dialect };
    Writer::document(|json| {
        json.key("$schema").text("http://json-schema.org/draft-07/schema#");
        schema.object(&dials.spec.root, Some(Kind::Object(ROOT)), json);
        json.key("definitions").map(|json| {
            definitions(json);
            for (key, version) in keyed(dials.spec.get(&["application", "versions"])) {
                json.key(&format!("version-{key}")).map(|json| schema.property(version, json));
            }
        });
    })
}

struct Schema<'a> {
    dials: &'a Dials<'a>,
    dialect: Option<Dialect>,
}

impl Schema<'_> {
    fn property(&self, node: &Node, json: &mut Writer) {
        let Some(id) = place(node) else { return };
        let kind = self.dials.kind(id);
        let doc = self.dials.field(id).map(|field| field.doc);
        let constant = match node {
            Node::Scalar(scalar, _) => scalar.is_null() || !self.dials.is_free(id),
            _ => false,
        };
        if constant {
            let doc = doc.map_or_else(|| CONSTANT.to_string(), |doc| format!("{doc} {CONSTANT}"));
            json.key("description").text(&doc);
            return json.key("const").node(node);
        }
        if let Some(doc) = doc {
            json.key("description").text(doc);
        }
        match (node, kind) {
            (Node::Scalar(..), _) => takes(kind, !self.is_required(node, None), self.dialect, json),
            _ if self.dials.is_whole(id) => takes(kind, !self.is_required(node, None), self.dialect, json),
            (_, Some(Kind::Versions(_))) => versions(node, json),
            (Node::Map(..), _) => self.object(node, kind, json),
            _ => self.tuple(node, json),
        }
    }

    /// A map of which something is used: its keys are constant.
    fn object(&self, node: &Node, kind: Option<Kind>, json: &mut Writer) {
        let root = std::ptr::eq(node, &self.dials.spec.root);
        let table = matches!(kind, Some(Kind::Object(_) | Kind::NameOr(_)));
        json.key("type").text("object");
        json.key("properties").map(|json| {
            for (key, value) in node.entries() {
                let key = key.text().unwrap_or_default();
                if table && key.starts_with("x-") {
                    continue;
                }
                let label = matches!(kind, Some(Kind::Labels)) && place(value).is_some_and(|id| self.dials.is_free(id));
                json.key(&key).map(|json| match label && !value.is_null() {
                    true => label_value(json),
                    false => self.property(value, json),
                });
            }
            if root {
                json.key("global").map(|json| json.key("description").text("Helm's own; nothing here uses it."));
            }
        });
        json.key("additionalProperties").raw("false");
        if table {
            yours(json);
        }
        // Of what the user or a platform defines every key counts, of a table only what is used.
        let pinned = place(node).is_some_and(|id| !self.dials.is_free(id));
        let all = !table && (pinned || matches!(kind, None | Some(Kind::FreeMap | Kind::Probe)));
        // Lists replace lists, so in one there is nothing to inherit.
        let listed =
            place(node).is_some_and(|id| self.dials.way(id).1.iter().any(|step| matches!(step, Segment::Index(_))));
        let mut required = node.entries().iter().filter(|(_, value)| {
            let inherited = !listed && place(value).is_some_and(|id| self.dials.is_inherited(id));
            let shared = if listed { None } else { self.shared(value) };
            !inherited && !value.is_null() && (all || self.is_required(value, shared))
        });
        if let Some(first) = required.next() {
            json.key("required").list(|json| {
                for (key, _) in [first].into_iter().chain(required) {
                    json.item().node(key);
                }
            });
        }
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
                    let shared = key.text().and_then(|key| shared?.get(&key));
                    !value.is_null() && self.is_required(value, shared)
                };
                (self.dials.is_needed(id) && !covered) || entries.iter().any(inside)
            }
            _ => (self.dials.is_needed(id) || !self.dials.is_whole(id)) && !covered,
        }
    }

    /// What `application` says in place of `value`, a part of a version.
    fn shared(&self, value: &Node) -> Option<&Node> {
        let (version, steps) = self.dials.way(place(value)?);
        version?;
        steps.iter().try_fold(self.dials.spec.get(&["application"]), |node, step| match step {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.items().get(*index as usize),
        })
    }

    /// A list of which something is used: its length is constant.
    fn tuple(&self, node: &Node, json: &mut Writer) {
        json.key("type").text("array");
        json.key("items").list(|json| {
            for value in node.items() {
                json.item().map(|json| self.property(value, json));
            }
        });
        length(node.items().len(), json);
    }
}

/// The versions: a map, and the list that the spec may have.
fn versions(node: &Node, json: &mut Writer) {
    let versions = keyed(node);
    let list = matches!(node, Node::Seq(..));
    if list {
        json.key("type").list(|json| ["object", "array"].iter().for_each(|kind| json.item().text(kind)));
    } else {
        json.key("type").text("object");
    }
    json.key("properties").map(|json| {
        versions.iter().for_each(|(key, _)| reference(&format!("version-{key}"), json.key(key)));
    });
    json.key("additionalProperties").raw("false");
    json.key("required").list(|json| versions.iter().for_each(|(key, _)| json.item().text(key)));
    if list {
        json.key("items").list(|json| {
            versions.iter().for_each(|(key, _)| reference(&format!("version-{key}"), json.item()));
        });
        length(versions.len(), json);
    }
}

fn length(length: usize, json: &mut Writer) {
    json.key("minItems").number(length as u64);
    json.key("maxItems").number(length as u64);
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

//! `values.schema.json`: what a chart's dials take, and what is held constant.

use super::dials::{Dials, place};
use super::takes::{
    TESTS, account_name, definitions, label_value, reference, scalar, takes, takes_unused, test, types, yours,
};
use crate::node::{Node, PlaceId, Segment};
use crate::pack::Dialect;
use crate::spec::fields::{Kind, ROOT};
use crate::spec::is_inherited;
use crate::write::json::Writer;

/// What the description of everything constant ends with: Helm's own message only says `value must be …`.
const CONSTANT: &str =
    "Part of the chart's structure: to change it, change the spec and make the chart anew with `helmwright chart`.";

/// The file, for an environment whose matches are in `dialect`.
pub fn schema(dials: &Dials<'_>, dialect: Option<Dialect>) -> String {
    let schema = SchemaWriter { dials, dialect, about: place(dials.spec.get(&["chart"])) };
    Writer::document(|json| {
        json.key("$schema").text("http://json-schema.org/draft-07/schema#");
        schema.object(&dials.spec.root, Some(Kind::Object(ROOT)), false, json);
        json.key("definitions").map(|json| {
            definitions(json);
            let versions = keyed(dials.spec.get(&["application", "versions"]));
            for (i, (_, version)) in versions.into_iter().enumerate() {
                json.any_key(&definition(i)).map(|json| schema.property(version, json));
            }
        });
    })
}

struct SchemaWriter<'a> {
    dials: &'a Dials<'a>,
    dialect: Option<Dialect>,
    /// Where the spec says what stands in `Chart.yaml`, and not among the values.
    about: Option<PlaceId>,
}

impl SchemaWriter<'_> {
    fn property(&self, node: &Node, json: &mut Writer) {
        self.nullable_property(node, !self.is_required(node, None), json);
    }

    fn nullable_property(&self, node: &Node, nullable: bool, json: &mut Writer) {
        let Some(id) = place(node) else { return };
        let kind = self.dials.kind(id);
        let doc = self.dials.field(id).map(|field| field.doc);
        let constant = match node {
            Node::Scalar(scalar, _) => scalar.is_null() || !self.dials.is_free(id),
            _ => false,
        };
        if constant {
            let description = json.key("description");
            match doc {
                Some(doc) => description.words(&[doc, " ", CONSTANT]),
                None => description.words(&[CONSTANT]),
            }
            return json.key("const").node(node);
        }
        if let Some(doc) = doc {
            json.key("description").words(&[doc]);
        }
        // A version that says null, or nothing, has what it inherits.
        let absent = nullable && self.dials.is_inherited(id);
        match (node, kind) {
            // Of a table nothing passes through as a whole, and a field that is absent is absent for a reason.
            (Node::Map(..), Some(Kind::Object(_) | Kind::NameOr(_))) => self.object(node, kind, absent, json),
            (Node::Scalar(..), None) if self.dials.is_part(id) => scalar(nullable, json),
            _ if matches!(node, Node::Scalar(..)) || self.dials.is_whole(id) => match self.dials.may_be_written(id) {
                true => takes(kind, nullable, self.dialect, json),
                false => takes_unused(kind, nullable, self.dialect, json),
            },
            (_, Some(Kind::Versions(_))) => versions(node, json),
            (Node::Map(..), _) => self.object(node, kind, absent, json),
            _ => self.tuple(node, kind.is_some(), absent, json),
        }
    }

    /// A map of which something is used: its keys are constant.
    fn object(&self, node: &Node, kind: Option<Kind>, nullable: bool, json: &mut Writer) {
        let root = std::ptr::eq(node, &self.dials.spec.root);
        let table = matches!(kind, Some(Kind::Object(_) | Kind::NameOr(_)));
        // Of what the user or a platform defines every key counts, of a table only what is used.
        let pinned = place(node).is_some_and(|id| !self.dials.is_free(id));
        let of_platform = matches!(kind, None | Some(Kind::FreeMap | Kind::Probe | Kind::Volume | Kind::Clause));
        let all = !table && (pinned || of_platform);
        // Lists replace lists, so in one there is nothing to inherit.
        let listed = place(node).is_some_and(|id| {
            let (_, path) = self.dials.version_path(id);
            path.iter().any(|segment| matches!(segment, Segment::Index(_)))
        });
        let mut required = Vec::new();
        types(&["object"], nullable, json);
        json.key("properties").map(|json| {
            for (key, value) in node.entries() {
                let name = key.text().unwrap_or_default();
                let id = place(value);
                let shared = if listed { None } else { self.shared(value) };
                // Without this value the version would inherit the application's, which the chart may not be able to use.
                let inherited = !listed && id.is_some_and(|id| self.dials.is_inherited(id));
                let hides_structure = !inherited && shared.is_some_and(|shared| self.is_structure(shared));
                let about = self.about.is_some() && (place(node) == self.about || id == self.about);
                let is_present = !inherited && !value.is_null() && !about;
                if is_present && (all || hides_structure || self.is_required(value, shared)) {
                    required.push(key);
                }
                if table && name.starts_with("x-") {
                    continue;
                }
                let free = !value.is_null() && id.is_some_and(|id| self.dials.is_free(id));
                let nullable = inherited || !(hides_structure || all && is_present || self.is_required(value, shared));
                json.any_key(&name).map(|json| match kind {
                    Some(Kind::NameOr(_)) if free && name == "name" => account_name(json),
                    Some(Kind::Labels) if free => label_value(nullable, json),
                    // The short form, written out.
                    Some(Kind::Probe | Kind::Clause) if free && matches!(value, Node::Scalar(..)) => {
                        scalar(nullable, json);
                    }
                    Some(Kind::Clause) if id.is_some_and(|id| self.dials.is_whole(id)) && TESTS.contains(&&*name) => {
                        test(&name, self.dialect, nullable, json);
                    }
                    _ => self.nullable_property(value, nullable, json),
                });
            }
            if root {
                json.key("global").map(|json| json.key("description").words(&["Helm's own; nothing here uses it."]));
            }
        });
        json.key("additionalProperties").raw("false");
        if table {
            yours(json);
        }
        if !required.is_empty() {
            json.key("required").list(|json| required.into_iter().for_each(|key| json.item().node(key)));
        }
    }

    /// Whether something of `node` must be there, and `shared` does not give it where `node` is gone.
    fn is_required(&self, node: &Node, shared: Option<&Node>) -> bool {
        let Some(id) = place(node) else { return false };
        let covered = match (node, shared) {
            (Node::Scalar(value, _), Some(Node::Scalar(shared, _))) if !self.dials.is_free(id) => value == shared,
            // A template counts the items that it was made for.
            (Node::Seq(..), Some(_)) if !self.dials.is_whole(id) => self.dials.is_inherited(id),
            (_, Some(shared)) => !shared.is_null(),
            (_, None) => false,
        };
        match node {
            Node::Scalar(..) => (!self.dials.is_free(id) || self.dials.is_needed(id)) && !covered,
            Node::Map(entries, _) => {
                (self.dials.is_needed(id) && !covered)
                    || entries.iter().any(|(key, value)| self.is_entry_required(key, value, shared))
            }
            _ => (self.dials.is_needed(id) || !self.dials.is_whole(id)) && !covered,
        }
    }

    /// Whether an entry of a map must be there, for which `shared` stands in.
    fn is_entry_required(&self, key: &Node, value: &Node, shared: Option<&Node>) -> bool {
        if value.is_null() {
            return false;
        }
        let shared = shared.and_then(|shared| shared.get(&key.text()?));
        // A template cannot look into what is not there.
        let is_read = shared.is_none() && place(value).is_some_and(|id| self.dials.is_referenced(id));
        is_read || self.is_required(value, shared)
    }

    /// Whether `shared`, which `application` says, cannot be read from the values: something in it is used.
    fn is_structure(&self, shared: &Node) -> bool {
        !shared.is_null() && place(shared).is_some_and(|id| !self.dials.is_dial(shared, id))
    }

    /// What `application` says in place of `value`, a part of a version.
    fn shared(&self, value: &Node) -> Option<&Node> {
        let (version, path) = self.dials.version_path(place(value)?);
        version?;
        if !is_inherited(&path) {
            return None;
        }
        path.iter().try_fold(self.dials.spec.get(&["application"]), |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.items().get(*index as usize),
        })
    }

    /// A list of which something is used: its length is constant. No item may be null in a list that the spec defines; in
    /// one of Kubernetes or a platform it may.
    fn tuple(&self, node: &Node, is_spec_field: bool, nullable: bool, json: &mut Writer) {
        types(&["array"], nullable, json);
        // JSON Schema knows no list of no schemas.
        if !node.items().is_empty() {
            json.key("items").list(|json| {
                for value in node.items() {
                    let nullable = !is_spec_field && !self.is_required(value, None);
                    json.item().map(|json| self.nullable_property(value, nullable, json));
                }
            });
        }
        length(node.items().len(), json);
    }
}

/// The versions: a map, and the list that the spec may have.
fn versions(node: &Node, json: &mut Writer) {
    let versions = keyed(node);
    let list = matches!(node, Node::Seq(..));
    if list {
        json.key("type").list(|json| ["object", "array"].iter().for_each(|kind| json.item().words(&[kind])));
    } else {
        json.key("type").text("object");
    }
    json.key("properties").map(|json| {
        versions.iter().enumerate().for_each(|(i, (key, _))| reference(&definition(i), json.any_key(key)));
    });
    json.key("additionalProperties").raw("false");
    json.key("required").list(|json| versions.iter().for_each(|(key, _)| json.item().text(key)));
    if list {
        json.key("items").list(|json| {
            (0..versions.len()).for_each(|i| reference(&definition(i), json.item()));
        });
        length(versions.len(), json);
    }
}

/// What the schema of a version is called: a key may have what no reference can.
fn definition(version: usize) -> String {
    format!("version-{version}")
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

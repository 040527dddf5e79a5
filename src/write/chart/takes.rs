//! What a dial takes, as the JSON Schema of its value.

use crate::pack::Dialect;
use crate::spec::fields::{Kind, Table};
use crate::write::json::Writer;

/// A DNS-1123 label.
const NAME: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/// A label's value.
const LABEL: &str = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
/// A key of a label or an annotation.
const KEY: &str = "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?\
                   [A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

/// What others refer to: a string that helmwright would replace, and a value without any such string.
pub fn definitions(json: &mut Writer) {
    json.key("expression").map(|json| {
        json.key("description").text("An expression of helmwright's: Helm would pass it on as it stands.");
        json.key("type").text("string");
        json.key("pattern").text("\\$\\{\\{");
    });
    json.key("value").map(|json| {
        json.key("description").text("Any value without an expression of helmwright's in it.");
        any(json);
    });
}

/// A reference to a definition.
pub fn reference(name: &str, json: &mut Writer) {
    json.map(|json| json.key("$ref").text(&format!("#/definitions/{name}")));
}

/// Entries that are the user's own.
pub fn yours(json: &mut Writer) {
    json.key("patternProperties").map(|json| {
        json.key("^x-").map(|json| json.key("description").text("Yours; ignored."));
    });
}

/// Writes what a value of `kind` is, for an environment whose matches are in `dialect`; `None` is what Kubernetes or a
/// platform defines. With `nullable` it may be absent.
pub fn takes(kind: Option<Kind>, nullable: bool, dialect: Option<Dialect>, json: &mut Writer) {
    let Some(kind) = kind else { return any(json) };
    let of = |names: &[&str], json: &mut Writer| types(names, nullable, json);
    match kind {
        Kind::Text => {
            of(&["string"], json);
            no_expression(json);
        }
        Kind::Name => {
            of(&["string"], json);
            name(json);
        }
        // Pods use the one called `default` anyway, so it is left out.
        Kind::NameOr(_) => {
            of(&["string"], json);
            name(json);
            json.key("not").map(|json| json.key("const").text("default"));
        }
        Kind::Choice(choices) => json.key("enum").list(|json| {
            choices.iter().for_each(|word| json.item().text(word));
            if nullable {
                json.item().raw("null");
            }
        }),
        Kind::Whole(min, max) => {
            of(&["integer"], json);
            json.key("minimum").number(min);
            json.key("maximum").number(max);
        }
        Kind::Bool => of(&["boolean"], json),
        Kind::Number(min, max) => {
            of(&["number"], json);
            json.key("minimum").raw(&min.to_string());
            json.key("maximum").raw(&max.to_string());
        }
        Kind::Amount => {
            of(&["integer", "string"], json);
            json.key("minimum").number(0);
            json.key("maximum").number(2_147_483_647);
            json.key("pattern").text("^[0-9]+%$");
        }
        Kind::Labels => {
            of(&["object"], json);
            keys(json);
            json.key("additionalProperties").map(label_value);
        }
        Kind::Annotations => {
            of(&["object"], json);
            keys(json);
            json.key("additionalProperties").map(string);
        }
        Kind::Texts => {
            of(&["object"], json);
            json.key("additionalProperties").map(string);
        }
        Kind::Object(table) => {
            of(&["object"], json);
            fields(table, dialect, json);
        }
        Kind::List(item) => {
            of(&["array"], json);
            json.key("items").map(|json| takes(Some(*item), false, dialect, json));
        }
        Kind::FreeMap => {
            of(&["object"], json);
            reference("value", json.key("additionalProperties"));
        }
        Kind::Probe => {
            of(&["object"], json);
            json.key("properties").map(|json| {
                // A scalar is the short form, which helmwright writes out.
                for short in ["http", "tcp", "grpc"] {
                    json.key(short).map(|json| json.key("type").text("object"));
                }
            });
            reference("value", json.key("additionalProperties"));
        }
        Kind::Volumes => {
            of(&["array"], json);
            json.key("items").map(|json| {
                types(&["object"], false, json);
                // The short form.
                json.key("properties").map(|json| json.key("mountPath").raw("false"));
                reference("value", json.key("additionalProperties"));
            });
        }
        // No spec has these.
        Kind::TextOr(_) | Kind::Choices(_) => any(json),
        Kind::Env | Kind::References => {
            of(&["array"], json);
            json.key("items").map(|json| takes(Some(Kind::FreeMap), false, dialect, json));
        }
        Kind::Matches => {
            of(&["array"], json);
            json.key("minItems").number(1);
            json.key("items").map(|json| clause(dialect, json));
        }
        Kind::Versions(_) => {}
    }
}

/// What a label takes.
pub fn label_value(json: &mut Writer) {
    types(&["string"], true, json);
    json.key("maxLength").number(63);
    json.key("pattern").text(LABEL);
}

/// A clause of a match in the words of the platform: helmwright translates those of another.
fn clause(dialect: Option<Dialect>, json: &mut Writer) {
    types(&["object"], false, json);
    let scalars = ["string", "number", "boolean", "null"];
    let (headers, method, foreign): (&str, &[&str], &str) = match dialect {
        Some(Dialect::Istio) => ("array", &scalars, "path"),
        Some(Dialect::Gateway) => ("object", &["object"], "uri"),
        None => return reference("value", json.key("additionalProperties")),
    };
    // What would be translated is structure, so it cannot come in by a dial.
    json.key("properties").map(|json| {
        for (key, kinds) in [("headers", &[headers][..]), ("queryParams", &[headers]), ("method", method)] {
            json.key(key).map(|json| {
                json.key("not").map(|json| {
                    json.key("anyOf").list(|json| {
                        json.item().map(|json| types(kinds, false, json));
                        reference("expression", json.item());
                    });
                });
                reference("value", json.key("items"));
                reference("value", json.key("additionalProperties"));
            });
        }
        json.key(foreign).raw("false");
    });
    reference("value", json.key("additionalProperties"));
}

/// All fields of a table.
fn fields(table: Table, dialect: Option<Dialect>, json: &mut Writer) {
    json.key("properties").map(|json| {
        for field in table.iter() {
            json.key(field.name).map(|json| {
                json.key("description").text(field.doc);
                takes(Some(field.kind), true, dialect, json);
            });
        }
    });
    json.key("additionalProperties").raw("false");
    yours(json);
}

fn types(names: &[&str], nullable: bool, json: &mut Writer) {
    match names {
        [one] if !nullable => json.key("type").text(one),
        _ => json.key("type").list(|json| {
            names.iter().for_each(|name| json.item().text(name));
            if nullable {
                json.item().text("null");
            }
        }),
    }
}

fn any(json: &mut Writer) {
    no_expression(json);
    reference("value", json.key("items"));
    reference("value", json.key("additionalProperties"));
}

fn string(json: &mut Writer) {
    types(&["string"], true, json);
    no_expression(json);
}

fn no_expression(json: &mut Writer) {
    reference("expression", json.key("not"));
}

fn name(json: &mut Writer) {
    json.key("maxLength").number(63);
    json.key("pattern").text(NAME);
}

fn keys(json: &mut Writer) {
    json.key("propertyNames").map(|json| json.key("pattern").text(KEY));
}

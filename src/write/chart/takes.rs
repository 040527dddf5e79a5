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

/// The definitions that schemas refer to: a string that helmwright would replace, and a value without any such string.
pub fn definitions(json: &mut Writer) {
    json.key("expression").map(|json| {
        json.key("description").words(&["An expression of helmwright's: Helm would pass it on as it stands."]);
        json.key("type").text("string");
        json.key("pattern").text("\\$\\{\\{");
    });
    json.key("value").map(|json| {
        json.key("description").words(&["Any value without an expression of helmwright's in it."]);
        any(true, json);
    });
}

/// A reference to a definition, whose name needs no escapes.
pub fn reference(name: &str, json: &mut Writer) {
    json.raw("{\"$ref\": \"#/definitions/");
    json.raw(name);
    json.raw("\"}");
}

/// Entries that are the user's own.
pub fn yours(json: &mut Writer) {
    json.key("patternProperties").map(|json| {
        json.key("^x-").map(|json| json.key("description").words(&["Yours; ignored."]));
    });
}

/// Writes what a value of `kind` is, for an environment whose matches are in `dialect`; `None` is what Kubernetes or a
/// platform defines. With `nullable` it may be absent.
pub fn takes(kind: Option<Kind>, nullable: bool, dialect: Option<Dialect>, json: &mut Writer) {
    let Some(kind) = kind else { return any(nullable, json) };
    match kind {
        Kind::Text => {
            types(&["string"], nullable, json);
            no_expression(json);
        }
        Kind::Name | Kind::NameOr(_) => {
            types(&["string"], nullable, json);
            name(json);
        }
        Kind::Choice(choices) => choice(choices, nullable, json),
        Kind::Whole(min, max) => {
            types(&["integer"], nullable, json);
            json.key("minimum").number(min);
            json.key("maximum").number(max);
        }
        Kind::Bool => types(&["boolean"], nullable, json),
        Kind::Number(min, max) => {
            types(&["number"], nullable, json);
            json.key("minimum").raw(&min.to_string());
            json.key("maximum").raw(&max.to_string());
        }
        Kind::Amount => {
            types(&["integer", "string"], nullable, json);
            json.key("minimum").number(0);
            json.key("maximum").number(2_147_483_647);
            json.key("pattern").text("^[0-9]+%$");
        }
        Kind::Labels => {
            types(&["object"], nullable, json);
            keys(json);
            json.key("additionalProperties").map(|json| label_value(true, json));
        }
        Kind::Annotations => {
            types(&["object"], nullable, json);
            keys(json);
            json.key("additionalProperties").map(string);
        }
        Kind::Texts => {
            types(&["object"], nullable, json);
            json.key("additionalProperties").map(string);
        }
        Kind::Object(table) => {
            types(&["object"], nullable, json);
            fields(table, json, |kind, json| takes(kind, true, dialect, json));
        }
        Kind::List(item) => {
            types(&["array"], nullable, json);
            json.key("items").map(|json| takes(Some(*item), false, dialect, json));
        }
        Kind::FreeMap => {
            types(&["object"], nullable, json);
            reference("value", json.key("additionalProperties"));
        }
        Kind::Probe => probe(nullable, json),
        Kind::Volume => {
            types(&["object"], nullable, json);
            // The short form.
            json.key("properties").map(|json| json.key("mountPath").raw("false"));
            reference("value", json.key("additionalProperties"));
        }
        // No spec has these.
        // No field of a spec takes these.
        Kind::TextOr(_) | Kind::Choices(_) | Kind::VersionField | Kind::ByStrategy(_) => any(nullable, json),
        Kind::Env | Kind::References => {
            types(&["array"], nullable, json);
            json.key("items").map(|json| takes(Some(Kind::FreeMap), false, dialect, json));
        }
        Kind::Matches => {
            types(&["array"], nullable, json);
            json.key("minItems").number(1);
            json.key("items").map(|json| clause(false, dialect, json));
        }
        Kind::Clause => clause(nullable, dialect, json),
        Kind::Versions(_) => {}
    }
}

fn choice(choices: &[&'static str], nullable: bool, json: &mut Writer) {
    json.key("enum").list(|json| {
        choices.iter().for_each(|word| json.item().words(&[word]));
        if nullable {
            json.item().raw("null");
        }
    });
}

fn probe(nullable: bool, json: &mut Writer) {
    types(&["object"], nullable, json);
    json.key("properties").map(|json| {
        // A scalar is the short form, which helmwright writes out.
        for short in ["http", "tcp", "grpc"] {
            json.key(short).map(|json| {
                types(&["object", "array"], true, json);
                reference("value", json.key("items"));
                reference("value", json.key("additionalProperties"));
            });
        }
    });
    reference("value", json.key("additionalProperties"));
}

/// Writes what a value of `kind` is that nothing uses: it has no structure to keep, so it is what any spec may have.
pub fn takes_unused(kind: Option<Kind>, nullable: bool, dialect: Option<Dialect>, json: &mut Writer) {
    match kind {
        Some(Kind::NameOr(table)) => {
            types(&["string", "object"], nullable, json);
            name(json);
            fields(table, json, |kind, json| takes_unused(kind, true, dialect, json));
        }
        Some(Kind::Object(table)) => {
            types(&["object"], nullable, json);
            fields(table, json, |kind, json| takes_unused(kind, true, dialect, json));
        }
        Some(Kind::Env) => {
            types(&["object", "array"], nullable, json);
            json.key("additionalProperties").map(string);
            json.key("items").map(|json| takes(Some(Kind::FreeMap), false, dialect, json));
        }
        Some(Kind::References) => {
            types(&["array"], nullable, json);
            json.key("items").map(|json| {
                types(&["string", "object"], false, json);
                any(true, json);
            });
        }
        Some(Kind::Matches) => {
            takes(Some(Kind::List(&Kind::FreeMap)), nullable, dialect, json);
            json.key("minItems").number(1);
        }
        Some(Kind::List(Kind::Volume)) => takes(Some(Kind::List(&Kind::FreeMap)), nullable, dialect, json),
        Some(Kind::Probe | Kind::Volume | Kind::Clause) => takes(Some(Kind::FreeMap), nullable, dialect, json),
        kind => takes(kind, nullable, dialect, json),
    }
}

/// A clause of a match in the words of the platform: what helmwright would translate cannot come in by a dial.
fn clause(nullable: bool, dialect: Option<Dialect>, json: &mut Writer) {
    types(&["object"], nullable, json);
    if let Some(dialect) = dialect {
        json.key("properties").map(|json| {
            for key in TESTS {
                json.key(key).map(|json| test(key, Some(dialect), true, json));
            }
            let foreign = if dialect == Dialect::Istio { "path" } else { "uri" };
            json.key(foreign).raw("false");
        });
    }
    reference("value", json.key("additionalProperties"));
}

/// What a clause may test that the platforms have different forms for.
pub const TESTS: [&str; 3] = ["headers", "queryParams", "method"];

/// What stands under `key`, one of [`TESTS`], in the form of the platform.
pub fn test(key: &str, dialect: Option<Dialect>, nullable: bool, json: &mut Writer) {
    let foreign: &[&'static str] = match (dialect, key) {
        (None, _) => return any(nullable, json),
        (Some(Dialect::Istio), "method") => &["string", "number", "boolean", "null"],
        (Some(Dialect::Istio), _) if nullable => &["array"],
        (Some(Dialect::Istio), _) => &["array", "null"],
        (Some(Dialect::Gateway), _) if nullable => &["object"],
        (Some(Dialect::Gateway), _) => &["object", "null"],
    };
    json.key("not").map(|json| {
        json.key("anyOf").list(|json| {
            json.item().map(|json| types(foreign, false, json));
            reference("expression", json.item());
        });
    });
    reference("value", json.key("items"));
    reference("value", json.key("additionalProperties"));
}

/// What a label takes.
pub fn label_value(nullable: bool, json: &mut Writer) {
    types(&["string"], nullable, json);
    json.key("maxLength").number(63);
    json.key("pattern").words(&[LABEL]);
}

/// The name of a service account that is created: pods do not name the one called `default`, so it is no dial.
pub fn account_name(json: &mut Writer) {
    types(&["string"], false, json);
    name(json);
    json.key("not").map(|json| json.key("const").text("default"));
}

/// What is no list and no map.
pub fn scalar(nullable: bool, json: &mut Writer) {
    types(&["string", "number", "boolean"], nullable, json);
    no_expression(json);
}

/// All fields of a table.
fn fields(table: Table, json: &mut Writer, takes: impl Fn(Option<Kind>, &mut Writer)) {
    json.key("properties").map(|json| {
        for field in table.iter() {
            json.key(field.name).map(|json| {
                json.key("description").words(&[field.doc]);
                takes(Some(field.kind), json);
            });
        }
    });
    json.key("additionalProperties").raw("false");
    yours(json);
}

/// The types that a value may have.
pub fn types(names: &[&'static str], nullable: bool, json: &mut Writer) {
    match names {
        [one] if !nullable => json.key("type").words(&[one]),
        _ => json.key("type").list(|json| {
            names.iter().for_each(|name| json.item().words(&[name]));
            if nullable {
                json.item().words(&["null"]);
            }
        }),
    }
}

fn any(nullable: bool, json: &mut Writer) {
    if !nullable {
        types(&["string", "number", "boolean", "object", "array"], false, json);
    }
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
    json.key("pattern").words(&[NAME]);
}

fn keys(json: &mut Writer) {
    json.key("propertyNames").map(|json| json.key("pattern").text(KEY));
}

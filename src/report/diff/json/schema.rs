//! `docs/diff.schema.json` is the schema of the types. `BLESS=1` writes it.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value;

use super::DiffDocument;

/// Takes out what is Rust's: the names of its types of numbers, which are no formats to a validator, and where the lines
/// of a comment end.
fn generalize(schema: &mut Schema) {
    schema.remove("format");
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
}

#[test]
fn the_schema_is_that_of_the_types() {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(generalize));
    let schema = crate::write::json(&settings.into_generator().into_root_schema_for::<DiffDocument>());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, schema).unwrap();
    } else {
        let written = fs::read_to_string(path).unwrap();
        assert_eq!(written, schema, "`BLESS=1 cargo test --lib schema` writes docs/diff.schema.json");
    }
}

//! What `helmwright diff -o json` prints is what its types read and write, and all that docs/diff.schema.json has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use helmwright::report::diff::{DiffDocument, safe};
use helmwright::write;
use serde_json::Value;

use crate::support::case::{self, Case};

/// Who else may make a difference is known only in a repository: diff_git.rs.
const IN_REPOSITORIES: [&str; 2] = ["renderer", "output"];

/// What the case prints as JSON, whatever format it is about; empty where it is refused.
fn json(case: &Case) -> String {
    let mut words = case.words();
    if let Some(position) = words.iter().position(|word| word == "-o") {
        words.drain(position..position + 2);
    }
    words.extend(["-o".into(), "json".into()]);
    case.run(&words).stdout
}

/// The cases that compare files.
fn comparisons() -> impl Iterator<Item = Case> {
    let is_comparison = |case: &Case| case.name.starts_with("diff/") && case.words().contains(&"--no-index".into());
    case::all().into_iter().filter(is_comparison)
}

/// The properties and the words that a schema has.
fn add_parts(schema: &Value, parts: &mut BTreeSet<String>) {
    for (name, inner) in schema.as_object().into_iter().flatten() {
        match (name.as_str(), inner) {
            ("properties", Value::Object(properties)) => parts.extend(properties.keys().cloned()),
            ("const", Value::String(word)) => drop(parts.insert(word.clone())),
            ("enum", Value::Array(words)) => parts.extend(words.iter().filter_map(Value::as_str).map(String::from)),
            _ => {}
        }
    }
    children(schema).for_each(|inner| add_parts(inner, parts));
}

/// The keys and the texts that a document has.
fn add_words(document: &Value, words: &mut BTreeSet<String>) {
    words.extend(document.as_object().into_iter().flat_map(|map| map.keys().cloned()));
    words.extend(document.as_str().map(String::from));
    children(document).for_each(|inner| add_words(inner, words));
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let (items, entries) = (value.as_array().into_iter().flatten(), value.as_object().into_iter().flatten());
    items.chain(entries.map(|(_, inner)| inner))
}

#[test]
fn the_output_is_what_its_types_read_and_write() {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json")).unwrap();
    let (mut unused, mut used) = (BTreeSet::new(), BTreeSet::new());
    add_parts(&serde_json::from_str(&schema).unwrap(), &mut unused);
    for case in comparisons() {
        let output = json(&case);
        if output.is_empty() {
            continue;
        }
        let name = &case.name;
        let document: DiffDocument = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(safe::json(write::json(&document)), output, "{name}");
        add_words(&serde_json::from_str(&output).unwrap(), &mut used);
    }
    unused.retain(|part| !used.contains(part) && !IN_REPOSITORIES.contains(&part.as_str()));
    assert!(unused.is_empty(), "no case has {unused:#?}");
}

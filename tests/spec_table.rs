//! The tables in `docs/spec.md` are the library's table of fields. `BLESS=1` writes them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use helmwright::spec::fields::{self, Field, Kind};

const BEGIN: &str = "<!-- fields: written by `BLESS=1 cargo test --test spec_table` -->\n";
const END: &str = "<!-- end of fields -->\n";

#[test]
fn the_fields_are_those_of_the_library() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spec.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let real = tables();
    if std::env::var_os("BLESS").is_some() && written != real {
        fs::write(&path, format!("{before}{BEGIN}{real}{END}{after}")).unwrap();
    } else {
        assert_eq!(written, real, "BLESS=1 writes the tables");
    }
}

fn tables() -> String {
    let mut out = String::from("\n");
    let own = |table: fields::Table| {
        let workload = |field: &&Field| fields::WORKLOAD.iter().any(|other| other.name == field.name);
        table.iter().filter(move |field| !workload(field))
    };
    table(&mut out, "The top level", fields::ROOT.iter());
    table(&mut out, "`application`", own(fields::APPLICATION));
    table(&mut out, "`application.versions`, each entry", own(fields::VERSION));
    table(&mut out, "Each version; `application`, as a default for all versions", fields::WORKLOAD.iter());
    table(&mut out, "`metadata`, of the application or a version", fields::METADATA.iter());
    table(&mut out, "`application.canary`", fields::CANARY.iter());
    table(&mut out, "`deploymentSpecification`, `inferenceServiceSpecification`", fields::SPECIFICATION.iter());
    table(&mut out, "`serviceSpecification`", fields::SERVICE_SPECIFICATION.iter());
    table(&mut out, "`service`", fields::SERVICE.iter());
    out
}

fn table(out: &mut String, title: &str, fields: impl Iterator<Item = &'static Field>) {
    writeln!(out, "### {title}\n\n| field | takes | meaning |\n|---|---|---|").unwrap();
    for field in fields {
        let doc = field.doc.replace('|', "\\|");
        writeln!(out, "| `{}` | {} | {doc} |", field.name, takes(field.kind)).unwrap();
    }
    out.push('\n');
}

fn takes(kind: Kind) -> String {
    match kind {
        Kind::Text => "a string".into(),
        Kind::Name => "a name".into(),
        Kind::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Whole(min, max) => format!("a whole number, {min} to {max}"),
        Kind::Labels => "a map of label values".into(),
        Kind::Annotations | Kind::Texts => "a map of strings".into(),
        Kind::Object(_) => "a map, see below".into(),
        Kind::List(Kind::Text) => "a list of strings".into(),
        Kind::List(_) => "a list of maps".into(),
        Kind::FreeMap => "a map, as the platform defines it".into(),
        Kind::Versions(_) => "a list, or a map by name".into(),
    }
}

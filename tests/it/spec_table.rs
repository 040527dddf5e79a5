//! The tables in `docs/spec.md`, `docs/workspace.md` and `docs/packs.md` are the library's tables of fields. `BLESS=1` writes them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use helmwright::pack::fields as pack;
use helmwright::spec::fields::{self, FieldSpec, Kind};
use helmwright::spec::workload;
use helmwright::workspace::fields as workspace;

const BEGIN: &str = "<!-- fields: written by `BLESS=1 cargo test spec_table` -->\n";
const END: &str = "<!-- end of fields -->\n";

#[test]
fn the_fields_are_those_of_the_library() {
    compare("docs/spec.md", &tables());
    let mut out = String::from("\n");
    for (title, fields) in [
        ("The top level", workspace::ROOT),
        ("`releases`, each entry", workspace::RELEASE),
        ("`lint`", workspace::LINT),
        ("`diff`", workspace::DIFF),
        ("`diff.ignore` and `diff.secrets`, an item that is a map", workspace::PATH),
    ] {
        table(&mut out, title, fields.iter());
    }
    compare("docs/workspace.md", &out);
    let mut out = String::from("\n");
    for (title, fields) in
        [("The top level", pack::ROOT), ("`requires`, each entry", pack::REQUIREMENT), ("`routemap`", pack::ROUTEMAP)]
    {
        table(&mut out, title, fields.iter());
    }
    compare("docs/packs.md", &out);
}

/// That the page has these tables.
fn compare(page: &str, real: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("BLESS").is_some() && written != real {
        fs::write(&path, format!("{before}{BEGIN}{real}{END}{after}")).unwrap();
    } else {
        assert_eq!(written, real, "{page}: BLESS=1 writes the tables");
    }
}

fn tables() -> String {
    let mut out = String::from("\n");
    let of_versions = |field: &&FieldSpec| workload::all().any(|other| other.name == field.name);
    let own = |table: fields::Table| table.iter().filter(move |field| !of_versions(field));
    table(&mut out, "The top level", fields::ROOT.iter());
    table(&mut out, "`application`", own(fields::APPLICATION));
    table(&mut out, "`application.versions`, each entry", own(fields::VERSION));
    table(&mut out, "Each version; `application`, as a default for all versions", workload::all());
    table(&mut out, "`metadata`, of the application or a version", fields::METADATA.iter());
    // The maps below those, once each.
    let mut nested: Vec<(String, fields::Table)> = Vec::new();
    for (prefix, field) in (fields::ROOT.iter().map(|field| ("", field)))
        .chain(own(fields::APPLICATION).map(|field| ("application.", field)))
        .chain(workload::all().map(|field| ("", field)))
    {
        let (Kind::Object(inner) | Kind::NameOr(inner)) = field.kind else { continue };
        let name = format!("`{prefix}{}`", field.name);
        if matches!(field.name, "application" | "metadata") {
            continue;
        }
        let names = |table: fields::Table| table.iter().map(|field| field.name).collect::<Vec<_>>();
        match nested.iter_mut().find(|(_, other)| names(*other) == names(inner)) {
            Some((title, _)) => title.push_str(&format!(", {name}")),
            None => nested.push((name, inner)),
        }
    }
    for (title, fields) in nested {
        table(&mut out, &title, fields.iter());
    }
    out
}

fn table(out: &mut String, title: &str, fields: impl Iterator<Item = &'static FieldSpec>) {
    writeln!(out, "### {title}\n\n| field | takes | meaning |\n|---|---|---|").unwrap();
    for field in fields {
        let doc = field.doc.replace('|', "\\|");
        let required = if field.required { "; required" } else { "" };
        writeln!(out, "| `{}` | {}{required} | {doc} |", field.name, takes(field.kind)).unwrap();
    }
    out.push('\n');
}

fn takes(kind: Kind) -> String {
    match kind {
        Kind::Text => "a string".into(),
        Kind::Name => "a name".into(),
        Kind::Choice(words) => in_code(words),
        Kind::Whole(min, max) => format!("a whole number, {min} to {max}"),
        Kind::Labels => "a map of label values".into(),
        Kind::Annotations | Kind::Texts => "a map of strings".into(),
        Kind::Object(_) => "a map, see below".into(),
        Kind::NameOr(_) => "a name, or a map, see below".into(),
        Kind::Bool => "`true` or `false`".into(),
        Kind::Number(min, max) => format!("a number, {min} to {max}"),
        Kind::Amount => "a whole number, or a percentage".into(),
        Kind::Env => "a map of strings, or a list of maps".into(),
        Kind::References => "a list of names or of maps".into(),
        Kind::List(Kind::Text) => "a list of strings".into(),
        Kind::List(Kind::Name) => "a list of names".into(),
        Kind::List(Kind::VersionField) => "a list of fields of a version".into(),
        Kind::List(Kind::Choice(words)) => format!("a list of {}", in_code(words)),
        Kind::List(Kind::TextOr(_)) => "a list of strings, or of maps, see below".into(),
        Kind::List(_) | Kind::Matches => "a list of maps".into(),
        Kind::FreeMap | Kind::Probe | Kind::Volume | Kind::Clause => "a map, as the platform defines it".into(),
        Kind::Versions(_) => "a list, or a map by name".into(),
        Kind::TextOr(_) => "a string, or a map, see below".into(),
        Kind::Choices(words) => format!("a map of {}", in_code(words)),
        Kind::VersionField => "a field of a version".into(),
        Kind::ByStrategy(each) => format!("a map by strategy, each {}", takes(*each)),
    }
}

fn in_code(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

//! No panic and no partial output, whatever comes in: a spec or a pack gives output that parses, or a report.

use std::fs;
use std::path::Path;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::problem::Problems;
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use helmwright::{render, write};
use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};

use crate::support::{json, specs};

/// What may do harm in YAML, in an expression, or as the value of a field.
const NOISE: &[&str] = &[
    "${{",
    "}}",
    "$${{",
    "${{ }}",
    "${{ a }}",
    "${{ version.name }}",
    "${{ application }}",
    "${{ versions }}",
    "${{ 1/0 }}",
    "${{ 'a' * 9 }}",
    "${{ version.image | upper }}",
    "${{ application.name[0:3] }}",
    "${{ [1, 2] }}",
    "${{ {'a': 1} }}",
    "${{ 9223372036854775807 + 1 }}",
    "${{ -(-9223372036854775807 - 1) }}",
    "${{ 2 ** 9999 }}",
    "${{ 5 % 0 }}",
    "${{ 5 // 0 }}",
    "${{ 1e308 * 10 }}",
    "${{ 0.0 / 0.0 }}",
    "${{ '\u{e9}'[0] }}",
    "${{ merge(1, 2) }}",
    "${{ merge(application, version) }}",
    "${{ merge({}, {}) }}",
    "${{ loop }}",
    "${{ self }}",
    "${{ x|length }}",
    "${{ nope.nope }}",
    "${{ application.name.x }}",
    "${{ text }}",
    "${{ else }}",
    "${{ if x }}",
    "${{ for x in y }}",
    "${{ for in }}",
    "${{ if }}",
    "&a ",
    "*a",
    "<<: *a",
    "<<: 1",
    "!!int ",
    "!!binary ",
    "!!float x",
    "!t ",
    "\t",
    "- ",
    "? ",
    ": ",
    ":",
    "#",
    " #",
    "|",
    "|2\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "\0",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\r",
    "\r\n",
    "\u{7f}",
    "\u{e9}",
    "\u{1f680}",
    "null",
    "~",
    "yes",
    "1e999",
    "-1",
    "-0",
    "0x",
    "012",
    "18446744073709551616",
    "99999999999999999999",
    ".inf",
    ".nan",
    "1.5",
    "{}",
    "[]",
    "[[[[",
    "{{{{",
    "\n",
    "\n  ",
    "\n- ",
    " ",
    "    ",
    "x-a: 1\n",
    "routing: static\n",
    "weight: 0\n",
    "metadata: {name: a}\n",
    "metadata: null\n",
    "match: []\n",
    "extraObjects: [{}]\n",
    "hosts: []\n",
    "apiVersions: {apps: v9}\n",
    "versions: []\n",
    "primary: a\n",
];

/// One way to damage a text.
#[derive(Debug, Clone)]
enum Damage {
    DropLine(Index),
    RepeatLine(Index),
    SwapLines(Index, Index),
    Indent(Index, usize),
    Insert(Index, &'static str),
    Replace(Index, usize, &'static str),
    Value(Index, &'static str),
    Cut(Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let at = any::<Index>;
    let noise = || select(NOISE);
    let one = prop_oneof![
        2 => at().prop_map(Damage::DropLine),
        1 => at().prop_map(Damage::RepeatLine),
        1 => (at(), at()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
        1 => (at(), 0..5usize).prop_map(|(line, by)| Damage::Indent(line, by)),
        3 => (at(), noise()).prop_map(|(i, n)| Damage::Insert(i, n)),
        2 => (at(), 0..12usize, noise()).prop_map(|(i, size, n)| Damage::Replace(i, size, n)),
        4 => (at(), noise()).prop_map(|(i, n)| Damage::Value(i, n)),
        1 => at().prop_map(Damage::Cut),
    ];
    vec(one, 1..4)
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    damages.iter().fold(text.to_owned(), |text, damage| {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        if lines.is_empty() {
            return text;
        }
        let count = lines.len();
        let boundary = |index: &Index| {
            let at = index.index(text.len() + 1);
            (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
        };
        match damage {
            Damage::DropLine(line) => {
                lines.remove(line.index(count));
            }
            Damage::RepeatLine(line) => {
                let line = line.index(count);
                lines.insert(line, lines[line].clone());
            }
            Damage::SwapLines(a, b) => lines.swap(a.index(count), b.index(count)),
            Damage::Indent(line, by) => {
                let line = &mut lines[line.index(count)];
                *line = format!("{}{}", " ".repeat(*by), line.trim_start());
            }
            Damage::Insert(at, noise) => {
                let at = boundary(at);
                return format!("{}{noise}{}", &text[..at], &text[at..]);
            }
            Damage::Replace(at, size, noise) => {
                let start = boundary(at);
                let end = (start + size..).find(|&i| i >= text.len() || text.is_char_boundary(i)).unwrap_or(0);
                return format!("{}{noise}{}", &text[..start], &text[end.min(text.len())..]);
            }
            Damage::Value(line, noise) => {
                let line = &mut lines[line.index(count)];
                if let Some((key, _)) = line.split_once(": ") {
                    *line = format!("{key}: {noise}\n");
                }
            }
            Damage::Cut(at) => return text[..boundary(at)].to_owned(),
        }
        lines.concat()
    })
}

/// Renders `inputs`; output must parse, and a report must be printable and say something.
fn try_render(inputs: &Inputs, release: &ReleaseName, catalog: &Catalog) {
    match render::render(inputs, release, catalog) {
        Ok(rendered) => {
            let yaml = write::manifests(&rendered.bundle);
            let documents = json::load(&yaml).unwrap_or_else(|e| panic!("{e} in\n{yaml}\nof {inputs:?}"));
            assert_eq!(documents.len(), rendered.bundle.len(), "{yaml}\nof {inputs:?}");
            let list = write::json_list(rendered.bundle.iter());
            let list: serde_json::Value = serde_json::from_str(&list).unwrap_or_else(|e| panic!("{e} in\n{list}"));
            for (document, item) in documents.iter().zip(list["items"].as_array().unwrap()) {
                assert!(json::same(document, item), "YAML\n{document}\nJSON\n{item}\nof {inputs:?}");
            }
            write::files(&rendered.bundle, true);
        }
        Err(report) => says_something(&report),
    }
}

fn says_something(report: &Problems) {
    assert!(report.problems().count() > 0, "a report of nothing");
    assert!(report.problems().all(|problem| !problem.message.trim().is_empty()), "{report}");
    assert!(!report.to_string().is_empty());
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(80);
    for diagnostic in report.diagnostics() {
        let mut out = String::new();
        handler.render_report(&mut out, diagnostic).unwrap_or_else(|e| panic!("{e}: {report}"));
        assert!(!out.is_empty());
    }
}

fn try_text(text: &str, catalog: &Catalog) {
    let files = vec![Input::Text { name: "spec.yaml".into(), text: text.into() }];
    try_render(&Inputs { files, ..Inputs::default() }, &release(), catalog);
}

fn release() -> ReleaseName {
    ReleaseName { name: Some("app".into()), namespace: Some("ns".into()) }
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() })
}

#[test]
fn random_text_is_a_report() {
    let catalog = Catalog::embedded();
    let noise = vec(prop_oneof![3 => select(NOISE).prop_map(str::to_owned), 1 => any::<String>()], 0..20);
    runner(500)
        .run(&noise, |pieces| {
            try_text(&pieces.concat(), &catalog);
            Ok(())
        })
        .unwrap();
    runner(500)
        .run(&vec(any::<u8>(), 0..200), |bytes| {
            try_text(&String::from_utf8_lossy(&bytes), &catalog);
            Ok(())
        })
        .unwrap();
}

#[test]
fn random_bytes_in_a_file_are_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spec.yaml");
    let catalog = Catalog::embedded();
    runner(100)
        .run(&vec(any::<u8>(), 0..50), |bytes| {
            fs::write(&path, bytes).unwrap();
            let files = vec![Input::Path(path.to_str().unwrap().into())];
            try_render(&Inputs { files, ..Inputs::default() }, &release(), &catalog);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_damaged_spec_is_output_or_a_report() {
    let catalog = Catalog::embedded();
    let texts: Vec<String> = specs::own().into_iter().map(|case| case.text).collect();
    runner(1200)
        .run(&(select(texts), damages()), |(text, damages)| {
            try_text(&damaged(&text, &damages), &catalog);
            Ok(())
        })
        .unwrap();
}

#[test]
fn two_layers_and_flags_are_output_or_a_report() {
    let catalog = Catalog::embedded();
    let texts: Vec<String> = specs::own().into_iter().map(|case| case.text).collect();
    let flag = (
        select(Flag::ORDER.to_vec()),
        select(vec![
            "application.versions[0].image",
            "application.versions[1].weight",
            "application.versions",
            "environment",
            "application",
            "application.versions[9].port",
            "application.versions.0.port",
            "extraObjects[0]",
            "application.metadata",
            "application.versions[0].metadata.labels",
            "routing",
            "hosts[0]",
            "",
            "a\\",
            "application.metadata.name",
        ]),
        select(NOISE),
    );
    runner(500)
        .run(&(select(texts.clone()), select(texts), damages(), vec(flag, 0..3)), |(under, over, damages, flags)| {
            let text = |name: &str, text: String| Input::Text { name: name.into(), text };
            let files = vec![text("a.yaml", under), text("b.yaml", damaged(&over, &damages))];
            // What this flag reads is a file.
            let flags = flags.into_iter().filter(|(flag, ..)| flag.name() != "--set-file");
            let edits = flags.map(|(flag, path, value)| (flag, format!("{path}={value}"))).collect();
            try_render(&Inputs { files, edits, ..Inputs::default() }, &release(), &catalog);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_damaged_pack_is_output_or_a_report() {
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts");
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let names = ["deployment-istio", "deployment-gtw", "kserve"];
    let files = ["pack.yaml", "version.yaml", "application.yaml", "routing.yaml", "values.yaml"];
    let cases = specs::own();
    let folder = tempfile::tempdir().unwrap();
    runner(120)
        .run(&(0..names.len(), select(files.to_vec()), damages(), any::<Index>()), |(pack, broken, damages, case)| {
            let name = names[pack];
            let own = folder.path().join(name);
            fs::create_dir_all(&own).unwrap();
            for file in files {
                let text = match file {
                    "values.yaml" => read(&charts.join("../values").join(format!("{name}.yaml"))),
                    _ => read(&charts.join(name).join(file)),
                };
                let text = if file == broken { damaged(&text, &damages) } else { text };
                fs::write(own.join(file), text).unwrap();
            }
            let mut catalog = Catalog::embedded();
            match catalog.add_folder(folder.path()) {
                Ok(()) => {
                    let fitting: Vec<_> =
                        cases.iter().filter(|case| case.text.contains(&format!("environment: {name}\n"))).collect();
                    try_text(&fitting[case.index(fitting.len())].text, &catalog);
                    if let Ok(environment) = catalog.environment(name) {
                        let _ = write::pack_list(&catalog);
                        for strategy in environment.strategies() {
                            if let Err(report) = environment.starting_spec(name, strategy) {
                                says_something(&report);
                            }
                        }
                    }
                }
                Err(report) => says_something(&report),
            }
            fs::remove_dir_all(&own).unwrap();
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_match_that_would_say_one_key_twice_is_a_report() {
    let catalog = Catalog::embedded();
    let same = "headers: [{name: a, value: b}, {name: a, value: c}]";
    for (environment, clause) in [
        ("deployment-istio", same),
        ("deployment-istio", "headers: [{name: {a: b}, value: c}]"),
        ("deployment-istio", "{uri: {exact: /a}, path: {value: /b}}"),
        ("deployment-gtw", "{path: {value: /a}, uri: {exact: /b}}"),
    ] {
        let text = format!(
            "environment: {environment}\nrouting: static\napplication: {{strategy: canary, versions: [{{image: a}}, {{image: b, match: [{{}}]}}]}}\n"
        );
        let clause = if clause.starts_with('{') { clause.to_owned() } else { format!("{{{clause}}}") };
        let text = text.replace("{}", &clause);
        let report = specs::render(&text, &release(), &catalog).unwrap_err();
        says_something(&report);
    }
}

#[test]
fn what_a_pack_cannot_write_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("values.yaml"), "").unwrap();
    fs::write(own.join("pack.yaml"), "description: a\nstrategies: {blue-green: [routemap]}\n").unwrap();
    fs::write(own.join("application.yaml"), "").unwrap();
    fs::write(own.join("version.yaml"), "").unwrap();
    let head = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n";
    for body in [
        "spec: ${{ routing.rules[0].shares }}",
        "spec:\n- ${{ for rule in routing.rules }}:\n  - ${{ for share in rule.shares }}: ${{ share.weight }}",
        "spec:\n  ${{ for rule in routing.rules }}:\n    ${{ for share in rule.shares }}:\n      ${{ if share.available }}: {a: b}",
        "spec:\n  ${{ versions }}: a",
        "spec:\n  ${{ hosts }}: a",
        "spec:\n  ${{ application.name }}: a\n  ${{ application.name }}${{ '' }}: b",
        "spec: ${{ 1e308 * 10 }}",
    ] {
        fs::write(own.join("routing.yaml"), format!("{head}{body}\n")).unwrap();
        let mut catalog = Catalog::embedded();
        catalog.add_folder(folder.path()).unwrap();
        let text =
            "environment: own\nhosts: [a]\napplication: {strategy: blue-green, versions: [{weight: 1}, {weight: 2}]}\n";
        match specs::render(text, &release(), &catalog) {
            Ok(rendered) => panic!("{}", write::manifests(&rendered.bundle)),
            Err(report) => says_something(&report),
        }
    }
}

#[test]
fn bombs_are_reports() {
    let catalog = Catalog::embedded();
    let head = "environment: deployment-istio\napplication: {versions: [{image: a}]}\n";
    let laughs: String = (1..30).map(|i| format!("x-{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1)).collect();
    for text in [
        format!("{head}x-0: &a0 lol\n{laughs}"),
        format!("{head}x-a: {}", "[".repeat(100_000)),
        format!("{head}x-a: {}", "{a: ".repeat(100_000)),
        format!("{head}x-a: {}1\n", "- ".repeat(100_000)),
        format!("{head}gateway: ${{{{ {}1{} }}}}\n", "(".repeat(50_000), ")".repeat(50_000)),
        format!("{head}gateway: ${{{{ {}1{} }}}}\n", "[".repeat(50_000), "]".repeat(50_000)),
        format!("{head}gateway: ${{{{ {}1 }}}}\n", "not ".repeat(248)),
        format!("{head}gateway: ${{{{ {}1 }}}}\n", "-".repeat(996)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", "+1".repeat(495)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", "~1".repeat(495)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", "**1".repeat(330)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", " if 1 else 1".repeat(80)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", " and 1".repeat(165)),
        format!("{head}gateway: ${{{{ application{} }}}}\n", "['a']".repeat(195)),
        format!("{head}gateway: ${{{{ {}1 }}}}\n", "not ".repeat(50_000)),
        format!("{head}gateway: ${{{{ {}1 }}}}\n", "-".repeat(50_000)),
        format!("{head}gateway: ${{{{ 1{} }}}}\n", " + 1".repeat(20_000)),
        format!("{head}gateway: ${{{{ application{} }}}}\n", ".name".repeat(20_000)),
        format!("{head}gateway: ${{{{ application.name{} }}}}\n", "|upper".repeat(20_000)),
        format!("{head}gateway: ${{{{ 'a' * 100000000000 }}}}\n"),
        format!("{head}gateway: ${{{{ [1] * 100000000000 }}}}\n"),
        format!("{head}x-a: {}\n", "a".repeat(17 << 20)),
    ] {
        try_text(&text, &catalog);
    }
}

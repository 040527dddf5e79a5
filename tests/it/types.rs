//! Types survive: what Helm, kubectl and the Iter8 controller read from the output is what was meant, and a spec
//! means what Helm would read from it.

use std::cell::RefCell;
use std::sync::Arc;

use helmwright::bundle::{Bundle, Identity, Manifest};
use helmwright::node::{Node, Origin, PlaceId, Scalar, Symbol};
use helmwright::write;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::go::Go;
use crate::support::json;

const HAZARDS: &[&str] = &[
    "",
    " ",
    "   ",
    "\t",
    "\n",
    "\n\n",
    " \n ",
    "yes",
    "on",
    "y",
    "N",
    "Off",
    "true",
    "null",
    "~",
    "Null",
    "1e3",
    "012",
    "0o12",
    "0b11",
    "0x1F",
    "1_000",
    "_1",
    "12:30",
    "1:2:3",
    "190:20:30",
    "685_230.15",
    "88e2793",
    "512Mi",
    "1h30m",
    "1e3m",
    "0b1b",
    "0xfa",
    "0o1a",
    "1i",
    "1f",
    "1_0a",
    "12d3e4f",
    "+1",
    "-0",
    ".5",
    ".inf",
    "-.Inf",
    ".nan",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "<<",
    "=",
    "-",
    "--",
    "---",
    "...",
    "--- a",
    "- a",
    "?",
    "? x",
    ":",
    ": b",
    "a:",
    "a: b",
    "a :b",
    "a #c",
    "# c",
    "#",
    "a#c",
    "{{ x }}",
    "{{",
    "{ {",
    "{{{{",
    "a{",
    "}}",
    "${{",
    "${{ x }}",
    "{}",
    "{a: b}",
    "[]",
    "[a",
    "a]",
    ",",
    "a, b",
    "<script",
    "<script>alert(1)</script>",
    "</script",
    "<!-- c -->",
    "<",
    "<a href=\"{{.}}\">",
    "&amp;",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "|-",
    "%a",
    "@a",
    "`a`",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\n",
    "\\x41",
    "a'b\"c",
    "//",
    "/* c */",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "a\nb\n\n\n",
    "\na",
    "\n\na\n",
    " a\nb",
    "  a\n b\n",
    "a\n  b",
    "a\n\n  b\n",
    "a \nb ",
    "a\n ",
    "a\n  \n",
    "a\n \nb\n",
    "a\n\t\nb",
    "\ta\nb\n",
    "a\tb",
    "a\t",
    "a\n\tb\n",
    "a\r\nb\r\n",
    "a\r",
    "\ra",
    "a\n# c\n",
    "# c\na\n",
    "a\n---\nb\n",
    "---\na\n",
    "a\n...\n",
    "a\n: b\n",
    "{{ x }}\n{{ y }}\n",
    "a\n<script\n",
    "🚀",
    "🚀\n🚀\n",
    "é",
    "a\u{85}b",
    "a\u{85}\nb\n",
    "\u{2028}",
    "a\u{2029}\nb",
    "\u{feff}",
    "\u{feff}a\nb\n",
    "a\u{feff}",
    "\u{7f}",
    "a\u{7f}\nb\n",
    "\u{80}",
    "\u{9f}\n",
    "\0",
    "a\0b\n",
    "\u{1}",
    "\u{1b}[0m",
    "\u{a0}",
    "\u{a0}a\nb",
    "\u{3000}a\nb\n",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1fffe}",
    "\u{10ffff}",
    "\u{e000}",
    "\u{d7ff}",
    "a b",
    " a",
    "a ",
    "key",
    "apiVersion",
    "n",
    "no",
];

fn strings() -> impl Strategy<Value = String> {
    let hazard = || select(HAZARDS).prop_map(str::to_owned);
    let character = || {
        prop_oneof![
            4 => select(vec![' ', '\n', '\t', ':', '#', '-', '{', '}', '<', '"', '\'', '\\', '$', '&', '*', '!', '|', '>', '%', '?', ',', '[', ']', '=', '~', '\r', '0', '1', 'e', '_', '.']),
            2 => proptest::char::range('a', 'z'),
            1 => any::<char>(),
        ]
    };
    prop_oneof![
        8 => hazard(),
        2 => (hazard(), hazard()).prop_map(|(a, b)| a + &b),
        3 => vec(character(), 0..12).prop_map(String::from_iter),
        // What may be a number to someone, or a quantity.
        2 => "[0-9]{1,3}[a-fxopinyEMGk_.]{1,3}[0-9]{0,2}[a-z]{0,2}",
        1 => (hazard(), 1000..1400usize).prop_map(|(end, size)| "long ".repeat(size / 5) + &end),
        1 => (hazard(), 500..1100usize).prop_map(|(end, size)| "é:\n".repeat(size / 3) + &end),
    ]
}

fn origins() -> impl Strategy<Value = Origin> {
    select(vec![Origin::Literal, Origin::Spec(PlaceId(0)), Origin::ReleaseName])
}

/// A string in one piece or in several.
fn texts() -> impl Strategy<Value = Node> {
    let scalar = || (strings(), origins()).prop_map(|(text, origin)| Node::Scalar(Scalar::Str(text.into()), origin));
    prop_oneof![
        6 => scalar(),
        1 => vec(scalar(), 1..4).prop_map(|parts| Node::Concat(parts.into())),
        1 => any::<i64>().prop_map(|i| Node::Concat([Node::Scalar(Scalar::Int(i), Origin::Literal)].into())),
    ]
}

fn scalars() -> impl Strategy<Value = Scalar> {
    let float = prop_oneof![
        any::<f64>().prop_filter("JSON has finite numbers only", |f| f.is_finite()),
        any::<i32>().prop_map(f64::from),
        select(vec![
            0.0,
            -0.0,
            0.1,
            1000.0,
            1e5,
            1e6,
            1e20,
            1e21,
            1e22,
            1e-5,
            1e-6,
            1e-7,
            1e300,
            5e-324,
            f64::MAX,
            9.3e18,
            9_007_199_254_740_993.0,
            18_446_744_073_709_551_616.0,
            123_456.789
        ]),
    ];
    let whole =
        prop_oneof![any::<i64>(), select(vec![0, 1, -1, 10, 1_000_000, 1 << 53, (1 << 53) + 1, i64::MAX, i64::MIN])];
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        whole.prop_map(Scalar::Int),
        (i64::MAX as u64 + 1..=u64::MAX).prop_map(Scalar::UInt),
        float.prop_map(Scalar::Float),
    ]
}

fn trees() -> impl Strategy<Value = Node> {
    let scalar = (scalars(), origins()).prop_map(|(scalar, origin)| Node::Scalar(scalar, origin));
    let leaf = prop_oneof![3 => texts(), 2 => scalar];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(Node::seq), vec((texts(), inner), 0..6).prop_map(map),]
    })
}

/// The entries as a map; of those with equal keys the first.
fn map(entries: Vec<(Node, Node)>) -> Node {
    let mut seen = std::collections::HashSet::new();
    Node::map(entries.into_iter().filter(|(key, _)| seen.insert(key.text())).collect::<Vec<_>>())
}

fn pair(key: &str, value: Node) -> (Node, Node) {
    (Node::literal(key), value)
}

fn text(body: Node) -> Node {
    Node::Text(Arc::new(body))
}

/// The tree under `data` of an object.
fn bundle(data: Node) -> Bundle {
    let node = Node::map([
        pair("apiVersion", Node::literal("v1")),
        pair("kind", Node::literal("ConfigMap")),
        pair("metadata", Node::map([pair("name", Node::literal("tree"))])),
        pair("data", data),
    ]);
    let identity = Identity::from_object(&node).unwrap();
    Bundle::new(vec![Manifest { node, source: "test/version.yaml".into(), identity }])
}

/// Both readers of YAML: this crate's, and Go's where it is there.
struct Readers {
    yaml: Option<RefCell<Go>>,
    execute: Option<RefCell<Go>>,
}

impl Readers {
    fn new() -> Self {
        Self { yaml: Go::start("yaml").map(RefCell::new), execute: Go::start("execute").map(RefCell::new) }
    }

    /// The only document of `text`, which all readers must agree on.
    fn read(&self, text: &str) -> Value {
        let own = json::load(text).unwrap_or_else(|e| panic!("{e} in\n{text}"));
        assert_eq!(own.len(), 1, "documents in\n{text}");
        if let Some(go) = &self.yaml {
            let answer = go.borrow_mut().ask(&json!({"text": text, "lax": false}));
            let docs = answer["docs"].as_array().unwrap_or_else(|| panic!("Go says {answer} to\n{text}"));
            assert_eq!(docs.len(), 1, "Go's documents in\n{text}");
            assert!(json::same(&own[0], &docs[0]), "{}\nis to Go\n{}\nin\n{text}", own[0], docs[0]);
        }
        own.into_iter().next().unwrap()
    }

    /// What the controller makes of `template`.
    fn execute(&self, template: &str, weights: &[u32]) -> Option<String> {
        let answer = self.execute.as_ref()?.borrow_mut().ask(&json!({"template": template, "weights": weights}));
        let text = answer["text"].as_str();
        Some(text.unwrap_or_else(|| panic!("Go says {answer} to\n{template}")).to_owned())
    }
}

fn check(expected: &Node, found: &Value, text: &str) {
    let expected = json::of_node(expected);
    assert!(json::same(&expected, found), "meant\n{expected}\nread\n{found}\nin\n{text}");
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn a_manifest_is_read_as_it_was_meant() {
    let readers = Readers::new();
    runner(400)
        .run(&trees(), |tree| {
            let bundle = bundle(tree.clone());
            let yaml = write::manifests(&bundle);
            check(&tree, &readers.read(&yaml)["data"], &yaml);
            let list = write::json_list(bundle.iter());
            let parsed: Value = serde_json::from_str(&list).unwrap_or_else(|e| panic!("{e} in\n{list}"));
            check(&tree, &parsed["items"][0]["data"], &list);
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_hazardous_string_survives_as_value_as_key_and_in_a_text() {
    let readers = Readers::new();
    let user = |text: &str| Node::Scalar(Scalar::Str(text.into()), Origin::Spec(PlaceId(0)));
    let long = ["k".repeat(1025), "é".repeat(1025), "k: ".repeat(500), "\n".repeat(1100), "{{".repeat(700)];
    let keys = HAZARDS.iter().copied().chain(long.iter().map(String::as_str)).collect::<Vec<_>>();
    for user_wrote in [true, false] {
        let node = |text: &str| if user_wrote { user(text) } else { Node::literal(text) };
        let tree = map(keys
            .iter()
            .map(|text| (node(text), Node::seq([node(text), Node::map([(node(text), node(text))])])))
            .collect());
        in_texts(&readers, &tree, &tree);
        let yaml = write::manifests(&bundle(tree.clone()));
        check(&tree, &readers.read(&yaml)["data"], &yaml);
    }
}

#[test]
fn a_text_is_read_as_it_was_meant_and_nothing_in_it_is_executed() {
    let readers = Readers::new();
    runner(300)
        .run(&(trees(), trees()), |(outer, inner)| {
            in_texts(&readers, &outer, &inner);
            Ok(())
        })
        .unwrap();
}

/// As a routemap has them: a text with a tree and a template, the template another tree's text.
fn in_texts(readers: &Readers, outer: &Node, inner: &Node) {
    let template = text(Node::map([pair("tree", inner.clone()), pair("weight", Node::Symbol(Symbol::Weight(1)))]));
    let spec = text(Node::map([
        pair("tree", outer.clone()),
        pair(
            "templates",
            Node::seq([Node::map([pair("template", template)]), Node::map([pair("after", outer.clone())])]),
        ),
        pair("last", Node::literal("end")),
    ]));
    let data = Node::map([pair("strSpec", spec), pair("texts", Node::seq([text(outer.clone())]))]);
    let bundle = bundle(data);
    let yaml = write::manifests(&bundle);
    let list = write::json_list(bundle.iter());
    let parsed: Value = serde_json::from_str(&list).unwrap();
    let manifest = readers.read(&yaml);
    assert_eq!(parsed["items"][0], manifest, "JSON and YAML differ in\n{yaml}");
    let item = manifest["data"]["texts"][0].as_str().unwrap();
    check(outer, &readers.read(item), item);
    let spec = manifest["data"]["strSpec"].as_str().unwrap();
    let decoded = readers.read(spec);
    check(outer, &decoded["tree"], spec);
    check(outer, &decoded["templates"][1]["after"], spec);
    assert_eq!(decoded["last"], "end");
    let template = decoded["templates"][0]["template"].as_str().unwrap();
    assert_eq!(template.matches("{{").count(), 1, "only the symbol is an action in\n{template}");
    if let Some(done) = readers.execute(template, &[40, 60]) {
        let decoded = readers.read(&done);
        check(inner, &decoded["tree"], &done);
        assert_eq!(decoded["weight"], json!(60));
    }
}

#[test]
fn guards_leave_valid_yaml_whatever_holds() {
    let readers = Readers::new();
    if readers.execute.is_none() {
        return;
    }
    let available = || Symbol::Available(1);
    let guard = |symbol: Symbol, body: Node| Node::Guard(symbol, Arc::new(body));
    let here = |body: Node| guard(available(), body);
    let gone = |body: Node| guard(Symbol::Not(Box::new(available())), body);
    let any = |body: Node| guard(Symbol::AnyAvailable(vec![1, 2]), body);
    let word = |text: &str| Node::Scalar(Scalar::Str(text.into()), Origin::Spec(PlaceId(0)));
    let fields = || Node::map([pair("a", word("{{ a }}")), pair("list", Node::seq([Node::int(1)]))]);
    let first = || {
        Node::map([
            pair("name", here(word("first"))),
            pair("weight", any(Node::Symbol(Symbol::Weight(1)))),
            pair("last", word("<script")),
        ])
    };
    let tree = Node::map([
        pair("first", here(fields())),
        pair(
            "items",
            Node::seq([
                here(fields()),
                gone(word("gone")),
                first(),
                here(first()),
                any(Node::seq([word("x")])),
                word("end"),
            ]),
        ),
        pair(
            "nested",
            Node::seq([Node::seq([here(word("a")), here(here(word("b"))), word("c")]), Node::seq([first()])]),
        ),
        pair("same", here(word("yes"))),
        pair("same", gone(word("no"))),
        pair("empty", here(Node::seq([]))),
        pair("map", Node::map([pair("x", here(Node::map([]))), pair("y", Node::NULL)])),
        pair("lines", here(word("a\n  b\n"))),
        pair("end", gone(Node::map([pair("z", gone(word("z")))]))),
    ]);
    let yaml = write::manifests(&bundle(Node::map([pair("strSpec", text(Node::map([pair("template", text(tree))])))])));
    let spec = readers.read(&yaml)["data"]["strSpec"].as_str().unwrap().to_owned();
    let template = readers.read(&spec)["template"].as_str().unwrap().to_owned();
    let fields = json!({"a": "{{ a }}", "list": [1]});
    for (weights, expected) in [
        (
            [9, 5, 0],
            json!({
                "first": fields,
                "items": [fields, {"name": "first", "weight": 5, "last": "<script"}, {"name": "first", "weight": 5, "last": "<script"}, ["x"], "end"],
                "nested": [["a", "b", "c"], [{"name": "first", "weight": 5, "last": "<script"}]],
                "same": "yes", "empty": [], "map": {"x": {}, "y": null}, "lines": "a\n  b\n",
            }),
        ),
        (
            [9, 0, 0],
            json!({
                "items": ["gone", {"last": "<script"}, "end"],
                "nested": [["c"], [{"last": "<script"}]],
                "same": "no", "map": {"y": null}, "end": {"z": "z"},
            }),
        ),
    ] {
        let done = readers.execute(&template, &weights).unwrap();
        let found = readers.read(&done);
        assert!(json::same(&expected, &found), "meant\n{expected}\nread\n{found}\nin\n{done}\nof\n{template}");
    }
}

#[test]
fn a_spec_means_what_helm_reads() {
    let Some(mut go) = Go::start("yaml") else { return };
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |end: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 11) as usize % end
    };
    let pieces = [
        "0",
        "1",
        "2",
        "7",
        "8",
        "9",
        "0",
        "1",
        "_",
        ".",
        ":",
        "e",
        "E",
        "x",
        "o",
        "b",
        "+",
        "-",
        "0x",
        "0b",
        "0o",
        "e+",
        "-0",
        "00",
        "1e3",
        "12:30",
        "a",
        "F",
        "X",
        "O",
        "B",
        "y",
        "Y",
        "n",
        "no",
        "Yes",
        "on",
        "null",
        "~",
        "inf",
        ".inf",
        "nan",
        ".NaN",
        "true",
        "T",
        "Z",
        "2001-01-02",
        "9223372036854775807",
        "18446744073709551615",
        "e308",
    ];
    let (mut compared, mut refused) = (0, 0);
    for case in 0..20_000 {
        let scalar: String = (0..=below(6)).map(|_| pieces[below(pieces.len())]).collect();
        let text = format!("x-value: {scalar}\n");
        let answer = go.ask(&json!({"text": text, "lax": case % 2 == 0}));
        let Some(docs) = answer["docs"].as_array() else {
            refused += 1;
            continue;
        };
        let own = json::load(&text).unwrap_or_else(|e| panic!("{e}, and Go reads {} of {text}", docs[0]));
        assert!(own.len() == 1 && json::same(&own[0], &docs[0]), "{own:?} is {} to Go, of {text}", docs[0]);
        compared += 1;
    }
    assert!(compared > 10 * refused, "{compared} compared, {refused} refused");
}

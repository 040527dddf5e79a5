//! What the values of overrides are made of: all that a writer of YAML or of templates can stumble over.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Number, Value};

/// The release's names that are tried: some that YAML takes for a number, one that is too long for some, a bad one.
#[rustfmt::skip]
pub const NAMES: &[&str] = &[
    "other", "another", "default", "0", "12", "1e3", "a-name-that-is-as-long-as-helm-takes-it-of-53-letters", "a.b",
];
/// The namespaces that are tried.
pub const NAMESPACES: &[&str] = &["other", "12", "kube-system", "0x1f"];

/// Words that mean something somewhere in a spec: as keys of maps, or as what they hold.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "headers", "queryParams", "uri", "path", "method", "exact", "prefix", "regex", "value", "type", "name", "http",
    "tcp", "grpc", "port", "mountPath", "subPath", "readOnly", "default", "labels", "annotations", "namespace",
    "metadata", "spec", "data", "replicas", "app", "implementation", "modelUri", "x-own", "Exact",
    "RegularExpression", "GET", "100%", "25%",
];

/// Pieces of which strings are made: all that a writer of YAML or of templates can stumble over.
#[rustfmt::skip]
const TRAPS: &[&str] = &[
    "a", "b-1", "x", "0", "7", " ", "  ", "\n", "\n\n", "\t", "\r", "{{", "}}", "{{-", "{{ .Values.x }}", "{{ `", "`",
    "``", "\"", "'", "''", "\\", "\\n", "\\x", "\\\"", "$", "${", "$(A)", "$$", "<", "</script>", "<a", ">", "&",
    "&amp;", "%", "%d", "%!s", "#", " #", "# ", ": ", ":", "- ", "-", "--- ", "\n---\n", "...", "? ", "| ", ">-", "!",
    "!!str ", "*", "*a", "@", ",", ", ", "[", "]", "[]", "{", "}", "{}", "=", "yes", "No", "on", "OFF", "y", "~",
    "null", "true", "False", "012", "0o7", "1e3", "1e400", "0x1F", "1_000", "1.0", ".5", "-.inf", ".nan",
    "2001-01-01", "12:30:45", "0b1", "+1", "-0", "é", "ß", "\u{7f}", "\u{80}", "\u{85}", "\u{9f}", "\u{a0}", "\u{ad}",
    "\u{2028}", "\u{2029}", "\u{200d}", "\u{feff}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "\u{1f600}", "\u{10ffff}",
    "\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}", "{{ \"", "{{/*", "*/}}", "<%", "[[",
];

/// Plain scalars that YAML has its own ideas about.
#[rustfmt::skip]
pub const PLAIN: &[&str] = &[
    "012", "0x1F", "0o14", "0b11", "1e3", "1E6", "1_000", "1.0", "8080.0", "0.1", ".5", "-0", "-1", "+5", "1e21",
    "1e-7", "9e15", "9007199254740992", "yes", "No", "on", "y", "true", "False", "~", "null", "2001-01-01", "12:30",
    "a", ".inf", "'x'", "!!str 12", "!!int '5'",
];

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0_u64..120).prop_map(Value::from),
        1 => select(&[1_000_000_u64, 1_000_001, 65_535, 65_536, 2_147_483_647, 2_147_483_648][..]).prop_map(Value::from),
        1 => (0_u64..=1 << 53).prop_map(Value::from),
        1 => (-(1_i64 << 53)..0).prop_map(Value::from),
        1 => select(&["0.5", "1.5", "-0.25", "3.0", "1e6", "1e21", "1e-7", "0.1", "123456789.125"][..])
            .prop_map(|text| Value::Number(text.parse::<Number>().unwrap())),
    ]
}

/// Text of words that are harmless, or of traps.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "[a-z]([-a-z0-9]{0,6}[a-z0-9])?",
        1 => select(WORDS).prop_map(String::from),
        3 => vec(select(TRAPS), 0..5).prop_map(|pieces| pieces.concat()),
    ]
    // An expression is another matter: see `breaches.rs`.
    .prop_map(|text| text.replace("${{", "$ {{"))
}

/// Any value.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        2 => number(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

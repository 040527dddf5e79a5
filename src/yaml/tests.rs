#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::source::SourceId;

/// The one document of `text` in a short form, or the first problem.
fn read(text: &str) -> Result<String, String> {
    let mut problems = Vec::new();
    let documents = load(text, SourceId(0), &mut problems);
    match (problems.first(), documents.as_slice()) {
        (Some(problem), _) => Err(problem.message.clone()),
        (None, [document]) => Ok(short(document)),
        (None, several) => panic!("{text}: {several:?}"),
    }
}

fn short(yaml: &Yaml) -> String {
    match &yaml.data {
        Data::Scalar(Scalar::Str(s), _) => format!("{s:?}"),
        Data::Scalar(other, _) => {
            let mut out = String::new();
            other.push_text(&mut out);
            out
        }
        Data::Seq(items) => format!("[{}]", items.iter().map(short).collect::<Vec<_>>().join(", ")),
        Data::Map(pairs) => {
            let pairs = pairs.iter().map(|p| format!("{}: {}", p.key, short(&p.value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn merges_give_what_helm_reads_or_are_refused() {
    for (text, expected) in [
        ("{<<: {a: 2, b: 3}, a: 1}", "{a: 1, b: 3}"),
        ("<<: [{a: 1}, {a: 2, b: 3}]", "{a: 1, b: 3}"),
        ("{<<: {a: 1}, <<: {b: 2}, b: 3}", "{b: 3, a: 1}"),
        ("x: &x {<<: {a: 1}, b: 2}\nz: {<<: *x, c: 3}", "{x: {b: 2, a: 1}, z: {c: 3, b: 2, a: 1}}"),
        ("{<<: [], a: 1}", "{a: 1}"),
        ("'<<': {a: 1}", "{<<: {a: 1}}"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["{a: 1, <<: {a: 2}}", "{<<: {a: 1}, <<: {a: 2}}", "{<<: {a: 1}, a: 2, <<: {a: 3}}"] {
        assert_eq!(read(text), Err("this `<<` brings the key `a` again".to_owned()), "{text}");
    }
    for text in ["<<: 3", "<<: ~", "<<: [[{a: 1}]]", "<<: [1]"] {
        assert_eq!(read(text), Err("`<<` takes a map, or a list of maps".to_owned()), "{text}");
    }
}

#[test]
fn keys_that_are_no_strings_become_strings() {
    for (text, expected) in [
        ("yes: 1", "{true: 1}"),
        ("012: 1", "{10: 1}"),
        ("1.5: 1", "{1.5: 1}"),
        ("1e3: 1", "{1000: 1}"),
        ("1e6: 1", "{1e+06: 1}"),
        (".inf: 1", "{.inf: 1}"),
        ("'': 1", "{: 1}"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["~: 1", "null: 1", "18446744073709551615: 1", "[a]: 1", "a: .inf", "{yes: 1, true: 2}"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn tags_mean_what_helm_takes_them_for() {
    for (text, expected) in [
        ("!!binary aGk=", r#""hi""#),
        ("!!binary |\n  aG\n  k=\n", r#""hi""#),
        ("!!binary 'aGl='", r#""hi""#),
        ("!!binary ''", r#""""#),
        ("!!binary 4oL/", "\"\u{fffd}\u{fffd}\u{fffd}\""),
        ("!!int '3'", "3"),
        ("!!int 012", "10"),
        ("!!float 1", "1"),
        ("!!bool 'yes'", "true"),
        ("!!null ''", "null"),
        ("!!str 3", r#""3""#),
        ("!foo x", r#""x""#),
        ("!foo 3", r#""3""#),
        ("!!foo ~", r#""~""#),
        ("! 3", r#""3""#),
        ("!<tag:yaml.org,2002:int> '3'", "3"),
        ("!foo [!!map [a], !!seq {b: !!set {c}}]", r#"[["a"], {b: {c: null}}]"#),
        ("!!merge <<: {a: 1}", "{a: 1}"),
        ("!!str <<: {a: 1}", r#"{<<: {a: 1}}"#),
        ("!!binary aGk=: 1", "{hi: 1}"),
        ("!!int '3': 1", "{3: 1}"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["!!binary aGk", "!!binary a===", "!!binary aG=k", "!!binary aGk=aGk=", "!!binary '***'"] {
        assert!(read(text).is_err(), "{text}");
    }
    for text in ["!!int x", "!!int 3.0", "!!int ''", "!!float x", "!!float yes", "!!bool 1", "!!null x"] {
        assert!(read(text).is_err(), "{text}");
    }
    assert!(read("!!float 18446744073709551615").is_err());
}

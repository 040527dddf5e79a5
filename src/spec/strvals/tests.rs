#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::yaml;

const SOURCE: SourceId = SourceId(7);

fn read(text: &str) -> Yaml {
    let mut problems = Vec::new();
    let mut documents = yaml::load(text, SourceId(0), &mut problems);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    documents.remove(0)
}

fn apply_to(base: &str, flag: Flag, text: &str) -> Result<Yaml, Problem> {
    let mut base = read(base);
    let mut files = |path: &str| match path {
        "gone" => Err(Problem::new(Code::NO_SUCH_FILE, "`gone` is gone")),
        _ => Ok(format!("<{path}>")),
    };
    apply(&mut base, text, flag, SOURCE, &mut files).map(|()| base)
}

/// The value as JSON, its keys in their order.
fn json(yaml: &Yaml) -> String {
    match &yaml.data {
        Data::Scalar(Scalar::Str(s), _) => format!("{s:?}"),
        Data::Scalar(other, _) => {
            let mut out = String::new();
            other.push_text(&mut out);
            out
        }
        Data::Seq(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Data::Map(pairs) => {
            let pairs = pairs.iter().map(|p| format!("{:?}:{}", p.key, json(&p.value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}

#[track_caller]
fn gives(flag: Flag, cases: &[(&str, &str, &str)]) {
    for (base, text, expected) in cases {
        match apply_to(base, flag, text) {
            Ok(value) => assert_eq!(json(&value), *expected, "{base} and {text}"),
            Err(problem) => panic!("{base} and {text}: {problem:?}"),
        }
    }
}

#[track_caller]
fn refuses(flag: Flag, cases: &[(&str, &str, &str)]) {
    for (base, text, expected) in cases {
        let problem = apply_to(base, flag, text).map(|y| json(&y)).expect_err(text);
        assert!(problem.message.contains(expected), "{base} and {text}: {}", problem.message);
        assert!(problem.help.is_some() || problem.message.contains("too large"), "{text} has no help");
        let at = problem.at.expect("a place");
        assert!(at.source == SOURCE && at.start <= at.end && at.end as usize <= text.len(), "{text}: {at:?}");
        assert!(text.get(at.range()).is_some(), "{text}: {at:?} splits a character");
    }
}

#[test]
fn values_of_set_are_typed() {
    gives(
        Flag::Set,
        &[
            ("{}", "a=1,b=true,c=False,d=null,e=x", r#"{"a":1,"b":true,"c":false,"d":null,"e":"x"}"#),
            ("{}", "a=0,b=00,c=012,d=0x1,e=1.5,f=1e3", r#"{"a":0,"b":"00","c":"012","d":"0x1","e":"1.5","f":"1e3"}"#),
            ("{}", "a=-5,b=+5,c=-012,d=1_0", r#"{"a":-5,"b":5,"c":-12,"d":"1_0"}"#),
            ("{}", "a=9223372036854775807", r#"{"a":9223372036854775807}"#),
            ("{}", "a=9223372036854775808", r#"{"a":"9223372036854775808"}"#),
            ("{}", "a=yes,b=~, c= 1", r#"{"a":"yes","b":"~"," c":" 1"}"#),
            ("{}", "a=fal\u{17f}e", r#"{"a":false}"#),
            ("{}", "a=b=c", r#"{"a":"b=c"}"#),
        ],
    );
}

#[test]
fn set_string_and_set_literal_make_strings() {
    gives(Flag::SetString, &[("{}", "a=1,b={true,0},c=null", r#"{"a":"1","b":["true","0"],"c":"null"}"#)]);
    gives(
        Flag::SetLiteral,
        &[
            ("{}", r"a=1,b={x}\,", r#"{"a":"1,b={x}\\,"}"#),
            ("{}", r"a\.b=1", r#"{"a\\":{"b":"1"}}"#),
            ("{}", "a,b=", r#"{"a,b":""}"#),
            ("{}", "a[1].b.c=x", r#"{"a":[null,{"b":{"c":"x"}}]}"#),
            ("{}", "a[0].b=", r#"{"a":[{"b":""}]}"#),
            ("{}", "a[0]", r#"{"a":[]}"#),
        ],
    );
    refuses(Flag::SetLiteral, &[("{}", "a", "`a` has no value"), ("{}", r"a[\1]=x", r"`\1` is not an index")]);
}

#[test]
fn set_file_reads_what_the_value_names() {
    gives(
        Flag::SetFile,
        &[("{}", r"a=p/q,b={x,y},c[0]=n\,m,d=", r#"{"a":"<p/q>","b":["<x>","<y>"],"c":["<n,m>"],"d":""}"#)],
    );
    refuses(Flag::SetFile, &[("{}", "a=x,b=gone", "`gone` is gone")]);
}

#[test]
fn names_nest_and_go_into_what_is_there() {
    gives(
        Flag::Set,
        &[
            ("{a: {b: 1, c: 2}}", "a.b=3,a.d.e=4", r#"{"a":{"b":3,"c":2,"d":{"e":4}}}"#),
            ("{a: {b: 1}}", "a=2", r#"{"a":2}"#),
            ("{}", "a=1,a=2", r#"{"a":2}"#),
            ("{}", "=1", "{}"),
            ("{}", ".a=1", "{}"),
            ("{'': {b: 1}}", ".a=1", r#"{"":{"b":1,"a":1}}"#),
            ("{}", "a.b=,c=1", r#"{"a":{"b":""},"c":1}"#),
            ("{}", "", "{}"),
            ("~", "a=1", r#"{"a":1}"#),
            ("{}", "a=", r#"{"a":""}"#),
            ("{}", "a=1,", r#"{"a":1}"#),
            ("{}", "a.", "{}"),
            ("{a: {b: null}}", "a.b=null", r#"{"a":{"b":null}}"#),
        ],
    );
    refuses(
        Flag::Set,
        &[
            ("{}", "a", "`a` has no value"),
            ("{}", "a,b=1", "`a` has no value"),
            ("{}", "a=1,,b=2", "no name before this comma"),
            ("{}", "a.=1", "no name follows `a.`"),
            ("{a: x}", "a.b=1", "`a` is a string, not a map"),
            ("{a: null}", "a.b=1", "`a` is null, not a map"),
            ("{a: {b: 1}}", "a[0]=1", "`a` is a map, not a list"),
            ("[a]", "a=1", "the values so far are a list"),
        ],
    );
}

#[test]
fn indices_reach_into_lists() {
    gives(
        Flag::Set,
        &[
            ("{}", "a[0]=1,a[2]=x", r#"{"a":[1,null,"x"]}"#),
            ("{a: [1, 2]}", "a[1]=3", r#"{"a":[1,3]}"#),
            ("{}", "a[0].b=1,a[0].c=2", r#"{"a":[{"b":1,"c":2}]}"#),
            ("{}", "a[0][1]=x", r#"{"a":[[null,"x"]]}"#),
            ("{a: [x, null]}", "a[0].b=1,a[1][0]=2", r#"{"a":[{"b":1},[2]]}"#),
            ("{}", r"a[+\1]=x", r#"{"a":[null,"x"]}"#),
            ("{}", "a[0]", r#"{"a":[]}"#),
            ("{}", "a[0].b=", r#"{"a":[]}"#),
            ("{a: [{}]}", "a[0].b=", r#"{"a":[{"b":""}]}"#),
            ("{}", "a[0].=1", r#"{"a":[{}]}"#),
            ("{}", "[0]=1", "{}"),
            ("{'': [1]}", "[0]=2,[3]=4", r#"{"":[2]}"#),
        ],
    );
    refuses(
        Flag::Set,
        &[
            ("{}", "a[0", "no `]`"),
            ("{}", "a[]=1", "`` is not an index"),
            ("{}", "a[x]=1", "`x` is not an index"),
            ("{}", "a[-1]=1", "negative"),
            ("{}", "a[65537]=1", "above 65536"),
            ("{}", "a[0]b=1", "`b` cannot stand after an index"),
            ("{}", "a[0],b=1", "`,b` cannot stand after an index"),
            ("{a: 1}", "a[0]=1", "`a` is a whole number, not a list"),
            ("{a: [x]}", "a[0][0]=1", "`0` is a string, not a list"),
        ],
    );
    assert!(apply_to("{}", Flag::Set, "a[65536]=1").is_ok());
}

#[test]
fn braces_make_lists() {
    gives(
        Flag::Set,
        &[
            ("{}", "a={1,x,null},b=2", r#"{"a":[1,"x",null],"b":2}"#),
            ("{}", "a={}", r#"{"a":[""]}"#),
            ("{}", "a={1}b=2", r#"{"a":[1],"b":2}"#),
            ("{}", "a[0]={1}", r#"{"a":[[1]]}"#),
            ("{}", r"a={\{\,\}},b=\{x", r#"{"a":["{,}"],"b":"{x"}"#),
            ("{a: [1, 2]}", "a={3}", r#"{"a":[3]}"#),
        ],
    );
    refuses(Flag::Set, &[("{}", "a={1,2", "this list has no `}`"), ("{}", "a={1},}", "`}` has no value")]);
}

#[test]
fn a_backslash_takes_the_next_character_as_it_is() {
    gives(
        Flag::Set,
        &[
            ("{}", r"a\.b=1\,2,c\=d=\\", r#"{"a.b":"1,2","c=d":"\\"}"#),
            ("{}", r"a\[0\]=1", r#"{"a[0]":1}"#),
            ("{}", r"a=\n\1", r#"{"a":"n1"}"#),
            ("{}", r"a=x\", r#"{"a":"x"}"#),
        ],
    );
}

#[test]
fn paths_are_bounded() {
    let nested = |dots: usize| format!("{}=1", vec!["a"; dots + 1].join("."));
    assert!(apply_to("{}", Flag::Set, &nested(MAX_NESTED_NAMES)).is_ok());
    refuses(Flag::Set, &[("{}", &nested(MAX_NESTED_NAMES + 1), "more than 30 levels")]);
    // A dot after an index does not count.
    assert!(apply_to("{}", Flag::Set, &format!("a{}=1", "[0].a".repeat(40))).is_ok());
    assert!(apply_to("{}", Flag::Set, &format!("a{}=1", "[0]".repeat(MAX_STEPS - 1))).is_ok());
    refuses(Flag::Set, &[("{}", &format!("a{}=1", "[0]".repeat(100_000)), "more than 100 steps")]);
}

#[test]
fn set_json_takes_json() {
    gives(
        Flag::SetJson,
        &[
            ("{}", r#"a={"x":[1,"b",null]},b=true"#, r#"{"a":{"x":[1,"b",null]},"b":true}"#),
            ("{}", "a=,b= ,c=", r#"{"a":null,"b":null,"c":null}"#),
            ("{}", r#"a= 1 , b="x"c=2"#, r#"{"a":1," b":"x","c":2}"#),
            ("{}", "a=1.5,b=1e3,c=-0,d=1e-7", r#"{"a":1.5,"b":1000,"c":-0,"d":1e-7}"#),
            ("{}", "a=9007199254740993", r#"{"a":9007199254740992}"#),
            ("{}", r#"a="\u00e9\ud83d\ude00\ud800x\/""#, "{\"a\":\"é😀\u{fffd}x/\"}"),
            ("{}", r#"a={"b":1,"b":2}"#, r#"{"a":{"b":2}}"#),
            ("{a: {b: 1}}", r#"a={"c":2}"#, r#"{"a":{"c":2}}"#),
            ("{}", "a[1]=[1],a[0]=", r#"{"a":[null,[1]]}"#),
        ],
    );
    refuses(
        Flag::SetJson,
        &[
            ("{}", "a=x", "`x` comes where a value is needed"),
            ("{}", "a={b: 1}", "`b` comes where a key is needed"),
            ("{}", "a=[1", "the end comes where `,` or `]` is needed"),
            ("{}", "a=[1,]", "`]` comes where a value is needed"),
            ("{}", "a=01", "`1` has no value"),
            ("{}", "a=1.", "the end comes where a digit"),
            ("{}", "a=1e999", "too large"),
            ("{}", "a=\"\u{1}\"", "a closing"),
            ("{}", "a=\"\\é\"", "an escape"),
        ],
    );
    let deep = format!("a={}", "[".repeat(100_000));
    let problem = apply_to("{}", Flag::SetJson, &deep).expect_err("too deep");
    assert!(problem.message.contains("100 levels"), "{problem:?}");
}

#[test]
fn set_json_takes_a_whole_object() {
    gives(
        Flag::SetJson,
        &[
            ("{a: {b: 1, c: 2}, d: 3}", r#" {"a":{"b":null},"e":[]} "#, r#"{"a":{"b":null,"c":2},"d":3,"e":[]}"#),
            ("{a: 1}", r#"{"a":{"b":2}}"#, r#"{"a":{"b":2}}"#),
            ("{a: 1}", "{}", r#"{"a":1}"#),
        ],
    );
    refuses(Flag::SetJson, &[("{}", r#"{"a":1},b=2"#, "follows the JSON object"), ("{}", "{a=1", "a key is needed")]);
}

#[test]
fn a_number_after_a_dot_addresses_an_entry_that_is_there() {
    gives(
        Flag::Set,
        &[
            ("{a: [1, 2]}", "a.1=3", r#"{"a":[1,3]}"#),
            ("{a: [{b: 1}]}", "a.0.b=2", r#"{"a":[{"b":2}]}"#),
            ("{a: [[1, 2]]}", "a.0.1=3,a[0].0=4,a.0[2]=5", r#"{"a":[[4,3,5]]}"#),
            ("{a: {b: [x]}}", "a.b.0=y", r#"{"a":{"b":["y"]}}"#),
            // What is no list is a map with that key, as it is to Helm.
            ("{a: {}}", "a.0=x,b.0=y", r#"{"a":{"0":"x"},"b":{"0":"y"}}"#),
        ],
    );
    refuses(
        Flag::Set,
        &[
            ("{a: [1, 2]}", "a.2=3", "`a` has no entry 2; it has 2 entries"),
            ("{a: [[1]]}", "a[0].1=3", "`0` has no entry 1; it has 1 entry"),
            ("{a: [1]}", "a.99999999999999999999=3", "has no entry"),
            ("{a: [1]}", "a.b=3", "`a` is a list, not a map"),
            ("{a: [1]}", "a.", "`a` is a list, not a map"),
        ],
    );
}

#[test]
fn every_new_value_knows_its_place() {
    let text = r#"é.b={x,\,y},c[0].d=12"#;
    let value = apply_to("{z: 1}", Flag::Set, text).unwrap();
    let place = |yaml: &Yaml| (yaml.at.source == SOURCE).then(|| &text[yaml.at.range()]);
    let list = value.get("é").unwrap().get("b").unwrap();
    assert_eq!(place(list), Some(r"{x,\,y}"));
    let Data::Seq(items) = &list.data else { panic!("{list:?}") };
    assert_eq!(items.iter().map(place).collect::<Vec<_>>(), [Some("x"), Some(r"\,y")]);
    let Data::Map(pairs) = &value.data else { panic!("{value:?}") };
    let keys: Vec<_> = pairs.iter().skip(1).map(|p| &text[p.key_at.range()]).collect();
    assert_eq!(keys, ["é", "c"]);
    let Data::Seq(items) = &value.get("c").unwrap().data else { panic!("{value:?}") };
    assert_eq!((place(&items[0]), place(items[0].get("d").unwrap())), (Some("[0]"), Some("12")));
    assert_eq!(value.get("z").unwrap().at.source, SourceId(0));

    let text = r#"a={"b": ["x"]}"#;
    let value = apply_to("{}", Flag::SetJson, text).unwrap();
    let list = value.get("a").unwrap().get("b").unwrap();
    assert_eq!(&text[list.at.range()], r#"["x"]"#);
}

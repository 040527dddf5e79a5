//! A comment on a pull request holds values that anybody wrote: a real parser of Markdown reads it here, and none of
//! them may be anything but text in it.

use helmwright::diff::DiffOptions;
use helmwright::impact::ReleaseState;
use helmwright::objects::Objects;
use helmwright::report::diff as report;
use helmwright::review::{Diff, ReleaseDiff, Whose, diff_release};
use helmwright::transition::TransitionSettings;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{CodeBlockKind, Event, Options as Extensions, Parser, Tag};
use regex::Regex;
use serde_json::{Value, json};

/// What means something to Markdown, HTML, Mermaid, a forge or a terminal.
const PARTS: &[&str] = &[
    "<script>alert(1)</script>",
    "</details>",
    "</summary>",
    "</code>",
    "<h1>",
    "<!--",
    "-->",
    "<br>",
    "&lt;",
    "&#64;",
    "```",
    "````",
    "~~~",
    "`",
    "``",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "    ",
    "@octocat",
    "@org/team",
    "#1",
    "GH-1",
    "o/r#1",
    "[a](https://evil.example)",
    "![](https://evil.example/b.png)",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "<https://evil.example>",
    "[x]: https://evil.example",
    "[^1]",
    "|",
    "\\|",
    "\\",
    "\\\\|",
    "---",
    "***",
    "**b**",
    "_i_",
    "~~s~~",
    "# h",
    "> q",
    "- l",
    "1. l",
    "- [ ] t",
    "+ l",
    "$x$",
    "$$",
    ":tada:",
    "\"]",
    "[[",
    "]]",
    "((",
    "{{",
    "%%{init: {}}%%",
    "click A",
    "end",
    "subgraph",
    "==>",
    "-->",
    ";",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}",
    "\u{1b}[31m",
    "\u{9b}",
    "\u{7}",
    "\u{0}",
    "é",
    "漢",
    "🚀",
    "x",
    " ",
    "0",
    "{{ index .Weights 1 }}",
];

/// Two sides in which `evil` stands wherever a user's text can.
fn sides(evil: &str) -> [Objects; 2] {
    let route = |version: &str, weight: u8| {
        json!({"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": format!("r{evil}"), "namespace": "prod"},
        "spec": {"hosts": [format!("h{evil}")], "http": [
            {"name": evil, "match": [{"headers": {format!("x-{evil}"): {"exact": evil}}}], "route": [{"destination": {"host": "a"}}]},
            {"name": "all", "route": [{"destination": {"host": version}, "weight": weight}, {"destination": {"host": evil}, "weight": 100 - weight}]},
        ]}})
    };
    let config = |name: &str, value: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": evil, "labels": {evil: value}},
            "data": {"same": "x", "text": value, evil: value, "held.yaml": format!("a:\n  b: {}\n", Value::from(value))}})
    };
    let workload = |image: &str, label: &str| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "prod"},
            "spec": {"selector": {"matchLabels": {"app": label}}, "template": {"metadata": {"labels": {"app": label}},
                "spec": {"containers": [{"name": "c", "image": image, "args": [evil], "env": [{"name": evil, "value": image}]}]}}}})
    };
    let other = |value: &str| json!({"apiVersion": format!("g{evil}/v1"), "kind": format!("K{evil}"), "metadata": {"name": "x"}, "spec": value});
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": evil}, "stringData": {evil: evil}});
    let objects = |values: Vec<Value>| {
        let (mut objects, mut problems) = (Objects::default(), Vec::new());
        for value in values {
            // YAML wants these escaped, which JSON does not.
            let text = value.to_string().replace('\u{9b}', "\\u009b");
            objects.add("objects.json", &text, &mut problems);
        }
        assert!(problems.is_empty(), "{problems:?}");
        objects
    };
    [
        objects(vec![
            route("a", 90),
            config("c", "x"),
            config("old", "x"),
            workload("i:1", "x"),
            other("x"),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": evil}}),
        ]),
        objects(vec![
            route("b", 50),
            config("c", evil),
            config("new", evil),
            workload(evil, evil),
            other(evil),
            secret,
        ]),
    ]
}

fn comment(evil: &str, limit: usize) -> String {
    let [before, after] = sides(evil);
    let options = DiffOptions::default();
    let release = diff_release(
        evil,
        ReleaseState::of(&before),
        ReleaseState::of(&after),
        &options,
        Some(&TransitionSettings::default()),
    );
    let stale =
        ReleaseDiff { name: "stale".into(), whose: Whose::Output, files: vec![evil.into()], ..Default::default() };
    report::markdown(&Diff { releases: vec![stale, release] }, limit)
}

/// Reads the comment, and says what in it is not helmwright's own.
fn strange(comment: &str) -> Option<String> {
    let extensions = Extensions::all();
    let html = Regex::new(
        r"^(<!-- helmwright diff -->|<details><summary><code>[^<>]*</code>( \(\d+ changes?\))?</summary>|<details><summary>1 file is not as rendered</summary>|</details>|)$",
    )
    .unwrap();
    let shown = Regex::new(r"@|://|www\.|#\d|GH-").unwrap();
    let mermaid = Regex::new(
        r#"^(flowchart LR| +r\d+(v\d+\[\[|\(\[|c\d+\[)?"[^"<>`\[\]]*"[\])]*| +r\d+(c\d+)? (-->|(--|==|-\.) "[^"<>`\[\]]*" (-->|==>|\.->)) r\d+[cv]\d+(\["[^"<>`\[\]]*"\])?)$"#,
    )
    .unwrap();
    let (mut code, mut diagram, mut inline) = (false, false, false);
    for event in Parser::new_ext(comment, extensions) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let CodeBlockKind::Fenced(language) = &kind else { return Some(format!("{kind:?}")) };
                if !matches!(&**language, "diff" | "mermaid") {
                    return Some(format!("a block of {language}"));
                }
                (code, diagram) = (true, &**language == "mermaid");
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => code = false,
            Event::Text(text) if diagram && code => {
                if let Some(line) = text.lines().find(|line| !mermaid.is_match(line)) {
                    return Some(format!("the diagram's line {line}"));
                }
            }
            Event::InlineHtml(tag) if matches!(&*tag, "<code>" | "</code>") => inline = &*tag == "<code>",
            Event::Text(_) if code || inline => {}
            Event::Text(text) if shown.is_match(&text) => return Some(format!("the text {text}")),
            Event::Html(text) if !html.is_match(text.trim_end()) => return Some(format!("HTML {text}")),
            Event::InlineHtml(text) if &*text != "<br>" => {
                return Some(format!("HTML {text}"));
            }
            Event::Start(
                Tag::Heading { .. }
                | Tag::Paragraph
                | Tag::List(None)
                | Tag::Item
                | Tag::Strong
                | Tag::BlockQuote(_)
                | Tag::HtmlBlock
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell,
            )
            | Event::End(_)
            | Event::Code(_)
            | Event::Text(_)
            | Event::SoftBreak
            | Event::Html(_)
            | Event::InlineHtml(_) => {}
            other => return Some(format!("{other:?}")),
        }
    }
    let unseen = comment.chars().find(|c| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || ('\u{200b}'..='\u{200f}').contains(c)
            || ('\u{202a}'..='\u{202e}').contains(c)
            || ('\u{2066}'..='\u{2069}').contains(c)
    });
    unseen.map(|c| format!("the character {c:?}"))
}

/// How many tags the comment opens, less those that it closes.
fn open_sections(comment: &str) -> i32 {
    Parser::new_ext(comment, Extensions::all())
        .map(|event| match event {
            Event::Html(text) if text.starts_with("<details>") => 1,
            Event::Html(text) if text.starts_with("</details>") => -1,
            _ => 0,
        })
        .sum()
}

#[test]
fn a_comment_has_all_its_parts() {
    let comment = comment("x", 1 << 20);
    for part in [
        "| `stale` |",
        "- `x`",
        "### `x`",
        "```mermaid",
        "| requests |",
        "<details><summary><code>~ VirtualService",
        "⚠️",
        "```diff",
    ] {
        assert!(comment.contains(part) || part == "| requests |", "{part} is missing in\n{comment}");
    }
    assert_eq!(strange(&comment), None, "{comment}");
}

#[test]
fn no_part_alone_is_more_than_text() {
    for part in PARTS {
        let comment = comment(part, 1 << 20);
        assert_eq!(strange(&comment), None, "{part:?}\n{comment}");
        assert_eq!(open_sections(&comment), 0, "{part:?}\n{comment}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_more_than_text(parts in vec(select(PARTS), 1..8), limit in 200usize..20_000) {
        let evil = parts.concat();
        let comment = comment(&evil, limit);
        prop_assert!(comment.len() <= limit);
        prop_assert_eq!(strange(&comment), None, "{}", comment);
        prop_assert_eq!(open_sections(&comment), 0, "{}", comment);
    }

    #[test]
    fn a_terminal_gets_nothing_to_obey(parts in vec(select(PARTS), 1..8)) {
        let [before, after] = sides(&parts.concat());
        let release = diff_release("x", ReleaseState::of(&before), ReleaseState::of(&after), &DiffOptions::default(), Some(&TransitionSettings::default()));
        let diff = Diff { releases: vec![release] };
        for text in [report::plain(&diff, false), report::unified(&diff, false), report::json(&diff), report::sarif(&diff)] {
            let bad = text.chars().find(|c| c.is_control() && !matches!(*c, '\n' | '\t') || matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            prop_assert_eq!(bad, None, "{}", text);
        }
    }
}

//! Executes the part of Go's template language that routemaps use, as Iter8's controller would.

/// Executes `template` with `weights` as `.Weights`.
pub fn execute(template: &str, weights: &[u32]) -> String {
    let mut out = String::new();
    // Whether each of the enclosing `if`s holds.
    let mut holds = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (action, after) = after.split_once("}}").expect("an action has an end");
        let (action, before) = match action.strip_prefix("- ") {
            Some(action) => (action, before.trim_end()),
            None => (action, before),
        };
        assert!(!action.ends_with(" -"), "routemaps have no `-}}}}`");
        if holds.iter().all(|holds| *holds) {
            out.push_str(before);
        }
        let action = action.trim();
        if let Some(condition) = action.strip_prefix("if ") {
            let (value, rest) = evaluate(condition, weights);
            assert_eq!(rest.trim(), "", "the condition {condition} goes on");
            holds.push(value != 0);
        } else if action == "end" {
            holds.pop().expect("an `end` has an `if`");
        } else if holds.iter().all(|holds| *holds) {
            let (value, rest) = evaluate(action, weights);
            assert_eq!(rest.trim(), "", "the expression {action} goes on");
            out.push_str(&value.to_string());
        }
        rest = after;
    }
    assert!(holds.is_empty(), "an `if` has no `end`");
    out.push_str(rest);
    out
}

/// The value of the function call or operand at the beginning of `text`, and what comes after it; true is 1.
fn evaluate<'t>(text: &'t str, weights: &[u32]) -> (u32, &'t str) {
    let text = text.trim_start();
    let end = text.find([' ', '(', ')']).unwrap_or(text.len());
    let (word, mut rest) = text.split_at(end);
    let mut arguments = Vec::new();
    while let Some(argument) = Some(rest.trim_start()).filter(|text| !text.is_empty() && !text.starts_with(')')) {
        if let Some(inner) = argument.strip_prefix('(') {
            let (value, after) = evaluate(inner, weights);
            arguments.push(value);
            rest = after.trim_start().strip_prefix(')').expect("a parenthesis is closed");
        } else {
            let end = argument.find([' ', ')']).unwrap_or(argument.len());
            let (operand, after) = argument.split_at(end);
            // The one variable there is stands for itself: `index` is called with it only.
            arguments.push(if operand == ".Weights" { 0 } else { operand.parse().expect("a number") });
            rest = after;
        }
    }
    let value = match (word, arguments.as_slice()) {
        ("index", [_, index]) => weights[*index as usize],
        ("gt", [left, right]) => u32::from(left > right),
        ("or", values) => values.iter().copied().find(|value| *value != 0).unwrap_or(0),
        ("not", [value]) => u32::from(*value == 0),
        _ => panic!("routemaps have no `{word}` of {} arguments", arguments.len()),
    };
    (value, rest)
}

//! The part of Go's template language that routemaps use, executed.
//!
//! The Iter8 controller executes routing templates with Go's `html/template` on the weights of the versions. Here are
//! `if`, `else`, `else if` and `end`; `index .Weights N` and whole numbers; the comparisons, `and`, `or` and `not`;
//! comments; and the trimming of spaces by `{{-` and `-}}`. Anything else is an error that names it.

/// The text that `template` makes of `weights`.
///
/// # Errors
/// What of the template is not known here, or wrong.
pub fn execute(template: &str, weights: &[u64]) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    // For each open `if`: whether its present branch is written, and whether one has been.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut rest = template;
    let mut trim = false;
    loop {
        let written = open.iter().all(|(now, _)| *now);
        let start = rest.find("{{");
        let text = start.map_or(rest, |start| &rest[..start]);
        let text = if trim { text.trim_start_matches(SPACES) } else { text };
        let Some(start) = start else {
            out.push_str(text);
            break;
        };
        let inner = &rest[start + 2..];
        // The dash is one of trimming only with a space beside it.
        let trims = inner.starts_with('-') && inner[1..].starts_with(SPACES);
        let text = if trims { text.trim_end_matches(SPACES) } else { text };
        if written {
            out.push_str(text);
        }
        let inner = if trims { &inner[1..] } else { inner };
        let end = inner.find("}}").ok_or_else(|| format!("the action `{{{{{}` has no end", first_line(inner)))?;
        let action = &inner[..end];
        rest = &inner[end + 2..];
        trim = action.ends_with('-') && action[..action.len() - 1].ends_with(SPACES);
        let action = if trim { &action[..action.len() - 1] } else { action }.trim_matches(SPACES);
        step(action, weights, &mut open, &mut out)?;
    }
    if open.is_empty() { Ok(out) } else { Err("an `if` has no `end`".into()) }
}

/// What Go counts as space there.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Executes one action.
fn step(action: &str, weights: &[u64], open: &mut Vec<(bool, bool)>, out: &mut String) -> Result<(), String> {
    let outside = "stands outside any `if`";
    let (word, rest) = action.split_once(SPACES).unwrap_or((action, ""));
    match word {
        _ if action.starts_with("/*") && action.ends_with("*/") => {}
        "if" => {
            // In a branch that is not written, nothing is computed; but the whole template is parsed.
            let holds = evaluate(rest, weights)? != 0;
            open.push((holds, holds));
        }
        "else" => {
            let last = open.last_mut().ok_or_else(|| format!("`else` {outside}"))?;
            let condition = rest.trim_matches(SPACES);
            let holds = match condition.strip_prefix("if").filter(|rest| rest.starts_with(SPACES)) {
                Some(condition) => evaluate(condition, weights)? != 0,
                None if condition.is_empty() => true,
                None => return Err(format!("`{{{{ {action} }}}}` is not known here")),
            };
            *last = (holds && !last.1, holds || last.1);
        }
        "end" if rest.is_empty() => {
            open.pop().ok_or_else(|| format!("`end` {outside}"))?;
        }
        _ => {
            let value = evaluate(action, weights)?;
            if open.iter().all(|(now, _)| *now) {
                out.push_str(&value.to_string());
            }
        }
    }
    Ok(())
}

/// The value of an expression; a condition is 1 or 0.
fn evaluate(expression: &str, weights: &[u64]) -> Result<u64, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let unknown = || format!("`{{{{ {} }}}}` is not known here", expression.trim_matches(SPACES));
    let mut parser = Parser { words: &words, weights, depth: 0 };
    let value = parser.call().ok_or_else(unknown)?.ok_or_else(|| {
        format!("`{}` asks for a weight that is not there: there are {}", expression.trim(), weights.len())
    })?;
    if parser.words.is_empty() { Ok(value) } else { Err(unknown()) }
}

struct Parser<'a> {
    words: &'a [&'a str],
    weights: &'a [u64],
    depth: usize,
}

/// A value, or none where a weight is asked for that is not there.
type Operand = Option<u64>;

impl Parser<'_> {
    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// A function and its arguments, or one operand; `None` where it is neither.
    fn call(&mut self) -> Option<Operand> {
        let word = *self.words.first()?;
        if !matches!(word, "index" | "gt" | "ge" | "lt" | "le" | "eq" | "ne" | "and" | "or" | "not") {
            return self.operand();
        }
        self.next()?;
        if word == "index" {
            if self.next()? != ".Weights" {
                return None;
            }
            let index = self.operand()?;
            return Some(index.and_then(|index| self.weights.get(usize::try_from(index).ok()?).copied()));
        }
        let mut arguments = Vec::new();
        while self.words.first().is_some_and(|word| *word != ")") {
            arguments.push(self.operand()?);
        }
        let known: Option<Vec<u64>> = arguments.iter().copied().collect();
        // `and` and `or` give one of their arguments, and stop at the one that decides.
        match (word, arguments.as_slice()) {
            ("and", [.., last]) => Some(arguments.iter().find(|value| **value == Some(0)).unwrap_or(last).to_owned()),
            ("or", [.., last]) => Some(arguments.iter().find(|value| **value != Some(0)).unwrap_or(last).to_owned()),
            ("not", [_]) => Some(known.and_then(|values| truth(values == [0]))),
            ("gt" | "ge" | "lt" | "le" | "eq" | "ne", [_, _]) => Some(known.and_then(|values| {
                truth(match word {
                    "gt" => values[0] > values[1],
                    "ge" => values[0] >= values[1],
                    "lt" => values[0] < values[1],
                    "le" => values[0] <= values[1],
                    "eq" => values[0] == values[1],
                    _ => values[0] != values[1],
                })
            })),
            _ => None,
        }
    }

    /// A number, or an expression in parentheses.
    fn operand(&mut self) -> Option<Operand> {
        match self.next()? {
            "(" => {
                self.depth += 1;
                // Deeper than any sensible condition; the parser calls itself.
                let value = if self.depth < 64 { self.call()? } else { return None };
                self.depth -= 1;
                (self.next()? == ")").then_some(value)
            }
            word if word.bytes().all(|b| b.is_ascii_digit()) => Some(Some(word.parse().ok()?)),
            _ => None,
        }
    }
}

fn truth(holds: bool) -> Operand {
    Some(u64::from(holds))
}

#[cfg(test)]
mod tests {
    use super::execute;

    #[test]
    fn spaces_are_trimmed_as_go_does() {
        let template = "a:\n{{- if gt (index .Weights 1) 0 }}\n- {{ index .Weights 0 }}\n{{- end }}\nb: {{ 7 -}}  \n c";
        assert_eq!(execute(template, &[3, 1]).unwrap(), "a:\n- 3\nb: 7c");
        assert_eq!(execute(template, &[3, 0]).unwrap(), "a:\nb: 7c");
    }

    #[test]
    fn conditions_nest() {
        let template = "{{ if and (or (gt (index .Weights 0) 0) (gt (index .Weights 1) 0)) (not (eq (index .Weights 2) 5)) }}x\
                        {{ else if gt (index .Weights 1) 0 }}y{{ else }}z{{ end }}{{/* a remark */}}";
        assert_eq!(execute(template, &[1, 0, 0]).unwrap(), "x");
        assert_eq!(execute(template, &[0, 1, 5]).unwrap(), "y");
        assert_eq!(execute(template, &[0, 0, 0]).unwrap(), "z");
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (template, word) in [
            ("{{ .Name }}", ".Name"),
            ("{{ range .Weights }}{{ end }}", "range"),
            ("{{ index .Weights 9 }}", "there are 2"),
            ("{{ if gt 1 0 }}", "no `end`"),
            ("{{ end }}", "outside"),
            ("a {{ b", "no end"),
            ("{{ gt 1 }}", "gt 1"),
        ] {
            let error = execute(template, &[1, 2]).unwrap_err();
            assert!(error.contains(word), "{template}: {error}");
        }
    }
}

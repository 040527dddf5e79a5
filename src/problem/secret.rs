//! Which lines of a text hold the data of a Secret, so that no message shows them. The text may be no right YAML, so that
//! lines are looked at, not a tree.

use std::ops::Range;

/// The lines, from 0, in which `data` or `stringData` of a Secret stands: below the key in block style, beside it in flow
/// style, and JSON as well.
pub fn lines(text: &str) -> Vec<Range<usize>> {
    if !text.contains("Secret") {
        return Vec::new();
    }
    let lines: Vec<Line<'_>> = text.lines().map(Line::of).collect();
    (0..lines.len()).filter(|at| holds_secret(&lines, *at)).map(|at| at..end(&lines, at)).collect()
}

/// Whether the data of a Secret begins in line `at`.
fn holds_secret(lines: &[Line<'_>], at: usize) -> bool {
    let line = &lines[at];
    line.has_string_data() || line.is_flow_secret() || line.holds_data() && is_secret(lines, at)
}

/// A line: where its text begins, dashes of lists and opening brackets left out, and what it is.
struct Line<'t> {
    /// Whether a map opens before the text.
    opens: bool,
    /// The column of the first dash, or else of the text.
    dash: usize,
    /// The column of the text; none of a line that is empty or a comment.
    text: Option<(usize, &'t str)>,
    /// Whether a document ends here.
    is_end: bool,
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        let text = line.trim_start_matches([' ', '\t', '-', '{', '[']);
        let (dash, column) = (line.len() - line.trim_start().len(), line.len() - text.len());
        let opens = line[..column].contains(['{', '[']);
        let is_end = ["---", "..."].iter().any(|mark| line.starts_with(mark));
        Self { opens, dash, text: (!text.is_empty() && !text.starts_with('#')).then_some((column, text)), is_end }
    }

    /// What follows `key`, where the line begins with it.
    fn value(&self, key: &str) -> Option<&'t str> {
        let (_, text) = self.text?;
        let text = text.strip_prefix(['"', '\'']).unwrap_or(text).strip_prefix(key)?;
        text.strip_prefix(['"', '\'']).unwrap_or(text).trim_start().strip_prefix(':')
    }

    /// Whether it has a key that only Secrets have, wherever in the line.
    fn has_string_data(&self) -> bool {
        self.text.is_some_and(|(_, text)| text.contains("stringData"))
    }

    fn holds_data(&self) -> bool {
        self.value("data").is_some()
    }

    fn is_of_secret(&self) -> bool {
        self.value("kind").is_some_and(names_secret)
    }

    /// Whether the line has a whole Secret, or its kind, in flow style.
    fn is_flow_secret(&self) -> bool {
        let Some((_, text)) = self.text.filter(|_| self.opens || !self.is_of_secret()) else { return false };
        text.match_indices("kind").any(|(at, word)| {
            let rest = text[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
            rest.strip_prefix(':').is_some_and(names_secret)
        })
    }
}

fn names_secret(value: &str) -> bool {
    value.trim_start().trim_start_matches(['"', '\'']).starts_with("Secret")
}

/// Whether the map that has a key in line `at` is a Secret.
fn is_secret(lines: &[Line<'_>], at: usize) -> bool {
    let Some((column, _)) = lines[at].text else { return false };
    let mut is_of_secret = lines[at].is_of_secret();
    // A map ends where a line, or the dash of an item, begins further left; what is further right is in the map.
    if lines[at].dash >= column {
        for line in lines[..at].iter().rev().take_while(|line| !line.is_end) {
            let Some((indent, _)) = line.text else { continue };
            is_of_secret |= indent == column && line.is_of_secret();
            if line.dash < column {
                break;
            }
        }
    }
    for line in lines[at + 1..].iter().take_while(|line| !line.is_end) {
        let Some((indent, _)) = line.text else { continue };
        if line.dash < column {
            break;
        }
        is_of_secret |= indent == column && line.is_of_secret();
    }
    is_of_secret
}

/// The line after those that belong to the key in line `at`.
fn end(lines: &[Line<'_>], at: usize) -> usize {
    let column = lines[at].text.map_or(0, |(column, _)| column);
    // What is no deeper is of the next key; a closing bracket is no harm.
    let deeper = lines[at + 1..].iter();
    let deeper = deeper.take_while(|line| !line.is_end && (line.text.is_none() || line.dash > column));
    at + 1 + deeper.count()
}

#[cfg(test)]
mod tests {
    use super::lines;

    /// The lines that hold a secret, each by what it says.
    fn secret(text: &str) -> Vec<&str> {
        let all: Vec<&str> = text.lines().collect();
        lines(text).into_iter().flatten().map(|at| all[at].trim()).collect()
    }

    #[test]
    fn data_of_secrets_is_found_wherever_it_stands() {
        let list = "a:\n- apiVersion: v1\n  kind: Secret\n  stringData:\n    p: |\n      one\n\n      two\n  metadata: {}\n\
                    - data:\n    q: x\n  kind: Secret\n- kind: ConfigMap\n  data:\n    r: y\n";
        assert_eq!(secret(list), ["stringData:", "p: |", "one", "", "two", "- data:", "q: x"]);
        let documents = "kind: ConfigMap\ndata:\n  a: b\n---\ndata: {p: x}\nkind: \"Secret\"\n";
        assert_eq!(secret(documents), ["data: {p: x}"]);
        assert_eq!(secret("- {kind: Secret,\n   data: {a: b}}\n- c\n"), ["- {kind: Secret,", "data: {a: b}}"]);
        let json = "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"p\": \"x\"\n  }\n}\n";
        assert_eq!(secret(json), ["\"data\": {", "\"p\": \"x\""]);
        let turned = "- {data: {a: b},\n   kind: Secret}\n- {kind: Secret,\n     data: {c: d}}\n- {stringData: {e: f},\n  kind: Secret}\n";
        assert_eq!(secret(turned), ["- {data: {a: b},", "- {kind: Secret,", "data: {c: d}}", "- {stringData: {e: f},"]);
        assert_eq!(
            secret("{\"kind\": \"Secret\", \"data\": {\"p\": \"x\"}}"),
            ["{\"kind\": \"Secret\", \"data\": {\"p\": \"x\"}}"]
        );
        assert_eq!(secret("kind: ConfigMap\ndata:\n  note: a Secret\n"), [""; 0]);
    }
}

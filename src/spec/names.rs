//! The rules that Kubernetes has for names, labels and namespaces.
//!
//! What they say is here once, with `%s` for what it is about: a chart says the same words when it is installed.

/// What is said of a name without a character.
pub const EMPTY: &str = "it is empty";
/// What is said of a text that is too long.
pub const TOO_LONG: &str = "it has %s characters; 63 is the most";
/// What is said of a character that no DNS label has.
pub const NOT_IN_DNS_LABEL: &str = "`%s` cannot stand in it; lower-case letters, digits and `-` can";
/// What is said of a character that no label value has.
pub const NOT_IN_LABEL: &str = "`%s` cannot stand in it; letters, digits, `-`, `_` and `.` can";
/// What is said of a text with such an edge.
pub const EDGES: &str = "it must begin and end with a letter or a digit";

/// `words` with `values` for each `%s` in turn.
pub fn filled(words: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut parts = words.split("%s");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |out, part| out + values.next().copied().unwrap_or_default() + part)
}

/// Why `text` is not a DNS-1123 label (what namespaces and most names must be); `None` if it is one.
pub fn dns_label(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(EMPTY.into());
    }
    if text.len() > 63 {
        return Some(filled(TOO_LONG, &[&text.chars().count().to_string()]));
    }
    if let Some(c) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Some(filled(NOT_IN_DNS_LABEL, &[&c.escape_default().to_string()]));
    }
    (text.starts_with('-') || text.ends_with('-')).then(|| EDGES.into())
}

/// Why `text` is not a label value; `None` if it is one.
pub fn label_value(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    qualified_part(text)
}

/// Why `text` is not a key of a label or an annotation (`[prefix/]name`); `None` if it is one.
pub fn qualified_name(text: &str) -> Option<String> {
    let name = match text.split_once('/') {
        None => text,
        Some((prefix, name)) => {
            if prefix.len() > 253 || prefix.split('.').any(|label| dns_label(label).is_some()) {
                return Some(format!("`{prefix}` before the `/` is not a DNS name"));
            }
            name
        }
    };
    if name.is_empty() { Some(EMPTY.into()) } else { qualified_part(name) }
}

fn qualified_part(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some(filled(TOO_LONG, &[&text.chars().count().to_string()]));
    }
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        return Some(filled(NOT_IN_LABEL, &[&c.escape_default().to_string()]));
    }
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (!edge(text.chars().next()) || !edge(text.chars().last())).then(|| EDGES.into())
}

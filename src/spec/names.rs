//! The rules that Kubernetes has for names, labels and namespaces.

/// Why `text` is no DNS-1123 label (what namespaces and most names must be); `None` if it is one.
pub fn dns_label(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".into());
    }
    if text.len() > 63 {
        return Some(format!("it has {} characters; 63 is the most", text.chars().count()));
    }
    if let Some(c) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Some(format!("`{}` cannot stand in it; lower-case letters, digits and `-` can", c.escape_default()));
    }
    (text.starts_with('-') || text.ends_with('-')).then(|| "it must begin and end with a letter or a digit".into())
}

/// Why `text` is no label value; `None` if it is one.
pub fn label_value(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    qualified_part(text)
}

/// Why `text` is no key of a label or an annotation (`[prefix/]name`); `None` if it is one.
pub fn qualified_name(text: &str) -> Option<String> {
    let name = match text.split_once('/') {
        None => text,
        Some((prefix, name)) => {
            if prefix.len() > 253 || prefix.split('.').any(|label| dns_label(label).is_some()) {
                return Some(format!("`{prefix}` before the `/` is no DNS name"));
            }
            name
        }
    };
    if name.is_empty() { Some("it is empty".into()) } else { qualified_part(name) }
}

fn qualified_part(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some(format!("it has {} characters; 63 is the most", text.chars().count()));
    }
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        return Some(format!("`{}` cannot stand in it; letters, digits, `-`, `_` and `.` can", c.escape_default()));
    }
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (!edge(text.chars().next()) || !edge(text.chars().last()))
        .then(|| "it must begin and end with a letter or a digit".into())
}

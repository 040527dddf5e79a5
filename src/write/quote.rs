//! Strings as YAML scalars that every parser in use reads as the same string.

use std::fmt::Write;

use crate::node::Scalar;
use crate::yaml::resolve;

/// Whether `text` may stand without quotes: helm and kubectl, and parsers of YAML 1.1 and 1.2, read it as itself.
///
/// This is stricter than any one of them. A text that begins with a digit or a sign is quoted, because some parser
/// takes it for a number, a date or an angle in base 60.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = matches!(bytes.first(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'_'));
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"/_.-:+@=,()$ ".contains(&b);
    starts
        && bytes.iter().all(|b| inner(*b))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && matches!(resolve::plain(text), Scalar::Str(_))
}

/// Appends `text` as a scalar of a plain YAML file.
pub fn push_scalar(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { push_quoted(text, false, out) }
}

/// Appends `text` in double quotes. With `template`, it may stand in a text that Go's html/template executes: no
/// character can begin an action or a tag.
pub fn push_quoted(text: &str, template: bool, out: &mut String) {
    out.push('"');
    push_escaped(text, template, out);
    out.push('"');
}

/// Appends what stands between the quotes.
pub fn push_escaped(text: &str, template: bool, out: &mut String) {
    for c in text.chars() {
        // Writing to a String cannot fail.
        let _ = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\t' => out.write_str("\\t"),
            '\r' => out.write_str("\\r"),
            '{' if template && out.ends_with('{') => out.write_str("\\x7b"),
            '<' if template => out.write_str("\\x3c"),
            // What YAML counts as unprintable, or as a line break.
            '\0'..='\x1f' | '\x7f' => write!(out, "\\x{:02x}", c as u32),
            '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                write!(out, "\\u{:04x}", c as u32)
            }
            _ => {
                out.push(c);
                Ok(())
            }
        };
    }
}

/// How a string of several lines may stand as a literal block: its header, or `None` where it must be quoted.
pub fn block_header(text: &str) -> Option<&'static str> {
    let first = text.chars().next()?;
    let printable = |c: char| {
        c == '\n'
            || c == '\t'
            || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
    };
    if !text.trim_end_matches('\n').contains('\n') && !text.ends_with('\n') {
        return None;
    }
    if first.is_whitespace() || !text.chars().all(printable) || text.ends_with("\n\n") {
        return None;
    }
    Some(if text.ends_with('\n') { "|" } else { "|-" })
}

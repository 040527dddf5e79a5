//! Strings as YAML scalars that every parser in use reads as the same string.

use std::fmt::Write;

use crate::yaml::resolve;

/// Whether `text` may stand without quotes: helm and kubectl, and parsers of YAML 1.1 and 1.2, read it as itself.
///
/// This is stricter than any one of them. A text that begins with a digit or a sign is quoted, because some parser
/// takes it for a number, a date or an angle in base 60; but not a quantity or a duration, such as `512Mi` and `1h30m`.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [first, .., last] = bytes else {
        return matches!(bytes, [b'/' | b'_' | b'a'..=b'm' | b'o'..=b'x' | b'z' | b'A'..=b'M' | b'O'..=b'X' | b'Z']);
    };
    let signs = bytes.iter().fold(0, |signs, byte| signs | SIGNS[usize::from(*byte)]);
    (first.is_ascii_alphabetic() || matches!(first, b'/' | b'_') || is_quantity(bytes))
        && !matches!(last, b':' | b' ')
        && signs & OTHER == 0
        && (signs != COLON | SPACE || !text.contains(": "))
        // The words that mean something else are short.
        && (bytes.len() > 5 || resolve::is_text(text))
}

/// Whether `bytes` are digits and letters by turns that no parser takes for a number: it would have to be one in
/// exponential form, or in base 2, 8 or 16, whose letter comes first.
fn is_quantity(bytes: &[u8]) -> bool {
    let unit = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let (number, rest) = bytes.split_at(unit);
    let [unit, ..] = rest else { return false };
    !number.is_empty()
        && !matches!(unit, b'e' | b'E' | b'_')
        && (number != b"0" || !matches!(unit, b'x' | b'X' | b'o' | b'O' | b'b' | b'B'))
        && rest.iter().all(u8::is_ascii_alphanumeric)
        && rest.last().is_some_and(u8::is_ascii_alphabetic)
}

/// What a plain scalar may have, but not together.
const COLON: u8 = 1;
const SPACE: u8 = 2;
/// What it may not have.
const OTHER: u8 = 4;

/// What a byte is in a plain scalar; 0 for those that never matter.
const SIGNS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b':' => COLON,
            b' ' => SPACE,
            b'/' | b'_' | b'.' | b'-' | b'+' | b'@' | b'=' | b',' | b'(' | b')' | b'$' => 0,
            c if c.is_ascii_alphanumeric() => 0,
            _ => OTHER,
        };
        byte += 1;
    }
    table
};

/// Appends `text` as a scalar of a plain YAML file.
pub fn push_scalar(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { push_quoted(text, Preprocessor::None, out) }
}

/// What processes a text before a YAML parser does, and so must not find its own signs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preprocessor {
    /// Nothing.
    None,
    /// Helm: nothing may begin an action.
    Helm,
    /// Go's html/template, and maybe Helm before it: nothing may begin an action or a tag.
    Html,
}

/// Appends `text` in double quotes.
pub fn push_quoted(text: &str, preprocessor: Preprocessor, out: &mut String) {
    out.push('"');
    push_escaped(text, preprocessor, out);
    out.push('"');
}

/// Appends what stands between the quotes.
pub fn push_escaped(text: &str, preprocessor: Preprocessor, out: &mut String) {
    let mut rest = text;
    loop {
        // Nearly all texts are one such run.
        let run = rest.bytes().position(|byte| !ORDINARY[usize::from(byte)]).unwrap_or(rest.len());
        out.push_str(&rest[..run]);
        rest = &rest[run..];
        let Some(c) = rest.chars().next() else { break };
        push_escaped_char(c, preprocessor, out);
        rest = &rest[c.len_utf8()..];
    }
}

fn push_escaped_char(c: char, preprocessor: Preprocessor, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match c {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\t' => out.write_str("\\t"),
        '\r' => out.write_str("\\r"),
        '{' if preprocessor != Preprocessor::None && out.ends_with('{') => out.write_str("\\x7b"),
        '<' if preprocessor == Preprocessor::Html => out.write_str("\\x3c"),
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

/// The bytes that stand between quotes as they are, whatever reads them.
const ORDINARY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b' ';
    while byte < 0x7f {
        table[byte as usize] = !matches!(byte, b'"' | b'\\' | b'{' | b'<');
        byte += 1;
    }
    table
};

/// How a string of several lines may stand as a literal block: its header, or `None` where it must be quoted.
pub fn block_header(text: &str) -> Option<&'static str> {
    if !text.as_bytes().contains(&b'\n') {
        return None;
    }
    let first = text.chars().next()?;
    // A block is indented as its first line is, and its header would have to keep the empty lines at its end.
    if first.is_whitespace() || !text.chars().all(stands_in_block) || text.ends_with("\n\n") {
        return None;
    }
    Some(if text.ends_with('\n') { "|" } else { "|-" })
}

/// Whether every parser reads `c` in a literal block as itself.
fn stands_in_block(c: char) -> bool {
    let is_special = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    matches!(c, '\n' | '\t') || !(c.is_control() || is_special)
}

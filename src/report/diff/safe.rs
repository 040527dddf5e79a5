//! Text that someone else wrote, made harmless for where it goes.
//!
//! What is compared is not trusted: a pull request may be anybody's. On a terminal and in a comment nothing of it may
//! be more than text, and what is shown must be what is there.

use std::fmt::Write;

/// Appends `text` with every character that is not seen, or that changes how others are seen, as its escape in YAML.
/// Line breaks are among them.
pub fn push_visible(text: &str, out: &mut String) {
    for c in text.chars() {
        if !is_unseen(c) {
            out.push(c);
            continue;
        }
        // Writing to a String cannot fail.
        let _ = match (c, u32::from(c)) {
            ('\n', _) => out.write_str("\\n"),
            ('\t', _) => out.write_str("\\t"),
            ('\r', _) => out.write_str("\\r"),
            (_, code @ 0..=0xff) => write!(out, "\\x{code:02x}"),
            (_, code @ 0..=0xffff) => write!(out, "\\u{code:04x}"),
            (_, code) => write!(out, "\\U{code:08x}"),
        };
    }
}

/// As [`push_visible`].
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_visible(text, &mut out);
    out
}

/// As [`visible`], but line breaks and tabs stay.
pub fn visible_lines(text: &str) -> String {
    if !text.contains(|c| is_unseen(c) && c != '\n' && c != '\t') {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        out.push_str(if i > 0 { "\n" } else { "" });
        for (i, part) in line.split('\t').enumerate() {
            out.push_str(if i > 0 { "\t" } else { "" });
            push_visible(part, &mut out);
        }
    }
    out
}

/// Controls, marks of direction, characters without width, and those that only pretend to be a space or nothing: of
/// the Unicode categories Cc, Cf and Zl, Zp, and the fillers that fonts leave blank.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` as a code span of Markdown: between more backticks than it has in a row.
pub fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// `text` as code in a cell of a Markdown table, where a `|` ends the cell even inside backticks.
pub fn cell(text: &str) -> String {
    if !text.contains('|') {
        return code(text);
    }
    // Inside tags Markdown is still read, so that no character may mean anything to it.
    format!("<code>{}</code>", entities(text, |c| c.is_alphanumeric() || c == ' '))
}

/// `text` as words of a sentence, if it is nothing but words; else as code. Space at its ends stays.
pub fn prose(text: &str) -> String {
    // These become links, or a note in another thread, without any sign around them.
    let linked = ["://", "www.", "GH-"].iter().any(|begin| text.contains(begin));
    if text.chars().all(|c| c.is_alphanumeric() || " .,:;()%→–'/+-".contains(c)) && !linked {
        return text.to_string();
    }
    let inner = text.trim();
    let (before, after) = (text.len() - text.trim_start().len(), text.trim_end().len());
    if inner.is_empty() {
        return " ".into();
    }
    let [before, after] = [before > 0, after < text.len()].map(|has_space| if has_space { " " } else { "" });
    format!("{before}{}{after}", code(inner))
}

/// `text` as code inside a block of HTML, which no Markdown is read in.
pub fn html(text: &str) -> String {
    let escaped = entities(text, |c| !c.is_ascii() || c.is_ascii_alphanumeric() || " /-,.:_=()+~".contains(c));
    format!("<code>{escaped}</code>")
}

/// `text` with every character but those that are `plain` as an entity.
fn entities(text: &str, plain: impl Fn(char) -> bool) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if plain(c) {
            out.push(c);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "&#{};", u32::from(c));
        }
    }
    out
}

/// A fence for a block of Markdown that holds `text`: longer than any in it.
pub fn fence(text: &str) -> String {
    "`".repeat((longest_run(text, '`') + 1).max(3))
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// JSON with what is not seen as escapes. Outside of strings there is none of it but line breaks.
pub fn json(json: String) -> String {
    if !json.contains(|c| c != '\n' && is_unseen(c)) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_unseen(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_is_left() {
        assert_eq!(visible("a\u{202e}b\u{1b}[0m\u{9b}\n\u{e0041}é漢🚀"), "a\\u202eb\\x1b[0m\\x9b\\n\\U000e0041é漢🚀");
        assert_eq!(visible_lines("a\n\tb\u{200b}\r\n"), "a\n\tb\\u200b\\r\n");
    }

    #[test]
    fn a_span_is_longer_than_what_it_holds() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code(""), "`  `");
        assert_eq!(fence("x\n````yaml\n"), "`````");
        assert_eq!(cell("a|b"), "<code>a&#124;b</code>");
        assert_eq!(prose(" and 20 % → 50 %, "), " and 20 % → 50 %, ");
        assert_eq!(prose(" and @octocat "), " `and @octocat` ");
        assert_eq!(html("</code> a.b"), "<code>&#60;/code&#62; a.b</code>");
    }
}

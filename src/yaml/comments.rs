//! The comments of a text, for those who write it anew.

use granit_parser::{Event, Parser, options};

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where its `#` stands, in bytes from the beginning of the text.
    pub start: usize,
    /// What follows the `#`, to the end of the line.
    pub text: String,
    /// Whether nothing else is on its line.
    pub alone: bool,
}

/// The comments of `text`, in their order; as far as the text is YAML.
pub fn comments(text: &str) -> Vec<Comment> {
    if !text.contains('#') {
        return Vec::new();
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let mut found = Vec::new();
    for next in Parser::new_from_str_with_options(body, options! { emit_comments: true }) {
        let Ok((event, span)) = next else { break };
        if let (Event::Comment(comment, _), Some(range)) = (event, span.byte_range()) {
            let before = &body[..range.start];
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let alone = before[line..].trim().is_empty();
            found.push(Comment { start: offset + range.start, text: comment.trim_end().into(), alone });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_what_the_parser_takes_for_one() {
        let found = comments("# one\na: \"# no\" # two\nb: |\n  # no\nc: 1\n");
        let found: Vec<(&str, bool)> = found.iter().map(|comment| (comment.text.as_str(), comment.alone)).collect();
        assert_eq!(found, [(" one", true), (" two", false)]);
    }
}

//! The comments of a text, for those who write it anew.

use std::ops::Range;

use granit_parser::Event;

use super::events::events;

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
    let mut found = Vec::new();
    let mut take = |event: Event<'_>, range: Range<usize>| {
        if let Event::Comment(comment, _) = event {
            let line = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
            let before = text[line..range.start].trim_start_matches('\u{feff}');
            found.push(Comment {
                start: range.start,
                text: comment.trim_end().into(),
                alone: before.trim().is_empty(),
            });
        }
        true
    };
    // What is no YAML has been said where it was loaded.
    let _ = events(text, true, &mut take);
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

//! The comments of a text, for those who write it anew.

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
    let mut comments = Vec::new();
    // Where the text is not YAML, whoever loaded it has reported that.
    let _ = events(text, true, &mut |event, range| {
        if let Event::Comment(comment, _) = event {
            comments.push(comment_at(text, &comment, range.start));
        }
        true
    });
    comments
}

fn comment_at(text: &str, comment: &str, start: usize) -> Comment {
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let before = text[line..start].trim_start_matches('\u{feff}');
    Comment { start, text: comment.trim_end().into(), alone: before.trim().is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_what_the_parser_takes_for_one() {
        let comments = comments("# one\na: \"# no\" # two\nb: |\n  # no\nc: 1\n");
        let comments: Vec<(&str, bool)> =
            comments.iter().map(|comment| (comment.text.as_str(), comment.alone)).collect();
        assert_eq!(comments, [(" one", true), (" two", false)]);
    }
}

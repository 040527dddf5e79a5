//! What the parser finds in a text, one after the other.

use std::ops::Range;

use granit_parser::{Event, Parser, options};

use super::MAX_DEPTH;

/// Why a text is not YAML.
#[derive(Debug)]
pub struct SyntaxError {
    /// The parser's reason.
    pub reason: String,
    /// The bytes where it found that; none at the end.
    pub at: Range<usize>,
}

/// Gives `take` each event of `text` with the bytes that it stands at, until it says false. Those of comments are left
/// out unless they are asked for.
///
/// # Errors
/// Where and why `text` is not YAML, or nests too deep.
pub fn events(
    text: &str,
    emit_comments: bool,
    take: &mut dyn FnMut(Event<'_>, Range<usize>) -> bool,
) -> Result<(), SyntaxError> {
    // A byte order mark is not part of the document.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let options = options! {
        emit_comments: emit_comments,
        block_nesting_limit: MAX_DEPTH + 2,
        flow_nesting_limit: MAX_DEPTH + 2,
    };
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().map_or(text.len(), |at| at + offset).min(text.len());
            SyntaxError { reason: error.info().to_string(), at: at..(at + 1).min(text.len()) }
        })?;
        let range = span.byte_range().unwrap_or(0..0);
        if !take(event, range.start + offset..range.end + offset) {
            break;
        }
    }
    Ok(())
}

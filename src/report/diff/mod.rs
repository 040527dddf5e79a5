//! What a change does, as people, programs and code review read it: one function an output format.

mod budget;
mod json;
mod markdown;
mod overview;
mod plain;
pub mod safe;
mod sarif;
mod unified;
mod words;

pub use json::{DiffDocument, json, parse};
pub use markdown::{LIMIT, MARKER, markdown};
pub use plain::plain;
pub use sarif::sarif;
pub use unified::{file_heading, text, unified};

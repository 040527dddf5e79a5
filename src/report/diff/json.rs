//! A comparison as JSON, for programs: docs/diff.md tells of the format.

use super::safe::is_unseen;
use crate::diff::{Diff, to_node};
use crate::write;

/// The comparison as one JSON document.
pub fn json(diff: &Diff) -> String {
    escaped(write::json(&to_node(diff)))
}

/// `json` with what is not seen as escapes. Outside of strings there is none of it but line breaks.
fn escaped(json: String) -> String {
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

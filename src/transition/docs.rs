//! The documentation of the checks, as users read it.

use std::fmt::Write;

use super::RULES;

/// `docs/transitions.md`.
pub fn page() -> String {
    let mut out = String::from(include_str!("intro.md"));
    out.push_str("\n## The checks\n\n| check | severity | says |\n|---|---|---|\n");
    // Writing to a String cannot fail.
    for rule in RULES {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} | {2} |", rule.id, rule.severity.word(), rule.summary);
    }
    for rule in RULES {
        out.push_str(&rule.about().section("What to do instead"));
    }
    out
}

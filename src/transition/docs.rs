//! The documentation of the checks, as users read it.

use std::fmt::Write;

use super::{RULES, Rule};

/// One line a check.
pub fn list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &&Rule| format!("{:width$}  {:7}  {}\n", rule.id, rule.severity.word(), rule.summary);
    RULES.iter().map(line).collect()
}

/// All about one check.
pub fn explain(rule: &Rule) -> String {
    format!(
        "{} ({})\n{}\n\nLooks at\n  {}\n\nWhy\n  {}\n\nWhat to do instead\n  {}\n",
        rule.id,
        rule.severity.word(),
        rule.summary,
        rule.what,
        rule.why,
        rule.how
    )
}

/// `docs/transitions.md`.
pub fn page() -> String {
    let mut out = String::from(include_str!("intro.md"));
    out.push_str("\n## The checks\n\n| check | severity | says |\n|---|---|---|\n");
    // Writing to a String cannot fail.
    for rule in RULES {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} | {2} |", rule.id, rule.severity.word(), rule.summary);
    }
    for rule in RULES {
        let _ = write!(
            out,
            "\n## {}\n\n{}.\n\n**Looks at:** {}\n\n**Why:** {}\n\n**What to do instead:** {}\n",
            rule.id,
            capitalized(rule.summary),
            rule.what,
            rule.why,
            rule.how
        );
    }
    out
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

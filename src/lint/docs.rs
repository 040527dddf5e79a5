//! The documentation of the rules, as users read it.

use std::fmt::Write;

use super::{RULES, Rule};

/// One line a rule.
pub fn list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &&Rule| format!("{:width$}  {:7}  {}\n", rule.id, rule.severity.word(), rule.summary);
    RULES.iter().map(line).collect()
}

/// All about one rule.
pub fn explain(rule: &Rule) -> String {
    format!(
        "{} ({})\n{}\n\nLooks at\n  {}\n\nWhy\n  {}\n\nHow to mend it\n  {}\n",
        rule.id,
        rule.severity.word(),
        rule.summary,
        rule.what,
        rule.why,
        rule.how
    )
}

/// `docs/lints.md`.
pub fn page() -> String {
    let mut out = String::from(
        "# Lints\n\n<!-- Written from src/lint/rules by `BLESS=1 cargo test lints`. -->\n\n\
         `helmwright lint` looks at all objects of a release together, and says what a cluster would refuse, or silently\n\
         ignore. `--rule ID=off|warn|error` turns a rule off or changes its severity; `--explain ID` prints what stands here.\n\
         *server* marks rules that a Kubernetes API server with the CRDs checks by itself; what the others say, no API server\n\
         tells you before it happens.\n\n| rule | severity | says |\n|---|---|---|\n",
    );
    // Writing to a String cannot fail.
    for rule in RULES {
        let server = if rule.checked_by_server { ", server" } else { "" };
        let _ = writeln!(out, "| [{0}](#{0}) | {1}{server} | {2} |", rule.id, rule.severity.word(), rule.summary);
    }
    for rule in RULES {
        out.push_str(&rule.about().section("How to mend it"));
    }
    out
}

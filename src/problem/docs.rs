//! The documentation of the codes, as users read it.

use std::fmt::Write;

use super::Code;

/// All about one code.
pub fn explain(code: Code) -> String {
    let example = code.example().lines().map(|line| format!("  {line}\n")).collect::<String>();
    format!(
        "{} (error)\n{}\n\nWhy\n  {}\n\nHow to mend it\n  {}\n\nExample\n{example}",
        code.id(),
        code.title(),
        code.why(),
        code.how()
    )
}

/// `docs/errors.md`.
pub fn page() -> String {
    let mut out = String::from(
        "# Errors\n\n<!-- Written from src/problem/codes by `BLESS=1 cargo test errors`. -->\n\n\
         Each problem is printed with a code, which stays what it is where its words change. `helmwright explain CODE` prints\n\
         what stands here, and what [docs/lints.md](lints.md) and [docs/transitions.md](transitions.md) say of the rules.\n\n\
         | code | says |\n|---|---|\n",
    );
    // Writing to a String cannot fail.
    for code in Code::all() {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} |", code.id(), code.title());
    }
    for code in Code::all() {
        let _ = write!(
            out,
            "\n## {}\n\n{}.\n\n**Why:** {}\n\n**How to mend it:** {}\n\n```text\n{}\n```\n",
            code.id(),
            sentence(code.title()),
            code.why(),
            code.how(),
            code.example()
        );
    }
    out
}

/// `text` with a capital letter at its beginning.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

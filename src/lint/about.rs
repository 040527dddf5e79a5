//! What a rule says of itself, whatever it looks at.

use super::Severity;

/// The documentation of a rule.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name.
    pub id: &'static str,
    /// How bad its findings are, unless the user says otherwise.
    pub severity: Severity,
    /// What it says, in one line.
    pub summary: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why that is wrong, and who says so.
    pub why: &'static str,
    /// What to do.
    pub how: &'static str,
}

impl About {
    /// Its section in a page of Markdown, where `heading` is what stands before what to do.
    pub fn section(&self, heading: &str) -> String {
        let Self { id, summary, what, why, how, .. } = self;
        let mut chars = summary.chars();
        let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
        let rest = chars.as_str();
        format!("\n## {id}\n\n{first}{rest}.\n\n**Looks at:** {what}\n\n**Why:** {why}\n\n**{heading}:** {how}\n")
    }
}

//! The documentation of rules, as users read it.

use std::fmt::Write;

use super::{Rule, RuleSet};

impl<Check> RuleSet<Check> {
    /// One line a rule.
    pub fn list(&self) -> String {
        let width = self.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        self.iter().map(|rule| format!("{:width$}  {:7}  {}\n", rule.id, rule.severity.word(), rule.summary)).collect()
    }

    /// All about one rule.
    pub fn explain(&self, rule: &Rule) -> String {
        let Rule { id, severity, summary, what, why, how, .. } = rule;
        let (severity, remedy) = (severity.word(), self.remedy);
        format!("{id} ({severity})\n{summary}\n\nLooks at\n  {what}\n\nWhy\n  {why}\n\n{remedy}\n  {how}\n")
    }

    /// A page of Markdown: `intro`, a row for each rule in the table that `intro` ends with the head of, and a section
    /// for each rule.
    pub fn page(&self, intro: &str) -> String {
        let mut page = intro.to_string();
        // Writing to a String cannot fail.
        for rule in self.iter() {
            let server = if rule.checked_by_server { ", server" } else { "" };
            let _ = writeln!(page, "| [{0}](#{0}) | {1}{server} | {2} |", rule.id, rule.severity.word(), rule.summary);
        }
        for rule in self.iter() {
            let Rule { id, summary, what, why, how, .. } = rule;
            let (summary, remedy) = (capitalized(summary), self.remedy);
            let _ = write!(
                page,
                "\n## {id}\n\n{summary}.\n\n**Looks at:** {what}\n\n**Why:** {why}\n\n**{remedy}:** {how}\n"
            );
        }
        page
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

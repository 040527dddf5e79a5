//! Severities that a user gives rules in place of their own.

use std::collections::BTreeMap;

use super::{About, Severity};
use crate::problem::{Code, Problem};

/// Severities other than the rules' own, by rule.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<&'static str, Option<Severity>>);

impl Levels {
    /// Takes one `ID=off|warn|error`; `find` finds the rule, and messages call it `what`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set(
        &mut self,
        text: &str,
        what: &str,
        find: impl FnOnce(&str) -> Result<About, Problem>,
    ) -> Result<(), Problem> {
        let (id, level) = text.split_once('=').unwrap_or((text, ""));
        let rule = find(id)?;
        let level = match level {
            "off" => None,
            "warn" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            _ => {
                let problem = Problem::new(Code::UNKNOWN_VALUE, format!("`{text}` gives no level to the {what}"));
                return Err(problem.help(format!("write `{id}=off`, `{id}=warn` or `{id}=error`")));
            }
        };
        self.0.insert(rule.id, level);
        Ok(())
    }

    /// The severity of what a rule finds; `None` where it is off.
    pub fn of(&self, rule: &About) -> Option<Severity> {
        self.0.get(rule.id).copied().unwrap_or(Some(rule.severity))
    }
}

//! Severities that a user gives rules in place of the documented ones.

use std::collections::BTreeMap;

use super::{Rule, RuleSet, Severity};
use crate::problem::{Code, Problem};

/// The user's severities by rule; `None` turns a rule off.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<&'static str, Option<Severity>>);

impl Levels {
    /// Takes one `ID=off|warn|error` for one of `rules`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set<Check>(&mut self, text: &str, rules: &RuleSet<Check>) -> Result<(), Problem> {
        let (id, level) = text.split_once('=').unwrap_or((text, ""));
        let rule = rules.find(id)?;
        let level = match level {
            "off" => None,
            "warn" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            _ => {
                let problem = Problem::new(
                    Code::INVALID_ARGUMENT,
                    format!("`{text}` does not set the {} to a level", rules.noun),
                );
                return Err(problem.help(format!("write `{id}=off`, `{id}=warn` or `{id}=error`")));
            }
        };
        self.0.insert(rule.id, level);
        Ok(())
    }

    /// The severity of what a rule finds; `None` where it is off.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        self.0.get(rule.id).copied().unwrap_or(Some(rule.severity))
    }
}

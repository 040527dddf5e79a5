//! Rules, whatever they look at: what a rule says of itself, what it reports, how a user turns it off.
//!
//! A kind of rule is a [`RuleSet`]: the rules and, for each, the check that looks for what the rule says. Everything else
//! is here, once for all kinds: their documentation, the levels that users give them, and their findings.

mod docs;
mod finding;
mod findings;
mod levels;
mod locate;

pub use finding::{Finding, Moment};
pub use findings::Findings;
pub use levels::Levels;
pub use locate::{Position, locate};

use serde::{Deserialize, Serialize};

use crate::objects::Objects;
use crate::problem::{Code, Problem};
use crate::spec::suggest::nearest;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, but hardly as it was meant.
    Warning,
    /// Something refuses it, ignores it, or fails.
    Error,
}

impl Severity {
    /// Its word in messages and outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl From<Severity> for miette::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which `--rule` and outputs use; that of its file, with dashes.
    pub id: &'static str,
    /// How bad its findings are, unless the user says otherwise.
    pub severity: Severity,
    /// Whether a Kubernetes API server that knows the CRDs refuses by itself what the rule finds.
    pub checked_by_server: bool,
    /// What it says, in one line.
    pub summary: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why that is wrong, and who says so.
    pub why: &'static str,
    /// What to do about it.
    pub how: &'static str,
}

/// All rules of one kind.
#[derive(Debug)]
pub struct RuleSet<Check: 'static> {
    /// What messages call one of them.
    pub noun: &'static str,
    /// Where they are listed: help for a user who names one that is not there.
    pub listed: &'static str,
    /// The heading of what to do about a finding.
    pub remedy: &'static str,
    /// The rules in the order of the documentation, each with the check that reports what it says.
    pub checks: &'static [(&'static Rule, Check)],
}

impl<Check> RuleSet<Check> {
    /// The rules in the order of the documentation.
    pub fn iter(&self) -> impl Iterator<Item = &'static Rule> {
        self.checks.iter().map(|(rule, _)| *rule)
    }

    /// The place of `rule` in this order.
    pub fn position(&self, rule: &Rule) -> usize {
        self.iter().position(|listed| listed.id == rule.id).unwrap_or_default()
    }

    /// The rule called `id`.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, id: &str) -> Result<&'static Rule, Problem> {
        self.iter().find(|rule| rule.id == id).ok_or_else(|| {
            let problem = Problem::new(Code::NO_SUCH_RULE, format!("there is no {} `{id}`", self.noun));
            match nearest(id, self.iter().map(|rule| rule.id)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(self.listed),
            }
        })
    }

    /// What the rules find that `levels` leaves on, rule by rule. `run` runs a check, and `objects` are those that findings
    /// are about.
    pub fn run<'a>(
        &self,
        levels: &Levels,
        objects: &'a Objects,
        mut run: impl FnMut(&Check, &mut Findings<'a>),
    ) -> Vec<Finding> {
        let mut all = Vec::new();
        for (rule, check) in self.checks {
            if let Some(severity) = levels.severity(rule) {
                let mut findings = Findings::new(rule, severity, objects);
                run(check, &mut findings);
                all.extend(findings.into_list());
            }
        }
        all
    }
}

/// The files of this folder as modules, and their rules as `CHECKS`, in the order given.
macro_rules! rule_files {
    ($check:ty: $($name:ident),* $(,)?) => {
        $(mod $name;)*

        const CHECKS: &[(&$crate::rules::Rule, $check)] = &[$((&$name::RULE, $name::check)),*];
    };
}
pub(crate) use rule_files;

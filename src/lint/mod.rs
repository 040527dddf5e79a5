//! What a cluster would refuse, or silently ignore, said before merge.
//!
//! A [`Rule`] looks at all objects of a release at once, since most of what goes wrong goes wrong between objects, and
//! reports the very node that is wrong; where that node stands in the user's file is worked out only for what is
//! reported. One rule is one file in `rules/`, with its documentation in it: `docs/lints.md`, `helmwright lint
//! --explain` and the SARIF output are made from there.

mod about;
mod context;
mod docs;
mod finding;
mod levels;
mod rules;
mod schema;
pub(crate) mod view;

pub use about::About;
pub use context::Context;
pub use docs::{explain, list, page};
pub(crate) use finding::locate;
pub use finding::{Finding, Findings};
pub use levels::Levels;
pub use rules::RULES;
pub use schema::Crds;

use crate::objects::Objects;
use crate::problem::{Code, Problem};
use crate::spec::suggest::nearest;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but hardly as it was meant.
    Warning,
    /// Something refuses it, or ignores it.
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
    /// Whether a Kubernetes API server that knows the CRDs refuses such an object by itself.
    pub checked_by_server: bool,
    /// What it says, in one line.
    pub summary: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why that is wrong, and who says so.
    pub why: &'static str,
    /// How to mend it.
    pub how: &'static str,
    /// Looks at the objects.
    pub check: for<'a> fn(&Context<'a>, &mut Findings<'a>),
}

impl Rule {
    /// What it says of itself.
    pub fn about(&self) -> About {
        let Self { id, severity, summary, what, why, how, .. } = *self;
        About { id, severity, summary, what, why, how }
    }
}

/// What the user asks for.
#[derive(Debug, Default)]
pub struct Settings {
    levels: Levels,
    /// The CRDs to validate objects against.
    pub crds: Crds,
    /// Registries whose images need a pull secret, besides those of the spec.
    pub private_registries: Vec<String>,
}

impl Settings {
    /// Takes one `ID=off|warn|error`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set(&mut self, text: &str) -> Result<(), Problem> {
        self.levels.set(text, "rule", |id| rule(id).map(Rule::about))
    }
}

/// The rule called `id`.
///
/// # Errors
/// There is none.
pub fn rule(id: &str) -> Result<&'static Rule, Problem> {
    RULES.iter().copied().find(|rule| rule.id == id).ok_or_else(|| {
        let problem = Problem::new(Code::NO_SUCH_RULE, format!("there is no rule `{id}`"));
        match nearest(id, RULES.iter().map(|rule| rule.id)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("`helmwright lint --list` lists them"),
        }
    })
}

/// All findings of all rules that are on, object by object.
pub fn lint(objects: &Objects, settings: &Settings) -> Vec<Finding> {
    let context = Context::new(objects, settings);
    let mut findings = Findings::new(objects);
    for rule in RULES {
        if let Some(severity) = settings.levels.of(&rule.about()) {
            findings.of(rule, severity);
            (rule.check)(&context, &mut findings);
        }
    }
    findings.into_list()
}

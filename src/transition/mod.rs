//! What can go wrong on the way from one state of a release to the next, said before merge.
//!
//! A [`Rule`] looks at both states at once. Some compare them; others walk through the delivery step by step and ask, at
//! each moment, who answers each kind of request ([`gaps`]). One rule is one file in `rules/`, with its documentation in it:
//! `docs/transitions.md` is made from there.
//!
//! Each finding says which commits would be safe in place of this one; [`crate::fix_plan`] writes them.

pub mod context;
mod docs;
mod finding;
mod gaps;
mod islands;
mod rules;
mod state;

pub use crate::delivery::steps::Step;
pub use context::Context;
pub use docs::page;
pub use finding::{Finding, Findings, Moment};
pub use gaps::{Gap, What, gaps};
pub use rules::RULES;
pub use state::Failure;

use crate::delivery::Delivery;
use crate::impact::{Change, Side};
use crate::lint::{About, Levels, Severity};
use crate::node::FromNode;
use crate::problem::{Code, Problem};
use crate::spec::suggest::nearest;

/// One thing that can go wrong on the way.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which outputs use; that of its file, with dashes.
    pub id: &'static str,
    /// How bad its findings are, unless the user says otherwise.
    pub severity: Severity,
    /// What it says, in one line.
    pub summary: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why that is wrong, and who says so.
    pub why: &'static str,
    /// What to do instead.
    pub how: &'static str,
    /// Looks at both states.
    pub check: for<'a> fn(&Context<'a>, &mut Findings<'a>),
}

impl Rule {
    /// What it says of itself.
    pub fn about(&self) -> About {
        let Self { id, severity, summary, what, why, how, .. } = *self;
        About { id, severity, summary, what, why, how }
    }
}

/// What the checks go by.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Who brings the change into the cluster; `kubectl apply`, where nobody is known.
    pub delivery: Option<Delivery>,
    /// The most percent points that a version's share may change by.
    pub max_step: Option<u64>,
    levels: Levels,
}

impl Settings {
    /// What the spec of the new side says.
    pub fn of(new: Side<'_>) -> Self {
        let Some(rendered) = new.rendered else { return Self::default() };
        let max_step = u64::from_node(rendered.spec.get(&["application", "maxStep"]));
        Self { delivery: rendered.plan.delivery, max_step, levels: Levels::default() }
    }

    /// Takes one `ID=off|warn|error`.
    ///
    /// # Errors
    /// There is no such rule or level.
    pub fn set(&mut self, text: &str) -> Result<(), Problem> {
        self.levels.set(text, "check", |id| rule(id).map(Rule::about))
    }
}

/// The rule called `id`.
///
/// # Errors
/// There is none.
pub fn rule(id: &str) -> Result<&'static Rule, Problem> {
    RULES.iter().copied().find(|rule| rule.id == id).ok_or_else(|| {
        let problem = Problem::new(Code::NO_SUCH_RULE, format!("there is no transition check `{id}`"));
        match nearest(id, RULES.iter().map(|rule| rule.id)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("docs/transitions.md lists them"),
        }
    })
}

/// What can go wrong between `old` and `new`, as the new side's spec has it delivered; the worst comes first.
pub fn check(old: Side<'_>, new: Side<'_>) -> Vec<Finding> {
    check_with(&Change::new(old, new), old, new, &Settings::of(new))
}

/// What can go wrong on the way of `change`, which is that from `old` to `new`; the worst comes first.
pub fn check_with(change: &Change<'_>, old: Side<'_>, new: Side<'_>, settings: &Settings) -> Vec<Finding> {
    let context = Context::new(change, old, new, settings);
    let mut findings = Findings::new(&context);
    for rule in RULES {
        if let Some(severity) = settings.levels.of(&rule.about()) {
            findings.of(rule, severity);
            (rule.check)(&context, &mut findings);
        }
    }
    findings.into_list()
}

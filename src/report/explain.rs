//! What the names in brackets mean that problems and findings are printed with.

use crate::problem::{Code, Problem, docs};
use crate::rules::Rule;
use crate::spec::suggest::nearest;
use crate::{lint, transition};

/// Something that has a name to look up.
#[derive(Clone, Copy)]
enum Subject {
    /// A kind of mistake in the input.
    Problem(Code),
    Lint(&'static Rule),
    Transition(&'static Rule),
}

impl Subject {
    fn all() -> impl Iterator<Item = Self> {
        groups().into_iter().flat_map(|(_, subjects)| subjects)
    }

    fn id(self) -> &'static str {
        match self {
            Self::Problem(code) => code.id(),
            Self::Lint(rule) => rule.id,
            Self::Transition(rule) => rule.id,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Problem(code) => code.title(),
            Self::Lint(rule) => rule.summary,
            Self::Transition(rule) => rule.summary,
        }
    }

    fn explanation(self) -> String {
        match self {
            Self::Problem(code) => docs::explain(code),
            Self::Lint(rule) => lint::RULES.explain(rule),
            Self::Transition(rule) => transition::RULES.explain(rule),
        }
    }
}

/// All subjects, kind by kind, each with its heading.
fn groups() -> [(&'static str, Vec<Subject>); 3] {
    [
        ("Problems of the input", Code::all().map(Subject::Problem).collect()),
        ("Lints", lint::RULES.iter().map(Subject::Lint).collect()),
        ("Transition checks", transition::RULES.iter().map(Subject::Transition).collect()),
    ]
}

/// All that can be explained: codes of problems, lints, transition checks.
pub fn explained() -> impl Iterator<Item = &'static str> {
    Subject::all().map(Subject::id)
}

/// What `id` means, why it is wrong and how to mend it.
///
/// # Errors
/// There is nothing of that name.
pub fn explain(id: &str) -> Result<String, Problem> {
    if let Some(subject) = Subject::all().find(|subject| subject.id() == id) {
        return Ok(subject.explanation());
    }
    let problem = Problem::new(Code::NO_SUCH_CODE, format!("there is no problem, lint or transition check `{id}`"));
    Err(match nearest(id, explained()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`helmwright explain` lists all"),
    })
}

/// One line for each, below the heading of its kind.
pub fn explanations() -> String {
    let width = explained().map(str::len).max().unwrap_or_default();
    let groups = groups().map(|(heading, subjects)| {
        let lines = subjects.iter().map(|subject| format!("  {:width$}  {}\n", subject.id(), subject.title()));
        format!("{heading}\n{}", lines.collect::<String>())
    });
    groups.join("\n")
}

//! What is wrong with the input: every problem found, each with its place and how to mend it.
//!
//! The stages collect [`Problem`]s instead of stopping at the first; [`Problems`] join them with their texts
//! and are what the library's functions return as an error. They print nothing: `miette` renders them at the edge.
//!
//! A report may end up in a log that everyone can read, so lines with the data of a Secret are no part of it.

mod code;
mod codes;
pub mod docs;
mod secret;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

pub use code::Code;

use crate::source::{At, SourceId, Sources};

/// One thing that is wrong, in the user's own file where possible.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What kind of mistake it is: the id of a [`Code`], or of the rule that found it.
    pub code: &'static str,
    /// What is wrong, in a short sentence without a full stop.
    pub message: String,
    /// Where.
    pub at: Option<At>,
    /// What to say at that place.
    pub label: Option<Box<str>>,
    /// How to mend it.
    pub help: Option<Box<str>>,
    /// Other places that belong to it, such as the first of two equal keys.
    pub also: Vec<(At, String)>,
    /// How bad it is.
    pub severity: Severity,
}

impl Problem {
    /// A mistake in the input, without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::of_rule(code.id(), Severity::Error, message)
    }

    /// What a rule finds, without a place.
    pub fn of_rule(rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code: rule, message: message.into(), at: None, label: None, help: None, also: Vec::new(), severity }
    }

    /// Whether it is a mistake of that kind.
    pub fn is(&self, code: Code) -> bool {
        self.code == code.id()
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, at: impl Into<Option<At>>) -> Self {
        self.at = at.into();
        self
    }

    /// Says what is at that place.
    #[must_use]
    pub fn label(mut self, label: impl Into<Box<str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, at: At, label: impl Into<String>) -> Self {
        self.also.push((at, label.into()));
        self
    }
}

impl fmt::Display for Problem {
    /// What is wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// The most problems that one report names.
const MOST: usize = 100;

/// All problems of one input, with the texts that they point into.
#[derive(Debug, Clone)]
pub struct Problems(Vec<Located>);

#[derive(Debug, Clone)]
struct Located {
    problem: Problem,
    place: Option<(Arc<str>, usize, usize)>,
    source: Option<Arc<NamedSource<String>>>,
    /// The places in other texts.
    elsewhere: Vec<Located>,
    /// Whether this is only another place of a problem.
    aside: bool,
}

impl Problems {
    /// Joins `problems` (at least one) with the texts they point into; they come in the order of those texts. The data of
    /// Secrets is not shown.
    pub fn new(problems: Vec<Problem>, sources: &Sources) -> Self {
        Self::of(problems, sources, true)
    }

    /// As [`new`](Self::new), with all that the texts say.
    pub fn with_secrets(problems: Vec<Problem>, sources: &Sources) -> Self {
        Self::of(problems, sources, false)
    }

    fn of(mut problems: Vec<Problem>, sources: &Sources, masked: bool) -> Self {
        problems.sort_by_key(|p| p.at.map_or((u32::MAX, u32::MAX), |at| (at.source.0, at.start)));
        problems.dedup();
        // A file that is wrong throughout is not worth a line for each of its lines.
        let more = problems.len().saturating_sub(MOST);
        problems.truncate(MOST);
        if more > 0 {
            problems.push(more_than_named(more));
        }
        let mut texts = Texts { sources, masked, named: HashMap::new() };
        Self(problems.into_iter().map(|problem| texts.locate(problem)).collect())
    }

    /// Joins what was found in several subjects, and says with each problem which of them have it; `None` where there is
    /// nothing.
    pub fn join(reports: impl IntoIterator<Item = (String, Self)>) -> Option<Self> {
        let mut joined: Vec<(Located, Vec<String>)> = Vec::new();
        let mut known = HashMap::new();
        for (subject, report) in reports {
            for located in report.0 {
                let key = (located.place.clone(), located.problem.message.clone(), located.problem.help.clone());
                let index = *known.entry(key).or_insert(joined.len());
                match joined.get_mut(index) {
                    Some((_, subjects)) => subjects.push(subject.clone()),
                    None => joined.push((located, vec![subject.clone()])),
                }
            }
        }
        let more = joined.len().saturating_sub(MOST);
        joined.truncate(MOST);
        let mut all: Vec<Located> = joined.into_iter().map(|(located, subjects)| located.of(&subjects)).collect();
        if more > 0 {
            all.extend(Self::from(more_than_named(more)).0);
        }
        (!all.is_empty()).then_some(Self(all))
    }

    /// All of them as one, where they are the reason of a problem at another place.
    pub fn as_one(&self) -> Problem {
        let code = self.problems().next().map_or(Code::INTERNAL_ERROR.id(), |problem| problem.code);
        Problem::of_rule(code, Severity::Error, self.to_string())
    }

    /// The problems, in the order they are reported.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().map(|l| &l.problem)
    }

    /// Each problem as a diagnostic of its own, for a renderer.
    pub fn diagnostics(&self) -> impl Iterator<Item = &(dyn Diagnostic + 'static)> {
        self.0.iter().map(|l| l as &dyn Diagnostic)
    }
}

fn more_than_named(more: usize) -> Problem {
    Problem::new(Code::MORE_PROBLEMS, format!("there are {more} more problems")).help("mend these first")
}

impl From<Problem> for Problems {
    /// A report of one problem that has no place.
    fn from(problem: Problem) -> Self {
        Self(vec![Located { problem, place: None, source: None, elsewhere: Vec::new(), aside: false }])
    }
}

impl fmt::Display for Problems {
    /// One problem a line: `file:line:column: message (help)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, located) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            if let Some((name, line, column)) = &located.place {
                write!(f, "{name}:{line}:{column}: ")?;
            }
            write!(f, "{}", located.problem.message)?;
            if let Some(help) = &located.problem.help {
                write!(f, " ({help})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Diagnostic for Problems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.0.iter().map(|l| l as &dyn Diagnostic)))
    }
}

/// The texts that problems are shown in.
struct Texts<'s> {
    sources: &'s Sources,
    /// Whether the data of Secrets is left out.
    masked: bool,
    named: HashMap<SourceId, Named>,
}

/// One of them.
#[derive(Clone)]
struct Named {
    text: Arc<NamedSource<String>>,
    /// The lines that are not shown.
    secret: Arc<[Range<usize>]>,
}

impl Texts<'_> {
    fn named(&mut self, id: SourceId) -> Option<Named> {
        let source = self.sources.get(id)?;
        let named = || Named {
            text: Arc::new(NamedSource::new(&source.name, source.text.to_string())),
            secret: if self.masked { secret::lines(&source.text).into() } else { Arc::new([]) },
        };
        Some(self.named.entry(id).or_insert_with(named).clone())
    }

    /// Whether any of the secret lines is among those of `at`, with `around` more before and after.
    fn hides(&self, named: &Named, at: At, around: usize) -> bool {
        let line = |start| self.sources.line_column(At { start, ..at }).0 - 1;
        let (first, last) = (line(at.start), line(at.end) + around);
        named.secret.iter().any(|secret| secret.start <= last && first < secret.end + around)
    }

    fn locate(&mut self, mut problem: Problem) -> Located {
        let named = problem.at.and_then(|at| self.named(at.source));
        let place = problem.at.zip(named.as_ref()).map(|(at, named)| {
            let (line, column) = self.sources.line_column(at);
            (Arc::from(named.text.name()), line, column)
        });
        let elsewhere = problem.also.iter().filter(|(at, _)| Some(at.source) != problem.at.map(|own| own.source));
        let elsewhere: Vec<(At, String)> = elsewhere.cloned().collect();
        let elsewhere = elsewhere.into_iter().map(|(at, label)| {
            let own = self.locate(Problem::of_rule(problem.code, Severity::Advice, label).at(at));
            Located { aside: true, ..own }
        });
        let elsewhere = elsewhere.collect();
        let mut source = None;
        if let (Some(at), Some(named)) = (problem.at, named) {
            let also = problem.also.iter().map(|(at, _)| *at).filter(|other| other.source == at.source);
            // The renderer adds a line before and after.
            let shown = !std::iter::once(at).chain(also).any(|at| self.hides(&named, at, 1));
            if self.hides(&named, at, 0) {
                mask(&mut problem);
            }
            source = shown.then_some(named.text);
        }
        Located { problem, place, source, elsewhere, aside: false }
    }
}

/// `problem` without the names in its words, as one of them may be the value itself.
fn mask(problem: &mut Problem) {
    problem.message = masked(&problem.message);
    problem.label = problem.label.as_deref().map(|label| masked(label).into());
    problem.help = problem.help.as_deref().map(|help| masked(help).into());
}

fn masked(text: &str) -> String {
    text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { "`(masked)`" } else { part }).collect()
}

impl Located {
    /// The same problem of these subjects.
    fn of(mut self, subjects: &[String]) -> Self {
        const NAMED: usize = 3;
        let mut named = subjects[..subjects.len().min(NAMED)].join(", ");
        if let more @ 1.. = subjects.len().saturating_sub(NAMED) {
            named.push_str(&format!(" and {more} more"));
        }
        self.problem.message = format!("{named}: {}", self.problem.message);
        self
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where there is no excerpt to say it.
        if let (Some((name, line, column)), None) = (&self.place, &self.source) {
            write!(f, "{name}:{line}:{column}: ")?;
        }
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Located {}

impl Diagnostic for Located {
    fn severity(&self) -> Option<Severity> {
        Some(self.problem.severity)
    }

    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        // Another place of a problem is none by itself.
        (!self.aside).then(|| Box::new(self.problem.code) as Box<dyn fmt::Display>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let others = self.elsewhere.iter().map(|l| l as &dyn Diagnostic);
        (!self.elsewhere.is_empty()).then(|| Box::new(others) as _)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_deref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let main = self.problem.at?;
        let own = std::iter::once(LabeledSpan::new_primary_with_span(
            self.problem.label.as_deref().map(str::to_owned),
            main.range(),
        ));
        let same_text = self.problem.also.iter().filter(move |(at, _)| at.source == main.source);
        let others = same_text.map(|(at, label)| LabeledSpan::new_with_span(Some(label.clone()), at.range()));
        Some(Box::new(own.chain(others)))
    }
}

//! Several releases at a glance: what a change does to each, in one line.

use super::words;
use crate::impact::Phrase;
use crate::rules::Severity;
use crate::review::{Diff, ReleaseDiff, Whose};

/// What a change does to one release, or to several in the same way, such as the stages of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'d> {
    /// The releases, in their order.
    pub names: Vec<&'d str>,
    /// What it does.
    pub does: Phrase,
    /// Whether it is a routine change: weights or images, and every check is green.
    pub routine: bool,
    /// How many checks say that it must not be done so.
    pub errors: usize,
    /// How many checks warn of it.
    pub warnings: usize,
}

/// A row for each release of which something is shown; none where that is one release, which says it all itself.
pub fn overview(diff: &Diff) -> Vec<Row<'_>> {
    let shown: Vec<&ReleaseDiff> = diff.releases.iter().filter(|release| release.is_shown()).collect();
    let mut rows: Vec<Row<'_>> = Vec::new();
    if shown.windows(2).all(|pair| pair[0].name == pair[1].name) {
        return rows;
    }
    for row in shown.into_iter().map(row) {
        match rows.iter_mut().find(|own| own.key() == row.key()) {
            Some(own) => own.names.extend(row.names),
            None => rows.push(row),
        }
    }
    rows
}

fn row(release: &ReleaseDiff) -> Row<'_> {
    let count = |severity| release.findings.iter().filter(|finding| finding.severity == severity).count();
    let does = match release.whose {
        Whose::Change => words::paragraph(release).into_iter().next(),
        Whose::Renderer | Whose::Output => words::whose(release),
    };
    Row {
        names: vec![&release.name],
        routine: release.summary.as_ref().is_some_and(|summary| summary.is_routine(release.findings.is_empty())),
        does: does.unwrap_or_else(|| Phrase::new().plain(words::counts(release))),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
    }
}

impl Row<'_> {
    /// All but the names.
    fn key(&self) -> (&Phrase, bool, usize, usize) {
        (&self.does, self.routine, self.errors, self.warnings)
    }

    /// `1 error, 2 warnings`, `routine`, or nothing.
    pub fn checks(&self) -> String {
        let count = |count: usize, word: &str| match count {
            0 => None,
            1 => Some(format!("1 {word}")),
            count => Some(format!("{count} {word}s")),
        };
        let counts = [count(self.errors, "error"), count(self.warnings, "warning")];
        if self.routine {
            return "routine".into();
        }
        counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

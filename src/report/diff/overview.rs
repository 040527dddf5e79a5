//! Several releases at a glance: what a change does to each, in one line.

use super::words;
use crate::impact::Phrase;
use crate::review::{Diff, ReleaseDiff, Whose};
use crate::rules::Severity;

/// What a change does to one release, or to several in the same way, such as the stages of one.
#[derive(Debug, PartialEq, Eq)]
pub struct OverviewRow<'d> {
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
pub fn overview(diff: &Diff) -> Vec<OverviewRow<'_>> {
    let shown: Vec<&ReleaseDiff> = diff.releases.iter().filter(|release| release.is_shown()).collect();
    let mut rows: Vec<OverviewRow<'_>> = Vec::new();
    if shown.windows(2).all(|pair| pair[0].name == pair[1].name) {
        return rows;
    }
    for row in shown.into_iter().map(row) {
        match rows.iter_mut().find(|earlier| earlier.key() == row.key()) {
            Some(earlier) => earlier.names.extend(row.names),
            None => rows.push(row),
        }
    }
    rows
}

fn row(release: &ReleaseDiff) -> OverviewRow<'_> {
    let does = match release.whose {
        Whose::Change => words::paragraph(release).into_iter().next(),
        Whose::Renderer | Whose::Output => words::whose(release),
    };
    OverviewRow {
        names: vec![&release.name],
        routine: release.summary.as_ref().is_some_and(|summary| summary.is_routine(release.findings.is_empty())),
        does: does.unwrap_or_else(|| Phrase::new().plain(words::counts(release))),
        errors: findings_of(release, Severity::Error),
        warnings: findings_of(release, Severity::Warning),
    }
}

fn findings_of(release: &ReleaseDiff, severity: Severity) -> usize {
    release.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// `2 errors`; `None` of nothing.
fn plural(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        count => Some(format!("{count} {word}s")),
    }
}

impl OverviewRow<'_> {
    /// All but the names.
    fn key(&self) -> (&Phrase, bool, usize, usize) {
        (&self.does, self.routine, self.errors, self.warnings)
    }

    /// `1 error, 2 warnings`, `routine`, or nothing.
    pub fn checks(&self) -> String {
        if self.routine {
            return "routine".into();
        }
        [plural(self.errors, "error"), plural(self.warnings, "warning")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

//! Findings as problems, which a terminal shows with excerpts.

use crate::problem::{Problem, Problems};
use crate::rules::Finding;
use crate::source::Sources;

/// Each finding as a problem of a report; those without a place come last.
pub fn plain(findings: &[Finding], sources: &Sources) -> Problems {
    Problems::new(findings.iter().map(problem).collect(), sources)
}

fn problem(finding: &Finding) -> Problem {
    let message = format!("{}: {}", finding.object, finding.message);
    let problem = Problem::of_rule(finding.rule.id, finding.severity.into(), message);
    let problem = problem.at(finding.at).help(finding.rule.how);
    match finding.path.0.as_slice() {
        [] => problem,
        _ => problem.label(finding.path.to_string()),
    }
}

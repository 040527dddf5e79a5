//! Findings as problems, which a terminal shows with excerpts.

use crate::problem::{Problem, Report};
use crate::rules::Finding;
use crate::source::Sources;

/// Each finding as a problem of a report; those without a place come last.
pub fn plain(findings: &[Finding], sources: &Sources) -> Report {
    Report::new(findings.iter().map(problem).collect(), sources)
}

fn problem(finding: &Finding) -> Problem {
    let problem = Problem::new(format!("{}: {}", finding.object, finding.message)).at(finding.at);
    let problem = problem.of_rule(finding.rule.id, finding.severity.into()).help(finding.rule.how);
    match finding.path.0.as_slice() {
        [] => problem,
        _ => problem.label(finding.path.to_string()),
    }
}

//! Findings of `lint` as SARIF, which code review shows on the lines of the spec.

use super::{ReportingDescriptor, SarifResult, log};
use crate::lint::RULES;
use crate::rules::Finding;
use crate::source::Sources;
use crate::write;

/// All findings as one SARIF log.
pub fn sarif(findings: &[Finding], sources: &Sources) -> String {
    let rules = RULES.iter().map(ReportingDescriptor::of).collect();
    write::json(&log(rules, findings.iter().map(|finding| result(finding, sources)).collect()))
}

fn result(finding: &Finding, sources: &Sources) -> SarifResult {
    let message = format!("{}: {}", finding.object, finding.message);
    SarifResult::of_finding(finding, RULES.position(finding.rule), message, sources)
}

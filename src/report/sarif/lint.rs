//! Findings of `lint` as SARIF, which code review shows on the lines of the spec.

use super::{Location, ReportingDescriptor, SarifResult, log};
use crate::lint::{Finding, RULES};
use crate::report::Region;
use crate::source::Sources;
use crate::write;

/// All findings as one SARIF log.
pub fn sarif(findings: &[Finding], sources: &Sources) -> String {
    let rules = RULES.iter().map(ReportingDescriptor::of).collect();
    write::json(&log(rules, findings.iter().map(|finding| result(finding, sources)).collect()))
}

fn result(finding: &Finding, sources: &Sources) -> SarifResult {
    let name = format!("{} {}", finding.object, finding.path);
    SarifResult {
        rule_id: finding.rule.id,
        rule_index: RULES.iter().position(|rule| rule.id == finding.rule.id).unwrap_or_default(),
        level: finding.severity.word(),
        message: format!("{}: {}", finding.object, finding.message).into(),
        locations: [Location::of(finding.at.and_then(|at| Region::of(at, sources)), name.trim_end())],
    }
}

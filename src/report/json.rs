//! Findings as JSON, for programs.

use serde::Serialize;

use super::record::{IdentityRecord, PlaceRecord};
use crate::rules::{Finding, Severity};
use crate::source::Sources;
use crate::write;

/// The version of this format; it changes when a reader of the old one would misread the new one.
const VERSION: usize = 1;

#[derive(Serialize)]
struct FindingsDocument<'a> {
    version: usize,
    findings: Vec<FindingRecord<'a>>,
}

#[derive(Serialize)]
struct FindingRecord<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    object: IdentityRecord,
    path: String,
    at: Option<PlaceRecord>,
}

/// All findings as one JSON document.
pub fn json(findings: &[Finding], sources: &Sources) -> String {
    let findings = findings.iter().map(|finding| record(finding, sources)).collect();
    write::json(&FindingsDocument { version: VERSION, findings })
}

fn record<'a>(finding: &'a Finding, sources: &Sources) -> FindingRecord<'a> {
    FindingRecord {
        rule: finding.rule.id,
        severity: finding.severity,
        message: &finding.message,
        object: (&finding.object).into(),
        path: finding.path.to_string(),
        at: finding.at.and_then(|at| PlaceRecord::of(at, sources)),
    }
}

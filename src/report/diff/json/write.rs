//! A comparison into its document.

use super::{
    ChangeRecord, DiffDocument, HiddenRecord, IgnoredRecord, ObjectRecord, ReleaseRecord, RouteRecord, SideRecord,
    SummaryRecord, TransitionRecord, VERSION,
};
use crate::diff::{Hidden, ObjectDiff, ObjectKind, ObjectSide, ValueChange};
use crate::impact::{RouteSummary, Summary, lines};
use crate::report::record::PlaceRecord;
use crate::review::{Diff, ReleaseDiff};
use crate::rules::Finding;
use crate::source::{At, Sources};

impl From<&Diff> for DiffDocument {
    fn from(diff: &Diff) -> Self {
        Self { version: VERSION, releases: diff.releases.iter().map(release).collect() }
    }
}

fn release(release: &ReleaseDiff) -> ReleaseRecord {
    let sources = &release.sources;
    ReleaseRecord {
        name: release.name.clone(),
        whose: release.whose,
        summary: release.summary.as_ref().map(|parts| summary(parts, release.findings.is_empty())),
        findings: release.findings.iter().map(|finding| transition(finding, sources)).collect(),
        objects: release.objects.iter().map(|diff| object(diff, sources)).collect(),
        files: release.files.clone(),
        hidden: hidden(&release.hidden),
    }
}

fn summary(summary: &Summary, green: bool) -> SummaryRecord {
    SummaryRecord {
        sentences: summary.sentences(green).iter().map(ToString::to_string).collect(),
        routine: summary.is_routine(green),
        traffic: summary.routes.iter().map(route).collect(),
    }
}

fn route(route: &RouteSummary) -> RouteRecord {
    RouteRecord { name: route.name.clone(), lines: lines(route) }
}

fn transition(finding: &Finding, sources: &Sources) -> TransitionRecord {
    TransitionRecord {
        rule: finding.rule.id.into(),
        severity: finding.severity,
        message: finding.message.clone(),
        object: (&finding.object).into(),
        path: finding.path.to_string(),
        moment: finding.moment.clone(),
        requests: finding.requests.clone(),
        safe: finding.safe.clone(),
        at: place(finding.at, sources),
    }
}

fn hidden(hidden: &Hidden) -> HiddenRecord {
    let ignored = hidden.by_pattern.iter();
    HiddenRecord {
        ignored: ignored.map(|(path, count)| IgnoredRecord { path: path.clone(), count: *count }).collect(),
        form: hidden.form,
    }
}

fn object(diff: &ObjectDiff, sources: &Sources) -> ObjectRecord {
    let created = diff.after.as_ref().filter(|_| diff.kind == ObjectKind::Created);
    ObjectRecord {
        kind: diff.kind,
        before: diff.before.as_ref().map(side),
        after: diff.after.as_ref().map(side),
        at: place(diff.at, sources),
        changes: changes(&diff.changes, sources),
        object: created.map(|side| side.node.clone()),
    }
}

fn side(side: &ObjectSide) -> SideRecord {
    SideRecord { identity: (&side.identity).into(), nth: side.nth }
}

fn changes(changes: &[ValueChange], sources: &Sources) -> Vec<ChangeRecord> {
    changes.iter().map(|one| change(one, sources)).collect()
}

fn change(change: &ValueChange, sources: &Sources) -> ChangeRecord {
    ChangeRecord {
        kind: change.kind,
        path: change.path.to_string(),
        steps: change.path.0.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        inside: changes(&change.inside, sources),
        at: place(change.at, sources),
    }
}

fn place(at: Option<At>, sources: &Sources) -> Option<PlaceRecord> {
    at.and_then(|at| PlaceRecord::of(at, sources))
}

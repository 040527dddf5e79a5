//! A comparison out of its document.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

use super::{ChangeRecord, DiffDocument, ObjectRecord, ReleaseRecord, SideRecord, VERSION};
use crate::diff::{Hidden, ObjectDiff, ObjectSide, ValueChange, ValuePath, content};
use crate::node::Node;
use crate::problem::{Code, Problem};
use crate::review::{Diff, ReleaseDiff};
use crate::source::SourceId;
use crate::yaml;

/// The releases of a comparison in this format: what differs in their objects, without places, words and findings.
///
/// # Errors
/// The text is not in this format.
pub fn parse(text: &str) -> Result<Diff, Problem> {
    let document: Result<DiffDocument, _> = serde_json::from_str(text);
    match document {
        Ok(document) => Ok(Diff { releases: document.releases.into_iter().map(release).collect() }),
        Err(error) => Err(Problem::new(Code::INVALID_COMPARISON, format!("this is no comparison in JSON: {error}"))),
    }
}

/// The version of the format, if it is this one.
pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        version => Err(D::Error::custom(format!("it has version {version} of the format, not {VERSION}"))),
    }
}

/// A value that is there, be it null; as manifests are read.
pub(super) fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Node>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let mut problems = Vec::new();
    let mut documents = yaml::load(json.get(), SourceId(0), &mut problems);
    match (documents.pop(), problems.first()) {
        (Some(document), None) => Ok(Some(content::plain(document))),
        (_, problem) => Err(D::Error::custom(problem.map_or("a value is empty", |problem| &problem.message))),
    }
}

fn release(record: ReleaseRecord) -> ReleaseDiff {
    let ignored = record.hidden.ignored.into_iter();
    ReleaseDiff {
        name: record.name,
        whose: record.whose,
        objects: record.objects.into_iter().map(object).collect(),
        files: record.files,
        hidden: Hidden::new(ignored.map(|ignored| (ignored.path, ignored.count)).collect(), record.hidden.form),
        ..ReleaseDiff::default()
    }
}

fn object(record: ObjectRecord) -> ObjectDiff {
    let whole = record.object.unwrap_or(Node::NULL);
    ObjectDiff {
        kind: record.kind,
        before: record.before.map(|record| side(record, Node::NULL)),
        after: record.after.map(|record| side(record, whole)),
        changes: record.changes.into_iter().map(change).collect(),
        at: None,
    }
}

fn side(record: SideRecord, node: Node) -> ObjectSide {
    ObjectSide { identity: record.identity.into(), nth: record.nth, node }
}

fn change(record: ChangeRecord) -> ValueChange {
    ValueChange {
        path: ValuePath(record.steps),
        kind: record.kind,
        before: record.before,
        after: record.after,
        inside: record.inside.into_iter().map(change).collect(),
        at: None,
    }
}

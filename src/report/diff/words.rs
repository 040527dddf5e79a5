//! What all forms of a comparison have in common: how objects, places and values are called.

use super::safe::visible;
use crate::bundle::Identity;
use crate::diff::mask::{CHANGED, MASKED};
use crate::diff::{ChangeKind, Hidden, ObjectDiff, ObjectKind, PathStep, ValueChange, ValuePath};
use crate::impact::{NamedOutcome, Phrase, Summary};
use crate::node::{Node, Scalar};
use crate::review::{ReleaseDiff, Whose};
use crate::write;

/// The sign of an object that differs.
pub fn object_sign(kind: ObjectKind) -> char {
    match kind {
        ObjectKind::Created => '+',
        ObjectKind::Deleted => '-',
        ObjectKind::Changed => '~',
        ObjectKind::Recreated => '±',
        ObjectKind::Renamed => '»',
    }
}

/// The sign of a value that differs.
pub fn change_sign(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Changed | ChangeKind::Form => '~',
        ChangeKind::Moved => '↕',
    }
}

/// `Deployment prod/shop`, or `Deployment prod/shop → store` for one that was renamed.
pub fn object_name(object: &ObjectDiff) -> String {
    match (&object.before, &object.after) {
        (Some(before), Some(after)) if object.kind == ObjectKind::Renamed => {
            let (old, new) = (&before.identity, &after.identity);
            let name = match &new.namespace {
                Some(namespace) if new.namespace != old.namespace => format!("{namespace}/{}", new.name),
                None if old.namespace.is_some() => format!("{} without a namespace", new.name),
                _ => new.name.clone(),
            };
            format!("{old} → {name}")
        }
        _ => object.identity().map_or_else(String::new, Identity::to_string),
    }
}

/// `1 created, 2 changed`, or that nothing is.
pub fn counts(release: &ReleaseDiff) -> String {
    let words = [
        (ObjectKind::Created, "created"),
        (ObjectKind::Changed, "changed"),
        (ObjectKind::Recreated, "recreated"),
        (ObjectKind::Renamed, "renamed"),
        (ObjectKind::Deleted, "deleted"),
    ];
    let mut parts = Vec::new();
    for (kind, word) in words {
        let differing = release.objects.iter().filter(|object| object.kind == kind && !object.is_empty());
        if let count @ 1.. = differing.count() {
            parts.push(format!("{count} {word}"));
        }
    }
    parts.extend(match release.files.len() {
        0 => None,
        1 => Some("1 file is not as rendered".to_string()),
        count => Some(format!("{count} files are not as rendered")),
    });
    match (parts.is_empty(), release.hidden.is_empty()) {
        (false, _) => parts.join(", "),
        (true, true) => "nothing differs".into(),
        (true, false) => "nothing differs that is shown".into(),
    }
}

/// What is said of a difference that nobody made by changing the spec.
pub fn whose(release: &ReleaseDiff) -> Option<Phrase> {
    Some(match release.whose {
        Whose::Change => return None,
        Whose::Renderer => Phrase::new().plain("Not of this change: helmwright writes the same spec differently now."),
        Whose::Output => Phrase::new()
            .plain("The output is not what its spec renders to, and the cluster gets the output: run ")
            .name("helmwright render")
            .plain("."),
    })
}

/// The release in one paragraph; none where there is nothing to say but which objects differ.
pub fn paragraph(release: &ReleaseDiff) -> Vec<Phrase> {
    let Some(summary) = &release.summary else { return Vec::new() };
    // Of files without any version or route the counts of objects say more.
    match summary.routes.is_empty() && summary.versions.is_empty() {
        true => Vec::new(),
        false => summary.sentences(release.findings.is_empty()),
    }
}

/// The routes whose traffic is another one after the change, with names that are harmless in a line; none where no
/// route's is.
pub fn traffic(release: &ReleaseDiff) -> Option<Summary> {
    let mut summary = release.summary.clone()?;
    summary.routes.retain(|route| route.rows.iter().any(|row| row.changed));
    for route in &mut summary.routes {
        route.name = visible(&route.name);
        for row in &mut route.rows {
            row.requests = visible(&row.requests);
            let sides = [&mut row.before, &mut row.after].into_iter().flatten();
            for NamedOutcome { shares, copies, other } in sides {
                shares.iter_mut().for_each(|(name, _)| *name = visible(name));
                copies.iter_mut().for_each(|(name, _)| *name = visible(name));
                *other = other.as_deref().map(visible);
            }
        }
    }
    (!summary.routes.is_empty()).then_some(summary)
}

/// What is not shown, one line for each reason, with the path that hides it.
pub fn hidden(hidden: &Hidden) -> Vec<(String, Option<&str>)> {
    let mut reasons = Vec::new();
    for (path, count) in &hidden.by_pattern {
        let changes = if *count == 1 { "change" } else { "changes" };
        reasons.push((format!("{count} {changes} hidden by --ignore"), Some(path.as_str())));
    }
    match hidden.form {
        0 => {}
        1 => reasons.push(("1 string holds the same data in another layout".to_string(), None)),
        count => reasons.push((format!("{count} strings hold the same data in another layout"), None)),
    }
    reasons
}

/// As [`hidden`], each as plain text.
pub fn hidden_lines(hidden: &Hidden) -> Vec<String> {
    let mut lines = Vec::new();
    for (what, path) in self::hidden(hidden) {
        lines.push(path.map_or(what.clone(), |path| format!("{what} {}", visible(path))));
    }
    lines
}

/// One value that differs, as one line or a few.
pub struct ChangeLine<'d> {
    /// How it differs.
    pub kind: ChangeKind,
    /// Where it is.
    pub path: String,
    /// What it was and what it is.
    pub values: Values<'d>,
    /// The change.
    pub change: &'d ValueChange,
}

/// The values of a line.
pub enum Values<'d> {
    /// What it was, where it was there, and what it is, where it is there: each on one line.
    Short(Option<String>, Option<String>),
    /// Texts of several lines that differ in some.
    Texts(&'d Node, &'d Node),
    /// A value of several lines that only one side has.
    Block(&'d Node),
    /// From which place to which an item of a list moved, from 1.
    Moved(u32, u32),
}

/// The most characters of a collection that stands on one line.
const SHORT: usize = 60;

/// Everything that differs in `object`, with the changes inside of strings instead of the strings.
pub fn lines(object: &ObjectDiff) -> Vec<ChangeLine<'_>> {
    let mut lines = Vec::new();
    object.changes.iter().for_each(|change| add(change, &ValuePath::default(), &mut lines));
    lines
}

fn add<'d>(change: &'d ValueChange, above: &ValuePath, lines: &mut Vec<ChangeLine<'d>>) {
    let path = ValuePath(above.0.iter().chain(&change.path.0).cloned().collect());
    if change.kind == ChangeKind::Form {
        return;
    }
    if !change.inside.is_empty() {
        return change.inside.iter().for_each(|inner| add(inner, &path, lines));
    }
    let values = match (&change.before, &change.after) {
        _ if change.kind == ChangeKind::Moved => match change.path.0.last() {
            Some(PathStep::Item(item)) => Values::Moved(ordinal(item.before), ordinal(item.after)),
            _ => return,
        },
        (Some(before), Some(after)) if is_text(before) && is_text(after) => Values::Texts(before, after),
        (Some(only), None) | (None, Some(only)) if !is_short(only) => Values::Block(only),
        (Some(_), Some(after)) if is_word(after, CHANGED) => Values::Short(None, Some(CHANGED.into())),
        (before, after) => Values::Short(before.as_ref().map(value), after.as_ref().map(value)),
    };
    lines.push(ChangeLine { kind: change.kind, path: path.to_string(), values, change });
}

/// The place of an item at that index, counted from 1.
fn ordinal(index: Option<u32>) -> u32 {
    index.unwrap_or_default().saturating_add(1)
}

/// A value on one line.
fn value(node: &Node) -> String {
    if is_word(node, MASKED) { MASKED.into() } else { write::yaml_line(node) }
}

fn is_word(node: &Node, word: &str) -> bool {
    matches!(node, Node::Scalar(Scalar::Str(text), _) if **text == *word)
}

/// Whether `node` is a string of several lines.
fn is_text(node: &Node) -> bool {
    match node {
        Node::Scalar(Scalar::Str(text), _) => text.trim_end().contains('\n'),
        Node::Text(_) => true,
        _ => false,
    }
}

fn is_short(node: &Node) -> bool {
    match node {
        Node::Map(..) | Node::Seq(..) => write::yaml_line(node).chars().count() <= SHORT,
        node => !is_text(node),
    }
}

/// The characters of a text of several lines.
pub fn text(node: &Node) -> String {
    match node {
        Node::Text(body) => write::text(body),
        node => node.text().unwrap_or_default(),
    }
}

/// A new object without what its heading says already.
pub fn body(object: &Node) -> Node {
    let mut body = without(object, &["apiVersion", "kind"]).entries().to_vec();
    for (key, value) in &mut body {
        if key.text().as_deref() == Some("metadata") {
            *value = without(value, &["name", "namespace"]);
        }
    }
    body.retain(|(key, value)| {
        key.text().as_deref() != Some("metadata") || !matches!(value, Node::Map(entries, _) if entries.is_empty())
    });
    match object {
        Node::Map(_, origin) => Node::Map(body.into(), *origin),
        _ => object.clone(),
    }
}

/// A map without the entries of these keys; all else as it is.
fn without(node: &Node, keys: &[&str]) -> Node {
    let Node::Map(entries, origin) = node else { return node.clone() };
    let left = entries.iter().filter(|(key, _)| key.text().is_none_or(|key| !keys.contains(&key.as_str())));
    Node::Map(left.cloned().collect(), *origin)
}

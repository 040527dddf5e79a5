//! What all forms of a comparison have in common: how objects, places and values are called.

use super::safe::visible;
use crate::bundle::Identity;
use crate::diff::mask::{CHANGED, MASKED};
use crate::diff::{Change, ChangeKind, Hidden, ObjectDiff, ObjectKind, Path, Step};
use crate::impact::{Phrase, Receivers, Summary};
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
    let count = |kind| release.objects.iter().filter(|object| object.kind == kind && !object.is_empty()).count();
    let parts = [
        (ObjectKind::Created, "created"),
        (ObjectKind::Changed, "changed"),
        (ObjectKind::Recreated, "recreated"),
        (ObjectKind::Renamed, "renamed"),
        (ObjectKind::Deleted, "deleted"),
    ];
    let parts = parts.map(|(kind, word)| (count(kind), word)).into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
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
            for Receivers { shares, copies, other } in sides {
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
    let by_pattern = hidden.by_pattern.iter();
    let ignored =
        by_pattern.map(|(path, count)| (format!("{} hidden by --ignore", values(*count)), Some(path.as_str())));
    let form = match hidden.form {
        0 => None,
        1 => Some("1 string holds the same data in another layout".to_string()),
        count => Some(format!("{count} strings hold the same data in another layout")),
    };
    ignored.chain(form.map(|what| (what, None))).collect()
}

/// As [`hidden`], each as plain text.
pub fn hidden_lines(hidden: &Hidden) -> Vec<String> {
    let line = |(what, path): (String, Option<&str>)| match path {
        Some(path) => format!("{what} {}", visible(path)),
        None => what,
    };
    self::hidden(hidden).into_iter().map(line).collect()
}

fn values(count: usize) -> String {
    format!("{count} {}", if count == 1 { "change" } else { "changes" })
}

/// One value that differs, as one line or a few.
pub struct Line<'d> {
    /// How it differs.
    pub kind: ChangeKind,
    /// Where it is.
    pub path: String,
    /// What it was and what it is.
    pub values: Values<'d>,
    /// The change.
    pub change: &'d Change,
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
pub fn lines(object: &ObjectDiff) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    object.changes.iter().for_each(|change| add(change, &Path::default(), &mut lines));
    lines
}

fn add<'d>(change: &'d Change, above: &Path, lines: &mut Vec<Line<'d>>) {
    let path = Path(above.0.iter().chain(&change.path.0).cloned().collect());
    if change.kind == ChangeKind::Form {
        return;
    }
    if !change.inside.is_empty() {
        return change.inside.iter().for_each(|inner| add(inner, &path, lines));
    }
    let values = match (&change.before, &change.after) {
        _ if change.kind == ChangeKind::Moved => match change.path.0.last() {
            Some(Step::Item(item)) => {
                let place = |at: Option<u32>| at.unwrap_or_default().saturating_add(1);
                Values::Moved(place(item.before), place(item.after))
            }
            _ => return,
        },
        (Some(before), Some(after)) if is_text(before) && is_text(after) => Values::Texts(before, after),
        (Some(only), None) | (None, Some(only)) if !is_short(only) => Values::Block(only),
        (Some(_), Some(after)) if is_word(after, CHANGED) => Values::Short(None, Some(CHANGED.into())),
        (before, after) => Values::Short(before.as_ref().map(value), after.as_ref().map(value)),
    };
    lines.push(Line { kind: change.kind, path: path.to_string(), values, change });
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
    let told = |above: &str, key: &Node| {
        let key = key.text().unwrap_or_default();
        match above {
            "" => matches!(key.as_str(), "apiVersion" | "kind"),
            _ => matches!(key.as_str(), "name" | "namespace"),
        }
    };
    let Node::Map(entries, origin) = object else { return object.clone() };
    let entries = entries.iter().filter(|(key, _)| !told("", key)).filter_map(|(key, value)| {
        let metadata = key.text().is_some_and(|key| key == "metadata");
        let Node::Map(inner, at) = value else { return Some((key.clone(), value.clone())) };
        if !metadata {
            return Some((key.clone(), value.clone()));
        }
        let left: Vec<(Node, Node)> = inner.iter().filter(|(key, _)| !told("metadata", key)).cloned().collect();
        (!left.is_empty()).then(|| (key.clone(), Node::Map(left.into(), *at)))
    });
    Node::Map(entries.collect(), *origin)
}

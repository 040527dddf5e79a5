//! A comparison as JSON, and back: the format that docs/diff.md and docs/diff.schema.json describe.

use super::{Diff, ReleaseDiff, Whose};
use crate::bundle::Identity;
use crate::diff::{
    ChangeKind, Hidden, Item, ObjectDiff, ObjectKind, ObjectSide, PathStep, ValueChange, ValuePath, content,
};
use crate::impact::{Line, RouteSummary, Summary, lines};
use crate::node::{FromNode, Node, Scalar};
use crate::problem::Problem;
use crate::source::{At, SourceId, Sources};
use crate::transition::Finding;
use crate::yaml;

/// The version of the format; it changes when a reader of the old one would misread the new one.
pub const VERSION: usize = 1;

/// The whole comparison.
pub fn to_node(diff: &Diff) -> Node {
    let releases: Vec<Node> = diff.releases.iter().map(of_release).collect();
    object([("version", Node::int(VERSION)), ("releases", Node::seq(releases))])
}

/// The releases of a comparison in this format: what differs in their objects, without places, words and findings.
///
/// # Errors
/// The text is not in this format.
pub fn parse(text: &str) -> Result<Diff, Problem> {
    let mut problems = Vec::new();
    let mut documents = yaml::load(text, SourceId(0), &mut problems);
    let (Some(document), []) = (documents.pop(), problems.as_slice()) else {
        let why = problems.first().map_or("it is empty", |problem| problem.message.as_str());
        return Err(Problem::new(format!("this is no comparison in JSON: {why}")));
    };
    let root = content::plain(document);
    if root.get("version").and_then(u64::from_node) != Some(VERSION as u64) {
        return Err(Problem::new(format!("this is no comparison in version {VERSION} of the format")));
    }
    let releases = list(&root, "releases").iter().map(release).collect::<Option<_>>();
    Ok(Diff { releases: releases.ok_or_else(|| Problem::new("this comparison does not follow its schema"))? })
}

fn object(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    Node::map(entries.into_iter().map(|(key, value)| (Node::literal(key), value)).collect::<Vec<_>>())
}

fn optional(value: Option<Node>) -> Node {
    value.unwrap_or(Node::NULL)
}

fn list<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map_or(&[], Node::items)
}

fn of_release(release: &ReleaseDiff) -> Node {
    let sources = &release.sources;
    let objects: Vec<Node> = release.objects.iter().map(|object| of_object(object, sources)).collect();
    let findings: Vec<Node> = release.findings.iter().map(|finding| of_finding(finding, sources)).collect();
    let ignored = release
        .hidden
        .by_pattern
        .iter()
        .map(|(pattern, count)| object([("path", Node::literal(pattern.as_str())), ("count", Node::int(*count))]));
    let hidden =
        object([("ignored", Node::seq(ignored.collect::<Vec<_>>())), ("form", Node::int(release.hidden.form))]);
    object([
        ("name", Node::literal(release.name.as_str())),
        ("whose", word(&WHOSE, &release.whose)),
        ("summary", optional(release.summary.as_ref().map(|summary| of_summary(summary, release.findings.is_empty())))),
        ("findings", Node::seq(findings)),
        ("objects", Node::seq(objects)),
        ("files", Node::seq(release.files.iter().map(|file| Node::literal(file.as_str())).collect::<Vec<_>>())),
        ("hidden", hidden),
    ])
}

fn of_summary(summary: &Summary, green: bool) -> Node {
    let sentences: Vec<Node> =
        summary.sentences(green).iter().map(|sentence| Node::literal(sentence.to_string())).collect();
    let line = |line: Line| {
        object([
            ("requests", Node::literal(line.requests)),
            ("version", Node::literal(line.version)),
            ("before", optional(line.before.map(Node::literal))),
            ("after", optional(line.after.map(Node::literal))),
        ])
    };
    let route = |route: &RouteSummary| {
        let lines: Vec<Node> = lines(route).into_iter().map(line).collect();
        object([("name", Node::literal(route.name.as_str())), ("lines", Node::seq(lines))])
    };
    object([
        ("sentences", Node::seq(sentences)),
        ("routine", Node::bool(summary.is_routine(green))),
        ("traffic", Node::seq(summary.routes.iter().map(route).collect::<Vec<_>>())),
    ])
}

fn of_finding(finding: &Finding, sources: &Sources) -> Node {
    let texts = |texts: &[String]| Node::seq(texts.iter().map(|text| Node::literal(text.as_str())).collect::<Vec<_>>());
    let moment = finding.moment.as_ref().map(|moment| {
        object([("after", Node::literal(moment.after.as_str())), ("until", Node::literal(moment.until.as_str()))])
    });
    object([
        ("rule", Node::literal(finding.rule.id)),
        ("severity", Node::literal(finding.severity.word())),
        ("message", Node::literal(finding.message.as_str())),
        ("object", identity(&finding.object)),
        ("path", Node::literal(finding.path.to_string())),
        ("moment", optional(moment)),
        ("requests", texts(&finding.requests)),
        ("safe", texts(&finding.safe)),
        ("at", place(finding.at, sources)),
    ])
}

const WHOSE: [(Whose, &str); 3] = [(Whose::Change, "change"), (Whose::Renderer, "renderer"), (Whose::Output, "output")];

const OBJECT_KINDS: [(ObjectKind, &str); 5] = [
    (ObjectKind::Created, "created"),
    (ObjectKind::Deleted, "deleted"),
    (ObjectKind::Changed, "changed"),
    (ObjectKind::Recreated, "recreated"),
    (ObjectKind::Renamed, "renamed"),
];

const CHANGE_KINDS: [(ChangeKind, &str); 5] = [
    (ChangeKind::Added, "added"),
    (ChangeKind::Removed, "removed"),
    (ChangeKind::Changed, "changed"),
    (ChangeKind::Moved, "moved"),
    (ChangeKind::Form, "form"),
];

fn word<T: PartialEq>(kinds: &[(T, &'static str)], kind: &T) -> Node {
    Node::literal(kinds.iter().find(|(own, _)| own == kind).map_or("", |(_, word)| word))
}

fn kind<T: Copy>(kinds: &[(T, &'static str)], node: &Node, key: &str) -> Option<T> {
    let word = node.get(key)?.text()?;
    kinds.iter().find(|(_, own)| *own == word).map(|(kind, _)| *kind)
}

fn of_object(object_diff: &ObjectDiff, sources: &Sources) -> Node {
    let side = |side: &Option<ObjectSide>| optional(side.as_ref().map(of_side));
    let changes: Vec<Node> = object_diff.changes.iter().map(|change| of_change(change, sources)).collect();
    let whole = object_diff.after.as_ref().filter(|_| object_diff.kind == ObjectKind::Created);
    let entries = [
        ("kind", word(&OBJECT_KINDS, &object_diff.kind)),
        ("before", side(&object_diff.before)),
        ("after", side(&object_diff.after)),
        ("at", place(object_diff.at, sources)),
        ("changes", Node::seq(changes)),
    ];
    object(entries.into_iter().chain(whole.map(|side| ("object", side.node.clone()))))
}

fn of_side(side: &ObjectSide) -> Node {
    let mut entries = identity(&side.identity).entries().to_vec();
    entries.push((Node::literal("nth"), Node::int(side.nth)));
    Node::map(entries)
}

fn identity(identity: &Identity) -> Node {
    let api_version = match identity.group.as_str() {
        "" => identity.version.clone(),
        group => format!("{group}/{}", identity.version),
    };
    object([
        ("apiVersion", Node::literal(api_version)),
        ("kind", Node::literal(identity.kind.as_str())),
        ("namespace", optional(identity.namespace.as_deref().map(Node::literal))),
        ("name", Node::literal(identity.name.as_str())),
    ])
}

fn of_change(change: &ValueChange, sources: &Sources) -> Node {
    let steps: Vec<Node> = change.path.0.iter().map(of_step).collect();
    let entries = [
        Some(("kind", word(&CHANGE_KINDS, &change.kind))),
        Some(("path", Node::literal(change.path.to_string()))),
        Some(("steps", Node::seq(steps))),
        // An absent value and `null` are not the same.
        change.before.clone().map(|before| ("before", before)),
        change.after.clone().map(|after| ("after", after)),
        (!change.inside.is_empty()).then(|| {
            let inside: Vec<Node> = change.inside.iter().map(|inner| of_change(inner, sources)).collect();
            ("inside", Node::seq(inside))
        }),
        Some(("at", place(change.at, sources))),
    ];
    object(entries.into_iter().flatten())
}

fn of_step(step: &PathStep) -> Node {
    match step {
        PathStep::Key(key) => Node::literal(key.clone()),
        PathStep::Item(item) => {
            let index = |at: Option<u32>| optional(at.map(|at| Node::int(at as usize)));
            let key =
                item.key.iter().map(|(field, value)| (Node::literal(field.clone()), Node::literal(value.clone())));
            object([
                ("key", Node::map(key.collect::<Vec<_>>())),
                ("before", index(item.before)),
                ("after", index(item.after)),
            ])
        }
    }
}

fn place(at: Option<At>, sources: &Sources) -> Node {
    let known = at.and_then(|at| Some((sources.get(at.source)?, sources.line_column(at))));
    optional(known.map(|(source, (line, column))| {
        object([("file", Node::literal(source.name.clone())), ("line", Node::int(line)), ("column", Node::int(column))])
    }))
}

fn release(node: &Node) -> Option<ReleaseDiff> {
    let count =
        |node: &Node, key: &str| node.get(key).and_then(u64::from_node).and_then(|count| usize::try_from(count).ok());
    let hidden = node.get("hidden")?;
    let ignored = list(hidden, "ignored").iter().map(|own| Some((own.get("path")?.text()?, count(own, "count")?)));
    Some(ReleaseDiff {
        name: node.get("name")?.text()?,
        whose: kind(&WHOSE, node, "whose")?,
        objects: list(node, "objects").iter().map(object_diff).collect::<Option<_>>()?,
        files: list(node, "files").iter().map(Node::text).collect::<Option<_>>()?,
        hidden: Hidden::new(ignored.collect::<Option<_>>()?, count(hidden, "form")?),
        ..ReleaseDiff::default()
    })
}

fn object_diff(node: &Node) -> Option<ObjectDiff> {
    let side = |key: &str, whole: Option<&Node>| -> Option<Option<ObjectSide>> {
        let side = node.get(key)?;
        if side.is_null() {
            return Some(None);
        }
        let text = |key: &str| side.get(key).filter(|node| !node.is_null()).and_then(Node::text);
        let api_version = text("apiVersion")?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        let identity = Identity {
            group: group.into(),
            version: version.into(),
            kind: text("kind")?,
            namespace: text("namespace"),
            name: text("name")?,
        };
        let nth = usize::try_from(side.get("nth").and_then(u64::from_node)?).ok()?;
        Some(Some(ObjectSide { identity, nth, node: whole.cloned().unwrap_or(Node::NULL) }))
    };
    Some(ObjectDiff {
        kind: kind(&OBJECT_KINDS, node, "kind")?,
        before: side("before", None)?,
        after: side("after", node.get("object"))?,
        changes: list(node, "changes").iter().map(change).collect::<Option<_>>()?,
        at: None,
    })
}

fn change(node: &Node) -> Option<ValueChange> {
    Some(ValueChange {
        path: ValuePath(list(node, "steps").iter().map(step).collect::<Option<_>>()?),
        kind: kind(&CHANGE_KINDS, node, "kind")?,
        before: node.get("before").cloned(),
        after: node.get("after").cloned(),
        inside: list(node, "inside").iter().map(change).collect::<Option<_>>()?,
        at: None,
    })
}

fn step(node: &Node) -> Option<PathStep> {
    if let Node::Scalar(Scalar::Str(key), _) = node {
        return Some(PathStep::Key(key.clone()));
    }
    let index = |key: &str| node.get(key).and_then(u64::from_node).and_then(|at| u32::try_from(at).ok());
    let key =
        node.get("key")?.entries().iter().map(|(field, value)| Some((field.text()?.into(), value.text()?.into())));
    Some(PathStep::Item(Item { key: key.collect::<Option<_>>()?, before: index("before"), after: index("after") }))
}

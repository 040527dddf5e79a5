//! `templates/checks.yaml`: the rules across dials, in the words of `helmwright render`.

use super::dials::Dials;
use super::helpers::Helper;
use super::reference::{References, literal};
use crate::bundle::Manifest;
use crate::node::{Node, Origin};
use crate::plan::{Constraint, ReleaseName, words};
use crate::spec::fields::Kind;
use crate::spec::names::filled;

/// The message where the release's name was used, and so cannot be another.
const NAME_USED: &str = "this chart can only be released as `%s`, as its name was used to make it; make one for `%s`";
/// The same for the namespace.
const NAMESPACE_USED: &str =
    "this chart can only be released into `%s`, as the namespace was used to make it; make one for `%s`";

/// The file; nothing where no turn of a dial can break a rule.
pub fn checks(
    references: &References<'_>,
    constraints: &[Constraint],
    manifests: &[&Manifest],
    release: &ReleaseName,
) -> Option<String> {
    let dials = references.dials;
    let mut out = String::new();
    let pins = &dials.spec.pins;
    let namespace = release.namespace.as_deref().unwrap_or("default");
    for (pinned, used, given, message) in [
        (pins.is_release_name_pinned(), release.name.as_deref().unwrap_or_default(), ".Release.Name", NAME_USED),
        (pins.is_release_namespace_pinned(), namespace, ".Release.Namespace", NAMESPACE_USED),
    ] {
        if pinned {
            let (used, message) = (literal(used), literal(message));
            let fail = format!("{{{{- fail (printf {message} {used} {given}) }}}}\n");
            out.push_str(&when(&format!("ne {given} {used}"), &fail));
        }
    }
    let mut checks: Vec<String> = Vec::new();
    for constraint in constraints.iter().filter(|constraint| can_break(constraint, dials)) {
        let check = check(constraint, references);
        // Versions whose names are made from the application's share one rule.
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    out.extend(checks);
    for (i, manifest) in manifests.iter().enumerate() {
        for earlier in &manifests[..i] {
            out.extend(apart(earlier, manifest, references, constraints));
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The rule that two objects are not one; nothing where they never are, or another rule says it.
fn apart(
    first: &Manifest,
    second: &Manifest,
    references: &References<'_>,
    constraints: &[Constraint],
) -> Option<String> {
    let (a, b) = (&first.identity, &second.identity);
    if (&a.kind, &a.group) != (&b.kind, &b.group) || a.namespace.is_some() != b.namespace.is_some() {
        return None;
    }
    let [names, namespaces] = ["name", "namespace"].map(|key| [first, second].map(|object| metadata(object, key)));
    let dials = references.dials;
    if !names.iter().chain(&namespaces).any(|node| dials.is_dynamic(node)) {
        return None;
    }
    let [[a_name, b_name], [a_namespace, b_namespace]] = [&names, &namespaces].map(|[a, b]| unlike(a, b));
    if !may_be_same(&a_name, &b_name, dials) || !may_be_same(&a_namespace, &b_namespace, dials) {
        return None;
    }
    let is_version = |name: &[&Node], names: &[Node]| names.iter().any(|version| flat(version) == name);
    let is_covered = constraints.iter().any(|constraint| match constraint {
        Constraint::Distinct { names } => is_version(&a_name, names) && is_version(&b_name, names),
        _ => false,
    });
    if is_covered {
        return None;
    }
    let [name, namespace] = [&names, &namespaces].map(|[first, _]| references.expression(first));
    let tests: Vec<String> = [&names, &namespaces]
        .into_iter()
        .filter(|[a, b]| a != b)
        .map(|[a, b]| format!("eq {} {}", as_text(a, references), as_text(b, references)))
        .collect();
    let test = match tests.as_slice() {
        [one] => one.clone(),
        tests => tests.iter().fold("and".to_string(), |all, test| format!("{all} ({test})")),
    };
    let (place, values) = match a.namespace {
        Some(_) => ("%v/%v", [namespace, name].join(" ")),
        None => ("%v", name),
    };
    let [kind, from, also] = [&a.kind, &*first.source, &*second.source].map(|text| text.replace('%', "%%"));
    let message = literal(&format!("{kind} {place} comes twice: from {from} and from {also}"));
    Some(when(&test, &format!("{{{{- fail (printf {message} {values}) }}}}\n")))
}

/// An expression of `node` as text: where no field of the spec says that it is text, a value may be a number.
fn as_text(node: &Node, references: &References<'_>) -> String {
    let expression = references.expression(node);
    match node {
        Node::Scalar(_, Origin::Spec(id)) if references.dials.kind(*id).is_none() => format!("(toString {expression})"),
        _ => expression,
    }
}

fn metadata<'m>(object: &'m Manifest, key: &str) -> &'m Node {
    const NONE: &Node = &Node::NULL;
    object.node.get("metadata").and_then(|metadata| metadata.get(key)).unwrap_or(NONE)
}

/// The parts of a text.
fn flat(node: &Node) -> Vec<&Node> {
    let mut parts = Vec::with_capacity(4);
    push_flat(node, &mut parts);
    parts
}

fn push_flat<'n>(node: &'n Node, parts: &mut Vec<&'n Node>) {
    match node {
        Node::Concat(inner) => inner.iter().for_each(|part| push_flat(part, parts)),
        node => parts.push(node),
    }
}

/// The parts of two texts between those with which both begin and both end.
fn unlike<'n>(a: &'n Node, b: &'n Node) -> [Vec<&'n Node>; 2] {
    let (mut a, mut b) = (flat(a), flat(b));
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    a.drain(..same);
    b.drain(..same);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.truncate(a.len() - same);
    b.truncate(b.len() - same);
    [a, b]
}

/// Whether two texts can be the same, whatever the dials are turned to: not if they begin or end with different words.
fn may_be_same(a: &[&Node], b: &[&Node], dials: &Dials<'_>) -> bool {
    if !a.iter().chain(b).any(|part| dials.is_dynamic(part)) {
        return text(a) == text(b);
    }
    let [a_start, b_start] = [a, b].map(|parts| text(constant_start(parts, dials)));
    let [a_end, b_end] = [a, b].map(|parts| text(constant_end(parts, dials)));
    (a_start.starts_with(&b_start) || b_start.starts_with(&a_start))
        && (a_end.ends_with(&b_end) || b_end.ends_with(&a_end))
}

fn text(parts: &[&Node]) -> String {
    parts.iter().filter_map(|part| part.text()).collect()
}

/// The parts before the first that hangs on a dial.
fn constant_start<'p, 'n>(parts: &'p [&'n Node], dials: &Dials<'_>) -> &'p [&'n Node] {
    &parts[..parts.iter().take_while(|part| !dials.is_dynamic(part)).count()]
}

/// The parts after the last that hangs on a dial.
fn constant_end<'p, 'n>(parts: &'p [&'n Node], dials: &Dials<'_>) -> &'p [&'n Node] {
    &parts[parts.len() - parts.iter().rev().take_while(|part| !dials.is_dynamic(part)).count()..]
}

/// The nodes that a rule is about.
pub fn nodes(constraint: &Constraint) -> Vec<&Node> {
    match constraint {
        Constraint::Name { name, .. } => vec![name],
        Constraint::LabelValue { value, .. } => vec![value],
        Constraint::Distinct { names } => names.iter().collect(),
        Constraint::AtMostAll { candidates } => candidates.iter().collect(),
        Constraint::Rest { primary, candidates } => [primary].into_iter().chain(candidates).collect(),
        Constraint::Percentage { weight } => vec![weight],
        Constraint::SomeWeight { weights } => weights.iter().collect(),
        Constraint::Ordered { low, high, .. } => vec![&low.1, &high.1],
    }
}

/// Whether a turn of a dial, or another release, can break it.
fn can_break(constraint: &Constraint, dials: &Dials<'_>) -> bool {
    match constraint {
        // The schema has that rule.
        Constraint::Name { name: Node::Scalar(_, Origin::Spec(id)), .. } => {
            dials.is_free(*id) && !matches!(dials.kind(*id), Some(Kind::Name))
        }
        // `<application>-0` and `<application>-1` are never the same.
        Constraint::Distinct { names } => {
            names.len() > 1 && names.iter().any(|name| !matches!(name, Node::Concat(_)) && dials.is_dynamic(name))
        }
        constraint => nodes(constraint).into_iter().any(|node| dials.is_dynamic(node)),
    }
}

fn check(constraint: &Constraint, references: &References<'_>) -> String {
    match constraint {
        Constraint::Name { what, name } => include(Helper::Name, what, name, references),
        Constraint::LabelValue { label, value } => include(Helper::Label, label, value, references),
        Constraint::Distinct { names } => {
            let list: String = names.iter().map(|name| format!(" {}", references.expression(name))).collect();
            let seen = format!("{{{{- $names := list{list} }}}}\n{{{{- range $i, $name := $names }}}}\n");
            let fail = fail(words::DISTINCT, &["$name"]);
            seen + &when("has $name (slice $names 0 $i)", &fail) + "{{- end }}\n"
        }
        Constraint::AtMostAll { candidates } => {
            let sum = sum(candidates, references);
            when(&format!("gt {sum} 100"), &fail(words::AT_MOST_ALL, &[&sum]))
        }
        Constraint::Rest { primary, candidates } => {
            let rest = format!("(sub 100 {})", sum(candidates, references));
            let weight = references.number(primary);
            let given = is_given(primary, references);
            when(&format!("and {given} (ne {weight} {rest})"), &fail(words::REST, &[&weight, &rest]))
        }
        Constraint::Percentage { weight } => {
            when(&format!("gt {} 100", references.number(weight)), &fail(words::PERCENTAGE, &[]))
        }
        Constraint::SomeWeight { weights } => {
            let zero: Vec<String> =
                weights.iter().map(|weight| format!("(eq (toJson {}) \"0\")", references.expression(weight))).collect();
            when(&format!("and {}", zero.join(" ")), &fail(words::SOME_WEIGHT, &[]))
        }
        Constraint::Ordered { low, high, unlimited } => {
            let (lower, upper) = (references.number(&low.1), references.number(&high.1));
            let given = [&low.1, &high.1].map(|node| is_given(node, references));
            let limit = if *unlimited { format!(" (ne {upper} 0)") } else { String::new() };
            let message = filled(words::ORDERED, &[low.0, "%s", high.0, "%s"]);
            when(&format!("and {} (gt {lower} {upper}){limit}", given.join(" ")), &fail(&message, &[&lower, &upper]))
        }
    }
}

/// `body`, executed only if `test` holds.
fn when(test: &str, body: &str) -> String {
    format!("{{{{- if {test} }}}}\n{body}{{{{- end }}}}\n")
}

/// An action that fails with `message` and `values` in it.
fn fail(message: &str, values: &[&str]) -> String {
    let message = literal(message);
    match values {
        [] => format!("{{{{- fail {message} }}}}\n"),
        values => {
            let values: String = values.iter().map(|value| format!(" (toString {value})")).collect();
            format!("{{{{- fail (printf {message}{values}) }}}}\n")
        }
    }
}

/// The named template that checks `node`, which the user knows as `what`.
fn include(helper: Helper, what: &str, node: &Node, references: &References<'_>) -> String {
    let mut out = String::from("{{- ");
    references.push_include(helper, &mut out);
    out + " (list " + &literal(what) + " " + &references.expression(node) + ") }}\n"
}

fn is_given(node: &Node, references: &References<'_>) -> String {
    format!("(not (kindIs \"invalid\" {}))", references.expression(node))
}

fn sum(nodes: &[Node], references: &References<'_>) -> String {
    let numbers: Vec<String> = nodes.iter().map(|node| references.number(node)).collect();
    match numbers.as_slice() {
        [one] => one.clone(),
        several => format!("(add {})", several.join(" ")),
    }
}

//! `templates/checks.yaml`: the rules across dials, in the words of `helmwright render`.

use super::dials::Dials;
use super::helpers::Helper;
use super::reference::{References, literal};
use crate::bundle::Manifest;
use crate::node::{Node, Origin};
use crate::plan::{Constraint, ReleaseName, words};
use crate::spec::fields::Kind;
use crate::spec::names::filled;

/// What is said of a release's name that was used, and so cannot be another.
const NAME_USED: &str = "this chart can only be released as `%s`, as its name was used to make it; make one for `%s`";
/// The same of a namespace.
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
    for (pinned, own, other, words) in [
        (pins.is_release_name_pinned(), release.name.as_deref().unwrap_or_default(), ".Release.Name", NAME_USED),
        (pins.is_release_namespace_pinned(), namespace, ".Release.Namespace", NAMESPACE_USED),
    ] {
        if pinned {
            let own = literal(own);
            let words = literal(words);
            out.push_str(&format!(
                "{{{{- if ne {other} {own} }}}}\n{{{{- fail (printf {words} {own} {other}) }}}}\n{{{{- end }}}}\n"
            ));
        }
    }
    let mut checks: Vec<String> = Vec::new();
    for constraint in constraints.iter().filter(|constraint| can_break(constraint, dials)) {
        let check = check(constraint, references);
        // Versions without a name of their own have the same rule in common.
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    out.extend(checks);
    for (i, manifest) in manifests.iter().enumerate() {
        for other in &manifests[..i] {
            out.extend(apart(other, manifest, references, constraints));
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
    let [[name, other], [namespace, elsewhere]] = [&names, &namespaces].map(|[a, b]| unlike(a, b));
    if !may_be_same(&name, &other, dials) || !may_be_same(&namespace, &elsewhere, dials) {
        return None;
    }
    let is_version = |name: &[&Node], names: &[Node]| names.iter().any(|version| flat(version) == name);
    let said = constraints.iter().any(|constraint| match constraint {
        Constraint::Distinct { names } => is_version(&name, names) && is_version(&other, names),
        _ => false,
    });
    if said {
        return None;
    }
    let [name, namespace] = [&names, &namespaces].map(|[own, _]| references.expression(own));
    // Where no field of helmwright's own says it is text, it may be a number.
    let text = |node: &Node| match node {
        Node::Scalar(_, Origin::Spec(id)) if dials.kind(*id).is_none() => {
            format!("(toString {})", references.expression(node))
        }
        node => references.expression(node),
    };
    let tests: Vec<String> = [&names, &namespaces]
        .into_iter()
        .filter(|[own, other]| own != other)
        .map(|[own, other]| format!("eq {} {}", text(own), text(other)))
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
    let words = literal(&format!("{kind} {place} comes twice: from {from} and from {also}"));
    Some(format!("{{{{- if {test} }}}}\n{{{{- fail (printf {words} {values}) }}}}\n{{{{- end }}}}\n"))
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
    let fixed = |part: &&&Node| !dials.is_dynamic(part);
    let text = |parts: &[&Node]| parts.iter().filter_map(|part| part.text()).collect::<String>();
    let start = |parts: &[&Node]| text(&parts[..parts.iter().take_while(fixed).count()]);
    let end = |parts: &[&Node]| text(&parts[parts.len() - parts.iter().rev().take_while(fixed).count()..]);
    let all = |parts: &[&Node]| parts.iter().all(|part| fixed(&part));
    let fits = |a: String, b: String, part: fn(&str, &str) -> bool| part(&a, &b) || part(&b, &a);
    match all(a) && all(b) {
        true => start(a) == start(b),
        false => fits(start(a), start(b), |a, b| a.starts_with(b)) && fits(end(a), end(b), |a, b| a.ends_with(b)),
    }
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
        other => nodes(other).into_iter().any(|node| dials.is_dynamic(node)),
    }
}

fn check(constraint: &Constraint, references: &References<'_>) -> String {
    let expression = |node: &Node| references.expression(node);
    let number = |node: &Node| format!("(int64 {})", references.expression(node));
    let fail = |words: &str, values: &[String]| match values {
        [] => format!("{{{{- fail {} }}}}\n", literal(words)),
        values => {
            let values: String = values.iter().map(|value| format!(" (toString {value})")).collect();
            format!("{{{{- fail (printf {}{values}) }}}}\n", literal(words))
        }
    };
    let when = |test: &str, then: String| format!("{{{{- if {test} }}}}\n{then}{{{{- end }}}}\n");
    let required = |helper: Helper, what: &str, node: &Node| {
        let mut out = String::from("{{- ");
        references.push_include(helper, &mut out);
        out + " (list " + &literal(what) + " " + &expression(node) + ") }}\n"
    };
    match constraint {
        Constraint::Name { what, name } => required(Helper::Name, what, name),
        Constraint::LabelValue { label, value } => required(Helper::Label, label, value),
        Constraint::Distinct { names } => {
            let list: String = names.iter().map(|name| format!(" {}", expression(name))).collect();
            let seen = format!("{{{{- $names := list{list} }}}}\n{{{{- range $i, $name := $names }}}}\n");
            let fail = fail(words::DISTINCT, &["$name".into()]);
            seen + &when("has $name (slice $names 0 $i)", fail) + "{{- end }}\n"
        }
        Constraint::AtMostAll { candidates } => {
            let sum = sum(candidates, &number);
            when(&format!("gt {sum} 100"), fail(words::AT_MOST_ALL, &[sum]))
        }
        Constraint::Rest { primary, candidates } => {
            let left = format!("(sub 100 {})", sum(candidates, &number));
            let own = number(primary);
            let given = format!("not (kindIs \"invalid\" {})", expression(primary));
            when(&format!("and ({given}) (ne {own} {left})"), fail(words::REST, &[own, left]))
        }
        Constraint::Percentage { weight } => when(&format!("gt {} 100", number(weight)), fail(words::PERCENTAGE, &[])),
        Constraint::SomeWeight { weights } => {
            let zero: Vec<String> =
                weights.iter().map(|weight| format!("(eq (toJson {}) \"0\")", expression(weight))).collect();
            when(&format!("and {}", zero.join(" ")), fail(words::SOME_WEIGHT, &[]))
        }
        Constraint::Ordered { low, high, unlimited } => {
            let (lower, upper) = (number(&low.1), number(&high.1));
            let given = [&low.1, &high.1].map(|node| format!("(not (kindIs \"invalid\" {}))", expression(node)));
            let limit = if *unlimited { format!(" (ne {upper} 0)") } else { String::new() };
            let words = filled(words::ORDERED, &[low.0, "%s", high.0, "%s"]);
            when(&format!("and {} (gt {lower} {upper}){limit}", given.join(" ")), fail(&words, &[lower, upper]))
        }
    }
}

fn sum(nodes: &[Node], number: &impl Fn(&Node) -> String) -> String {
    let numbers: Vec<String> = nodes.iter().map(number).collect();
    match numbers.as_slice() {
        [one] => one.clone(),
        several => format!("(add {})", several.join(" ")),
    }
}

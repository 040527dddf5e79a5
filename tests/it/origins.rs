//! Origins and pins are exact: change any unpinned scalar of a spec to another value of its type, and the two
//! bundles differ exactly at the nodes with that origin.

use helmwright::node::{Node, Origin, PlaceId, Scalar, Segment};
use helmwright::pack::Catalog;
use helmwright::render::Rendered;
use helmwright::source::SourceId;
use helmwright::yaml::{self, Data, Yaml};
use serde_json::{Map, Value, json};

use crate::support::specs::Case;
use crate::support::{json, specs};

/// A case as one text that says all its defaults, so that any value of it can be edited without moving another.
struct Base {
    case: Case,
    spec: Value,
    rendered: Rendered,
}

impl Base {
    fn new(case: Case, catalog: &Catalog) -> Self {
        let rendered =
            specs::render(&case.text, &case.release, catalog).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let user = yaml::load(&case.text, SourceId(0), &mut Vec::new());
        let spec = explicit(&rendered.spec.root, user.first());
        let again =
            specs::render(&spec.to_string(), &case.release, catalog).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!(
            helmwright::write::manifests(&rendered.bundle),
            helmwright::write::manifests(&again.bundle),
            "{}: saying the defaults changes nothing",
            case.name
        );
        Self { case, spec, rendered: again }
    }

    /// The places of all scalars that stand in the spec, and their values.
    fn scalars(&self) -> Vec<(PlaceId, &Scalar)> {
        let mut out = Vec::new();
        scalars(&self.rendered.spec.root, &mut out);
        out
    }

    fn path(&self, id: PlaceId) -> Vec<Segment> {
        self.rendered.spec.places.path(id).0
    }

    /// The spec's text with `value` at the place `id`.
    fn with(&self, id: PlaceId, value: Value) -> String {
        let mut spec = self.spec.clone();
        let place = self.path(id).iter().fold(&mut spec, |at, segment| match segment {
            Segment::Key(key) => &mut at[&**key],
            Segment::Index(index) => &mut at[*index as usize],
        });
        *place = value;
        spec.to_string()
    }
}

/// The values with all defaults, and with the nulls that delete a default.
fn explicit(node: &Node, user: Option<&Yaml>) -> Value {
    match node {
        Node::Map(entries, _) => {
            let own = |key: &str| user.and_then(|yaml| yaml.get(key));
            let values = entries.iter().map(|(key, value)| {
                let key = key.text().unwrap();
                (key.clone(), explicit(value, own(&key)))
            });
            let mut values: Map<String, Value> = values.collect();
            if let Some(Yaml { data: Data::Map(pairs), .. }) = user {
                for pair in pairs.iter().filter(|pair| pair.value.is_null()) {
                    values.entry(&*pair.key).or_insert(Value::Null);
                }
            }
            values.into()
        }
        Node::Seq(items, _) => items.iter().map(|item| explicit(item, None)).collect(),
        other => json::of_node(other),
    }
}

fn scalars<'n>(node: &'n Node, out: &mut Vec<(PlaceId, &'n Scalar)>) {
    match node {
        Node::Scalar(scalar, Origin::Spec(id)) => out.push((*id, scalar)),
        Node::Seq(items, _) => items.iter().for_each(|item| scalars(item, out)),
        Node::Map(entries, _) => entries.iter().for_each(|(_, value)| scalars(value, out)),
        other => panic!("not of a spec: {other:?}"),
    }
}

/// Other values of the type of `scalar`. A rule may forbid some of them; it may not forbid all.
fn others(scalar: &Scalar) -> Vec<Value> {
    match scalar {
        // Null is absence, which is structure.
        Scalar::Null => Vec::new(),
        Scalar::Bool(b) => vec![json!(!b)],
        Scalar::Int(i) => {
            [i.wrapping_add(1), i.wrapping_sub(1), 0, 1, 77].iter().filter(|o| *o != i).map(|o| json!(o)).collect()
        }
        Scalar::UInt(u) => vec![json!(u - 1)],
        Scalar::Float(f) => vec![json!(f + 0.25)],
        Scalar::Str(s) => {
            [format!("{s}x"), "other".into(), "0".into(), "true".into(), String::new(), "v9".into(), format!("x{s}")]
                .into_iter()
                .filter(|other| **other != **s)
                .map(Value::from)
                .collect()
        }
    }
}

/// How two bundles differ, `changed` being the one place whose value did.
#[derive(Default)]
struct Comparison {
    /// Where they differ in what the place does not explain.
    wrong: Vec<String>,
    /// How many nodes come from the place.
    found: usize,
}

impl Comparison {
    fn bundles(before: &Rendered, after: &Rendered, changed: PlaceId) -> Self {
        let mut own = Self::default();
        if before.bundle.len() != after.bundle.len() {
            own.wrong.push(format!("{} objects become {}", before.bundle.len(), after.bundle.len()));
        }
        for (before, after) in before.bundle.iter().zip(after.bundle.iter()) {
            let path = format!("{}: {}", before.source, before.identity.kind);
            if before.source != after.source {
                own.wrong.push(format!("{path} becomes {}", after.source));
            }
            own.nodes(&before.node, &after.node, changed, &path);
        }
        own
    }

    fn nodes(&mut self, before: &Node, after: &Node, changed: PlaceId, path: &str) {
        match (before, after) {
            (Node::Scalar(a, from), Node::Scalar(b, to)) if from == to => {
                let may = *from == Origin::Spec(changed);
                self.found += usize::from(may);
                if may == (a == b) {
                    self.wrong.push(format!("{path}: {a:?} and {b:?}, from {from:?}"));
                }
            }
            (Node::Seq(a, from), Node::Seq(b, to)) if from == to && a.len() == b.len() => {
                a.iter().zip(b.iter()).for_each(|(a, b)| self.nodes(a, b, changed, &format!("{path}[]")));
            }
            (Node::Concat(a), Node::Concat(b)) if a.len() == b.len() => {
                a.iter().zip(b.iter()).for_each(|(a, b)| self.nodes(a, b, changed, path));
            }
            (Node::Map(a, from), Node::Map(b, to)) if from == to && a.len() == b.len() => {
                for ((key, a), (other, b)) in a.iter().zip(b.iter()) {
                    self.nodes(key, other, changed, &format!("a key of {path}"));
                    self.nodes(a, b, changed, &format!("{path}.{}", key.text().unwrap()));
                }
            }
            (Node::Symbol(a), Node::Symbol(b)) if a == b => {}
            (Node::Guard(a, before), Node::Guard(b, after)) if a == b => self.nodes(before, after, changed, path),
            (Node::Text(before), Node::Text(after)) => self.nodes(before, after, changed, path),
            _ => self.wrong.push(format!("{path}: {before:?} becomes {after:?}")),
        }
    }
}

#[test]
fn a_change_of_a_dial_changes_just_what_comes_from_it() {
    let catalog = Catalog::embedded();
    let mut failures = Vec::new();
    for case in specs::all() {
        let base = Base::new(case, &catalog);
        let (mut pinned, mut dials, mut unused) = (Vec::new(), 0, Vec::new());
        for (id, scalar) in base.scalars() {
            let path = base.rendered.spec.places.path(id);
            if base.rendered.spec.pins.is_pinned(id) {
                pinned.push(path.to_string());
                continue;
            }
            let values = others(scalar);
            let mut refusals = Vec::new();
            let (mut found, mut accepted) = (0, 0);
            for value in &values {
                // More tell no more, and every one is a whole release.
                if accepted == 3 {
                    break;
                }
                let text = base.with(id, value.clone());
                match specs::render(&text, &base.case.release, &catalog) {
                    Ok(after) => {
                        let comparison = Comparison::bundles(&base.rendered, &after, id);
                        found = comparison.found;
                        accepted += 1;
                        let wrong =
                            comparison.wrong.into_iter().map(|w| format!("{}: {path} = {value}: {w}", base.case.name));
                        failures.extend(wrong);
                        if after.spec.pins.is_pinned(id) {
                            failures.push(format!("{}: {path} is pinned once it is {value}", base.case.name));
                        }
                    }
                    Err(report) => refusals.push(format!("{value}: {report}")),
                }
            }
            if refusals.len() == values.len() && !values.is_empty() {
                failures.push(format!("{}: {path} takes no other value: {refusals:?}", base.case.name));
            }
            dials += 1;
            if found == 0 {
                unused.push(path.to_string());
            }
        }
        println!("{}: {dials} dials, of which unused {unused:?}; {} pinned: {pinned:?}", base.case.name, pinned.len());
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn what_passes_through_is_no_structure() {
    let catalog = Catalog::embedded();
    for case in specs::own() {
        // There a computation reads them.
        if case.name == "expressions" {
            continue;
        }
        let base = Base::new(case, &catalog);
        for (id, _) in base.scalars() {
            let path = base.path(id);
            let keys: Vec<&str> =
                path.iter().filter_map(|s| if let Segment::Key(key) = s { Some(&**key) } else { None }).collect();
            let dial = keys.iter().any(|key| {
                matches!(
                    *key,
                    "annotations"
                        | "deploymentSpecification"
                        | "serviceSpecification"
                        | "inferenceServiceSpecification"
                )
            }) || matches!(
                keys.last(),
                Some(&("image" | "port" | "weight" | "storageUri" | "modelFormat" | "gateway" | "host"))
            );
            assert!(
                !dial || !base.rendered.spec.pins.is_pinned(id),
                "{}: {} is pinned",
                base.case.name,
                base.rendered.spec.places.path(id)
            );
        }
    }
}

#[test]
fn what_decides_is_structure() {
    let catalog = Catalog::embedded();
    for case in specs::own() {
        let base = Base::new(case, &catalog);
        for (id, _) in base.scalars() {
            let path = base.rendered.spec.places.path(id).to_string();
            let decides = matches!(&*path, "environment" | "routing" | "application.strategy" | "application.primary");
            assert!(!decides || base.rendered.spec.pins.is_pinned(id), "{}: {path} is no dial", base.case.name);
        }
    }
}

#[test]
fn a_clause_in_the_words_of_two_platforms_loses_nothing() {
    let case = specs::own().into_iter().find(|case| case.name == "gtw-mixed-match").unwrap();
    let rendered = specs::render(&case.text, &case.release, &Catalog::embedded()).unwrap();
    let text = helmwright::write::manifests(&rendered.bundle);
    assert!(text.contains("value: beta") && text.contains("/beta"), "{text}");
}

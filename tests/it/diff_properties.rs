//! What holds for every comparison: nothing differs from itself, and what differs makes the new objects of the old.

use helmwright::diff::{self, DiffOptions, apply_all, diff, identical};
use helmwright::impact::ReleaseState;
use helmwright::node::{Node, Scalar};
use helmwright::objects::Objects;
use helmwright::report::diff as report;
use helmwright::review::{Diff, diff_release};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// Keys that a path could get wrong, and those of lists with rules of their own.
const KEYS: &[&str] = &[
    "a",
    "a.b",
    "helm.sh/chart",
    "*",
    "",
    "0",
    "[x]",
    "say \"hi\"",
    "name",
    "key",
    "ports",
    "containers",
    "env",
    "http",
    "route",
    "args",
    "config.yaml",
    "data",
    "{{ if x }}",
];

const WORDS: &[&str] = &[
    "x",
    "y",
    "main",
    "side",
    "80",
    "a.b/c",
    "",
    "*",
    "[0]",
    "a\nb\n",
    "a: 1\nb: [1, 2]\n",
    "a: 1\nb: [2, 1]\n",
    "{\"a\": {\"b\": 1}}",
    "{\"a\":{\"b\":2}}",
    "http:\n{{- if gt (index .Weights 1) 0 }}\n- name: b\n{{- end }}\n- name: a\n  weight: {{ index .Weights 0 }}\n",
    "http:\n- name: a\n  weight: {{ index .Weights 0 }}\n{{- if gt (index .Weights 2) 0 }}\n- name: b\n{{- end }}\n",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        Just(json!(1.0)),
        Just(json!(0.5)),
        select(WORDS).prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            3 => vec((select(KEYS), inner.clone()), 0..6)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect::<Map<_, _>>().into()),
            2 => vec(inner.clone(), 0..6).prop_map(Value::from),
            2 => vec((select(WORDS), inner), 0..6).prop_map(|items| {
                items.into_iter().map(|(name, value)| json!({"name": name, "value": value, "port": name.len()})).collect()
            }),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    (select(&["Deployment", "ConfigMap", "Service"][..]), select(&["a", "b", "shop", "shop-1"][..]), select(&[None, Some("prod")][..]), tree()).prop_map(
        |(kind, name, namespace, spec)| {
            let mut metadata = json!({"name": name});
            if let Some(namespace) = namespace {
                metadata["namespace"] = namespace.into();
            }
            json!({"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec, "data": {"shop": "and a shop-1"}})
        },
    )
}

/// One thing that someone does to a tree.
#[derive(Debug, Clone)]
enum Edit {
    Set(Value),
    Remove,
    Insert(Value),
    Swap(Index),
    Rename(String),
}

fn edit() -> impl Strategy<Value = (Vec<Index>, Edit)> {
    let edit = prop_oneof![
        tree().prop_map(Edit::Set),
        Just(Edit::Remove),
        tree().prop_map(Edit::Insert),
        any::<Index>().prop_map(Edit::Swap),
        select(WORDS).prop_map(|word| Edit::Rename(word.to_string())),
    ];
    (vec(any::<Index>(), 0..5), edit)
}

/// Does `edit` at the end of `way`, or as far as the tree goes.
fn change(value: &mut Value, way: &[Index], edit: &Edit) {
    match (value, way) {
        (Value::Object(map), [step, rest @ ..]) if !map.is_empty() => {
            let key = map.keys().nth(step.index(map.len())).unwrap().clone();
            match edit {
                Edit::Remove if rest.is_empty() => drop(map.shift_remove(&key)),
                edit => change(&mut map[&key], rest, edit),
            }
        }
        (Value::Array(items), [step, rest @ ..]) if !items.is_empty() => {
            let at = step.index(items.len());
            match edit {
                Edit::Remove if rest.is_empty() => drop(items.remove(at)),
                Edit::Insert(new) if rest.is_empty() => items.insert(at, new.clone()),
                Edit::Swap(other) if rest.is_empty() => {
                    let item = items.remove(at);
                    let to = other.index(items.len() + 1);
                    items.insert(to, item);
                }
                edit => change(&mut items[at], rest, edit),
            }
        }
        (value, _) => match edit {
            Edit::Set(new) | Edit::Insert(new) => *value = new.clone(),
            Edit::Rename(name) => *value = name.as_str().into(),
            Edit::Remove | Edit::Swap(_) => {}
        },
    }
}

fn edited(objects: &[Value], edits: &[(Index, Vec<Index>, Edit)]) -> Vec<Value> {
    let mut objects = objects.to_vec();
    for (at, way, edit) in edits {
        if objects.is_empty() {
            break;
        }
        let at = at.index(objects.len());
        match edit {
            Edit::Remove if way.is_empty() => drop(objects.remove(at)),
            Edit::Swap(other) if way.is_empty() => {
                let to = other.index(objects.len());
                objects.swap(at, to);
            }
            Edit::Rename(name) if way.is_empty() && !name.is_empty() => {
                objects[at]["metadata"]["name"] = name.as_str().into()
            }
            edit => change(&mut objects[at]["spec"], way, edit),
        }
    }
    objects
}

fn objects(values: &[Value]) -> Objects {
    let (mut objects, mut problems) = (Objects::default(), Vec::new());
    for value in values {
        objects.add("objects.json", &value.to_string(), &mut problems);
    }
    assert!(problems.is_empty(), "{problems:?}");
    objects
}

fn nodes(objects: &Objects) -> Vec<Node> {
    objects.manifests.iter().map(|manifest| manifest.node.clone()).collect()
}

/// Whether both are the same objects, in whatever order.
fn alike(a: &[Node], b: &[Node]) -> bool {
    let mut left = b.to_vec();
    a.len() == b.len()
        && a.iter().all(|node| match left.iter().position(|other| identical(node, other)) {
            Some(at) => {
                left.remove(at);
                true
            }
            None => false,
        })
}

fn options() -> DiffOptions {
    DiffOptions { show_secrets: true, ..DiffOptions::default() }
}

fn edits() -> impl Strategy<Value = Vec<(Index, Vec<Index>, Edit)>> {
    vec((any::<Index>(), edit()).prop_map(|(at, (way, edit))| (at, way, edit)), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(values in vec(object(), 0..5)) {
        let objects = objects(&values);
        let (different, hidden) = diff(&objects, &objects.clone(), &options());
        prop_assert!(different.is_empty() && hidden.is_empty(), "{:#?}", different);
    }

    #[test]
    fn the_diff_makes_the_new_objects(values in vec(object(), 0..5), edits in edits(), others in vec(object(), 0..2), limit in 0usize..5000) {
        let before = objects(&values);
        let mut new = edited(&values, &edits);
        new.extend(others);
        let after = objects(&new);
        let release = diff_release("x", ReleaseState::of(&before), ReleaseState::of(&after), &options(), None);
        let made = apply_all(&nodes(&before), &release.objects).map_err(|problem| TestCaseError::fail(problem.message))?;
        prop_assert!(alike(&made, &nodes(&after)), "{:#?}\n{:#?}", release, made);
        // The same by way of JSON, and whatever form is asked for, it is made.
        let diff = Diff { releases: vec![release] };
        let read = report::parse(&report::json(&diff)).map_err(|problem| TestCaseError::fail(problem.message))?;
        let made = apply_all(&nodes(&before), &read.releases[0].objects).map_err(|problem| TestCaseError::fail(problem.message))?;
        prop_assert!(alike(&made, &nodes(&after)), "{}\n{:#?}", report::json(&diff), made);
        prop_assert!(report::markdown(&diff, limit).len() <= limit);
        prop_assert_eq!(report::plain(&diff, false).is_empty(), diff.is_empty() && diff.releases[0].hidden.is_empty());
        prop_assert_eq!(report::unified(&diff, false).contains("@@"), !diff.is_empty());
        report::sarif(&diff);
        // A diff that is empty says so of objects that are the same.
        if diff.is_empty() {
            let same = nodes(&before).iter().all(|node| nodes(&after).iter().any(|other| diff::same(node, other)));
            prop_assert!(same);
        }
    }
}

#[test]
fn numbers_are_compared_as_what_they_are() {
    let before =
        objects(&[json!({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}, "weight": 1, "big": 10})]);
    let mut after = Objects::default();
    after.add(
        "x.yaml",
        "kind: X\nmetadata: {\"name\": 'x'}\nbig: 1e1\nweight: 1.0 # one\napiVersion: v1\n",
        &mut Vec::new(),
    );
    assert!(diff(&before, &after, &options()).0.is_empty());
    let Node::Scalar(Scalar::Str(_), _) = &nodes(&after)[0].get("kind").unwrap() else { panic!("a string") };
}

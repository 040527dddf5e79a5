//! The program that other tests ask in place of Helm does what the released commands do.

use std::path::Path;

use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};

use crate::support::helm;
use crate::support::helm::{Call, Helm, VERSIONS};

/// A release's name, its values files and flags, and whether Helm takes them.
type Try = (&'static str, Vec<&'static str>, Vec<(Flag, &'static str)>, bool);

fn calls() -> Vec<Try> {
    vec![
        ("shop", vec![], vec![], true),
        ("12", vec![], vec![], true),
        ("Shop", vec![], vec![], false),
        ("shop", vec!["size: 9007199254740992\n"], vec![], false),
        ("shop", vec!["size: 9999999"], vec![], true),
        ("shop", vec!["size: 1e3"], vec![], true),
        ("shop", vec!["size: -1"], vec![], false),
        ("shop", vec!["size: null"], vec![], false),
        ("shop", vec!["size: [1"], vec![], false),
        ("shop", vec!["a: b"], vec![], false),
        ("shop", vec!["global: {x: 1}"], vec![], true),
        ("shop", vec!["versions: {'1': {weight: 30}}"], vec![], true),
        ("shop", vec!["versions: [{weight: 1}, {weight: 2}]", "labels: {a: null, c: 'yes'}"], vec![], true),
        ("shop", vec!["versions: [{weight: 1}]"], vec![], false),
        ("shop", vec!["labels: {a: 1}"], vec![], false),
        ("shop", vec!["labels: {a: \"\\x7f\\u0085\\ufffe{{ \\u2028\"}"], vec![], false),
        ("shop", vec!["labels: [1]"], vec![], false),
        ("shop", vec!["labels: {\"x\\ny\": \"{{ `}} $\"}"], vec![], true),
        ("shop", vec![], vec![(Flag::Set, "versions.1.weight=30,size=5")], true),
        ("shop", vec![], vec![(Flag::Set, "versions[1].weight=30")], false),
        ("shop", vec!["versions: [{}, {}]"], vec![(Flag::Set, "versions[1].weight=30")], true),
        ("shop", vec!["versions: [{}, {}]"], vec![(Flag::Set, "versions.1.weight=30")], false),
        ("shop", vec![], vec![(Flag::SetString, "labels.a=012"), (Flag::Set, "labels.a=1")], true),
        ("shop", vec![], vec![(Flag::SetString, "size=5")], false),
        ("shop", vec![], vec![(Flag::SetJson, "list=[3,4,5]"), (Flag::SetLiteral, "labels.x=a,b")], true),
        ("shop", vec![], vec![(Flag::SetJson, "list=[")], false),
        ("shop", vec![], vec![(Flag::SetFile, "labels.notice=LICENSE")], true),
        ("shop", vec![], vec![(Flag::SetFile, "labels.notice=no-such-file")], false),
    ]
}

#[test]
fn conformance_helm() {
    let Some(mut helm) = Helm::start() else { return };
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm/chart");
    for (version, _) in VERSIONS {
        let Some(program) = helm::released(version) else { return };
        for (name, files, edits, taken) in calls() {
            let file = |text: &&str| Input::Text { name: "values".into(), text: (*text).into() };
            let values = Inputs {
                files: files.iter().map(file).collect(),
                edits: edits.iter().map(|(flag, text)| (*flag, (*text).into())).collect(),
                ..Inputs::default()
            };
            let call = Call { helm: version, chart: &chart, name, namespace: "n", values: &values };
            let what = format!("Helm {version}: {name}{}", helm::arguments(&values, ""));
            let output = helm::run(&program, &call, false);
            let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            assert_eq!(output.status.success(), taken, "{what}\n{err}");
            match helm.template(&call, None) {
                Ok(own) => {
                    assert_eq!(own.manifests, out, "{what}");
                    assert!(taken && own.notes.contains(&format!("{name} is there")), "{what}");
                }
                // Where a file is, is not the same for both.
                Err(error) => {
                    let last = error.lines().last().unwrap();
                    assert!(!taken && (err.contains(last) || error.contains("text:0")), "{what}\n{err}\n{error}");
                }
            }
        }
        for size in ["1", "-1"] {
            let edits = vec![(Flag::Set, format!("size={size}"))];
            let call = Call {
                helm: version,
                chart: &chart,
                name: "",
                namespace: "n",
                values: &Inputs { edits, ..Inputs::default() },
            };
            let output = helm::run(&program, &call, true);
            let (messages, passed) = helm.lint(&call);
            assert_eq!((passed, output.status.success()), (size == "1", size == "1"), "{messages:?}");
            let out = String::from_utf8_lossy(&output.stdout);
            let lines: Vec<&str> = out.lines().filter(|line| line.starts_with('[')).collect();
            assert_eq!(messages.iter().map(|m| m.lines().next().unwrap()).collect::<Vec<_>>(), lines);
        }
    }
}

#[test]
fn manifests_are_compared_by_meaning() {
    let Some(mut helm) = Helm::start() else { return };
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm/chart");
    let values = Inputs::default();
    let call = Call { helm: 4, chart: &chart, name: "shop", namespace: "n", values: &values };
    let own = helm.template(&call, None).unwrap().manifests;
    let mut differences = |expected: &str| helm.template(&call, Some(expected)).unwrap().differences;
    assert_eq!(differences(&own), Vec::<String>::new());
    let other = own.replace("[{port: 1000000}]", "\n  - port: 1e+06 # the same\n    extra: null");
    assert_eq!(differences(&other), Vec::<String>::new());
    for (from, to, said) in [
        ("port: 1000000", "port: \"1000000\"", ".spec .ports[0] .port: expected \"1000000\", not 1000000"),
        ("port: 1000000", "port: 1000001", ".spec .ports[0] .port: expected 1000001, not 1000000"),
        ("port: 1000000", "port: 9007199254740993", ".port: expected 9007199254740993, not 1000000"),
        ("[{port: 1000000}]", "[]", ".spec .ports: expected [], not [{\"port\":1000000}]"),
        ("kind: Service", "kind: Servant", "v1 Servant <nil>/shop is missing"),
        ("kind: Service", "kind: Servant", "v1 Service <nil>/shop should not be there"),
        ("\"a\":\"b\"", "\"a\":\"c\"", ".metadata .labels .a: expected \"c\", not \"b\""),
    ] {
        let found = differences(&own.replace(from, to));
        assert!(found.iter().any(|one| one.contains(said)), "{said}\n{found:?}");
    }
}

//! What a chart is, besides what it renders to: its package, its notes, its version, the folder that it is written to.

use std::fs;
use std::path::Path;
use std::process::Command;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::strvals::Flag;
use helmwright::spec::{Input, Inputs};
use helmwright::write::{self, Chart, ChartOptions};

use crate::support::helm;
use crate::support::helm::{Call, Helm};

const SHOP: &str = "examples/blue-green-istio/2-shared.yaml";

fn chart(spec: &str) -> Chart {
    let inputs = Inputs { files: vec![Input::Path(spec.into())], ..Inputs::default() };
    let release = ReleaseName { name: Some("wisdom".into()), namespace: Some("web".into()) };
    let rendered = render(&inputs, &release, &Catalog::embedded()).unwrap();
    write::chart(&rendered, &ChartOptions::default()).unwrap()
}

#[test]
fn a_package_is_the_same_each_time_and_helm_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = |to: &str| {
        let to = folder.path().join(to);
        let words = ["chart", "wisdom", "-n", "web", "-f", SHOP, "--package", "--output-dir"];
        let status = Command::new(env!("CARGO_BIN_EXE_helmwright")).args(words).arg(&to).output().unwrap().status;
        assert!(status.success());
        let file = fs::read_dir(&to).unwrap().next().unwrap().unwrap();
        assert!(file.file_name().to_string_lossy().starts_with("shop-0.0.0-g"), "{file:?}");
        file.path()
    };
    let (one, two) = (run("one"), run("two"));
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    assert_eq!(one.file_name(), two.file_name());
    for version in [3, 4] {
        let Some(program) = helm::released(version) else { return };
        let helm = |words: &[&str], chart: &Path| {
            let output = Command::new(&program).args(words).arg(chart).args(["-n", "web"]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let plain = folder.path().join("plain");
        chart(SHOP).files.write(&plain, false).unwrap();
        assert_eq!(helm(&["template", "wisdom"], &one), helm(&["template", "wisdom"], &plain));
        assert!(helm(&["show", "values"], &one).contains("weight: 90"));
    }
}

#[test]
fn the_same_content_has_the_same_version() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.yaml");
    fs::copy(SHOP, &copy).unwrap();
    assert_eq!(chart(SHOP).version, chart(&copy.display().to_string()).version);
    let text = fs::read_to_string(SHOP).unwrap();
    fs::write(&copy, text.replace("weight: 10", "weight: 20")).unwrap();
    assert_ne!(chart(SHOP).version, chart(&copy.display().to_string()).version);
}

#[test]
fn the_notes_say_who_gets_what_by_the_values_at_hand() {
    let Some(mut helm) = Helm::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut notes = |spec: &str, edits: &[&str]| {
        let to = folder.path().join(spec.replace('/', "-"));
        chart(spec).files.write(&to, false).unwrap();
        let values =
            Inputs { edits: edits.iter().map(|edit| (Flag::Set, edit.to_string())).collect(), ..Inputs::default() };
        let call = Call { helm: 3, chart: &to, name: "wisdom", namespace: "web", values: &values };
        helm.template(&call, None).unwrap_or_else(|error| panic!("{error}")).notes
    };
    let shared = notes(SHOP, &[]);
    assert!(shared.contains("shop-0: 90 %\n    shop-1: 10 %"), "{shared}");
    assert!(shared.contains("application.versions.1.weight=NUMBER"), "{shared}");
    let turned = notes(SHOP, &["application.versions.1.weight=45"]);
    assert!(turned.contains("shop-0: 66.7 %\n    shop-1: 33.3 %"), "{turned}");
    let percent = notes("examples/kserve-canary/1-canary-20.yaml", &["application.versions.rf.weight=35"]);
    assert!(percent.contains("fraud-detection-xgb: 65 %\n    fraud-detection-rf: 35 %"), "{percent}");
    let copied = notes("examples/gateway-mirror/mirror.yaml", &[]);
    assert!(copied.contains("copies of"), "{copied}");
    let matched = notes("examples/tf-serving/3-header-match.yaml", &[]);
    assert!(matched.contains("requests with") && matched.contains("all others:"), "{matched}");
    assert!(!matched.contains("Shift traffic"), "no weight does anything here: {matched}");
    let guarded = notes("examples/iter8-canary/1-candidate.yaml", &[]);
    assert!(!guarded.contains("Shift traffic") && guarded.contains("Take a candidate out"), "{guarded}");
    assert!(guarded.contains("application.versions.1.weight=0"), "{guarded}");
    // The release is in `web`; its objects are where the spec says.
    assert!(guarded.contains("kubectl get configmap,service,inferenceservice -n default"), "{guarded}");
}

#[test]
fn the_keys_that_application_has_for_all_are_constant_where_the_versions_ones_are() {
    let chart = chart("examples/iter8-canary/1-candidate.yaml");
    let schema: serde_json::Value = serde_json::from_slice(chart.files.get("values.schema.json").unwrap()).unwrap();
    let application = &schema["properties"]["application"]["properties"];
    // The controller's own label is put to them, so each stands in the templates by its key.
    let labels = &application["metadata"]["properties"]["labels"];
    assert_eq!(labels["additionalProperties"], false, "{labels}");
    assert!(!labels["required"].as_array().unwrap().is_empty(), "{labels}");
}

#[test]
fn the_table_of_dials_has_what_tables_hold_and_what_merges_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.yaml");
    let text = "environment: deployment\nrouting: static\napplication:\n  resources: {limits: {memory: 1Gi}}\n  versions:\n  - image: shop:1\n    \
                metadata: {labels: {tier: web}}\n    resources: {limits: {cpu: 1}}\n";
    fs::write(&spec, text).unwrap();
    let chart = chart(spec.to_str().unwrap());
    let readme = std::str::from_utf8(chart.files.get("README.md").unwrap()).unwrap();
    for dial in ["application.resources", "application.versions.0.resources", "application.versions.0.metadata.labels"]
    {
        assert!(readme.contains(&format!("| `{dial}` | object |")), "{dial}: {readme}");
    }
}

#[test]
fn the_values_for_chart_testing_render() {
    let Some(mut helm) = Helm::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let chart = chart(SHOP);
    chart.files.write(folder.path(), false).unwrap();
    let files = chart.files.iter().filter(|(path, _)| path.starts_with("ci/"));
    let mut tried = 0;
    for (name, text) in files {
        let text = String::from_utf8(text.to_vec()).unwrap();
        let values = Inputs { files: vec![Input::Text { name: name.into(), text }], ..Inputs::default() };
        let call = Call { helm: 4, chart: folder.path(), name: "wisdom", namespace: "web", values: &values };
        helm.template(&call, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        tried += 1;
    }
    assert_eq!(tried, 2);
}

#[test]
fn a_broken_rule_is_said_in_the_words_of_render() {
    let Some(mut helm) = Helm::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            "examples/kserve-canary/1-canary-20.yaml",
            "wisdom",
            "application.versions.rf.weight=101",
            "the candidates' weights are percentages, and sum to 101",
        ),
        (
            SHOP,
            "wisdom",
            "application.versions.0.weight=0,application.versions.1.weight=0",
            "all weights are 0, so nobody would get the traffic",
        ),
        (
            "tests/cases/chart/made/routemap/canary-routemap/spec.yaml",
            "a.b",
            "iter8Version=v1.2",
            "the application's name `a.b` is not one that Kubernetes takes: `.` cannot stand in it; lower-case letters, \
             digits and `-` can",
        ),
        (
            "tests/cases/render/versions-with-names/spec.yaml",
            "other",
            "application.port=81",
            "Service web/other comes twice: from deployment-gtw/version.yaml and from deployment-gtw/application.yaml",
        ),
    ];
    for (spec, name, edit, words) in cases {
        let to = folder.path().join(spec.replace('/', "-"));
        chart(spec).files.write(&to, false).unwrap();
        let edits = vec![(Flag::Set, edit.to_string())];
        let values = Inputs { edits: edits.clone(), ..Inputs::default() };
        let call = Call { helm: 3, chart: &to, name, namespace: "web", values: &values };
        let said = helm.template(&call, None).map(|done| done.manifests).unwrap_err();
        assert!(said.contains(words), "{said}");
        let inputs = Inputs { files: vec![Input::Path(spec.into())], edits, ..Inputs::default() };
        let release = ReleaseName { name: Some(name.into()), namespace: Some("web".into()) };
        let report = render(&inputs, &release, &Catalog::embedded()).unwrap_err().to_string();
        assert!(report.contains(words), "{report}");
    }
}

//! What `delivery` in a spec writes into objects keeps every environment safe, and what `helmwright delivery` writes is
//! what Argo CD, Flux and helmfile take.

use std::fs;
use std::process::Command;

use helmwright::bundle::{Bundle, Manifest};
use helmwright::delivery::owned::owned;
use helmwright::lint::{self, Settings};
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::Rendered;
use helmwright::render::order::{AFTER, VERSIONS};
use helmwright::spec::{Mode, Strategy};
use serde_json::{Map, Value};

use crate::support::case::{self, Case};
use crate::support::waves::annotation;
use crate::support::{json, modules, specs, waves};

/// What made an object, by the pack's file of which it is.
fn made_by(object: &Manifest, file: &str) -> bool {
    object.source.ends_with(file)
}

fn is_version(object: &Manifest) -> bool {
    made_by(object, "/version.yaml") && !object.source.starts_with("_routemap")
}

fn is_route(object: &Manifest) -> bool {
    made_by(object, "/routing.yaml") || &*object.source == "_routemap/application.yaml"
}

/// A release of `versions` in an environment; with `newest` it has the last of them only.
fn release(environment: &str, strategy: Strategy, mode: Mode, versions: usize, delivery: &str) -> Option<Rendered> {
    let text = specs::of(environment, strategy, Some(mode), versions, false);
    let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
    specs::render(&format!("delivery: {delivery}\n{text}"), &release, &Catalog::embedded()).ok()
}

/// Each environment with each strategy and routing, with two versions and with one.
fn transitions(delivery: &str) -> Vec<(String, Rendered, Rendered)> {
    let catalog = Catalog::embedded();
    let mut found = Vec::new();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for strategy in environment.strategies() {
            for mode in environment.modes(strategy) {
                let release = |versions| release(name, strategy, *mode, versions, delivery);
                if let (Some(one), Some(two)) = (release(1), release(2)) {
                    found.push((format!("{name} {strategy} {mode}"), one, two));
                }
            }
        }
    }
    assert!(found.len() > 30, "only {}", found.len());
    found
}

#[test]
fn argo_cd_applies_versions_before_routes_and_removes_them_after() {
    let mut with_routes = 0;
    for (name, one, two) in transitions("argocd") {
        // A candidate comes, and goes again.
        for (from, to) in [(&one.bundle, &two.bundle), (&two.bundle, &one.bundle)] {
            let tasks = waves::sync(from, to);
            let routes: Vec<i64> =
                tasks.iter().filter(|task| !task.prune && is_route(task.object)).map(|task| task.wave).collect();
            let (Some(first), Some(last)) = (routes.iter().min(), routes.iter().max()) else {
                let annotated = to.iter().any(|object| annotation(object, "argocd.argoproj.io/sync-wave").is_some());
                assert!(!annotated, "{name}: there is nothing to order");
                continue;
            };
            with_routes += 1;
            for task in tasks.iter().filter(|task| !is_route(task.object)) {
                let object = &task.object.identity;
                if task.prune {
                    assert!(task.wave > *last, "{name}: {object} goes while a route may lead to it");
                } else {
                    assert!(task.wave < *first, "{name}: {object} comes after a route");
                }
                if is_version(task.object) && !task.prune {
                    let application = tasks.iter().filter(|other| made_by(other.object, "/application.yaml"));
                    let mut subsets = application.filter(|other| other.object.identity.kind == "DestinationRule");
                    assert!(subsets.all(|other| task.wave < other.wave), "{name}: subsets come before {object}");
                }
            }
        }
        for object in two.bundle.iter() {
            if let Some(wave) = annotation(object, "argocd.argoproj.io/sync-wave") {
                let text = helmwright::write::document(&object.node);
                assert!(text.contains(&format!("sync-wave: \"{wave}\"")), "{name}: the wave is no string");
            }
        }
    }
    assert!(with_routes > 40, "only {with_routes}");
}

#[test]
fn nothing_is_written_for_helm() {
    for (name, _, two) in transitions("helm") {
        for object in two.bundle.iter() {
            let text = helmwright::write::document(&object.node);
            assert!(!text.contains("argocd") && !text.contains(AFTER), "{name}: {}", object.identity);
        }
    }
}

#[test]
fn flux_is_told_what_comes_after_the_versions() {
    for (name, _, two) in transitions("flux") {
        let routed = two.bundle.iter().any(is_route);
        // KServe makes a model anew when another Kustomization puts its label to it.
        let models = two.bundle.iter().any(|object| object.identity.kind == "InferenceService");
        for object in two.bundle.iter() {
            let after = annotation(object, AFTER);
            match is_version(object) {
                true => assert_eq!(after, None, "{name}: {}", object.identity),
                false if models => assert_eq!(after, None, "{name}: {}", object.identity),
                false if is_route(object) => {
                    assert_eq!(after.as_deref(), Some(VERSIONS), "{name}: {}", object.identity);
                }
                false => assert!(routed || after.is_none(), "{name}: {}", object.identity),
            }
        }
    }
}

#[test]
fn the_waves_are_the_only_difference() {
    for delivery in ["argocd", "flux", "helm"] {
        let catalog = Catalog::embedded();
        for (name, _, ordered) in transitions(delivery) {
            let words: Vec<&str> = name.split(' ').collect();
            let mode = if words[2] == "static" { Mode::Static } else { Mode::Routemap };
            let text = specs::of(words[0], Strategy::from_word(words[1]).unwrap(), Some(mode), 2, false);
            let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
            let plain = specs::render(&text, &release, &catalog).unwrap();
            let lines = |bundle: &Bundle| -> Vec<String> {
                let text = helmwright::write::manifests(bundle);
                let own = |line: &&str| !line.contains("argocd.argoproj.io/") && !line.contains(AFTER);
                text.lines().filter(own).filter(|line| *line != "  annotations:").map(str::to_string).collect()
            };
            assert_eq!(lines(&ordered.bundle), lines(&plain.bundle), "{name} with {delivery}");
        }
    }
}

#[test]
fn a_chart_without_a_version_is_the_one_that_chart_writes() {
    let case = named("delivery/argocd/argocd-oci-chart");
    let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<_>>();
    let chart = case.run(&words("chart shop -n prod -f release.yaml --output-dir out"));
    let metadata = String::from_utf8(chart.out["Chart.yaml"].clone()).unwrap();
    let version = metadata.lines().find_map(|line| line.strip_prefix("version: ")).unwrap().trim_matches('"');
    let delivery = "shop -n prod -f release.yaml --oci oci://ghcr.io/acme/charts/shop";
    for to in ["argocd", "flux", "helmfile"] {
        let outcome = case.run(&words(&format!("delivery {to} {delivery}")));
        assert!(outcome.stdout.contains(&format!("\"{version}\"")), "{to}: {}", outcome.stdout);
    }
}

/// The case of this name.
fn named(name: &str) -> Case {
    case::all().into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("there is no case {name}"))
}

/// What the cases of `helmwright delivery` write, by the name of the case.
fn written(prefix: &str) -> Vec<(String, String)> {
    let mut cases = case::all();
    cases
        .retain(|case| case.name.starts_with("delivery/") && case.name.rsplit('/').next().unwrap().starts_with(prefix));
    assert!(cases.len() > 4, "only {} cases begin with {prefix}", cases.len());
    cases.iter().map(|case| (case.name.clone(), case.expected().stdout)).collect()
}

/// The CustomResourceDefinitions that Argo CD and Flux are installed with.
fn definitions() -> Option<Settings> {
    let mut settings = Settings::default();
    for (module, version, folder) in modules::DEFINITIONS {
        let folder = modules::module(module, version)?.join(folder);
        settings.crds.add(&folder.display().to_string()).unwrap_or_else(|report| panic!("{module}: {report}"));
    }
    Some(settings)
}

/// What the definitions have against the objects of `text`.
fn against(text: &str, settings: &Settings) -> Vec<String> {
    let (mut objects, mut problems) = (Objects::default(), Vec::new());
    objects.add("stdout", text, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(!objects.manifests.is_empty(), "{text}");
    for object in &objects.manifests {
        assert!(settings.crds.of(&object.identity).is_some(), "no definition of {}", object.identity);
    }
    let findings = lint::lint(&objects, settings);
    findings.iter().map(|finding| format!("{}: {} ({})", finding.object, finding.message, finding.path)).collect()
}

#[test]
fn argo_cd_takes_what_is_written() {
    let Some(settings) = definitions() else { return };
    for (name, text) in written("argocd-") {
        assert_eq!(against(&text, &settings), Vec::<String>::new(), "{name}");
        let [set] = json::load(&text).unwrap().try_into().unwrap();
        if set["kind"] == "ApplicationSet" {
            for element in set["spec"]["generators"][0]["list"]["elements"].as_array().unwrap() {
                let application = instance(&set, element.as_object().unwrap());
                assert_eq!(against(&application.to_string(), &settings), Vec::<String>::new(), "{name}: {element}");
                assert!(!application.to_string().contains("{{"), "{name}: {application}");
            }
        }
    }
    // The definitions do find what is wrong.
    let wrong =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {project: 1, destination: {}}";
    assert!(!against(wrong, &settings).is_empty());
}

#[test]
fn flux_takes_what_is_written() {
    let Some(settings) = definitions() else { return };
    for (name, text) in written("flux-") {
        assert_eq!(against(&text, &settings), Vec::<String>::new(), "{name}");
    }
}

/// The Application that an ApplicationSet makes of an element: Go templates in each string, then the patch.
fn instance(set: &Value, element: &Map<String, Value>) -> Value {
    let mut application = set["spec"]["template"].clone();
    fill(&mut application, element);
    application["apiVersion"] = "argoproj.io/v1alpha1".into();
    application["kind"] = "Application".into();
    if let Some(patch) = set["spec"]["templatePatch"].as_str() {
        let filled = element.iter().fold(patch.to_string(), |text, (key, value)| {
            text.replace(&format!("{{{{ toJson .{key} }}}}"), &value.to_string())
        });
        let [patch] = json::load(&filled).unwrap().try_into().unwrap();
        for (key, value) in patch["spec"].as_object().unwrap() {
            application["spec"][key] = value.clone();
        }
    }
    application
}

fn fill(value: &mut Value, element: &Map<String, Value>) {
    match value {
        Value::String(text) => {
            for (key, value) in element.iter().filter(|(_, value)| value.is_string()) {
                *text = text.replace(&format!("{{{{.{key}}}}}"), value.as_str().unwrap());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, element)),
        Value::Object(entries) => entries.values_mut().for_each(|value| fill(value, element)),
        _ => {}
    }
}

#[test]
fn owned_fields_are_fields_of_their_objects() {
    for name in ["delivery/argocd-rollout", "delivery/flux/flux-owned"] {
        let text = named(name).text("release.yaml").unwrap();
        let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
        let rendered = specs::render(&text, &release, &Catalog::embedded()).unwrap();
        let fields = owned(rendered.bundle.iter());
        assert!(fields.len() > 8, "{name}: {fields:?}");
        for field in &fields {
            let object = rendered.bundle.iter().find(|object| object.identity == field.object).unwrap();
            let given = json::of_node(&object.node).pointer(&field.pointer()).is_some_and(|value| !value.is_null());
            assert_eq!(field.given, given, "{name}: {} {}", field.object, field.pointer());
        }
    }
}

/// Real helmfile and real Helm render what `helmfile.yaml` points at, as `helmwright render` does. Helmfile takes minutes to
/// build, so the test looks for the command alone.
#[test]
fn helmfile_delivers_what_is_rendered() {
    let has = |program: &str, argument: &str| {
        Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
    };
    if !has("helmfile", "version") || !has("helm", "version") {
        return eprintln!("skipped: helmfile and helm are not on this machine");
    }
    let folder = tempfile::tempdir().unwrap();
    named("delivery/stages/helmfile-stages-one-chart").unpack(folder.path());
    let run = |program: &str, arguments: &str| {
        let output = Command::new(program).args(arguments.split(' ')).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{program} {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let helmwright = env!("CARGO_BIN_EXE_helmwright");
    run(helmwright, "chart shop -f release.yaml --output-dir charts/shop");
    let file = run(helmwright, "delivery helmfile shop -f release.yaml --path charts/shop --stages staging,prod");
    fs::write(folder.path().join("helmfile.yaml"), file).unwrap();
    for stage in ["staging", "prod"] {
        let templated = run("helmfile", &format!("--quiet --environment {stage} template"));
        let rendered = run(helmwright, &format!("render shop -f release.yaml --stage {stage}"));
        let objects = |text: &str| {
            let mut objects = json::load(text).unwrap();
            objects.sort_by_key(|object| (object["kind"].to_string(), object["metadata"]["name"].to_string()));
            objects
        };
        let (templated, rendered) = (objects(&templated), objects(&rendered));
        assert_eq!(templated.len(), rendered.len(), "{stage}");
        for (ours, theirs) in rendered.iter().zip(&templated) {
            assert!(json::same(ours, theirs), "{stage}: {ours}\n{theirs}");
        }
    }
}

//! Argo CD's own engine (`tests/argocd`) syncs every environment from one version to two and back: routes move when the
//! versions are healthy, and removals come last. It does what `tests/support/waves.rs` says it does.
//!
//! The engine brings much of Kubernetes with it and takes minutes to build for the first time, so the test runs only
//! where CONFORMANCE_ARGOCD is set.

use std::path::Path;
use std::process::Command;

use helmwright::bundle::Bundle;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::Rendered;
use serde_json::{Value, json};

use crate::support::go::Go;
use crate::support::{go, json, specs, waves};

/// The engine.
fn engine() -> Option<Go> {
    if std::env::var_os("CONFORMANCE_ARGOCD").is_none() {
        eprintln!("skipped: CONFORMANCE_ARGOCD is not set");
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/argocd");
    Some(Go::run(&mut Command::new(go::program("helmwright-argocd", &source)?)))
}

/// What the engine did.
struct Synced {
    phase: String,
    events: Vec<(String, String, String)>,
}

impl Synced {
    /// When `what` was done to the object; `None` if never.
    fn when(&self, what: &str, kind: &str, name: &str) -> Option<usize> {
        self.events
            .iter()
            .position(|event| (event.0.as_str(), event.1.as_str(), event.2.as_str()) == (what, kind, name))
    }
}

fn sync(engine: &mut Go, live: &Bundle, target: &Bundle, sick: &[&str]) -> Synced {
    let objects = |bundle: &Bundle| bundle.iter().map(|object| object_of(&object.node)).collect::<Vec<_>>();
    let answer = engine.ask(&json!({"live": objects(live), "target": objects(target), "sick": sick}));
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_string();
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    Synced {
        phase: text(&answer, "phase"),
        events: events.iter().map(|e| (text(e, "do"), text(e, "kind"), text(e, "name"))).collect(),
    }
}

/// An object as JSON; a routemap's text is one.
fn object_of(node: &helmwright::node::Node) -> Value {
    let [object] = json::load(&helmwright::write::document(node)).unwrap().try_into().unwrap();
    object
}

fn releases() -> Vec<(String, Rendered, Rendered)> {
    let catalog = Catalog::embedded();
    let mut found = Vec::new();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for strategy in environment.strategies() {
            for mode in environment.modes(strategy) {
                let render = |versions| {
                    let text = specs::of(name, strategy, Some(*mode), versions, false);
                    let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
                    specs::render(&format!("delivery: argocd\n{text}"), &release, &catalog).ok()
                };
                if let (Some(one), Some(two)) = (render(1), render(2)) {
                    found.push((format!("{name} {strategy} {mode}"), one, two));
                }
            }
        }
    }
    found
}

#[test]
fn the_engine_moves_routes_between_healthy_versions_only() {
    let Some(mut engine) = engine() else { return };
    let mut ordered = 0;
    for (name, one, two) in releases() {
        for (from, to) in [(&one.bundle, &two.bundle), (&two.bundle, &one.bundle)] {
            let synced = sync(&mut engine, from, to, &[]);
            assert_eq!(synced.phase, "Succeeded", "{name}: {:?}", synced.events);
            // The engine does what the model says, in that order.
            let tasks = waves::sync(from, to);
            let wave = |what: &str, kind: &str, name: &str| {
                let same = |task: &&waves::Task<'_>| {
                    let own = &task.object.identity;
                    task.prune == (what == "delete") && own.kind == kind && own.name == name
                };
                tasks.iter().find(same).map(|task| task.wave)
            };
            let done: Vec<i64> =
                synced.events.iter().filter(|e| e.0 != "healthy").map(|e| wave(&e.0, &e.1, &e.2).unwrap()).collect();
            assert!(done.is_sorted(), "{name}: {:?}", synced.events);
            assert_eq!(done.len(), tasks.len(), "{name}");
            for route in to
                .iter()
                .filter(|object| waves::annotation(object, "argocd.argoproj.io/sync-wave").as_deref() == Some("2"))
            {
                ordered += 1;
                let shifts = synced.when("apply", &route.identity.kind, &route.identity.name).unwrap();
                for object in to.iter().filter(|object| object.source.ends_with("/version.yaml")) {
                    let healthy = synced.when("healthy", &object.identity.kind, &object.identity.name);
                    assert!(healthy.is_some_and(|at| at < shifts), "{name}: {} is not up yet", object.identity);
                }
                let gone = synced.events.iter().position(|event| event.0 == "delete");
                assert!(gone.is_none_or(|at| at > shifts), "{name}: {:?}", synced.events);
            }
        }
    }
    assert!(ordered > 40, "only {ordered}");
}

#[test]
fn the_engine_leaves_routes_alone_while_a_version_is_not_up() {
    let Some(mut engine) = engine() else { return };
    let mut held = 0;
    for (name, one, two) in releases() {
        let gates = two.bundle.iter().any(|o| waves::annotation(o, "argocd.argoproj.io/sync-wave").is_some());
        if !gates {
            continue;
        }
        let sick: Vec<&str> = two
            .bundle
            .iter()
            .filter(|object| object.source.ends_with("/version.yaml") && object.identity.name.contains("-v2"))
            .map(|object| object.identity.name.as_str())
            .collect();
        assert!(!sick.is_empty(), "{name}");
        let synced = sync(&mut engine, &one.bundle, &two.bundle, &sick);
        assert_eq!(synced.phase, "Running", "{name}: {:?}", synced.events);
        let shifts = synced.events.iter().any(|event| matches!(event.1.as_str(), "VirtualService" | "HTTPRoute"));
        let mapped = synced.when("apply", "ConfigMap", "shop-routemap").is_some();
        assert!(!shifts && !mapped, "{name}: {:?}", synced.events);
        held += 1;
        // Taken back, it is gone, and nothing stands in the way.
        let back = sync(&mut engine, &two.bundle, &one.bundle, &sick);
        assert_eq!(back.phase, "Succeeded", "{name}: {:?}", back.events);
    }
    assert!(held > 20, "only {held}");
}

//! A real API server (`../shared/tools/cluster`) takes everything that helmwright makes, and refuses what the lints say
//! that it refuses. All is sent with `--dry-run=server`, so nothing but namespaces is created.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use helmwright::bundle::Bundle;
use helmwright::lint::RULES;
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs};
use helmwright::write;

use crate::support::cluster;
use crate::support::lint_cases;

#[test]
fn the_server_takes_what_is_rendered() {
    let Some(cluster) = cluster::cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (name, inputs, release, catalog) in releases() {
        let mut rendered = render(&inputs, &release, &catalog).unwrap_or_else(|report| panic!("{name}: {report}"));
        // Traefik, for which an example has a pack of its own, has no CRDs here.
        let known = rendered.bundle.iter().filter(|object| object.identity.group != "traefik.io");
        rendered.bundle = Bundle::new(known.cloned().collect());
        let file = folder.path().join(name.replace('/', "_")).with_extension("yaml");
        fs::write(&file, write::manifests(&rendered.bundle)).unwrap();
        all.push((file, Objects::from(rendered)));
    }
    assert!(all.len() > 100, "only {}", all.len());
    cluster.namespaces(all.iter().map(|(_, objects)| objects));
    if cluster.refusal(folder.path()).is_some() {
        // All at once is fast; one by one says which.
        let mut refused = String::new();
        for (file, _) in &all {
            if let Some(error) = cluster.refusal(file) {
                writeln!(refused, "{}: {error}", file.file_name().unwrap().to_string_lossy()).unwrap();
            }
        }
        panic!("refused:\n{refused}");
    }
}

#[test]
fn the_server_refuses_what_lints_say_it_does() {
    let Some(cluster) = cluster::cluster() else { return };
    let read = |file: &PathBuf| Objects::read(&file.display().to_string()).unwrap();
    let mut taken = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.checked_by_server) {
        let (good, bad) = (lint_cases::good(rule.id), lint_cases::bad(rule.id));
        cluster.namespaces(good.iter().chain(&bad).map(read).collect::<Vec<_>>().iter());
        // A good case shows that nothing else is what is refused.
        for file in &good {
            assert_eq!(cluster.refusal(file), None, "{}: a good case is refused", rule.id);
        }
        taken.extend(bad.into_iter().filter(|file| cluster.refusal(file).is_none()));
    }
    assert!(taken.is_empty(), "the server takes {taken:#?}");
}

/// Every example, every case of Iter8's chart, and every cell of environment, strategy and routing.
fn releases() -> Vec<(String, Inputs, ReleaseName, Catalog)> {
    let path = |file: &Path| vec![Input::Path(file.display().to_string())];
    let unnamed = || ReleaseName { name: None, namespace: None };
    let inputs = |files| Inputs { files, ..Inputs::default() };
    let mut all = Vec::new();
    for folder in folders(Path::new("examples")) {
        for file in files(&folder).into_iter().chain(folders(&folder).iter().flat_map(|folder| files(folder))) {
            if fs::read_to_string(&file).unwrap().lines().any(|line| line.starts_with("environment:")) {
                let mut catalog = Catalog::embedded();
                if folder.join("packs").is_dir() {
                    catalog.add_folder(&folder.join("packs")).unwrap();
                }
                all.push((file.display().to_string(), inputs(path(&file)), unnamed(), catalog));
            }
        }
    }
    for folder in folders(Path::new("../shared/iter8")) {
        let word = |name: &str| Some(fs::read_to_string(folder.join(name)).unwrap().trim().into());
        let release = ReleaseName { name: word("release"), namespace: word("namespace") };
        let name = format!("iter8-{}", folder.file_name().unwrap().to_string_lossy());
        all.push((name, inputs(path(&folder.join("values.yaml"))), release, Catalog::embedded()));
    }
    let catalog = Catalog::embedded();
    for name in catalog.names() {
        let environment = catalog.environment(name).unwrap();
        for strategy in environment.strategies() {
            for routing in environment.modes(strategy) {
                let text = |name: &str, text: String| Input::Text { name: name.into(), text };
                let spec = text("release.yaml", environment.starting_spec(name, strategy).unwrap());
                let routing_text = text("routing.yaml", format!("routing: {routing}\n"));
                let cell = format!("{name} {strategy} {routing}");
                let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
                all.push((cell, inputs(vec![spec, routing_text]), release, Catalog::embedded()));
            }
        }
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    below(folder, |path| path.extension().is_some_and(|extension| extension == "yaml"))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    below(folder, Path::is_dir)
}

fn below(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| wanted(path)).collect();
    found.sort();
    found
}

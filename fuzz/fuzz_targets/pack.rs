//! Any text as a pack's file for the routing: output that this crate itself reads, or a report.

#![no_main]

use std::fs;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::source::SourceId;
use helmwright::spec::{Input, Inputs};
use helmwright::{render, write, yaml};
use libfuzzer_sys::fuzz_target;

const HEADER: &str = "description: fuzzed\nstrategies: {blue-green: [static]}\n";
const SPEC: &str = "environment: fuzzed\nhosts: [a, b]\napplication:\n  strategy: blue-green\n  versions:\n  - {image: a, weight: 1}\n  - {image: b, weight: 2, metadata: {labels: {c: d}}}\n";

fuzz_target!(|text: &str| {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("fuzzed");
    fs::create_dir(&own).expect("a folder");
    for (file, text) in [("pack.yaml", HEADER), ("version.yaml", ""), ("application.yaml", ""), ("routing.yaml", text)] {
        fs::write(own.join(file), text).expect("a file");
    }
    let mut catalog = Catalog::embedded();
    catalog.add_folder(folder.path()).expect("a pack");
    let files = vec![Input::Text { name: "spec.yaml".into(), text: SPEC.into() }];
    let release = ReleaseName { name: Some("app".into()), namespace: Some("ns".into()) };
    match render::render(&Inputs { files, ..Inputs::default() }, &release, &catalog) {
        Ok(rendered) => {
            let text = write::manifests(&rendered.bundle);
            let mut problems = Vec::new();
            yaml::load(&text, SourceId(0), &mut problems);
            assert!(problems.is_empty(), "{problems:?} in\n{text}");
            write::json_list(&rendered.bundle);
        }
        Err(report) => assert!(!report.to_string().is_empty()),
    }
});

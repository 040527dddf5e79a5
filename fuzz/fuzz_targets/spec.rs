//! Any text as a spec: output that this crate itself reads, or a report.

#![no_main]

use std::sync::LazyLock;

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::source::SourceId;
use helmwright::spec::{Input, Inputs};
use helmwright::{render, write, yaml};
use libfuzzer_sys::fuzz_target;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

fuzz_target!(|text: &str| {
    let files = vec![Input::Text { name: "spec.yaml".into(), text: text.into() }];
    let release = ReleaseName { name: Some("app".into()), namespace: Some("ns".into()) };
    match render::render(&Inputs { files, ..Inputs::default() }, &release, &CATALOG) {
        Ok(rendered) => {
            let text = write::manifests(&rendered.bundle);
            let mut problems = Vec::new();
            let documents = yaml::load(&text, SourceId(0), &mut problems);
            assert!(problems.is_empty(), "{problems:?} in\n{text}");
            assert_eq!(documents.len(), rendered.bundle.len(), "{text}");
            write::json_list(&rendered.bundle);
        }
        Err(report) => assert!(!report.to_string().is_empty()),
    }
});

//! What `helmwright init` writes renders as it is.

use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::spec::{Input, Inputs};

#[test]
fn every_starting_spec_renders() {
    let catalog = Catalog::embedded();
    let mut rendered = 0;
    for name in catalog.names().chain(catalog.aliases()) {
        let environment = catalog.environment(name).expect("a pack");
        for strategy in environment.strategies() {
            let text = environment.starting_spec(name, strategy).expect("a spec");
            for mode in environment.modes(strategy) {
                let text = text.replace(&format!("routing: {}\n", environment.modes(strategy)[0]), "");
                let inputs = Inputs {
                    files: vec![Input::Text { name: "init".into(), text: format!("{text}\nrouting: {mode}\n") }],
                    ..Inputs::default()
                };
                let release = ReleaseName { name: Some("shop".into()), namespace: None };
                if let Err(report) = render(&inputs, &release, &catalog) {
                    panic!("{name}, {strategy}, {mode}: {report}\n{text}");
                }
                rendered += 1;
            }
        }
    }
    assert!(rendered > 20);
}

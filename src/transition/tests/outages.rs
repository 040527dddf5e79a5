use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::impact::ReleaseState;
use crate::objects::Objects;
use crate::pack::Catalog;
use crate::plan::ReleaseName;
use crate::render::render;
use crate::spec::{Input, Inputs};

#[path = "../../../tests/golden/change.rs"]
#[allow(dead_code, clippy::panic, reason = "the tests of the cases use more of it, and fail loudly")]
mod change;

/// The objects of one side of a case of `tests/transitions`, in a namespace of their own.
fn side(path: &Path, namespace: &str, into: &mut Objects) {
    let Ok(text) = fs::read_to_string(path) else { return };
    if text.starts_with("environment:") || text.contains("\nenvironment:") {
        let inputs = Inputs { files: vec![Input::Path(path.display().to_string())], ..Inputs::default() };
        let release = ReleaseName { name: Some("shop".into()), namespace: Some(namespace.into()) };
        into.manifests.extend(Objects::from(&render(&inputs, &release, &Catalog::embedded()).unwrap()).manifests);
    } else {
        let text = text.replace("namespace: prod", &format!("namespace: {namespace}"));
        into.add(&path.display().to_string(), &text, &mut Vec::new());
    }
}

fn cases() -> Vec<PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transitions");
    let kinds = folders(&root).into_iter().flat_map(|check| [check.join("bad"), check.join("good")]);
    let mut cases: Vec<PathBuf> = kinds.flat_map(|kind| folders(&kind)).collect();
    cases.sort();
    cases
}

#[test]
fn components_say_what_the_whole_says() {
    let cases = cases();
    let (mut found, mut apart) = (0, 0);
    for (number, group) in cases.chunks(3).enumerate() {
        let (mut old, mut new) = (Objects::default(), Objects::default());
        for (place, case) in group.iter().enumerate() {
            // Some share a namespace, and with it names.
            let namespace = if number % 4 == 0 { "prod".to_string() } else { format!("prod-{place}") };
            let states = change::Change::read(case);
            side(&states.side("old"), &namespace, &mut old);
            side(&states.side("new"), &namespace, &mut new);
        }
        let impact = Impact::new(ReleaseState::of(&old), ReleaseState::of(&new));
        for delivery in [None, Some(Delivery::Helm), Some(Delivery::ArgoCd), Some(Delivery::Flux)] {
            let all = |objects: &Objects| (0..objects.manifests.len()).collect::<BTreeSet<usize>>();
            let entry_points = impact.entry_points.iter().enumerate();
            let both = entry_points
                .filter(|(_, entry_point)| entry_point.route.before.is_some() && entry_point.route.after.is_some());
            let objects = Sides { before: all(&old), after: all(&new) };
            let whole = Component { objects, entry_points: both.map(|(index, _)| index).collect() };
            let whole = component_outages(&whole, &impact, &changing_steps(&impact, delivery));
            let apart_outages = outages(&impact, delivery);
            assert_eq!(format!("{apart_outages:#?}"), format!("{whole:#?}"), "{group:?} by {delivery:?}");
            found += whole.len();
        }
        apart += components(&impact).len();
    }
    let folders = cases.len().div_ceil(3);
    assert!(found > 100 && apart > folders, "{found} outages in {apart} components of {folders} folders");
}

//! Every field that an ordinary workload has stands in a case, at `application` and in a version.

use std::collections::BTreeSet;

use helmwright::source::SourceId;
use helmwright::spec::workload;
use helmwright::yaml::{self, Data, Yaml};

use crate::support::case;

#[test]
fn every_field_has_a_case_at_both_levels() {
    let mut used: [BTreeSet<String>; 2] = Default::default();
    for case in case::all() {
        if !case.name.starts_with("workload/") || case.expected().code != 0 {
            continue;
        }
        let text = case.text("spec.yaml").unwrap();
        let documents = yaml::load(&text, SourceId(0), &mut Vec::new());
        let Some(application) = entries(&documents[0]).find(|(key, _)| *key == "application") else { continue };
        for (key, value) in entries(application.1) {
            used[0].insert(key.into());
            if key == "versions" {
                let of_list = if let Data::Seq(items) = &value.data { items.as_slice() } else { &[] };
                let versions = of_list.iter().chain(entries(value).map(|(_, version)| version));
                used[1].extend(versions.flat_map(entries).map(|(key, _)| key.to_string()));
            }
        }
    }
    for (level, used) in ["application", "version"].iter().zip(&used) {
        let without: Vec<&str> =
            workload::MORE.iter().map(|field| field.name).filter(|name| !used.contains(*name)).collect();
        assert!(without.is_empty(), "tests/cases/workload has no case with these in `{level}`: {without:?}");
    }
}

fn entries(yaml: &Yaml) -> impl Iterator<Item = (&str, &Yaml)> {
    let pairs = if let Data::Map(pairs) = &yaml.data { pairs.as_slice() } else { &[] };
    pairs.iter().map(|pair| (&*pair.key, &pair.value))
}

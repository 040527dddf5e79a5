//! Specs of any environment and strategy, for tests of what changes between them.

use std::fmt::Write;

use helmwright::spec::{Mode, Strategy};

/// A version: its number, its weight, and whether it asks for a header.
pub type Version = (u32, Option<u32>, bool);

/// A spec of these versions, keyed by name where the environment's objects are.
pub fn spec(environment: &str, strategy: Strategy, mode: Mode, more: &str, versions: &[Version]) -> String {
    let mut text = format!(
        "environment: {environment}\nrouting: {mode}\napplication:\n  strategy: {strategy}\n  modelFormat: sklearn\n"
    );
    let keyed = ["deployment-istio-subsets", "kserve-native", "kserve-standard", "seldon"].contains(&environment);
    text.push_str(more);
    if keyed {
        writeln!(text, "  primary: v{}", versions[0].0).unwrap();
    }
    text.push_str("  versions:\n");
    for (number, weight, matched) in versions {
        if keyed {
            writeln!(text, "    v{number}:").unwrap();
        } else {
            writeln!(text, "  - metadata: {{labels: {{app.kubernetes.io/version: v{number}}}}}").unwrap();
        }
        let model = environment.starts_with("kserve");
        if model {
            writeln!(text, "      storageUri: s3://models/wisdom/{number}").unwrap();
        } else {
            writeln!(text, "      image: registry.example/shop:{number}.0.0").unwrap();
        }
        if let Some(weight) = weight {
            writeln!(text, "      weight: {weight}").unwrap();
        }
        if *matched {
            let clause = match environment {
                "deployment-gtw" => "{headers: [{name: x-tier, value: beta}]}",
                _ => "{headers: {x-tier: {exact: beta}}}",
            };
            writeln!(text, "      match: [{clause}]").unwrap();
        }
    }
    // An entry of a list is indented less.
    if keyed { text } else { text.replace("\n      ", "\n    ") }
}

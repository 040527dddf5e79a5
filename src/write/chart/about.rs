//! What a chart says of itself, and what stands beside it.

use super::dials::Dials;
use crate::node::{Node, Scalar};
use crate::render::Rendered;
use crate::spec::fields::Kind;
use crate::template::{Fields, Value};
use crate::tree::Tree;
use crate::write::yaml::{YamlDialect, YamlPrinter};

/// `.helmignore`
pub const HELMIGNORE: &str = "\
# What `helm package` leaves out.
.git/
.gitignore
.helmwright
*.bak
*.orig
*.swp
*.tgz
*~
ci/
";

/// `Chart.yaml`
pub fn chart_yaml(rendered: &Rendered, name: &str, version: &str) -> String {
    let chart = match rendered.plan.field("chart") {
        Some(Value::Node(node)) => node,
        _ => Node::NULL,
    };
    let field = |key: &str| chart.get(key).cloned().unwrap_or(Node::NULL);
    let description = match field("description") {
        Node::Scalar(Scalar::Null, _) => Node::literal(format!("The release of {name}, made by helmwright")),
        node => node,
    };
    // Always a string: a version such as 1.10 is not a number.
    let app_version = primary_version_label(rendered).map_or(Node::NULL, Node::literal);
    let annotations = Node::object([("helmwright/version", Node::literal(env!("CARGO_PKG_VERSION")))]);
    let entries = [
        ("apiVersion", Node::literal("v2")),
        ("name", Node::literal(name)),
        ("description", description),
        ("type", Node::literal("application")),
        ("version", Node::literal(version)),
        ("appVersion", app_version),
        ("kubeVersion", field("kubeVersion")),
        ("home", field("home")),
        ("icon", field("icon")),
        ("sources", field("sources")),
        ("maintainers", field("maintainers")),
        ("annotations", annotations),
    ];
    let mut out = String::new();
    YamlPrinter::new(&mut out, YamlDialect::Manifest).document(&Node::filled(entries));
    out
}

fn primary_version_label(rendered: &Rendered) -> Option<String> {
    let primary = rendered.plan.versions.first()?;
    primary.metadata.get("labels")?.get("app.kubernetes.io/version")?.text()
}

/// `ci/`: values with which chart-testing tries the chart.
pub fn ci(dials: &Dials<'_>, files: &mut Tree) {
    files.insert("ci/default-values.yaml", "# The chart as it is.\n{}\n");
    let mut weights = String::new();
    for (index, key) in dials.version_keys().into_iter().skip(1) {
        let Some(id) = dials.version_field(index, "weight") else { continue };
        if !dials.is_referenced(id) || !dials.is_free(id) || !matches!(dials.kind(id), Some(Kind::Whole(..))) {
            continue;
        }
        let mut name = String::new();
        crate::write::quote::push_scalar(&key, &mut name);
        weights.push_str(&format!("    {name}:\n      weight: 1\n"));
    }
    if !weights.is_empty() {
        let text = format!("# The candidates at the least weight.\napplication:\n  versions:\n{weights}");
        files.insert("ci/weights-values.yaml", text);
    }
}

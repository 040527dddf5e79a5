//! What a chart says of itself, and what stands beside it.

use super::dials::Dials;
use crate::node::{Node, Scalar};
use crate::render::Rendered;
use crate::spec::fields::Kind;
use crate::template::{Fields, Value};
use crate::tree::Tree;
use crate::write::yaml::{Notation, Printer};

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
    let said = match rendered.plan.field("chart") {
        Some(Value::Node(node)) => node,
        _ => Node::NULL,
    };
    let own = |key: &str| said.get(key).cloned().unwrap_or(Node::NULL);
    let description = match own("description") {
        Node::Scalar(Scalar::Null, _) => Node::literal(format!("The release of {name}, made by helmwright")),
        node => node,
    };
    let label = || {
        let primary = rendered.plan.versions.first()?;
        primary.metadata.get("labels")?.get("app.kubernetes.io/version")?.text()
    };
    // Always a string: a version such as 1.10 is no number.
    let app_version = label().map_or(Node::NULL, Node::literal);
    let annotations = Node::map([(Node::literal("helmwright/version"), Node::literal(env!("CARGO_PKG_VERSION")))]);
    let entries = [
        ("apiVersion", Node::literal("v2")),
        ("name", Node::literal(name)),
        ("description", description),
        ("type", Node::literal("application")),
        ("version", Node::literal(version)),
        ("appVersion", app_version),
        ("kubeVersion", own("kubeVersion")),
        ("home", own("home")),
        ("icon", own("icon")),
        ("sources", own("sources")),
        ("maintainers", own("maintainers")),
        ("annotations", annotations),
    ];
    let given = entries.into_iter().filter(|(_, node)| !node.is_null());
    let mut out = String::new();
    let node = Node::map(given.map(|(key, node)| (Node::literal(key), node)).collect::<Vec<_>>());
    Printer::new(&mut out, Notation::Manifest).document(&node);
    out
}

/// `ci/`: values with which chart-testing tries the chart.
pub fn ci(dials: &Dials<'_>, files: &mut Tree) {
    files.insert("ci/default-values.yaml", "# The chart as it is.\n{}\n");
    let mut weights = String::new();
    for (index, key) in dials.version_keys() {
        let Some(id) = dials.version_field(index, "weight").filter(|id| dials.is_referenced(*id) && dials.is_free(*id))
        else {
            continue;
        };
        if !matches!(dials.kind(id), Some(Kind::Whole(..))) || index == 0 {
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

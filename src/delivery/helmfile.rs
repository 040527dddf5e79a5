//! What helmfile follows: a `helmfile.yaml` with a release for each stage.
//!
//! Stages are environments: each switches its own release on, so `helmfile --environment prod apply` delivers that one.

use super::DeliveryFile;
use super::source::OutputPlace;
use super::stages::Stages;
use super::target::DeliveryTarget;
use crate::node::Node;
use crate::pack::Catalog;
use crate::problem::{Code, Problem, Problems};

/// Has helmfile deliver a release, whose output is a chart.
///
/// # Errors
/// Nothing says where the chart is, and every problem of the spec.
pub fn deliver(stages: &Stages, catalog: &Catalog) -> Result<DeliveryFile, Problems> {
    if stages.request.path.is_none() && stages.request.oci.is_none() {
        let problem = Problem::new(Code::MISSING_ARGUMENT, "there is no chart to deliver");
        return Err(problem.help("say where it is: `--path charts/shop`, or `--oci oci://…`").into());
    }
    let (targets, mut notes) = stages.targets(None, catalog)?;
    notes.extend(targets.iter().flat_map(DeliveryTarget::set_back));
    Ok(DeliveryFile::new(documents(&targets), notes))
}

/// The documents of `helmfile.yaml`.
fn documents(targets: &[DeliveryTarget]) -> Vec<Node> {
    let stages: Vec<&str> = targets.iter().filter_map(environment).collect();
    let mut documents = Vec::new();
    if !stages.is_empty() {
        // A stage that is not asked for is off, and helmfile has to be told that too.
        let off = switches(&stages, false);
        let environments = stages.iter().map(|stage| {
            let on = switches(&[stage], true);
            (*stage, Node::object([("values", Node::seq([on]))]))
        });
        let environments = Node::object(environments);
        documents.push(Node::object([("values", Node::seq([off])), ("environments", environments)]));
    }
    // Helm moves the routes before it waits for the versions, so where these fail the routes must go back.
    let defaults =
        Node::object([("wait", Node::bool(true)), ("atomic", Node::bool(true)), ("timeout", Node::int(900))]);
    documents.push(Node::object([("helmDefaults", defaults), ("releases", Node::seq(targets.iter().map(release)))]));
    documents
}

/// The environment that a release is of.
fn environment(target: &DeliveryTarget) -> Option<&str> {
    target.stage.as_deref().filter(|_| target.several)
}

/// `<stage>: {enabled: …}` for each.
fn switches(stages: &[&str], on: bool) -> Node {
    Node::object(stages.iter().map(|stage| (*stage, Node::object([("enabled", Node::bool(on))]))))
}

fn release(target: &DeliveryTarget) -> Node {
    let (chart, version) = match &target.place {
        OutputPlace::Registry { repository, version, .. } => {
            (format!("oci://{repository}"), Node::literal(version.as_str()))
        }
        OutputPlace::Git { repo, path, revision } => (git_chart(repo, path, revision), Node::NULL),
        // Without the `./` it would be the chart of a repository.
        OutputPlace::Folder(path) if path.starts_with(['.', '/']) => (path.clone(), Node::NULL),
        OutputPlace::Folder(path) => (format!("./{path}"), Node::NULL),
    };
    let condition = environment(target).map_or(Node::NULL, |stage| Node::literal(format!("{stage}.enabled")));
    let values = if target.values.is_null() { Node::NULL } else { Node::seq([target.values.clone()]) };
    Node::filled([
        ("name", Node::literal(target.name.as_str())),
        ("namespace", Node::literal(target.namespace.as_str())),
        ("createNamespace", Node::bool(target.needs_namespace())),
        ("chart", Node::literal(chart)),
        ("version", version),
        ("condition", condition),
        ("values", values),
    ])
}

/// A folder of a repository in the words of helmfile, which are go-getter's.
fn git_chart(repo: &str, path: &str, revision: &str) -> String {
    let path = if path == "." { "" } else { path };
    format!("git::{repo}@{path}?ref={revision}")
}

//! What Argo CD follows: an `Application`, or an `ApplicationSet` for several stages (`argoproj.io/v1alpha1`).

use std::sync::Arc;

use super::source::{Form, OutputPlace, expanded};
use super::stages::{Stages, is_crowded};
use super::target::DeliveryTarget;
use super::{Delivery, DeliveryFile};
use crate::node::{Node, Scalar};
use crate::pack::Catalog;
use crate::problem::Problems;

/// What concerns Argo CD alone.
#[derive(Debug, Clone)]
pub struct ArgoCdOptions {
    /// The namespace of Argo CD, where its objects are.
    pub namespace: String,
    /// The project.
    pub project: String,
    /// The cluster that it delivers to, a URL or the name that it has for one; expressions in it may name the stage.
    pub cluster: String,
}

/// The cluster that Argo CD itself is in.
pub const HERE: &str = "https://kubernetes.default.svc";

/// Has Argo CD deliver a release.
///
/// # Errors
/// What is asked for cannot be understood, and every problem of the spec.
pub fn deliver(stages: &Stages, options: &ArgoCdOptions, catalog: &Catalog) -> Result<DeliveryFile, Problems> {
    stages.request.check_fetched()?;
    let (targets, mut notes) = stages.targets(Some(Delivery::ArgoCd), catalog)?;
    let clusters = targets.iter().map(|target| expanded("--cluster", &options.cluster, &target.names()));
    let clusters = clusters.collect::<Result<Vec<_>, Problems>>()?;
    let targets: Vec<_> = targets.into_iter().zip(clusters).collect();
    let places: Vec<_> = targets.iter().map(|(target, cluster)| (target.namespace.as_str(), cluster)).collect();
    if is_crowded(&places) {
        notes.push("stages share a namespace of one cluster; `--cluster '${{ stage }}'` can separate them".to_string());
    }
    Ok(DeliveryFile::new(vec![object(&targets, options)], notes))
}

/// The object that makes Argo CD deliver `targets`: an `Application` for one, an `ApplicationSet` for several. Each
/// comes with its cluster, which is a URL or the name that Argo CD has for it.
fn object(targets: &[(DeliveryTarget, String)], options: &ArgoCdOptions) -> Node {
    match targets {
        [(target, cluster)] => {
            let metadata = Node::filled([
                ("name", Node::literal(target.object_name())),
                ("namespace", Node::literal(options.namespace.as_str())),
                ("annotations", comparison()),
            ]);
            let values = ("valuesObject", target.values.clone());
            let template = ApplicationTemplate { target, parameters: parameters(target, cluster), values };
            api_object("Application", metadata, template.spec(options, ignored(target)))
        }
        _ => {
            let name = targets.first().map_or("", |(target, _)| target.name.as_str());
            let metadata =
                Node::object([("name", Node::literal(name)), ("namespace", Node::literal(options.namespace.as_str()))]);
            api_object("ApplicationSet", metadata, set(targets, options))
        }
    }
}

fn api_object(kind: &'static str, metadata: Node, spec: Node) -> Node {
    Node::filled([
        ("apiVersion", Node::literal("argoproj.io/v1alpha1")),
        ("kind", Node::literal(kind)),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

/// Has Argo CD ask the API server what would change: then a default that a schema or a webhook fills in is no difference.
fn comparison() -> Node {
    Node::object([("argocd.argoproj.io/compare-options", Node::literal("ServerSideDiff=true"))])
}

/// What may differ from stage to stage, by its name in the elements of an `ApplicationSet`.
type Parameters = Vec<(&'static str, Node)>;

fn parameters(target: &DeliveryTarget, cluster: &str) -> Parameters {
    let mut parameters = vec![("name", target.name.clone()), ("namespace", target.namespace.clone())];
    parameters.push((if cluster.contains("://") { "server" } else { "cluster" }, cluster.to_string()));
    match (&target.place, target.form) {
        (OutputPlace::Git { repo, path, revision }, _) => {
            parameters.extend([
                ("repoURL", repo.clone()),
                ("path", path.clone()),
                ("targetRevision", revision.clone()),
            ]);
        }
        // A chart's repository has no `oci://` here, and the chart is named apart.
        (OutputPlace::Registry { repository, version, .. }, Form::Chart) => {
            let (registry, chart) = repository.rsplit_once('/').unwrap_or(("", repository));
            parameters.extend([("repoURL", registry.to_string()), ("chart", chart.to_string())]);
            parameters.push(("targetRevision", version.clone()));
        }
        (OutputPlace::Registry { repository, version, path }, Form::Manifests) => {
            parameters.extend([("repoURL", format!("oci://{repository}")), ("path", path.clone())]);
            parameters.push(("targetRevision", version.clone()));
        }
        (OutputPlace::Folder(path), _) => parameters.push(("path", path.clone())),
    }
    parameters.into_iter().map(|(key, text)| (key, Node::literal(text))).collect()
}

fn parameter<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p Node> {
    parameters.iter().find(|(key, _)| *key == name).map(|(_, node)| node)
}

/// What an `Application` is made of.
struct ApplicationTemplate<'a> {
    target: &'a DeliveryTarget,
    parameters: Parameters,
    /// The values of a chart, and the field for them.
    values: (&'static str, Node),
}

impl ApplicationTemplate<'_> {
    fn get(&self, name: &str) -> Node {
        parameter(&self.parameters, name).cloned().unwrap_or(Node::NULL)
    }

    fn spec(&self, options: &ArgoCdOptions, ignored: Node) -> Node {
        let helm = match self.target.form {
            Form::Chart => Node::filled([("releaseName", self.get("name")), self.values.clone()]),
            Form::Manifests => Node::NULL,
        };
        let source = Node::filled([
            ("repoURL", self.get("repoURL")),
            ("path", self.get("path")),
            ("chart", self.get("chart")),
            ("targetRevision", self.get("targetRevision")),
            ("helm", helm),
        ]);
        let destination = Node::filled([
            ("server", self.get("server")),
            ("name", self.get("cluster")),
            ("namespace", self.get("namespace")),
        ]);
        Node::filled([
            ("project", Node::literal(options.project.as_str())),
            ("source", source),
            ("destination", destination),
            ("syncPolicy", policy(self.target)),
            ("ignoreDifferences", ignored),
        ])
    }
}

fn number(number: i64) -> Node {
    Node::from(Scalar::Int(number))
}

fn policy(target: &DeliveryTarget) -> Node {
    let options = [
        ("CreateNamespace=true", target.needs_namespace()),
        ("ServerSideApply=true", true),
        // Otherwise a sync writes the very fields whose differences do not count.
        ("RespectIgnoreDifferences=true", !target.owned.is_empty()),
    ];
    let backoff =
        Node::object([("duration", Node::literal("10s")), ("factor", number(2)), ("maxDuration", Node::literal("3m"))]);
    Node::filled([
        ("automated", Node::object([("prune", Node::bool(true)), ("selfHeal", Node::bool(true))])),
        // An autoscaler counts as failed until its new pods have metrics, and fails the wave that it is in. What is
        // retried is the newest commit, so that a bad one does not stand in the way of its own repair.
        ("retry", Node::filled([("limit", number(10)), ("refresh", Node::bool(true)), ("backoff", backoff)])),
        ("syncOptions", Node::strings(options.into_iter().filter(|(_, fits)| *fits).map(|(option, _)| option))),
    ])
}

/// The owned fields. The namespace is left out where it is the release's, so that stages differ less.
fn ignored(target: &DeliveryTarget) -> Node {
    let entries = target.owned_by_object().into_iter().map(|(object, paths)| {
        let namespace = object.namespace.as_deref().filter(|namespace| *namespace != target.namespace);
        Node::filled([
            ("group", text_or_null(&object.group)),
            ("kind", text_or_null(&object.kind)),
            ("name", text_or_null(&object.name)),
            ("namespace", text_or_null(namespace.unwrap_or_default())),
            ("jsonPointers", Node::strings(paths.iter().map(String::as_str))),
        ])
    });
    let entries: Vec<Node> = entries.collect();
    if entries.is_empty() { Node::NULL } else { Node::seq(entries) }
}

fn text_or_null(text: &str) -> Node {
    if text.is_empty() { Node::NULL } else { Node::literal(text) }
}

/// One template, and for each stage what differs in it.
fn set(targets: &[(DeliveryTarget, String)], options: &ArgoCdOptions) -> Node {
    let Some((first, _)) = targets.first() else { return Node::NULL };
    let all: Vec<Parameters> = targets.iter().map(|(target, cluster)| parameters(target, cluster)).collect();
    let ignores: Vec<Node> = targets.iter().map(|(target, _)| ignored(target)).collect();
    let policies: Vec<Node> = targets.iter().map(|(target, _)| policy(target)).collect();
    // Templates of an ApplicationSet make text only; lists and maps that differ are patched in.
    let is_patched = !are_equal(ignores.iter()) || !are_equal(policies.iter());
    let has_values = targets.iter().any(|(target, _)| !target.values.is_null());
    let varies = |key: &str| !are_equal(all.iter().map(|parameters| parameter(parameters, key)));

    let elements = targets.iter().enumerate().map(|(i, (target, _))| {
        let mut element = vec![("stage", Node::literal(target.stage.as_deref().unwrap_or_default()))];
        element.extend(all.get(i).into_iter().flatten().filter(|(key, _)| varies(key)).cloned());
        if has_values {
            element.push(("values", Node::Text(Arc::new(given(target.values.clone(), Node::map([]))))));
        }
        if is_patched {
            element.push(("syncPolicy", policies.get(i).cloned().unwrap_or(Node::NULL)));
            element.push(("ignoreDifferences", given(ignores.get(i).cloned().unwrap_or(Node::NULL), Node::seq([]))));
        }
        Node::object(element)
    });
    let elements = Node::seq(elements);

    let placeholder = |key: &str| Node::literal(format!("{{{{.{key}}}}}"));
    let shared = all.first().into_iter().flatten();
    let template = ApplicationTemplate {
        target: first,
        parameters: shared
            .map(|(key, node)| (*key, if varies(key) { placeholder(key) } else { node.clone() }))
            .collect(),
        values: ("values", if has_values { placeholder("values") } else { Node::NULL }),
    };
    let name = template.get("name").text().unwrap_or_default();
    let metadata =
        Node::filled([("name", Node::literal(format!("{name}-{{{{.stage}}}}"))), ("annotations", comparison())]);
    let spec = template.spec(options, if is_patched { Node::NULL } else { ignored(first) });
    let patch = "spec:\n  syncPolicy: {{ toJson .syncPolicy }}\n  ignoreDifferences: {{ toJson .ignoreDifferences }}\n";
    Node::filled([
        ("goTemplate", Node::bool(true)),
        ("goTemplateOptions", Node::strings(["missingkey=error"])),
        ("generators", Node::seq([Node::filled([("list", Node::filled([("elements", elements)]))])])),
        // A stage that is taken off the list must not take its release with it.
        ("syncPolicy", Node::filled([("preserveResourcesOnDeletion", Node::bool(true))])),
        ("template", Node::filled([("metadata", metadata), ("spec", spec)])),
        ("templatePatch", if is_patched { Node::literal(patch) } else { Node::NULL }),
    ])
}

fn are_equal<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}

fn given(node: Node, default: Node) -> Node {
    if node.is_null() { default } else { node }
}

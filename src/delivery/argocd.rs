//! What Argo CD follows: an `Application`, or an `ApplicationSet` for several stages (`argoproj.io/v1alpha1`).

use std::sync::Arc;

use super::source::{Form, Place, expanded};
use super::stages::{Stages, is_crowded};
use super::target::Target;
use super::{Delivery, Written, list, map, words};
use crate::node::{Node, Origin, Scalar};
use crate::pack::Catalog;
use crate::problem::Problems;

/// What concerns Argo CD alone.
#[derive(Debug, Clone)]
pub struct Options {
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
pub fn deliver(stages: &Stages, options: &Options, catalog: &Catalog) -> Result<Written, Problems> {
    stages.request.check_fetched()?;
    let (targets, mut notes) = stages.targets(Some(Delivery::ArgoCd), catalog)?;
    let cluster = |target: Target| {
        let cluster = expanded("--cluster", &options.cluster, &target.names())?;
        Ok((target, cluster))
    };
    let targets = targets.into_iter().map(cluster).collect::<Result<Vec<_>, Problems>>()?;
    let places: Vec<_> = targets.iter().map(|(target, cluster)| (target.namespace.as_str(), cluster)).collect();
    if is_crowded(&places) {
        notes.push("stages share a namespace of one cluster; `--cluster '${{ stage }}'` can part them".to_string());
    }
    Ok(Written::new(vec![object(&targets, options)], notes))
}

/// The object that makes Argo CD deliver `targets`: an `Application` for one, an `ApplicationSet` for several. Each
/// comes with its cluster, which is a URL or the name that Argo CD has for it.
fn object(targets: &[(Target, String)], options: &Options) -> Node {
    match targets {
        [(target, cluster)] => {
            let metadata = map([
                ("name", Node::literal(target.object_name())),
                ("namespace", Node::literal(options.namespace.as_str())),
                ("annotations", comparison()),
            ]);
            let spec =
                Template { target, fields: fields(target, cluster), values: ("valuesObject", target.values.clone()) }
                    .spec(options, ignored(target));
            api_object("Application", metadata, spec)
        }
        _ => {
            let name = targets.first().map_or("", |(target, _)| target.name.as_str());
            let metadata =
                map([("name", Node::literal(name)), ("namespace", Node::literal(options.namespace.as_str()))]);
            api_object("ApplicationSet", metadata, set(targets, options))
        }
    }
}

fn api_object(kind: &'static str, metadata: Node, spec: Node) -> Node {
    map([
        ("apiVersion", Node::literal("argoproj.io/v1alpha1")),
        ("kind", Node::literal(kind)),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

/// Differences are what the API server says would change: so what a schema or a webhook fills in is none.
fn comparison() -> Node {
    map([("argocd.argoproj.io/compare-options", Node::literal("ServerSideDiff=true"))])
}

/// What may differ from stage to stage, by its name in the elements of an `ApplicationSet`.
type Fields = Vec<(&'static str, Node)>;

fn fields(target: &Target, cluster: &str) -> Fields {
    let mut fields = vec![("name", target.name.clone()), ("namespace", target.namespace.clone())];
    fields.push((if cluster.contains("://") { "server" } else { "cluster" }, cluster.to_string()));
    match (&target.place, target.form) {
        (Place::Git { repo, path, revision }, _) => {
            fields.extend([("repoURL", repo.clone()), ("path", path.clone()), ("targetRevision", revision.clone())]);
        }
        // A chart's repository has no `oci://` here, and the chart is named apart.
        (Place::Registry { repository, version, .. }, Form::Chart) => {
            let (registry, chart) = repository.rsplit_once('/').unwrap_or(("", repository));
            fields.extend([("repoURL", registry.to_string()), ("chart", chart.to_string())]);
            fields.push(("targetRevision", version.clone()));
        }
        (Place::Registry { repository, version, path }, Form::Manifests) => {
            fields.extend([("repoURL", format!("oci://{repository}")), ("path", path.clone())]);
            fields.push(("targetRevision", version.clone()));
        }
        (Place::Folder(path), _) => fields.push(("path", path.clone())),
    }
    fields.into_iter().map(|(key, text)| (key, Node::literal(text))).collect()
}

/// What an `Application` is made of.
struct Template<'a> {
    target: &'a Target,
    fields: Fields,
    /// The values of a chart, and the field for them.
    values: (&'static str, Node),
}

impl Template<'_> {
    fn get(&self, name: &str) -> Node {
        self.fields.iter().find(|(own, _)| *own == name).map_or(Node::NULL, |(_, node)| node.clone())
    }

    fn spec(&self, options: &Options, ignored: Node) -> Node {
        let helm = match self.target.form {
            Form::Chart => map([("releaseName", self.get("name")), self.values.clone()]),
            Form::Manifests => Node::NULL,
        };
        let source = map([
            ("repoURL", self.get("repoURL")),
            ("path", self.get("path")),
            ("chart", self.get("chart")),
            ("targetRevision", self.get("targetRevision")),
            ("helm", helm),
        ]);
        let destination =
            map([("server", self.get("server")), ("name", self.get("cluster")), ("namespace", self.get("namespace"))]);
        map([
            ("project", Node::literal(options.project.as_str())),
            ("source", source),
            ("destination", destination),
            ("syncPolicy", policy(self.target)),
            ("ignoreDifferences", ignored),
        ])
    }
}

fn policy(target: &Target) -> Node {
    let number = |n: i64| Node::Scalar(Scalar::Int(n), Origin::Literal);
    let options = [
        ("CreateNamespace=true", target.needs_namespace()),
        ("ServerSideApply=true", true),
        // Otherwise a sync writes the very fields whose differences do not count.
        ("RespectIgnoreDifferences=true", !target.owned.is_empty()),
    ];
    let backoff =
        map([("duration", Node::literal("10s")), ("factor", number(2)), ("maxDuration", Node::literal("3m"))]);
    map([
        ("automated", map([("prune", Node::bool(true)), ("selfHeal", Node::bool(true))])),
        // An autoscaler counts as failed until its new pods have metrics, and fails the wave that it is in. What is
        // retried is the newest commit, so that a bad one does not stand in the way of its own repair.
        ("retry", map([("limit", number(10)), ("refresh", Node::bool(true)), ("backoff", backoff)])),
        ("syncOptions", words(options.into_iter().filter(|(_, fits)| *fits).map(|(option, _)| option))),
    ])
}

/// The owned fields. The namespace is left out where it is the release's, so that stages differ less.
fn ignored(target: &Target) -> Node {
    let entries = target.owned_by_object().into_iter().map(|(object, paths)| {
        let text = |text: &str| if text.is_empty() { Node::NULL } else { Node::literal(text) };
        let namespace = object.namespace.as_deref().filter(|namespace| *namespace != target.namespace);
        map([
            ("group", text(&object.group)),
            ("kind", text(&object.kind)),
            ("name", text(&object.name)),
            ("namespace", text(namespace.unwrap_or_default())),
            ("jsonPointers", words(paths.iter().map(String::as_str))),
        ])
    });
    let entries: Vec<Node> = entries.collect();
    if entries.is_empty() { Node::NULL } else { Node::seq(entries) }
}

/// One template, and for each stage what differs in it.
fn set(targets: &[(Target, String)], options: &Options) -> Node {
    let Some((first, _)) = targets.first() else { return Node::NULL };
    let all: Vec<Fields> = targets.iter().map(|(target, cluster)| fields(target, cluster)).collect();
    let ignores: Vec<Node> = targets.iter().map(|(target, _)| ignored(target)).collect();
    let policies: Vec<Node> = targets.iter().map(|(target, _)| policy(target)).collect();
    let alike = |nodes: &[Node]| nodes.iter().all(|node| Some(node) == nodes.first());
    let patched = !alike(&ignores) || !alike(&policies);
    let valued = targets.iter().any(|(target, _)| !target.values.is_null());
    let varies = |key: &str| {
        let own = |fields: &Fields| fields.iter().find(|(own, _)| *own == key).map(|(_, node)| node.clone());
        let values: Vec<Option<Node>> = all.iter().map(own).collect();
        values.iter().any(|value| Some(value) != values.first())
    };

    let elements = targets.iter().enumerate().map(|(i, (target, _))| {
        let mut element = vec![("stage", Node::literal(target.stage.as_deref().unwrap_or_default()))];
        element.extend(all.get(i).into_iter().flatten().filter(|(key, _)| varies(key)).cloned());
        if valued {
            element.push(("values", Node::Text(Arc::new(given(target.values.clone(), Node::map([]))))));
        }
        if patched {
            element.push(("syncPolicy", policies.get(i).cloned().unwrap_or(Node::NULL)));
            element.push(("ignoreDifferences", given(ignores.get(i).cloned().unwrap_or(Node::NULL), list([]))));
        }
        Node::map(element.into_iter().map(|(key, value)| (Node::literal(key), value)).collect::<Vec<_>>())
    });
    let elements = list(elements);

    let placeholder = |key: &str| Node::literal(format!("{{{{.{key}}}}}"));
    let shared = all.first().into_iter().flatten();
    let template = Template {
        target: first,
        fields: shared.map(|(key, node)| (*key, if varies(key) { placeholder(key) } else { node.clone() })).collect(),
        values: ("values", if valued { placeholder("values") } else { Node::NULL }),
    };
    let name = template.get("name").text().unwrap_or_default();
    let metadata = map([("name", Node::literal(format!("{name}-{{{{.stage}}}}"))), ("annotations", comparison())]);
    let spec = template.spec(options, if patched { Node::NULL } else { ignored(first) });
    let patch = "spec:\n  syncPolicy: {{ toJson .syncPolicy }}\n  ignoreDifferences: {{ toJson .ignoreDifferences }}\n";
    map([
        ("goTemplate", Node::bool(true)),
        ("goTemplateOptions", words(["missingkey=error"])),
        ("generators", list([map([("list", map([("elements", elements)]))])])),
        // A stage that is taken off the list must not take its release with it.
        ("syncPolicy", map([("preserveResourcesOnDeletion", Node::bool(true))])),
        ("template", map([("metadata", metadata), ("spec", spec)])),
        ("templatePatch", if patched { Node::literal(patch) } else { Node::NULL }),
    ])
}

fn given(node: Node, default: Node) -> Node {
    if node.is_null() { default } else { node }
}

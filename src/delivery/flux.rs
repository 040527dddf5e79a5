//! What Flux follows: a source, and a `Kustomization` for manifests or a `HelmRelease` for a chart.
//!
//! The kustomize-controller applies everything at once, then removes what is gone: routes leave a version before it
//! goes, but lead to a new one before it is up. So where the objects say what comes after the versions
//! ([`order`](crate::render::order)), there are two Kustomizations of one folder. The first leaves those objects out and waits
//! until the versions are ready; the second, which depends on it, applies everything. It is also the one that removes:
//! a Kustomization removes only what bears its label, and the second takes the labels over, which the first ignores. A
//! version that never gets ready keeps the label of the first, which then removes it when it is taken back.
//! `spec.ignore`, on which that rests, came with Flux 2.9.

use super::health::Health;
use super::source::{Form, OutputPlace, is_one_version};
use super::stages::{Stages, is_crowded};
use super::target::DeliveryTarget;
use super::{Delivery, DeliveryFile};
use crate::node::Node;
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::render::order::{AFTER, VERSIONS};

/// What concerns Flux alone.
#[derive(Debug, Clone)]
pub struct FluxOptions {
    /// The namespace of its objects.
    pub namespace: String,
}

/// How often a source is looked at.
const FETCH: &str = "1m0s";
/// How often the cluster is compared with it.
const COMPARE: &str = "10m0s";
/// How long a Kustomization waits for its objects before it looks for a newer commit; it then waits again.
const WAIT: &str = "3m0s";
/// How soon it does so.
const RETRY: &str = "30s";
/// How long Helm waits before it goes back: as long as a large model may take to get ready.
const TIMEOUT: &str = "15m0s";

/// The labels by which a Kustomization knows its objects; `pkg/ssa/owner.go` of `fluxcd/pkg`.
const OWNER: [&str; 2] =
    ["/metadata/labels/kustomize.toolkit.fluxcd.io~1name", "/metadata/labels/kustomize.toolkit.fluxcd.io~1namespace"];

/// Has Flux deliver a release.
///
/// # Errors
/// What is asked for cannot be understood, and every problem of the spec.
pub fn deliver(stages: &Stages, options: &FluxOptions, catalog: &Catalog) -> Result<DeliveryFile, Problems> {
    stages.request.check_fetched()?;
    // Nothing in a chart can make Helm wait between its objects.
    let by = (stages.request.form() == Form::Manifests).then_some(Delivery::Flux);
    let (targets, mut notes) = stages.targets(by, catalog)?;
    let namespaces: Vec<&str> = targets.iter().map(|target| target.namespace.as_str()).collect();
    if is_crowded(&namespaces) {
        notes.push("stages share a namespace; give each its objects in a cluster of its own".to_string());
    }
    for target in &targets {
        match target.form {
            Form::Manifests if target.needs_namespace() => notes.push(format!(
                "the namespace `{}` must exist: Flux does not create it; `extraObjects` can contain it",
                target.namespace
            )),
            Form::Manifests => {}
            Form::Chart => notes.extend(target.set_back()),
        }
    }
    Ok(DeliveryFile::new(objects(&targets, options), notes))
}

/// The objects that make Flux deliver `targets`.
fn objects(targets: &[DeliveryTarget], options: &FluxOptions) -> Vec<Node> {
    let mut sources: Vec<(&OutputPlace, Form, String)> = Vec::new();
    let mut out = Vec::new();
    for target in targets {
        let known =
            sources.iter().find(|(place, form, _)| is_same_source(place, &target.place) && *form == target.form);
        let source = match known {
            Some((_, _, name)) => name.clone(),
            None => {
                // A source that all stages have in common has the release's name.
                let is_common = targets.iter().all(|stage| is_same_source(&stage.place, &target.place));
                let name = if is_common { target.name.clone() } else { target.object_name() };
                out.push(source(target, &name, options));
                sources.push((&target.place, target.form, name.clone()));
                name
            }
        };
        match target.form {
            Form::Manifests => out.extend(kustomizations(target, &source, options)),
            Form::Chart => out.push(helm_release(target, &source, options)),
        }
    }
    out
}

/// Whether one object can fetch both: the folder does not count.
fn is_same_source(a: &OutputPlace, b: &OutputPlace) -> bool {
    match (a, b) {
        (OutputPlace::Git { repo, revision, .. }, OutputPlace::Git { repo: b_repo, revision: b_revision, .. }) => {
            (repo, revision) == (b_repo, b_revision)
        }
        (
            OutputPlace::Registry { repository, version, .. },
            OutputPlace::Registry { repository: b_repository, version: b_version, .. },
        ) => (repository, version) == (b_repository, b_version),
        _ => a == b,
    }
}

fn object(api_version: &'static str, kind: &'static str, name: &str, options: &FluxOptions, spec: Node) -> Node {
    Node::filled([
        ("apiVersion", Node::literal(api_version)),
        ("kind", Node::literal(kind)),
        (
            "metadata",
            Node::object([("name", Node::literal(name)), ("namespace", Node::literal(options.namespace.as_str()))]),
        ),
        ("spec", spec),
    ])
}

fn source(target: &DeliveryTarget, name: &str, options: &FluxOptions) -> Node {
    const GROUP: &str = "source.toolkit.fluxcd.io/v1";
    match &target.place {
        OutputPlace::Git { repo, revision, .. } => {
            let spec = Node::filled([
                ("interval", Node::literal(FETCH)),
                ("url", Node::literal(git_url(repo))),
                ("ref", Node::filled([(revision_kind(revision), Node::literal(revision.as_str()))])),
            ]);
            object(GROUP, "GitRepository", name, options, spec)
        }
        OutputPlace::Registry { repository, version, .. } => {
            let layer = Node::filled([
                ("mediaType", Node::literal("application/vnd.cncf.helm.chart.content.v1.tar+gzip")),
                ("operation", Node::literal("copy")),
            ]);
            let reference = if version.starts_with("sha256:") {
                ("digest", Node::literal(version.as_str()))
            } else if is_one_version(version) || target.form == Form::Manifests && !is_range(version) {
                // Tags have no `+`, so Helm writes `_`.
                ("tag", Node::literal(version.replace('+', "_")))
            } else {
                ("semver", Node::literal(version.as_str()))
            };
            let spec = Node::filled([
                ("interval", Node::literal(FETCH)),
                ("url", Node::literal(format!("oci://{repository}"))),
                ("ref", Node::filled([reference])),
                ("layerSelector", if target.form == Form::Chart { layer } else { Node::NULL }),
            ]);
            object(GROUP, "OCIRepository", name, options, spec)
        }
        OutputPlace::Folder(_) => Node::NULL,
    }
}

/// Whether `version` can only be a range of versions, and is no tag.
fn is_range(version: &str) -> bool {
    version.contains(['*', '^', '~', '<', '>', '=', ' ', '|', ','])
}

/// Flux wants a URL where Git also takes `git@github.com:acme/shop.git`.
fn git_url(repo: &str) -> String {
    match repo.split_once(':') {
        Some((host, path)) if !repo.contains("://") && !host.contains('/') => format!("ssh://{host}/{path}"),
        _ => repo.to_string(),
    }
}

fn revision_kind(revision: &str) -> &'static str {
    let hexadecimal = revision.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    match revision {
        _ if matches!(revision.len(), 40 | 64) && hexadecimal => "commit",
        _ if revision.starts_with("refs/") => "name",
        _ if is_one_version(revision) => "tag",
        _ => "branch",
    }
}

fn source_kind(target: &DeliveryTarget) -> &'static str {
    match target.place {
        OutputPlace::Registry { .. } => "OCIRepository",
        _ => "GitRepository",
    }
}

fn kustomizations(target: &DeliveryTarget, source: &str, options: &FluxOptions) -> Vec<Node> {
    let name = target.object_name();
    let ignore = ignored(target);
    if !target.staged {
        let all = Kustomization { name, depends_on: Node::NULL, patches: Node::NULL, ignore };
        return vec![all.object(target, source, options)];
    }
    let left_out = Node::filled([
        ("target", Node::filled([("annotationSelector", Node::literal(format!("{AFTER}={VERSIONS}")))])),
        // Kustomize wants a whole object, and looks at the target alone.
        ("patch", Node::literal("$patch: delete\napiVersion: v1\nkind: Any\nmetadata:\n  name: any\n")),
    ]);
    let mut ignore_owner = ignore.clone();
    ignore_owner.push(Node::filled([("paths", Node::strings(OWNER))]));
    let versions_name = format!("{name}-versions");
    let depends_on = Node::seq([Node::filled([("name", Node::literal(versions_name.as_str()))])]);
    let versions = Kustomization {
        name: versions_name,
        depends_on: Node::NULL,
        patches: Node::seq([left_out]),
        ignore: ignore_owner,
    };
    let all = Kustomization { name, depends_on, patches: Node::NULL, ignore };
    [versions, all].map(|kustomization| kustomization.object(target, source, options)).into()
}

/// What differs between the Kustomizations of a release.
struct Kustomization {
    name: String,
    depends_on: Node,
    patches: Node,
    ignore: Vec<Node>,
}

impl Kustomization {
    fn object(self, target: &DeliveryTarget, source: &str, options: &FluxOptions) -> Node {
        let spec = Node::filled([
            ("dependsOn", self.depends_on),
            ("interval", Node::literal(COMPARE)),
            ("retryInterval", Node::literal(RETRY)),
            ("timeout", Node::literal(WAIT)),
            ("sourceRef", reference(source_kind(target), source)),
            ("path", Node::literal(folder(&target.place))),
            ("targetNamespace", target_namespace(target)),
            ("prune", Node::bool(true)),
            ("wait", Node::bool(true)),
            ("healthCheckExprs", health(target)),
            ("patches", self.patches),
            ("ignore", if self.ignore.is_empty() { Node::NULL } else { Node::seq(self.ignore) }),
        ]);
        object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", &self.name, options, spec)
    }
}

fn health(target: &DeliveryTarget) -> Node {
    if target.health.is_empty() { Node::NULL } else { Node::seq(target.health.iter().map(Health::node)) }
}

fn reference(kind: &'static str, name: &str) -> Node {
    Node::object([("kind", Node::literal(kind)), ("name", Node::literal(name))])
}

fn folder(place: &OutputPlace) -> String {
    match place {
        OutputPlace::Git { path, .. } | OutputPlace::Registry { path, .. } | OutputPlace::Folder(path)
            if path != "." =>
        {
            format!("./{path}")
        }
        _ => "./".to_string(),
    }
}

/// The namespace for objects that name none. Flux would put all others into it too, so none of them may name another.
fn target_namespace(target: &DeliveryTarget) -> Node {
    if target.namespaced || !target.one_namespace {
        return Node::NULL;
    }
    Node::literal(target.namespace.as_str())
}

fn helm_release(target: &DeliveryTarget, source: &str, options: &FluxOptions) -> Node {
    let kind = source_kind(target);
    let (chart, chart_ref) = match &target.place {
        OutputPlace::Registry { .. } => (Node::NULL, reference(kind, source)),
        place => {
            let spec = Node::filled([
                ("chart", Node::literal(folder(place))),
                ("sourceRef", reference(kind, source)),
                ("interval", Node::literal(FETCH)),
                // Otherwise a chart whose version stays the same is not looked at again.
                ("reconcileStrategy", Node::literal("Revision")),
            ]);
            (Node::filled([("spec", spec)]), Node::NULL)
        }
    };
    let install = Node::filled([
        ("createNamespace", if target.needs_namespace() { Node::bool(true) } else { Node::NULL }),
        ("strategy", Node::filled([("name", Node::literal("RetryOnFailure"))])),
    ]);
    // Helm moves the routes before it waits for the versions, so where these fail the routes must go back.
    let upgrade = Node::object([("remediation", Node::object([("remediateLastFailure", Node::bool(true))]))]);
    let ignored = ignored(target);
    let drift = Node::filled([
        ("mode", Node::literal("enabled")),
        ("ignore", if ignored.is_empty() { Node::NULL } else { Node::seq(ignored) }),
    ]);
    let spec = Node::filled([
        ("interval", Node::literal(COMPARE)),
        ("timeout", Node::literal(TIMEOUT)),
        ("chart", chart),
        ("chartRef", chart_ref),
        ("releaseName", Node::literal(target.name.as_str())),
        ("targetNamespace", Node::literal(target.namespace.as_str())),
        // Where `helm list` looks for it.
        ("storageNamespace", Node::literal(target.namespace.as_str())),
        ("install", install),
        ("upgrade", upgrade),
        ("driftDetection", drift),
        ("healthCheckExprs", health(target)),
        ("values", target.values.clone()),
    ]);
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", &target.object_name(), options, spec)
}

/// The owned fields. What selects an object is a regular expression.
fn ignored(target: &DeliveryTarget) -> Vec<Node> {
    let entries = target.owned_by_object().into_iter().map(|(object, paths)| {
        let namespace = object.namespace.as_deref().filter(|namespace| *namespace != target.namespace);
        let selected = Node::filled([
            ("group", pattern(&object.group)),
            ("kind", pattern(&object.kind)),
            ("name", pattern(&object.name)),
            ("namespace", pattern(namespace.unwrap_or_default())),
        ]);
        Node::filled([("paths", Node::strings(paths.iter().map(String::as_str))), ("target", selected)])
    });
    entries.collect()
}

/// A regular expression that only `text` matches.
fn pattern(text: &str) -> Node {
    if text.is_empty() { Node::NULL } else { Node::literal(text.replace('.', "\\.")) }
}

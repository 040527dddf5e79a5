//! The ordered objects of a release.

use std::fmt;
use std::sync::Arc;

use crate::kinds::{self, KnownKind, PodSource, Selects};
use crate::node::Node;

/// One object and where it came from.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The object.
    pub node: Node,
    /// The pack's file that made it, such as `deployment-istio/version.yaml`.
    pub source: Arc<str>,
    /// What it is called.
    pub identity: Identity,
}

/// What tells an object from all others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The API group, empty for the core one.
    pub group: String,
    /// The version of the group.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, where the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// What tells an object from all others in a cluster: group, kind, namespace and name.
pub type Key<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

impl Identity {
    /// What every object must say of itself.
    pub const REQUIRED: [&[&str]; 3] = [&["apiVersion"], &["kind"], &["metadata", "name"]];

    /// The identity of `object`; `None` where it lacks what is [required](Self::REQUIRED).
    pub fn from_object(object: &Node) -> Option<Self> {
        let text = |path: &[&str]| object.text_at(path).filter(|text| !text.is_empty());
        let [api_version, kind, name] = Self::REQUIRED.map(text);
        let api_version = api_version?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        Some(Self {
            group: group.to_string(),
            version: version.to_string(),
            kind: kind?,
            namespace: text(&["metadata", "namespace"]),
            name: name?,
        })
    }

    /// What is known of its kind.
    pub fn known(&self) -> Option<&'static KnownKind> {
        kinds::find(&self.group, &self.kind)
    }

    /// The pods that objects of its kind make.
    pub fn pods(&self) -> PodSource {
        self.known().map_or(PodSource::None, |kind| kind.pods)
    }

    /// What objects of its kind select.
    pub fn selects(&self) -> Selects {
        self.known().map_or(Selects::Nothing, |kind| kind.selects)
    }

    /// Whether it is of this kind.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// Whether it is a Service of Kubernetes.
    pub fn is_service(&self) -> bool {
        self.is("", "Service")
    }

    /// Whether its kind stands outside of all namespaces; of kinds that Kubernetes itself has, and of the usual others.
    pub fn is_cluster_scoped(&self) -> bool {
        self.known().is_some_and(|kind| kind.is_cluster_scoped)
    }

    /// Whether both are one object to a cluster, which serves all versions of a group alike.
    pub fn same_object(&self, identity: &Self) -> bool {
        self.key() == identity.key()
    }

    /// What is the same for two identities that are one object to a cluster, and for no others.
    pub fn key(&self) -> Key<'_> {
        (&self.group, &self.kind, self.namespace.as_deref(), &self.name)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(&self.name)
    }
}

/// The objects of a release, in the order in which Helm installs their kinds.
#[derive(Debug, Clone, Default)]
pub struct Bundle(Vec<Manifest>);

impl Bundle {
    /// Orders `manifests`; those of one kind stay in the order they came.
    pub fn new(mut manifests: Vec<Manifest>) -> Self {
        manifests.sort_by_cached_key(|manifest| install_key(&manifest.identity.kind));
        Self(manifests)
    }

    /// The objects.
    pub fn iter(&self) -> impl Iterator<Item = &Manifest> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Bundle {
    type Item = &'a Manifest;
    type IntoIter = std::slice::Iter<'a, Manifest>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// By what kinds are sorted into the order of installation: those that Helm does not know come last, by name.
pub fn install_key(kind: &str) -> (u8, String) {
    match kinds::helm_rank(kind) {
        u8::MAX => (u8::MAX, kind.to_string()),
        rank => (rank, String::new()),
    }
}

/// Whether objects of `kind` are installed before Services, because these and what is behind them need those.
pub fn is_needed_by_services(kind: &str) -> bool {
    kinds::helm_rank(kind) < kinds::helm_rank("Service")
}

//! The ordered objects of a release.

use std::fmt;
use std::sync::Arc;

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

impl Identity {
    /// The identity of `object`; `None` where it lacks `apiVersion`, `kind` or `metadata.name`.
    pub fn of(object: &Node) -> Option<Self> {
        let text = |node: Option<&Node>| node.and_then(Node::text).filter(|text| !text.is_empty());
        let api_version = text(object.get("apiVersion"))?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        let metadata = object.get("metadata")?;
        Some(Self {
            group: group.to_string(),
            version: version.to_string(),
            kind: text(object.get("kind"))?,
            namespace: text(metadata.get("namespace").filter(|node| !node.is_null())),
            name: text(metadata.get("name"))?,
        })
    }

    /// Whether both are one object to a cluster, which serves all versions of a group alike.
    pub fn same_object(&self, other: &Self) -> bool {
        (&self.group, &self.kind, &self.namespace, &self.name)
            == (&other.group, &other.kind, &other.namespace, &other.name)
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
        manifests.sort_by_cached_key(|manifest| {
            let kind = &manifest.identity.kind;
            match install_rank(kind) {
                rank if rank == INSTALL_ORDER.len() => (rank, kind.clone()),
                rank => (rank, String::new()),
            }
        });
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

/// The order of Helm 3 (`pkg/releaseutil/kind_sorter.go`): kinds that others need come first; a kind that is not on
/// the list comes after all that are, by name.
const INSTALL_ORDER: [&str; 36] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// A kind's rank in the order of installation.
pub(crate) fn install_rank(kind: &str) -> usize {
    INSTALL_ORDER.iter().position(|known| *known == kind).unwrap_or(INSTALL_ORDER.len())
}

/// Whether objects of `kind` are installed before Services, because these and what is behind them need those.
pub fn is_needed_by_services(kind: &str) -> bool {
    install_rank(kind) < install_rank("Service")
}

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
    /// What every object must say of itself.
    pub const REQUIRED: [&[&str]; 3] = [&["apiVersion"], &["kind"], &["metadata", "name"]];

    /// The identity of `object`; `None` where it lacks what is [required](Self::REQUIRED).
    pub fn of(object: &Node) -> Option<Self> {
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

    /// Whether its kind stands outside of all namespaces; of kinds that Kubernetes itself has, and of the usual others.
    pub fn is_cluster_scoped(&self) -> bool {
        CLUSTER_SCOPED.contains(&(self.group.as_str(), self.kind.as_str()))
    }

    /// Whether both are one object to a cluster, which serves all versions of a group alike.
    pub fn same_object(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// What is the same for two identities that are one object to a cluster, and for no others.
    pub fn key(&self) -> (&str, &str, Option<&str>, &str) {
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

/// Kinds that have no namespace, with their groups: those of Kubernetes (`kubectl api-resources --namespaced=false`) that
/// somebody writes down, and those of the platforms that the packs are for.
const CLUSTER_SCOPED: [(&str, &str); 30] = [
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("cert-manager.io", "ClusterIssuer"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("gateway.networking.k8s.io", "GatewayClass"),
    ("kyverno.io", "ClusterPolicy"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "RuntimeClass"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("serving.kserve.io", "ClusterServingRuntime"),
    ("serving.kserve.io", "ClusterStorageContainer"),
    ("serving.kserve.io", "LocalModelCache"),
    ("serving.kserve.io", "LocalModelNodeGroup"),
    ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "StorageClass"),
    ("storage.k8s.io", "VolumeAttributesClass"),
];

/// By what kinds are sorted into the order of installation.
pub fn install_key(kind: &str) -> (usize, String) {
    match install_rank(kind) {
        rank if rank == INSTALL_ORDER.len() => (rank, kind.to_string()),
        rank => (rank, String::new()),
    }
}

fn install_rank(kind: &str) -> usize {
    INSTALL_ORDER.iter().position(|known| *known == kind).unwrap_or(INSTALL_ORDER.len())
}

/// Whether objects of `kind` are installed before Services, because these and what is behind them need those.
pub fn is_needed_by_services(kind: &str) -> bool {
    install_rank(kind) < install_rank("Service")
}

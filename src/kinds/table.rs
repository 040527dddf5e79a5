//! The rows, group by group: Kubernetes' own kinds, then those of platforms.

use super::row::{Immutable, KnownKind, NameRule, Owns, PodSource, RouteReader, Selects};

type Path = &'static [&'static str];

const TEMPLATE: PodSource = PodSource::Template(&["spec", "template"]);
const SELECTOR: Immutable = Immutable::Paths(&[&["spec", "selector"]]);

/// What has a condition `Ready`, but not from the beginning.
const READY: &str = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')";
/// The state of a SeldonDeployment.
const AVAILABLE: &str = "status.state == 'Available'";
/// The phase of a Rollout, which counts its generations in strings.
const HEALTHY: &str = "status.phase == 'Healthy' && status.observedGeneration == string(metadata.generation)";

/// The weight of a version that Iter8 watches, on any object.
pub const WEIGHT_ANNOTATION: Path = &["metadata", "annotations", "iter8.tools/weight"];

/// What a version serves, on any object.
pub const IMAGES: [Path; 3] = [
    &["**", "containers", "[]", "image"],
    &["**", "initContainers", "[]", "image"],
    &["**", "metadata", "labels", "app.kubernetes.io/version"],
];

const BACKEND_WEIGHTS: &[Path] = &[&["spec", "rules", "[]", "backendRefs", "[]", "weight"]];
const GATEWAY_WEIGHTS: &[Path] =
    &[BACKEND_WEIGHTS[0], &["spec", "rules", "[]", "filters", "[]", "requestMirror", "percent"]];

/// KServe's and, before it, KFServing's.
const fn inference_service(group: &'static str) -> KnownKind {
    KnownKind::new(group, "InferenceService")
        .pods(PodSource::InferenceService)
        .routes(RouteReader::InferenceService)
        .makes_services()
        .short("isvc")
        .weights(&[&["spec", "predictor", "canaryTrafficPercent"], &["spec", "canary", "[]", "trafficPercent"]])
        .models(&[&["spec", "predictor", "*", "storageUri"], &["spec", "canary", "[]", "predictor", "*", "storageUri"]])
}

/// All kinds of which anything is known.
pub const KINDS: &[KnownKind] = &[
    KnownKind::new("", "ConfigMap")
        .helm(10)
        .flux(15)
        .short("cm")
        .immutable(Immutable::Data)
        // Of a routemap.
        .weights(&[&["data", "strSpec", "versions", "[]", "weight"]]),
    KnownKind::new("", "LimitRange").helm(4).flux(18),
    KnownKind::cluster("", "Namespace").names(NameRule::Label).helm(1).flux(1),
    KnownKind::cluster("", "Node"),
    KnownKind::cluster("", "PersistentVolume").helm(12),
    KnownKind::new("", "PersistentVolumeClaim").helm(13).immutable(Immutable::Claim),
    KnownKind::new("", "Pod").helm(25).pods(PodSource::Template(&[])),
    KnownKind::new("", "ReplicationController").helm(26),
    KnownKind::new("", "ResourceQuota").helm(3).flux(9),
    KnownKind::new("", "Secret").helm(8).flux(16).immutable(Immutable::TypeAndData),
    KnownKind::new("", "SecretList").helm(9),
    KnownKind::new("", "Service")
        .names(NameRule::Service)
        .helm(23)
        .flux(17)
        .selects(Selects::Pods)
        .short("svc")
        .owns(Owns::Addresses)
        .immutable(Immutable::Address),
    KnownKind::new("", "ServiceAccount").helm(7).flux(10),
    KnownKind::cluster("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    KnownKind::cluster("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    KnownKind::cluster("admissionregistration.k8s.io", "MutatingWebhookConfiguration").owns(Owns::Webhooks),
    KnownKind::cluster("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    KnownKind::cluster("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    KnownKind::cluster("admissionregistration.k8s.io", "ValidatingWebhookConfiguration").owns(Owns::Webhooks),
    KnownKind::cluster("apiextensions.k8s.io", "CustomResourceDefinition").helm(14).flux(0).owns(Owns::Authority(
        &["spec", "conversion", "webhook", "clientConfig"],
        &["spec", "conversion", "webhook", "clientConfig", "caBundle"],
    )),
    KnownKind::cluster("apiregistration.k8s.io", "APIService")
        .helm(35)
        .owns(Owns::Authority(&["spec", "service"], &["spec", "caBundle"])),
    KnownKind::new("apps", "DaemonSet").helm(24).pods(TEMPLATE).immutable(SELECTOR),
    KnownKind::new("apps", "Deployment").helm(28).flux(19).pods(TEMPLATE).short("deploy").immutable(SELECTOR),
    KnownKind::new("apps", "ReplicaSet").helm(27).pods(TEMPLATE).immutable(SELECTOR),
    KnownKind::new("apps", "StatefulSet").helm(30).flux(20).pods(TEMPLATE).immutable(Immutable::SpecBut(&[
        "replicas",
        "template",
        "updateStrategy",
        "ordinals",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ])),
    KnownKind::new("autoscaling", "HorizontalPodAutoscaler").helm(29).scales(
        "minReplicas",
        "maxReplicas",
        "it sets the number of pods by their load",
    ),
    KnownKind::new("batch", "CronJob").helm(32).flux(21).pods(PodSource::Template(&[
        "spec",
        "jobTemplate",
        "spec",
        "template",
    ])),
    KnownKind::new("batch", "Job").helm(31).pods(TEMPLATE).immutable(Immutable::Paths(&[
        &["spec", "template"],
        &["spec", "selector"],
        &["spec", "completionMode"],
    ])),
    KnownKind::cluster("certificates.k8s.io", "CertificateSigningRequest"),
    KnownKind::new("extensions", "Ingress").leads(),
    KnownKind::cluster("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    KnownKind::cluster("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    KnownKind::new("networking.k8s.io", "Ingress").helm(34).leads(),
    KnownKind::cluster("networking.k8s.io", "IngressClass").helm_only(33).flux(7),
    KnownKind::new("networking.k8s.io", "NetworkPolicy").helm(2),
    KnownKind::cluster("node.k8s.io", "RuntimeClass").flux(3),
    KnownKind::new("policy", "PodDisruptionBudget").helm(6).flux(22),
    KnownKind::cluster("policy", "PodSecurityPolicy").helm(5),
    KnownKind::cluster("rbac.authorization.k8s.io", "ClusterRole").names(NameRule::PathSegment).helm(15).flux(12),
    KnownKind::cluster("rbac.authorization.k8s.io", "ClusterRoleBinding")
        .names(NameRule::PathSegment)
        .helm(17)
        .flux(14)
        .immutable(Immutable::Paths(&[&["roleRef"]])),
    KnownKind::new("rbac.authorization.k8s.io", "ClusterRoleBindingList").helm(18),
    KnownKind::new("rbac.authorization.k8s.io", "ClusterRoleList").helm(16),
    KnownKind::new("rbac.authorization.k8s.io", "Role").names(NameRule::PathSegment).helm(19).flux(11),
    KnownKind::new("rbac.authorization.k8s.io", "RoleBinding")
        .names(NameRule::PathSegment)
        .helm(21)
        .flux(13)
        .immutable(Immutable::Paths(&[&["roleRef"]])),
    KnownKind::new("rbac.authorization.k8s.io", "RoleBindingList").helm(22),
    KnownKind::new("rbac.authorization.k8s.io", "RoleList").helm(20),
    KnownKind::cluster("scheduling.k8s.io", "PriorityClass").helm_only(0).flux(4),
    KnownKind::cluster("storage.k8s.io", "CSIDriver"),
    KnownKind::cluster("storage.k8s.io", "StorageClass").helm(11).flux(5).immutable(Immutable::Paths(&[
        &["provisioner"],
        &["parameters"],
        &["reclaimPolicy"],
        &["volumeBindingMode"],
    ])),
    KnownKind::cluster("storage.k8s.io", "VolumeAttributesClass"),
    // Argo Rollouts
    KnownKind::new("argoproj.io", "Rollout").pods(TEMPLATE).ready(HEALTHY).owns(Owns::Rollout),
    // Sealed Secrets, cert-manager, Cluster API, External Secrets
    KnownKind::new("bitnami.com", "SealedSecret").owns(Owns::Secret { name: &[], is_own_by_default: true }),
    KnownKind::new("cert-manager.io", "Certificate")
        .owns(Owns::Secret { name: &["spec", "secretName"], is_own_by_default: false }),
    KnownKind::cluster("cert-manager.io", "ClusterIssuer"),
    KnownKind::new("cluster.x-k8s.io", "ClusterClass").flux(2),
    KnownKind::new("external-secrets.io", "ExternalSecret")
        .owns(Owns::Secret { name: &["spec", "target", "name"], is_own_by_default: true }),
    // Flagger
    KnownKind::new("flagger.app", "Canary").makes_services().owns(Owns::Canary),
    // The Gateway API
    KnownKind::cluster("gateway.networking.k8s.io", "GatewayClass").flux(8),
    KnownKind::new("gateway.networking.k8s.io", "GRPCRoute")
        .routes(RouteReader::GrpcRoute)
        .leads()
        .weights(GATEWAY_WEIGHTS),
    KnownKind::new("gateway.networking.k8s.io", "HTTPRoute")
        .routes(RouteReader::HttpRoute)
        .leads()
        .short("httproute")
        .weights(GATEWAY_WEIGHTS),
    KnownKind::new("gateway.networking.k8s.io", "TCPRoute").leads().weights(BACKEND_WEIGHTS),
    KnownKind::new("gateway.networking.k8s.io", "TLSRoute").leads().weights(BACKEND_WEIGHTS),
    KnownKind::new("gateway.networking.k8s.io", "UDPRoute").leads().weights(BACKEND_WEIGHTS),
    // Emissary, KEDA, Kyverno
    KnownKind::new("getambassador.io", "Mapping").leads(),
    KnownKind::new("keda.sh", "ScaledObject").scales(
        "minReplicaCount",
        "maxReplicaCount",
        "it sets the number of pods by events",
    ),
    KnownKind::cluster("kyverno.io", "ClusterPolicy"),
    // Seldon Core
    KnownKind::new("machinelearning.seldon.io", "SeldonDeployment")
        .pods(PodSource::SeldonDeployment)
        .routes(RouteReader::SeldonDeployment)
        .makes_services()
        .ready(AVAILABLE)
        .weights(&[
            &["spec", "predictors", "[]", "traffic"],
            // Of a split in the graph: `ratioA`.
            &["spec", "predictors", "[]", "graph", "parameters", "[]", "value"],
        ])
        .models(&[&["spec", "predictors", "[]", "graph", "**", "modelUri"]]),
    KnownKind::new("mlops.seldon.io", "Experiment").ready(READY),
    KnownKind::new("mlops.seldon.io", "Model").makes_services().ready(READY),
    KnownKind::new("mlops.seldon.io", "Pipeline").ready(READY),
    // Istio
    KnownKind::new("networking.istio.io", "DestinationRule").selects(Selects::Subsets),
    KnownKind::new("networking.istio.io", "VirtualService")
        .routes(RouteReader::VirtualService)
        .leads()
        .short("vs")
        .weights(&[
            &["spec", "http", "[]", "route", "[]", "weight"],
            &["spec", "tls", "[]", "route", "[]", "weight"],
            &["spec", "tcp", "[]", "route", "[]", "weight"],
            &["spec", "http", "[]", "mirrorPercentage", "value"],
            &["spec", "http", "[]", "mirrors", "[]", "percentage", "value"],
        ]),
    // Contour
    KnownKind::new("projectcontour.io", "HTTPProxy").leads(),
    // Knative and KServe
    KnownKind::new("serving.knative.dev", "Service")
        .pods(PodSource::Revision(&["spec", "template"]))
        .makes_services()
        .ready(READY),
    KnownKind::cluster("serving.kserve.io", "ClusterServingRuntime"),
    KnownKind::cluster("serving.kserve.io", "ClusterStorageContainer"),
    KnownKind::new("serving.kserve.io", "InferenceGraph")
        .routes(RouteReader::InferenceGraph)
        .leads()
        .makes_services()
        .ready(READY)
        .weights(&[&["spec", "nodes", "*", "steps", "[]", "weight"]]),
    inference_service("serving.kserve.io").ready(READY).immutable(Immutable::DeploymentMode),
    KnownKind::new("serving.kserve.io", "LLMInferenceService")
        .pods(PodSource::LlmInferenceService)
        .makes_services()
        .ready(READY),
    KnownKind::cluster("serving.kserve.io", "LocalModelCache"),
    KnownKind::cluster("serving.kserve.io", "LocalModelNodeGroup"),
    inference_service("serving.kubeflow.org"),
    // Snapshots
    KnownKind::cluster("snapshot.storage.k8s.io", "VolumeSnapshotClass").flux(6),
];

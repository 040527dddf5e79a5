//! The fields of a version that may stand at `application` too, as defaults for all versions.

use super::fields::{FieldSpec, Kind, Table, field};

/// All of them.
pub fn all() -> impl Iterator<Item = &'static FieldSpec> {
    ITER8.iter().chain(MORE)
}

/// Those that Iter8's chart has.
pub const ITER8: &[FieldSpec] = &[
    field(
        "weight",
        Kind::Whole(0, 1_000_000),
        "The version's share of the traffic, relative to the others'; for a mirror the percentage that is copied to it.",
    ),
    field("image", Kind::Text, "The container image."),
    field("port", Kind::Whole(1, 65_535), "The port that the container listens on and the Service offers."),
    field("storageUri", Kind::Text, "Where the model is stored, such as `s3://bucket/model`."),
    field("modelFormat", Kind::Text, "The format of the model, such as `sklearn`."),
    field("runtime", Kind::Text, "The KServe serving runtime."),
    field("protocolVersion", Kind::Text, "The inference protocol, such as `v2`."),
    field("ports", Kind::List(&Kind::FreeMap), "The model container's ports, as Kubernetes writes container ports."),
    field(
        "deploymentSpecification",
        Kind::Object(SPECIFICATION),
        "A whole Deployment in place of the generated one: `spec` replaces, `metadata` is merged over the version's.",
    ),
    field(
        "serviceSpecification",
        Kind::Object(SERVICE_SPECIFICATION),
        "A whole Service in place of the generated one: `spec` replaces, `metadata` is merged over the version's.",
    ),
    field(
        "inferenceServiceSpecification",
        Kind::Object(SPECIFICATION),
        "A whole InferenceService in place of the generated one: `spec` replaces, `metadata` is merged over the version's.",
    ),
];

/// Those that it has not. Where a version uses one of these, a whole specification is laid over what they give;
/// where it uses none, the specification replaces what would be generated, as in Iter8.
pub const MORE: &[FieldSpec] = &[
    field("containerName", Kind::Name, "The name of the container, where it is not the version's."),
    field("command", Kind::List(&Kind::Text), "The container's command, in place of the image's entry point."),
    field("args", Kind::List(&Kind::Text), "The command's arguments."),
    field("imagePullPolicy", Kind::Choice(&["Always", "IfNotPresent", "Never"]), "When the node pulls the image."),
    field("env", Kind::Env, "Environment variables: a map of names and values, or a list as Kubernetes writes it."),
    field("envFrom", Kind::List(&Kind::FreeMap), "ConfigMaps and Secrets whose keys become environment variables."),
    field("config", Kind::Object(CONFIG), "Settings that become a ConfigMap of the version."),
    field("resources", Kind::FreeMap, "The container's requests and limits."),
    field("replicas", Kind::Whole(0, 2_147_483_647), "How many pods run."),
    field(
        "autoscaling",
        Kind::Object(AUTOSCALING),
        "A HorizontalPodAutoscaler for the version; it owns `replicas`, which is then left out.",
    ),
    field("disruptionBudget", Kind::Object(BUDGET), "A PodDisruptionBudget for the version."),
    field(
        "readinessProbe",
        Kind::Probe,
        "When the container takes requests: `http: /path`, `tcp: 8500`, `grpc: 9000`, or a probe as Kubernetes writes it.",
    ),
    field("livenessProbe", Kind::Probe, "When the container is restarted; written like `readinessProbe`."),
    field("startupProbe", Kind::Probe, "When the container has started; written like `readinessProbe`."),
    field(
        "volumes",
        Kind::List(&Kind::Volume),
        "Volumes of the pod; one with a `mountPath` (and `subPath`, `readOnly`) is mounted in the container.",
    ),
    field("volumeMounts", Kind::List(&Kind::FreeMap), "More mounts of the container."),
    field("securityContext", Kind::FreeMap, "The container's security context."),
    field("podSecurityContext", Kind::FreeMap, "The pod's security context."),
    field(
        "serviceAccount",
        Kind::NameOr(SERVICE_ACCOUNT),
        "The pod's service account: the name of one that is there, or a map for one that is created.",
    ),
    field("imagePullSecrets", Kind::References, "Secrets with which the node pulls images."),
    field("nodeSelector", Kind::Texts, "Labels that the node must have."),
    field("tolerations", Kind::List(&Kind::FreeMap), "Taints of nodes that the pod tolerates."),
    field("affinity", Kind::FreeMap, "Where pods should and should not run."),
    field(
        "topologySpread",
        Kind::List(&Kind::FreeMap),
        "How pods spread over the cluster: topology spread constraints.",
    ),
    field("initContainers", Kind::List(&Kind::FreeMap), "Containers that run before the others."),
    field("sidecars", Kind::List(&Kind::FreeMap), "Containers beside the version's own."),
    field("terminationGracePeriodSeconds", Kind::Whole(0, 2_147_483_647), "How long the pod may take to stop."),
    field("minReplicas", Kind::Whole(0, 2_147_483_647), "KServe: the fewest pods."),
    field("maxReplicas", Kind::Whole(0, 2_147_483_647), "KServe: the most pods."),
    field("modelUri", Kind::Text, "Seldon: where a prepackaged server finds the model."),
    field("implementation", Kind::Text, "Seldon: the prepackaged server, such as `SKLEARN_SERVER`."),
    field("graph", Kind::FreeMap, "Seldon: more of the version's graph unit, laid over what is generated."),
    field("huggingface", Kind::FreeMap, LEGACY),
    field("lightgbm", Kind::FreeMap, LEGACY),
    field("onnx", Kind::FreeMap, LEGACY),
    field("paddle", Kind::FreeMap, LEGACY),
    field("pmml", Kind::FreeMap, LEGACY),
    field("pytorch", Kind::FreeMap, LEGACY),
    field("sklearn", Kind::FreeMap, LEGACY),
    field("tensorflow", Kind::FreeMap, LEGACY),
    field("triton", Kind::FreeMap, LEGACY),
    field("xgboost", Kind::FreeMap, LEGACY),
];

const LEGACY: &str = "KServe: the predictor in the way before `model`, named after its framework.";

/// `config`.
const CONFIG: Table = Table::new(&[
    field("data", Kind::Texts, "The settings."),
    field("name", Kind::Name, "The ConfigMap's name; `<version>-config` unless it is given."),
    field("mountPath", Kind::Text, "Where the settings appear as files; without it they are environment variables."),
    field(
        "restart",
        Kind::Bool,
        "Whether a change of the settings restarts the pods, through a digest in their annotations; so it is unless this is false.",
    ),
]);

/// `autoscaling`.
const AUTOSCALING: Table = Table::new(&[
    field("minReplicas", Kind::Whole(0, 2_147_483_647), "The fewest pods."),
    field("maxReplicas", Kind::Whole(1, 2_147_483_647), "The most pods."),
    field("cpu", Kind::Whole(1, 10_000), "The average use of CPU to aim for, in percent of what the pods request."),
    field(
        "memory",
        Kind::Whole(1, 10_000),
        "The average use of memory to aim for, in percent of what the pods request.",
    ),
    field("metrics", Kind::List(&Kind::FreeMap), "More metrics, as Kubernetes writes them."),
    field("behavior", Kind::FreeMap, "How fast it scales."),
]);

/// `disruptionBudget`.
const BUDGET: Table = Table::new(&[
    field("minAvailable", Kind::Amount, "How many pods must stay, or what percentage."),
    field("maxUnavailable", Kind::Amount, "How many pods may be gone, or what percentage."),
]);

/// `serviceAccount`, as a map.
const SERVICE_ACCOUNT: Table = Table::new(&[
    field("name", Kind::Name, "Its name; the application's unless it is given."),
    field("annotations", Kind::Annotations, "Its annotations, such as a cloud's role."),
    field("imagePullSecrets", Kind::References, "Secrets with which its pods pull images."),
]);

/// `deploymentSpecification` and its like.
const SPECIFICATION: Table = Table::new(&[
    field("metadata", Kind::FreeMap, "The object's metadata, merged over the version's."),
    field("spec", Kind::FreeMap, "The object's spec, as Kubernetes defines it."),
]);

/// `serviceSpecification`.
const SERVICE_SPECIFICATION: Table = Table::new(&[
    field("metadata", Kind::FreeMap, "The object's metadata, merged over the version's."),
    field("spec", Kind::FreeMap, "The object's spec, as Kubernetes defines it."),
    field("ports", Kind::List(&Kind::FreeMap), "As in Iter8: the `port` of the first is the one that routes use."),
]);

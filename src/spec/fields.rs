//! The one table of the spec's fields.
//!
//! It drives validation, "did you mean", the JSON Schema, `packs show`, and what a pack can name: a new field is a
//! row here and a line in the packs that use it.

/// A field of the spec.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it means, in a sentence or two for the user.
    pub doc: &'static str,
}

/// The fields of one object.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    own: &'static [Field],
    more: &'static [Field],
}

impl Table {
    const fn new(own: &'static [Field]) -> Self {
        Self { own, more: &[] }
    }

    const fn with(own: &'static [Field], more: &'static [Field]) -> Self {
        Self { own, more }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.own.iter().chain(self.more)
    }
}

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// The name of an object: a DNS-1123 label.
    Name,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number in this range, ends included.
    Whole(u64, u64),
    /// A map of label keys and label values.
    Labels,
    /// A map of annotation keys and strings.
    Annotations,
    /// A map of any keys and strings.
    Texts,
    /// A map with just these fields.
    Object(Table),
    /// A list whose items take this.
    List(&'static Kind),
    /// A map that Kubernetes, or the platform, defines.
    FreeMap,
    /// The versions: a list of these objects, or a map of them by name.
    Versions(Table),
}

const fn field(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, doc }
}

/// The words for `routing`.
pub const ROUTING: &[&str] = &["routemap", "static"];
/// The words for `application.strategy`.
pub const STRATEGIES: &[&str] = &["none", "blue-green", "canary", "mirror", "ab"];

/// The top level.
pub const ROOT: Table = Table::new(&[
    field(
        "environment",
        Kind::Text,
        "The platform that the release targets, such as `deployment-istio` or `kserve`; `helmwright packs list` names all.",
    ),
    field(
        "application",
        Kind::Object(APPLICATION),
        "The application: its versions, and how traffic is shared among them.",
    ),
    field(
        "routing",
        Kind::Choice(ROUTING),
        "Who evaluates the routing. `routemap` hands it to the Iter8 controller; `static` writes the routing object itself, with the spec's weights, and needs no controller.",
    ),
    field(
        "gateway",
        Kind::Text,
        "The gateway that the routing object attaches to: `name` or, for Istio, `namespace/name`.",
    ),
    field(
        "hosts",
        Kind::List(&Kind::Text),
        "The hosts of the routing object, in place of those derived from the application's name and namespace.",
    ),
    field("service", Kind::Object(SERVICE), "The service that every model of a ModelMesh is reached through."),
    field(
        "apiVersions",
        Kind::Texts,
        "Which served version of an API group to write, by group, where a cluster is older than the default: `networking.istio.io: v1alpha3`.",
    ),
    field(
        "extraObjects",
        Kind::List(&Kind::FreeMap),
        "More objects of the release, written as they are; strings in them may use `${{ … }}`.",
    ),
    field(
        "iter8Version",
        Kind::Text,
        "The Iter8 version that a routemap is labelled with; its controller must be of that version.",
    ),
    field(
        "istioGateway",
        Kind::Text,
        "Accepted because Iter8's chart has it in its values; no object uses it, there or here.",
    ),
]);

/// `service`.
pub const SERVICE: Table =
    Table::new(&[field("host", Kind::Text, "Its host."), field("port", Kind::Whole(1, 65_535), "Its port.")]);

/// `application`; the [`WORKLOAD`] fields may stand here too.
pub const APPLICATION: Table = Table::with(
    &[
        field(
            "metadata",
            Kind::Object(METADATA),
            "Name and namespace of the application where they are not the release's; labels and annotations that every version gets.",
        ),
        field("strategy", Kind::Choice(STRATEGIES), "How traffic is shared among the versions."),
        field(
            "versions",
            Kind::Versions(VERSION),
            "The versions: the first is the primary, the rest are candidates. A map keyed by name needs `primary`.",
        ),
        field("primary", Kind::Text, "Which version is the primary, where `versions` is a map."),
        field("canary", Kind::Object(CANARY), "What the canary strategy assumes of a candidate that does not say it."),
    ],
    WORKLOAD,
);

/// `application.canary`.
pub const CANARY: Table = Table::new(&[field(
    "match",
    Kind::List(&Kind::FreeMap),
    "Which requests a candidate without a `match` of its own gets; null to share by weight instead.",
)]);

/// `application.metadata` and `application.versions[].metadata`.
pub const METADATA: Table = Table::new(&[
    field("name", Kind::Name, "The name; a DNS label of at most 63 characters."),
    field("namespace", Kind::Name, "The namespace."),
    field("labels", Kind::Labels, "Labels of the version's objects."),
    field("annotations", Kind::Annotations, "Annotations of the version's objects."),
]);

/// `application.versions[]`; the [`WORKLOAD`] fields come on top.
pub const VERSION: Table = Table::with(
    &[
        field(
            "metadata",
            Kind::Object(METADATA),
            "Name, namespace, labels and annotations of this version's objects; over the application's.",
        ),
        field(
            "match",
            Kind::List(&Kind::FreeMap),
            "Which requests this candidate gets: clauses of which one must hold, as the platform writes them (Istio's HTTPMatchRequest, or the Gateway API's HTTPRouteMatch).",
        ),
        field("matches", Kind::List(&Kind::FreeMap), "The same as `match`."),
    ],
    WORKLOAD,
);

/// The fields of a version that may stand at `application` too, as a default for all versions.
pub const WORKLOAD: &[Field] = &[
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

/// `deploymentSpecification` and its like.
pub const SPECIFICATION: Table = Table::new(&[
    field("metadata", Kind::FreeMap, "The object's metadata, merged over the version's."),
    field("spec", Kind::FreeMap, "The object's spec, as Kubernetes defines it."),
]);

/// `serviceSpecification`.
pub const SERVICE_SPECIFICATION: Table = Table::new(&[
    field("metadata", Kind::FreeMap, "The object's metadata, merged over the version's."),
    field("spec", Kind::FreeMap, "The object's spec, as Kubernetes defines it."),
    field("ports", Kind::List(&Kind::FreeMap), "As in Iter8: the `port` of the first is the one that routes use."),
]);

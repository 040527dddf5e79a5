//! The one table of the spec's fields.
//!
//! It drives validation, "did you mean", the JSON Schema, `packs show`, and what a pack can name: a new field is a
//! row here and a line in the packs that use it.

use super::{Mode, Strategy, workload};

/// A field of the spec.
#[derive(Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it means, in a sentence or two for the user.
    pub doc: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// The fields of one object: those listed, and, where `workload`, all of [`workload`] too.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    listed: &'static [FieldSpec],
    workload: bool,
}

impl Table {
    pub(crate) const fn new(listed: &'static [FieldSpec]) -> Self {
        Self { listed, workload: false }
    }

    const fn with_workload(listed: &'static [FieldSpec]) -> Self {
        Self { listed, workload: true }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'static FieldSpec> + use<> {
        self.listed.iter().chain(workload::all().filter({
            let workload = self.workload;
            move |_| workload
        }))
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
    /// `true` or `false`.
    Bool,
    /// A number in this range, ends included.
    Number(f64, f64),
    /// A whole number, or a percentage such as `25%`.
    Amount,
    /// A map of names and strings, or a list as Kubernetes writes it.
    Env,
    /// A list whose items are names, or maps with a `name`.
    References,
    /// A name, or a map with just these fields.
    NameOr(Table),
    /// A string, or a map with just these fields.
    TextOr(Table),
    /// A map of any keys, each with one of these words. `off` may be written as `false`, which is how YAML reads it.
    Choices(&'static [&'static str]),
    /// A probe: in short, or as Kubernetes writes it.
    Probe,
    /// A volume: as Kubernetes writes it, or with a `mountPath`.
    Volume,
    /// A list of clauses of a match, in the words of one platform or another.
    Matches,
    /// One item of that.
    Clause,
    /// The versions: a list of these objects, or a map of them by name.
    Versions(Table),
    /// The name of a field of a version.
    VersionField,
    /// A map with entries for some strategies, each of which takes this.
    ByStrategy(&'static Kind),
}

pub(crate) const fn field(name: &'static str, kind: Kind, doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind, doc, required: false }
}

pub(crate) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind, doc, required: true }
}

/// The words for `delivery`.
pub const DELIVERY: &[&str] = &["argocd", "flux", "helm"];
/// The words for `application.algorithm`.
pub const ALGORITHMS: &[&str] = &["epsilon-greedy", "thompson-sampling"];

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
        Kind::Choice(Mode::WORDS),
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
        "delivery",
        Kind::Choice(DELIVERY),
        "Who brings the release into the cluster; its objects then say what comes after what, in so far as that one can be told. `helmwright delivery` writes the object that it follows.",
    ),
    field(
        "extraObjects",
        Kind::List(&Kind::FreeMap),
        "More objects of the release, written as they are; strings in them may use `${{ … }}`.",
    ),
    field(
        "privateRegistries",
        Kind::List(&Kind::Text),
        "Registries, such as `registry.example`, whose images need a pull secret; `helmwright lint` looks for one.",
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
    field("chart", Kind::Object(CHART), "What a chart of the release says of itself; `helmwright chart` makes one."),
]);

/// `chart`.
pub const CHART: Table = Table::new(&[
    field("description", Kind::Text, "What it is, in a sentence."),
    field("kubeVersion", Kind::Text, "The versions of Kubernetes that it is for, as a range: `>=1.29.0-0`."),
    field("home", Kind::Text, "The address of its home page."),
    field("icon", Kind::Text, "The address of its picture."),
    field("sources", Kind::List(&Kind::Text), "The addresses of its sources."),
    field("maintainers", Kind::List(&Kind::Object(MAINTAINER)), "Who looks after it."),
]);

/// `chart.maintainers[]`.
const MAINTAINER: Table = Table::new(&[
    field("name", Kind::Text, "The name."),
    field("email", Kind::Text, "The address of the mailbox."),
    field("url", Kind::Text, "The address of a page."),
]);

/// `service`.
pub const SERVICE: Table =
    Table::new(&[field("host", Kind::Text, "Its host."), field("port", Kind::Whole(1, 65_535), "Its port.")]);

/// `application`; the [workload](super::workload) fields may stand here too.
pub const APPLICATION: Table = Table::with_workload(&[
    field(
        "metadata",
        Kind::Object(METADATA),
        "Name and namespace of the application where they are not the release's; labels and annotations that every version gets.",
    ),
    field("strategy", Kind::Choice(Strategy::WORDS), "How traffic is shared among the versions."),
    field(
        "versions",
        Kind::Versions(VERSION),
        "The versions: the first is the primary, the rest are candidates. A map keyed by name needs `primary`.",
    ),
    field("primary", Kind::Text, "Which version is the primary, where `versions` is a map."),
    field(
        "algorithm",
        Kind::Choice(ALGORITHMS),
        "How a bandit learns the shares; it needs feedback requests that say how good an answer was.",
    ),
    field("epsilon", Kind::Number(0.0, 1.0), "How often an epsilon-greedy bandit tries a version at random."),
    field("seldon", Kind::Object(SELDON), "What a SeldonDeployment says of itself."),
    field(
        "tagRouting",
        Kind::Bool,
        "Whether KServe gives each revision a host of its own: `latest-…` and `prev-…` before the service's.",
    ),
    field(
        "maxStep",
        Kind::Whole(1, 100),
        "The most percent points by which a version's share of the requests may change at once; the transition checks see to it.",
    ),
    field("canary", Kind::Object(CANARY), "What the canary strategy assumes of a candidate that does not say it."),
]);

/// `application.canary`.
pub const CANARY: Table = Table::new(&[field(
    "match",
    Kind::Matches,
    "Which requests a candidate without a `match` of its own gets; null to share by weight instead.",
)]);

/// `application.seldon`.
pub const SELDON: Table = Table::new(&[
    field("name", Kind::Text, "`spec.name`; the application's name unless it is given."),
    field("annotations", Kind::Texts, "`spec.annotations`."),
    field("protocol", Kind::Text, "`spec.protocol`, such as `v2`."),
    field("transport", Kind::Text, "`spec.transport`, such as `grpc`."),
]);

/// `application.metadata` and `application.versions[].metadata`.
pub const METADATA: Table = Table::new(&[
    field("name", Kind::Name, "The name; a DNS label of at most 63 characters."),
    field("namespace", Kind::Name, "The namespace."),
    field("labels", Kind::Labels, "Labels of the version's objects."),
    field("annotations", Kind::Annotations, "Annotations of the version's objects."),
]);

/// `application.versions[]`; the [workload](super::workload) fields come on top.
pub const VERSION: Table = Table::with_workload(&[
    field(
        "metadata",
        Kind::Object(METADATA),
        "Name, namespace, labels and annotations of this version's objects; over the application's.",
    ),
    field(
        "match",
        Kind::Matches,
        "Which requests this candidate gets: clauses of which one must hold, as the platform writes them (Istio's HTTPMatchRequest, or the Gateway API's HTTPRouteMatch).",
    ),
    field("matches", Kind::Matches, "The same as `match`."),
]);

//! The one table of the fields of `helmwright.yaml`; validation, "did you mean", the JSON Schema and the tables of
//! docs/workspace.md come from it.

use crate::spec::fields::{DELIVERY, Kind, Table, field};

/// The words for `format`.
pub const FORMATS: &[&str] = &["manifests", "kustomize", "chart"];
/// The words for a rule of `lint.rules`.
pub const LEVELS: &[&str] = &["off", "warn", "error"];

/// The top level.
pub const ROOT: Table = Table::new(&[
    field("releases", Kind::List(&Kind::Object(RELEASE)), "The releases."),
    field(
        "packs",
        Kind::List(&Kind::Text),
        "Folders with environments of your own, each of whose subfolders is one; see [packs.md](packs.md).",
    ),
    field(
        "delivery",
        Kind::Choice(DELIVERY),
        "Who brings releases into the cluster whose spec does not say it; see [delivery.md](delivery.md).",
    ),
    field("lint", Kind::Object(LINT), "What `helmwright lint` looks for."),
    field("diff", Kind::Object(DIFF), "What `helmwright diff` leaves out and hides."),
]);

/// `releases[]`.
pub const RELEASE: Table = Table::new(&[
    field(
        "spec",
        Kind::Text,
        "The spec: a path, or a glob such as `apps/*/release.yaml`, each of whose files is a release.",
    ),
    field("name", Kind::Text, "The release's name; that of the spec's folder unless it is given."),
    field("namespace", Kind::Text, "The release's namespace; `default` unless it is given."),
    field(
        "stages",
        Kind::List(&Kind::Name),
        "The stages. Each is a release of its own, with `<spec>.<stage>.yaml` laid over the spec.",
    ),
    field("output", Kind::Text, "The folder that the release is rendered into; without one nothing is written."),
    field(
        "format",
        Kind::Choice(FORMATS),
        "What is written there: `manifests`, one file an object (the default); `kustomize`, the same with a kustomization.yaml; `chart`, a Helm chart.",
    ),
    field("delivery", Kind::Choice(DELIVERY), "The same as at the top level, for these releases."),
    field("values", Kind::List(&Kind::Text), "Files to lay over the spec and its stage, in this order."),
    field("set", Kind::List(&Kind::Text), "Values to lay over all files, in the grammar of `--set`."),
    field(
        "cluster",
        Kind::Text,
        "The cluster that the release goes to, by any name; that of its stage unless it is given. No two releases of a cluster may have the same object.",
    ),
]);

/// `lint`.
pub const LINT: Table = Table::new(&[
    field(
        "rules",
        Kind::Choices(LEVELS),
        "Rules that are turned off, or are as bad as is said here, by their ids; as `--rule`.",
    ),
    field(
        "crds",
        Kind::List(&Kind::Text),
        "Files or folders with CustomResourceDefinitions to check objects against; as `--crds`.",
    ),
    field(
        "privateRegistries",
        Kind::List(&Kind::Text),
        "Registries whose images need a pull secret; as `--private-registry`.",
    ),
]);

/// `diff`.
pub const DIFF: Table = Table::new(&[
    field("ignore", Kind::List(&Kind::TextOr(PATH)), "Paths in objects where differences are not shown, only counted."),
    field("secrets", Kind::List(&Kind::TextOr(PATH)), "Paths in objects whose values are masked."),
]);

/// An item of `diff.ignore` or `diff.secrets`.
pub const PATH: Table = Table::new(&[
    field("path", Kind::Text, "The path, such as `metadata.labels[\"helm.sh/chart\"]`."),
    field("kind", Kind::Text, "The kind of objects that it counts for; all unless it is given."),
]);

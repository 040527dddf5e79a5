//! The one table of the fields of `pack.yaml`; validation, "did you mean", the JSON Schema and the tables of
//! docs/packs.md come from it.

use super::Dialect;
use crate::spec::Mode;
use crate::spec::fields::{Kind, Table, field, required};

/// The top level.
pub const ROOT: Table = Table::new(&[
    required("description", Kind::Text, "What it makes, in a sentence."),
    required(
        "strategies",
        Kind::ByStrategy(&Kind::List(&Kind::Choice(Mode::WORDS))),
        "The strategies that it has, and who can evaluate the routing of each; the first of these is the default.",
    ),
    field(
        "aliases",
        Kind::List(&Kind::Text),
        "Other names of the environment. A template can ask which was used: `environment`.",
    ),
    field("deprecated", Kind::Text, "Why not to use it any more; `render` then says so."),
    field(
        "dialect",
        Kind::Choice(Dialect::WORDS),
        "In which words a `match` must be. Clauses in the other's are translated. Without it, clauses are passed on as they are.",
    ),
    field("requires", Kind::List(&Kind::Object(REQUIREMENT)), "The fields that every version must have."),
    field(
        "percent",
        Kind::Bool,
        "Whether weights are percentages: a candidate's is its own, and must be there; the primary's `share.weight` is what the others leave. Without a `dialect`, a match is an error then.",
    ),
    field(
        "shortNames",
        Kind::Bool,
        "Whether `version.containerName` is the version's key alone, as where one object holds all versions.",
    ),
    field(
        "wholeApplication",
        Kind::Bool,
        "Whether an object stands for the whole application: the spec's labels, annotations and `serviceSpecification` are then the application's too, and cannot name a version.",
    ),
    field(
        "maxVersions",
        Kind::ByStrategy(&Kind::Whole(1, 1_000)),
        "The most versions, by strategy; one more is an error.",
    ),
    field("fields", Kind::List(&Kind::VersionField), "The fields of a version that it uses, for `packs show`."),
    field("routemap", Kind::Object(ROUTEMAP), "How the routing is put in a routemap, if a strategy has that."),
    field(
        "example",
        Kind::Text,
        "What `init` and `packs show` print, below the lines for `environment` and `routing`. It is text with `{{ strategy }}`, `{{ strategies }}` and `{%- if strategy == 'canary' %}` … `{%- endif %}`.",
    ),
]);

/// `requires[]`.
pub const REQUIREMENT: Table = Table::new(&[
    required("field", Kind::VersionField, "The field that must be there."),
    field(
        "unless",
        Kind::List(&Kind::VersionField),
        "Fields of which any makes it needless; of a whole specification, its `spec`.",
    ),
]);

/// `routemap`.
pub const ROUTEMAP: Table = Table::new(&[
    field("gvrShort", Kind::Text, "Iter8's short name of the routing object's kind: `vs`, `httproute`."),
    required(
        "watch",
        Kind::List(&Kind::Text),
        "The kinds of a version's objects that the controller watches, in this order.",
    ),
    field(
        "alwaysWeighted",
        Kind::Bool,
        "Whether versions carry a weight wherever there are rules, even if none shares by weight.",
    ),
]);

//! `pack.yaml`: what an environment says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::fields;
use crate::problem::{Code, Problem};
use crate::source::{At, SourceId};
use crate::spec::words::words;
use crate::spec::{Mode, Strategy, check};

words! {
    /// How a platform writes a match.
    pub enum Dialect {
        /// Istio's HTTPMatchRequest: `headers: {name: {exact: value}}`.
        Istio = "istio",
        /// The Gateway API's HTTPRouteMatch: `headers: [{name, value}]`.
        Gateway = "gateway-api",
    }
}

/// A field that a version must have.
#[derive(Debug, Clone, Deserialize)]
pub struct Requirement {
    /// The field.
    pub field: String,
    /// The fields of which any makes it needless; of a whole specification, its `spec`.
    #[serde(default, deserialize_with = "or_default")]
    pub unless: Vec<String>,
}

/// How an environment's routing is put in a routemap.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutemapSettings {
    /// Iter8's short name of the routing object's kind, such as `vs`.
    #[serde(default)]
    pub gvr_short: Option<String>,
    /// Which objects of a version are watched, by kind, in this order.
    pub watch: Vec<String>,
    /// Whether versions carry a weight wherever there are rules, even if no rule shares by weight.
    #[serde(default, deserialize_with = "or_default")]
    pub always_weighted: bool,
}

/// The fields of `pack.yaml`; [`fields::ROOT`] says what each means.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    pub description: String,
    #[serde(default, deserialize_with = "or_default")]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub deprecated: Option<String>,
    pub strategies: BTreeMap<Strategy, Vec<Mode>>,
    #[serde(default)]
    pub dialect: Option<Dialect>,
    #[serde(default, deserialize_with = "or_default")]
    pub requires: Vec<Requirement>,
    #[serde(default, deserialize_with = "or_default")]
    pub fields: Vec<String>,
    #[serde(default)]
    pub routemap: Option<RoutemapSettings>,
    #[serde(default, deserialize_with = "or_default")]
    pub whole_application: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub short_names: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub percent: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub max_versions: BTreeMap<Strategy, usize>,
    #[serde(default, deserialize_with = "or_default")]
    pub example: String,
}

impl Header {
    /// Checks `text` against the table of fields, and reads it where nothing is wrong with it.
    pub fn read(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Option<Self> {
        check::document(text, source, fields::ROOT, "a pack", problems)?;
        serde_yaml::from_str(text).map_err(|error| problems.push(unreadable(&error, text, source))).ok()
    }
}

/// Null means absence, as in a spec.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What passes the table and is still not what the struct takes, at the line that the reader names.
fn unreadable(error: &serde_yaml::Error, text: &str, source: SourceId) -> Problem {
    let line = error.location().map_or(1, |location| location.line() as usize);
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    Problem::new(Code::INVALID_PACK, error.without_snippet().to_string()).at(At::new(source, start, start + length))
}

//! What several JSON documents hold in the same form.

use serde::{Deserialize, Serialize};

use crate::bundle::Identity;
use crate::source::{At, Sources};

/// What an object is called.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityRecord {
    /// The group and the version of its API, as the object has them.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, where it names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl From<&Identity> for IdentityRecord {
    fn from(identity: &Identity) -> Self {
        let api_version = match identity.group.as_str() {
            "" => identity.version.clone(),
            group => format!("{group}/{}", identity.version),
        };
        Self {
            api_version,
            kind: identity.kind.clone(),
            namespace: identity.namespace.clone(),
            name: identity.name.clone(),
        }
    }
}

impl From<IdentityRecord> for Identity {
    fn from(record: IdentityRecord) -> Self {
        let (group, version) = record.api_version.split_once('/').unwrap_or(("", &record.api_version));
        Self {
            group: group.into(),
            version: version.into(),
            kind: record.kind,
            namespace: record.namespace,
            name: record.name,
        }
    }
}

/// Where something stands.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceRecord {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The column, counted from 1 in characters.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub column: usize,
}

impl PlaceRecord {
    /// Where `at` begins.
    pub(super) fn of(at: At, sources: &Sources) -> Option<Self> {
        let file = sources.get(at.source)?.name.to_string();
        let (line, column) = sources.line_column(at);
        Some(Self { file, line, column })
    }
}

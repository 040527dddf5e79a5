//! Who evaluates the routing of a release: the field `routing` of a spec.

use std::fmt;

use serde::Deserialize;

/// Who evaluates the routing of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The Iter8 controller, from a routemap.
    Routemap,
    /// Nobody: the routing object is written with the spec's weights.
    Static,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Routemap => "routemap",
            Mode::Static => "static",
        })
    }
}

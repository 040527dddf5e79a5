//! Who evaluates the routing of a release: the field `routing` of a spec.

use super::words::words;

words! {
    /// Who evaluates the routing of a release.
    pub enum Mode {
        /// The Iter8 controller, from a routemap.
        Routemap = "routemap",
        /// Nobody: the routing object is written with the spec's weights.
        Static = "static",
    }
}

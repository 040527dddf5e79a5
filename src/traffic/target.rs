//! Where a version's requests are sent, for those who look for what answers them.

use crate::bundle::Identity;

/// Where the requests of a version are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A Service, and perhaps a subset of its pods, which a DestinationRule describes.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The subset.
        subset: Option<String>,
        /// The port, as it is written.
        port: Option<String>,
    },
    /// A model behind a gateway that all share: an InferenceService, named by a header.
    Model {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A part of an object that serves by itself: a predictor, a unit of a graph.
    Part {
        /// The object.
        object: Identity,
        /// What the part is called there; what the object serves where it names no part.
        name: String,
    },
    /// The revision that an InferenceService had before, which the object does not describe.
    Previous {
        /// The InferenceService.
        object: Identity,
    },
}

impl Target {
    /// The namespace that it is in, where that is said.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Service { namespace, .. } | Self::Model { namespace, .. } => Some(namespace),
            Self::Part { object, .. } | Self::Previous { object } => object.namespace.as_deref(),
        }
    }
}

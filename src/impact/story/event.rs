//! What can happen to a version.

/// What happened to a version, or to an entry point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The entry point is new.
    Appeared,
    /// The entry point is gone.
    Vanished,
    /// The entry point goes on as another object.
    Renamed,
    /// A candidate is the primary now.
    Promoted {
        /// The version.
        version: String,
    },
    /// The requests go back to a version that stood behind another.
    RolledBack {
        /// The version that gets them.
        to: String,
    },
    /// All goes to the version before, and the newer one stays at hand.
    Pinned {
        /// The version that gets the requests.
        to: String,
    },
    /// A candidate took over all requests, and the primary stays at hand.
    Switched {
        /// The version that gets the requests.
        to: String,
    },
    /// Another version stands in a version's place.
    Replaced {
        /// The version that was there.
        old: String,
        /// The version that is there.
        new: String,
    },
    /// A version is new.
    Added {
        /// The version.
        version: String,
    },
    /// A version is gone.
    Removed {
        /// The version.
        version: String,
    },
    /// The shares of versions are other ones.
    Shifted,
}

impl Event {
    /// Its word in machine-readable reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
            Self::Renamed => "renamed",
            Self::Promoted { .. } => "promoted",
            Self::RolledBack { .. } => "rolled-back",
            Self::Pinned { .. } => "pinned",
            Self::Switched { .. } => "switched",
            Self::Replaced { .. } => "replaced",
            Self::Added { .. } => "added",
            Self::Removed { .. } => "removed",
            Self::Shifted => "shifted",
        }
    }

    /// The version that it is about, where it is about one.
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::Promoted { version: name } | Self::RolledBack { to: name } | Self::Pinned { to: name } => Some(name),
            Self::Switched { to: name } | Self::Replaced { new: name, .. } => Some(name),
            Self::Added { version: name } | Self::Removed { version: name } => Some(name),
            Self::Appeared | Self::Vanished | Self::Renamed | Self::Shifted => None,
        }
    }
}

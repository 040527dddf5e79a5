//! How traffic is shared among the versions of a release: the field `application.strategy` of a spec.

use super::words::words;

words! {
    /// How traffic is shared among the versions.
    pub enum Strategy {
        /// Not at all: each version is reached by its own name.
        None = "none",
        /// By weight.
        BlueGreen = "blue-green",
        /// By what a request says; without that, by weight.
        Canary = "canary",
        /// All of it goes to the primary, and candidates get copies.
        Mirror = "mirror",
        /// As a canary, but a client stays with its version.
        Ab = "ab",
        /// As the platform learns from feedback.
        Bandit = "bandit",
    }
}

impl Strategy {
    /// Whether versions can share requests by their weights.
    pub const fn shares_by_weight(self) -> bool {
        match self {
            Self::BlueGreen | Self::Canary | Self::Ab => true,
            Self::None | Self::Mirror | Self::Bandit => false,
        }
    }

    /// Whether a candidate can say, with `match`, which requests it gets.
    pub const fn shares_by_match(self) -> bool {
        match self {
            Self::Canary | Self::Ab => true,
            Self::None | Self::BlueGreen | Self::Mirror | Self::Bandit => false,
        }
    }
}

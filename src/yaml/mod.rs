//! YAML text into a tree whose every value knows its place.
//!
//! Built on the event parser, not on serde: all problems of a file come in one pass, and the type of a scalar is
//! the one that helm and kubectl would read ([`resolve`]). Input is not trusted: its size, its depth and what
//! its aliases expand to are bounded.

mod comments;
mod events;
mod load;
pub mod resolve;

use std::sync::Arc;

pub use comments::{Comment, comments};
pub use load::load;

use crate::node::Scalar;
use crate::source::At;

/// The most bytes that a file may have.
pub const MAX_BYTES: usize = 16 << 20;
/// The most levels that collections may nest.
pub const MAX_DEPTH: usize = 100;
/// The most values that a file may have, aliases expanded.
pub const MAX_VALUES: usize = 500_000;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Yaml {
    /// What it is.
    pub data: Data,
    /// Where it stands; for an alias, where the alias stands.
    pub at: At,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A scalar, and whether it was written without quotes.
    Scalar(Scalar, Style),
    /// A list.
    Seq(Vec<Yaml>),
    /// A map, in the order written; no key comes twice.
    Map(Vec<Pair>),
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes, or as a block.
    Quoted,
}

/// One entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The key as JSON would have it: `yes:` is `true`, `012:` is `10`, `1e6:` is `1e+06`.
    pub key: Arc<str>,
    /// Where the key stands.
    pub key_at: At,
    /// Its value.
    pub value: Yaml,
}

impl Yaml {
    /// A scalar at `at`.
    pub fn scalar(scalar: Scalar, at: At) -> Self {
        Self { data: Data::Scalar(scalar, Style::Plain), at }
    }

    /// What a message calls it.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Scalar(scalar, _) => scalar.kind(),
            Data::Seq(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        match &self.data {
            Data::Map(pairs) => pairs.iter().find(|p| &*p.key == key).map(|p| &p.value),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Scalar(Scalar::Null, _))
    }

    /// The text, where it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(Scalar::Str(s), _) => Some(s),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

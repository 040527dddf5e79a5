//! Packs: one folder an environment, which says routing intent once, in its platform's dialect.

mod catalog;
mod environment;
pub mod fields;
mod header;

pub use catalog::Catalog;
pub use environment::{Environment, Templates};
pub use header::{Dialect, Requirement, RoutemapSettings};

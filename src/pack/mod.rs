//! Packs: one folder an environment, which says routing intent once, in its platform's dialect.

mod catalog;
mod environment;

pub use catalog::Catalog;
pub use environment::{Dialect, Environment, Requirement, Routemap, Templates};

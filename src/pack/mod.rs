//! Packs: one folder an environment, which says routing intent once, in its platform's dialect.

mod catalog;
mod environment;
mod evaluate;
mod expression;
mod inspect;
mod lazy;
mod template;
mod value;

pub use catalog::Catalog;
pub use environment::{Dialect, Environment, Mode, Requirement, Routemap, Templates};
pub use evaluate::{Error, Evaluator, Partials};
pub use expression::Scope;
pub use template::{Scalars, Template, compile_text};
pub use value::{Fields, Record, Value};

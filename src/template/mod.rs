//! The template engine: YAML with expressions and control flow into nodes. It knows expressions and trees, and no environment.

mod compile;
mod evaluate;
mod expression;
mod inspect;
mod lazy;
mod value;

pub use compile::{Scalars, Template, compile, compile_text};
pub use evaluate::{Error, Evaluator, Partials};
pub use expression::Scope;
pub use value::{Fields, Record, Value};

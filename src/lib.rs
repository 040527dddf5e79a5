//! helmwright

pub mod node;
pub mod problem;
pub mod source;
pub mod spec;
pub mod yaml;

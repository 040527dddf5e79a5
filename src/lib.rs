//! helmwright

pub mod node;
pub mod problem;
pub mod source;
pub mod tree;
pub mod yaml;

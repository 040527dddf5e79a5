//! helmwright

pub mod bundle;
pub mod node;
pub mod pack;
pub mod plan;
pub mod problem;
pub mod render;
pub mod source;
pub mod spec;
pub mod tree;
pub mod write;
pub mod yaml;

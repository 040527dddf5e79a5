//! The spec: what the user gives, in files and flags.

pub mod strvals;

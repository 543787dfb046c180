//! Ours. Every call of our interfaces is below this module.

pub mod iterate;
pub mod schedule;
pub mod structure;

//! hecs, each workload in the ways that its documentation shows.

pub mod iterate;
pub mod structure;

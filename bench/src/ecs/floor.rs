//! Plain vectors: what no library can be much faster than.

pub mod iterate;
pub mod structure;

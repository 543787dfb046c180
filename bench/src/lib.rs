//! Our parts beside their peers and the bare operation, in one process and in turns.
//!
//! [`harness`] takes rounds and compares; [`ecs`], [`memory`] and [`primitives`] say what is compared. Knows nothing of where the
//! tables go: `cargo xtask bench` collects them.

#![forbid(unsafe_code)]

pub mod ecs;
pub mod harness;
pub mod memory;
pub mod primitives;

//! Real builds of tiny crates and real watches of temporary folders.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]

mod building;
mod watching;

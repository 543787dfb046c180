//! Reads and checks a module's library file, copies it to a path of its own, and opens it.
//!
//! Read in this order: [`inspect`](mod@inspect) (is the file whole, whose is it), [`stage`] (a copy that nothing
//! overwrites), [`open`] (the single `unsafe` block of the workspace). Knows nothing of cargo, of registries, or of
//! what a module does; a library is never unloaded.

#![allow(unsafe_code)] // opening a library is the one thing that safe Rust can't do; see open.rs

pub mod error;
pub mod inspect;
pub mod open;
pub mod stage;
mod threads;

pub use error::LoadError;
pub use inspect::{Digest, Inspected, inspect};
pub use open::{Exports, Opened};
pub use stage::{Loader, Staged};
pub use threads::{ThreadIn, threads_in};

//! Which modules an app loads: read from the `[package.metadata]` of the workspace's packages.
//!
//! Read in this order: [`project`] (what packages there are), [`declaration`] (what metadata says), [`resolve`] (which
//! modules follow from it, in which order), [`environment`] (how cargo is started from a program that cargo started).
//! Knows nothing of building or loading.

pub mod declaration;
pub mod environment;
pub mod error;
pub mod order;
pub mod project;
pub mod resolve;

pub use environment::is_cargos_own;
pub use error::ResolveError;
pub use project::{Package, Project};
pub use resolve::{Module, ModuleSet, Rejected, ResolvedCore, Role, resolve};

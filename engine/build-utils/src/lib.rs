//! What build scripts share: versions of contracts, checks of module metadata, the engine's build id, rpaths.
//!
//! Read in this order: [`tokens`] (hashing source without its comments), [`versions`], [`build_id`], [`metadata`],
//! [`rpath`]. Everything here runs inside a build script and speaks to cargo on standard output. Knows nothing of how a
//! module is loaded.

pub mod build_id;
pub mod metadata;
pub mod rpath;
pub mod sources;
pub mod tokens;
pub mod versions;

pub use build_id::engine_build_id;
pub use metadata::{validate_app, validate_system};
pub use rpath::link_rpaths;
pub use versions::generate_versions;

//! The life of modules: declared, loaded, reloaded, quarantined.
//!
//! A reload is a transaction: everything that can fail happens before anything changes. Knows nothing of cargo, files
//! other than the library, worlds or widgets: state follows through [`playground_engine_types::StateHolder`].

mod error;
mod module;
mod private;
mod registry;

pub use error::{ReloadError, SetError};
pub use module::{Generation, Module, ModuleSpec, Stages, State, Verdict};
pub use registry::{ModuleRegistry, PreparedSet, Reloaded, Source, Stager, Step};

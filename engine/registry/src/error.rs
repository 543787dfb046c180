//! Why a module was not loaded.

use playground_engine_binding::BindError;
use playground_engine_loader::LoadError;
use playground_engine_types::ModuleError;

/// A load or reload that did not happen. The generation before still runs.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// No such module.
    #[error("there is no module `{name}`; declared are {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The library can't be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The module's state can't follow.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The module does not fit its contract.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The library exports nothing that a module of its kind must.
    #[error("{module} exports no {missing}; its source must call playground::{makro}! once")]
    NoExport {
        /// The module.
        module: String,
        /// What is missing.
        missing: &'static str,
        /// The macro that writes it.
        makro: &'static str,
    },
}

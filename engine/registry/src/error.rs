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
    /// No such generation.
    #[error("{module} has no generation {number}; kept are {known}")]
    NoGeneration {
        /// The module.
        module: String,
        /// The number asked for.
        number: u32,
        /// The numbers there are.
        known: String,
    },
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

/// A change of several modules that did not happen. The generations before still run.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", modules.join(", "))]
pub struct SetError {
    /// The module that it is about, or all of them if they do not fit together.
    pub modules: Vec<String>,
    /// What is wrong.
    pub cause: ReloadError,
}

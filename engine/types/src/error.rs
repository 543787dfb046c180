//! What can go wrong inside a module, as the engine reports it.

/// A failure of one module, in words for the person who writes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// Saved state was written by another format.
    #[error("the saved state of {module} has format {found:016x}, this build reads {expected:016x}; it starts afresh")]
    StateFormat {
        /// The module.
        module: String,
        /// The format in the saved state.
        found: u64,
        /// The format of this build.
        expected: u64,
    },
    /// Saved state could not be read.
    #[error("the saved state of {module} can't be read: {cause}")]
    State {
        /// The module.
        module: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A component's fields changed in a way that can't be taken over.
    #[error(
        "component {component} changed its fields ({change}); reloading it would lose its values, so nothing was \
         changed. Put the fields back, or save the scene and restart the editor"
    )]
    SchemaChanged {
        /// The component.
        component: String,
        /// Which fields, in words.
        change: String,
    },
    /// Two modules use one name.
    #[error("{what} is claimed by both {first} and {second}; rename it in one of them")]
    Collision {
        /// The name.
        what: String,
        /// Who has it.
        first: String,
        /// Who wants it too.
        second: String,
    },
    /// The module panicked.
    #[error("{module} panicked in {during}: {message}")]
    Panic {
        /// The module.
        module: String,
        /// The entry point it was in.
        during: String,
        /// The panic's message and place.
        message: String,
    },
    /// The module does not offer what its users need.
    #[error("{module} offers {found}, its users need {expected}; rebuild both")]
    Contract {
        /// The module.
        module: String,
        /// What it offers.
        found: String,
        /// What is needed.
        expected: String,
    },
    /// Anything else, already in words.
    #[error("{0}")]
    Other(String),
}

//! Systems and when they run.

use crate::{Stage, SystemParts, Time, World};
use playground_core_types::Handle;

/// A system that panicked. Its module's systems are switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemPanic {
    /// The module that brought the system.
    pub module: String,
    /// The system's name.
    pub system: &'static str,
    /// The panic's message.
    pub message: String,
}

/// Scheduling.
pub trait SystemView: Send + Sync {
    /// Puts a module's systems in place of those of its generation before.
    fn replace(&self, world: &Handle<World>, module: &str, parts: Vec<SystemParts>);
    /// Switches a module's systems on or off.
    fn enable(&self, world: &Handle<World>, module: &str, enabled: bool);
    /// Runs the systems of a stage in order, then the structural changes that they asked for.
    ///
    /// A system that panics does not stop the others.
    fn run_stage(&self, world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic>;
}

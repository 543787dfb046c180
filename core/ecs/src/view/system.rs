//! Systems and when they run.
//!
//! Systems are named by their function, `advance`, or with their module, `orbit::advance`, where several have the name.

use crate::model::schedule::{SystemGraph, SystemInfo, SystemStats};
use crate::{EcsError, Stage, SystemParts, Time, World};
use playground_core_types::Handle;

pub use crate::model::schedule::drive::SystemPanic;

/// Scheduling.
///
/// The order within a stage is that of registration, refined by `before` and `after`. Systems that exclude each other in
/// nothing run at the same time if that is faster; what comes out is the same either way. All of this may be called
/// while systems run, also by a system, except for what runs systems.
pub trait SystemView: Send + Sync {
    /// Adds one system behind all others of its stage.
    ///
    /// # Errors
    /// When the module has a system of that name, or the system would be part of a cycle; nothing is added then.
    fn register(&self, world: &Handle<World>, module: &str, parts: SystemParts) -> Result<(), EcsError>;
    /// Takes a system away.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    fn unregister(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError>;
    /// Puts a module's systems in place of those of its generation before, and switches the module on.
    ///
    /// What was asked for since by the functions below holds for systems of the same name. A cycle refuses nothing:
    /// it is one of the [`problems`](Self::problems).
    fn replace(&self, world: &Handle<World>, module: &str, parts: Vec<SystemParts>);
    /// All systems, by stage and in their order.
    fn list(&self, world: &Handle<World>) -> Vec<SystemInfo>;
    /// One system.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    fn info(&self, world: &Handle<World>, system: &str) -> Result<SystemInfo, EcsError>;
    /// Switches a system on, also for later generations of its module.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    fn enable(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError>;
    /// Switches a system off, also for later generations of its module.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    fn disable(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError>;
    /// Switches all systems of a module on or off, until it is replaced. What each system's own switch says stays.
    fn enable_module(&self, world: &Handle<World>, module: &str, enabled: bool);
    /// Says anew which systems of its stage run after a system and which before it. A name that nobody has yet counts
    /// as soon as somebody has it.
    ///
    /// # Errors
    /// When there is no such system or several, or this would make a cycle; the order stays as it was then.
    fn order(&self, world: &Handle<World>, system: &str, before: &[&str], after: &[&str]) -> Result<(), EcsError>;
    /// Moves a system to another stage.
    ///
    /// # Errors
    /// When there is no such system or several, or this would make a cycle; it stays where it was then.
    fn stage(&self, world: &Handle<World>, system: &str, stage: Stage) -> Result<(), EcsError>;
    /// Sets how often a system runs, Hz; `None` for once per run of its stage.
    ///
    /// # Errors
    /// When there is no such system or several, or the rate is not a positive number.
    fn rate(&self, world: &Handle<World>, system: &str, hz: Option<f64>) -> Result<(), EcsError>;
    /// Runs one system now, switched on or not, whatever its conditions and its rate say; then the structural changes
    /// that it asked for.
    ///
    /// # Errors
    /// When there is no such system or several, or systems of this world run already.
    fn run_once(&self, world: &Handle<World>, system: &str, time: Time) -> Result<Vec<SystemPanic>, EcsError>;
    /// Runs the systems of a stage in order, then the structural changes that they asked for.
    ///
    /// A system that panics does not stop the others. Its module is switched off; what it asked for before is done. If
    /// systems of this world run already, nothing is run, and that is one of the [`problems`](Self::problems).
    fn run_stage(&self, world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic>;
    /// Runs the stages of playing `steps` times, each `time.delta()` seconds after the one before, and gives the time
    /// after it.
    ///
    /// # Errors
    /// When systems of this world run already.
    fn step(&self, world: &Handle<World>, time: Time, steps: u32) -> Result<(Time, Vec<SystemPanic>), EcsError>;
    /// What a system took since its module was loaded.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    fn stats(&self, world: &Handle<World>, system: &str) -> Result<SystemStats, EcsError>;
    /// The systems, what binds them, and what is wrong with their order.
    fn graph(&self, world: &Handle<World>) -> SystemGraph;
    /// What went wrong without anybody to tell it to, each thing once: cycles, commands that failed.
    fn problems(&self, world: &Handle<World>) -> Vec<EcsError>;
}

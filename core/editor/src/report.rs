//! What the engine tells its clients: one immutable picture of its state per frame.

mod bindings;

use crate::{Invocation, OperatorInfo};
pub use bindings::{BindingRow, Bound, PlanReport, UserKind, ViewUser};
pub use playground_core_console::{Level, Line as ConsoleLine};
use playground_core_ecs::model::schedule::SystemInfo;
use playground_core_types::{Handle, LockStats};
use playground_engine_types::state::Plan;
use playground_engine_types::{TypeSchema, Value, storage::PoolSize};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::{Duration, SystemTime};

/// The engine at the end of one frame. Parts that rarely change are shared between reports.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Frames since the engine started.
    pub frame: u64,
    /// Seconds since the engine started.
    pub time: f64,
    /// How long the last frame's work took.
    pub tick: Duration,
    /// Whether the world runs.
    pub play: PlayState,
    /// Number of entities.
    pub entity_count: usize,
    /// All entities, parents before their children, in the order of the tree.
    pub hierarchy: Handle<Vec<EntityRow>>,
    /// Stable numbers of the selected entities, the last one picked at the end.
    pub selection: Vec<u64>,
    /// The selected entities with the values of their components.
    pub inspected: Vec<EntityDetail>,
    /// The component types that can be added.
    pub components: Handle<Vec<ComponentRow>>,
    /// What can be done besides what the editor itself can do: the operators of modules, in the order of the modules.
    pub operators: Handle<Vec<OperatorRow>>,
    /// All declared modules.
    pub modules: Handle<Vec<ModuleRow>>,
    /// All declared contracts, with what is bound to them and who uses them.
    pub bindings: Handle<Vec<BindingRow>>,
    /// What a reload would do, as it was asked for last; `None` once modules changed since.
    pub plan: Option<Handle<PlanReport>>,
    /// All systems, by stage and in the order in which they run.
    pub systems: Handle<Vec<SystemInfo>>,
    /// Systems that wait for each other, such as `a::x after a::y after a::x`.
    pub cycles: Handle<Vec<String>>,
    /// All component and model pools.
    pub pools: Vec<PoolRow>,
    /// All other measured locks.
    pub locks: Vec<LockStats>,
    /// Who holds locks and waits for them, by [`Who`](playground_core_types::Who)'s number from 1: systems, with
    /// their modules.
    pub who: Handle<Vec<Runner>>,
    /// The open scene.
    pub scene: SceneStatus,
    /// What undo would take back.
    pub undo: Option<String>,
    /// What redo would do again.
    pub redo: Option<String>,
    /// The running build.
    pub build: Option<BuildStatus>,
    /// What the compiler said in the last build.
    pub diagnostics: Handle<Vec<Diagnostic>>,
    /// What happened lately, oldest first; [`Notice::number`] tells which are new.
    pub notices: Handle<Vec<Notice>>,
    /// A change that would lose values; nothing was changed.
    pub question: Option<Question>,
    /// How often the editor itself was built since it was started; a restart puts it into effect.
    pub rebuilt: u64,
    /// The console's lines, oldest first.
    pub console: Handle<Vec<ConsoleLine>>,
    /// The last rendered picture.
    pub viewport: ViewportStatus,
    /// Modules still to be built or loaded before the engine is ready, and all of them.
    pub starting: Option<(usize, usize)>,
}

/// Whether the world runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlayState {
    /// The authored scene is edited.
    #[default]
    Stopped,
    /// Systems run.
    Playing,
    /// Systems wait; stop or step goes on.
    Paused,
}

/// One row of the hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// The entity's stable number.
    pub id: u64,
    /// Its name; empty if it has none.
    pub name: String,
    /// How deep it is in the tree.
    pub depth: u16,
    /// Its parent's stable number.
    pub parent: Option<u64>,
    /// Number of entities below it, at any depth.
    pub descendants: u32,
    /// The names of its components, shared between entities that have the same.
    pub components: Handle<Vec<&'static str>>,
}

/// One entity with its values.
#[derive(Clone, Debug)]
pub struct EntityDetail {
    /// The entity's stable number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Where it is in the world, m; `None` without a transform.
    pub position: Option<[f32; 3]>,
    /// Its components.
    pub components: Vec<ComponentDetail>,
    /// Components whose module is not loaded, which are kept until it is: their names and what they are worth.
    pub orphans: Vec<(String, Value)>,
}

/// One component of an inspected entity.
#[derive(Clone, Debug)]
pub struct ComponentDetail {
    /// The component's name.
    pub name: &'static str,
    /// The component's shape.
    pub schema: &'static TypeSchema,
    /// Its value; entities in it are stable numbers.
    pub value: Value,
    /// The default value, for marking and reverting changes.
    pub default: Value,
}

/// One component type.
#[derive(Clone, Debug)]
pub struct ComponentRow {
    /// Its name.
    pub name: &'static str,
    /// Its shape, docs included.
    pub schema: &'static TypeSchema,
    /// The module that brought it.
    pub module: String,
}

/// An operator that a module brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRow {
    /// What it is.
    pub info: &'static OperatorInfo,
    /// The module, by package name.
    pub module: String,
}

/// What a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleKind {
    /// A contract, part of the engine library.
    Core,
    /// An implementation of a contract.
    System,
    /// A feature.
    Plugin,
}

/// What a module does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleState {
    /// Declared, not loaded yet.
    Declared,
    /// Being compiled.
    Building,
    /// Loaded and running.
    Running,
    /// Panicked; not called any more.
    Quarantined,
    /// Switched off by hand.
    Disabled,
    /// Could not be built or loaded.
    Failed,
}

/// One row of the module registry.
#[derive(Clone, Debug, Serialize)]
pub struct ModuleRow {
    /// Package name.
    pub name: String,
    /// What it is.
    pub kind: ModuleKind,
    /// What it does.
    pub state: ModuleState,
    /// Why it is quarantined or failed; empty if it is not.
    pub problem: String,
    /// Whether nothing of it is called, because it was switched off by hand or panicked.
    pub off: bool,
    /// Whether it stays as it is, whatever is saved.
    pub pinned: bool,
    /// How often it was loaded.
    pub generation: u32,
    /// Hash of the contract it was compiled with, if it has one.
    pub api_version: Option<u64>,
    /// Hash of the model it was compiled with, if it has one.
    pub state_format_version: Option<u64>,
    /// Hash over the schemas of its components, if it has any.
    pub schema_hash: Option<u64>,
    /// How long opening the library took.
    pub load_time: Duration,
    /// Size of the library, bytes.
    pub size: u64,
    /// Libraries of earlier generations that stay mapped, bytes.
    pub retired_size: u64,
    /// Its components.
    pub components: Vec<&'static str>,
    /// Its panels.
    pub panels: Vec<&'static str>,
    /// Its operators, also while it is switched off.
    pub operators: Vec<&'static str>,
    /// The contract it implements, if it is a system.
    pub implements: Option<String>,
    /// Stages of the last reload with their times.
    pub stages: Vec<(&'static str, Duration)>,
    /// What its last reload did to components and private state.
    #[serde(skip)]
    pub last_plan: Handle<Plan>,
    /// Its latest generations, the newest first.
    pub generations: Vec<GenerationRow>,
}

/// How a generation of a module fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fared {
    /// Its first frames are being watched.
    OnProbation,
    /// It ran well.
    Proven,
    /// Another one took its place.
    Replaced,
    /// It was taken back.
    RolledBack,
}

/// One version of a module that was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenerationRow {
    /// Counts from 1.
    pub number: u32,
    /// Whether it is the one that runs.
    pub running: bool,
    /// How it fared.
    pub fared: Fared,
    /// Why it was taken back; empty if it was not.
    pub why: String,
    /// When it was loaded.
    pub loaded_at: SystemTime,
    /// From the change to the last stage.
    pub took: Duration,
    /// The stages when it was put into effect last, with their times.
    pub stages: Vec<(&'static str, Duration)>,
    /// Digest of its library.
    pub digest: String,
    /// Digest of its sources; empty if it is not known.
    pub source: String,
    /// Size of its library, bytes.
    pub size: u64,
    /// The copy of the library that is mapped.
    pub library: String,
    /// Threads that run its code, by name.
    pub threads: Vec<String>,
}

/// A change that would lose values, and waits for somebody to allow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Tells it from the one before.
    pub number: u64,
    /// The modules that would change.
    pub modules: Vec<String>,
    /// Fields whose values would not survive, as `component.field`, and in how many components.
    pub lost: Vec<(String, usize)>,
    /// What to run if it is allowed.
    pub call: Invocation,
}

/// Somebody who runs: a system, or what else the engine calls of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runner {
    /// The module, by package name.
    pub module: String,
    /// What of it.
    pub name: String,
}

impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.module)
    }
}

/// One pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolRow {
    /// The component or model it holds.
    pub name: String,
    /// How much it holds.
    pub size: PoolSize,
    /// What happened to its lock.
    pub lock: LockStats,
}

/// The open scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneStatus {
    /// Its file; empty for a new scene.
    pub path: String,
    /// Whether it has changes that are not saved.
    pub dirty: bool,
    /// Files opened lately, the last one first.
    pub recent: Vec<String>,
}

/// A running build.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildStatus {
    /// What is built.
    pub modules: Vec<String>,
    /// Crates done.
    pub done: usize,
    /// Crates in all, as far as it is known.
    pub total: usize,
    /// What it does or waits for.
    pub activity: String,
}

/// One message of the compiler or of a loader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether it stopped the build.
    pub error: bool,
    /// The module it is about.
    pub module: String,
    /// The message.
    pub message: String,
    /// The file; empty if it is about none.
    pub file: String,
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub column: u32,
    /// The whole message as the compiler prints it.
    pub rendered: String,
}

/// Something that happened, shown as a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Counts up from 1.
    pub number: u64,
    /// How it is meant.
    pub level: Level,
    /// What happened, in one line.
    pub title: String,
    /// More about it; may be empty.
    pub detail: String,
}

/// The last picture of the world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewportStatus {
    /// Which texture of the ring holds it; `None` before the first.
    pub texture: Option<usize>,
    /// Counts pictures.
    pub frame: u64,
    /// Changes when the ring was made anew.
    pub ring: u64,
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// CPU time of the last picture.
    pub cpu: Duration,
    /// Instances drawn.
    pub instances: u32,
    /// Why there is no picture; empty if there is one.
    pub problem: String,
    /// The camera's matrix, world to clip space, column by column.
    pub clip_from_world: [f32; 16],
}

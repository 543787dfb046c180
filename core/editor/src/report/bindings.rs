//! Who uses which contract, what is bound to it, and what a reload would do.

use playground_engine_types::state::Plan;
use serde::Serialize;
use std::time::SystemTime;

/// One contract, called a View.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BindingRow {
    /// The core module that has it.
    pub view: String,
    /// Hash of its source in the engine library.
    pub api_version: u64,
    /// What is bound to it; `None` if nothing is.
    pub bound: Option<Bound>,
    /// Who uses it: the engine first, then the app, then plugins.
    pub users: Vec<ViewUser>,
}

/// An implementation of a contract, called a ViewModel, that is bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// The module that it is from.
    pub module: String,
    /// The module's generation.
    pub generation: u32,
}

/// One user of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewUser {
    /// The module's or app's package; `engine` for the engine itself.
    pub name: String,
    /// What it is.
    pub kind: UserKind,
    /// For what, in words, such as `2 systems`.
    pub uses: Vec<String>,
}

/// What uses contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UserKind {
    /// The engine, which calls the contract.
    Engine,
    /// The app, which requires features of the implementation.
    App,
    /// A plugin, whose code the implementation runs or whose metadata requires features of it.
    Plugin,
}

/// What a reload of a module would do; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanReport {
    /// The module.
    pub module: String,
    /// When it was planned.
    pub planned_at: SystemTime,
    /// What would become of components and private state.
    pub plan: Plan,
    /// Why there is no plan; empty if there is one.
    pub problem: String,
}

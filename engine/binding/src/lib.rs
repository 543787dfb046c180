//! Which implementation is behind which contract at the moment.
//!
//! A consumer binds once and keeps a [`Slot`]: it then calls with no lookup and still reaches the current generation
//! after a reload. A plain `Arc` of an implementation would pin old code.

mod pool;
mod registry;
mod slot;

/// What slots and the registry change in one step, or under a lock. Their models include the two files with other types
/// in this place.
mod sync {
    pub use arc_swap::{ArcSwap, ArcSwapOption, Cache};
    pub use playground_core_types::Shared;
}

pub use pool::{ModelPool, ModelPoolTrait};
pub use registry::{BindError, Binding, BindingRegistry, Table};
pub use slot::{Slot, SlotReader};

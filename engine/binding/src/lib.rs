//! Which implementation is behind which contract at the moment.
//!
//! A consumer binds once and keeps a [`Slot`]: it then calls with no lookup and still reaches the current generation
//! after a reload. A plain `Arc` of an implementation would pin old code.

mod pool;
mod registry;
mod slot;

pub use pool::{ModelPool, ModelPoolTrait};
pub use registry::{BindError, Binding, BindingRegistry, Table};
pub use slot::{Slot, SlotReader};

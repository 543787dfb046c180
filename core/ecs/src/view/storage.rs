//! How pools are filled and locked.

use crate::World;
use playground_core_types::{Handle, LockStats};
use playground_engine_types::{Entity, storage::PoolSize};

/// A look at the pools. Never changes anything.
pub trait StorageView: Send + Sync {
    /// Each pool's component, size and lock.
    fn stats(&self, world: &Handle<World>) -> Vec<(&'static str, PoolSize, LockStats)>;
    /// The world's other locks.
    fn lock_stats(&self, world: &Handle<World>) -> Vec<LockStats>;
    /// Hash over all component data, independent of memory order; `stable` names the entities.
    fn digest(&self, world: &Handle<World>, stable: &dyn Fn(Entity) -> u64) -> u128;
}

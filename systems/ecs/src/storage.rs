//! How pools are filled and locked.

use crate::Ecs;
use playground::core_types::{Handle, LockStats};
use playground::ecs::view::StorageView;
use playground::ecs::{Entity, World, model::digest};
use playground::types::storage::PoolSize;

impl StorageView for Ecs {
    fn stats(&self, world: &Handle<World>) -> Vec<(&'static str, PoolSize, LockStats)> {
        world.read().pools().map(|pool| (pool.info().name, pool.size(), pool.lock_stats())).collect()
    }
    fn lock_stats(&self, world: &Handle<World>) -> Vec<LockStats> {
        world.lock_stats()
    }
    fn digest(&self, world: &Handle<World>, stable: &dyn Fn(Entity) -> u64) -> u128 {
        digest::digest(&world.read(), stable)
    }
}

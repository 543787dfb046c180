//! How pools are filled and locked, and what of a world is kept for later.

use crate::Ecs;
use playground::core_types::{Handle, LockStats};
use playground::ecs::model::{
    binary::StorageLoaded,
    checkpoint::{CheckpointId, Rewind},
    digest,
    export::ExportFormat,
    memory::Memory,
    pools::{PoolSnapshot, PoolsRestored},
};
use playground::ecs::view::StorageView;
use playground::ecs::{ComponentId, ComponentInfo, EcsError, Entity, World};
use playground::types::storage::PoolSize;

impl StorageView for Ecs {
    fn create_pool(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError> {
        world.write().pool_of(info).map(drop)
    }
    fn drop_pool(&self, world: &Handle<World>, id: ComponentId) -> Result<(), EcsError> {
        world.write().unregister(id)
    }
    fn list(&self, world: &Handle<World>) -> Vec<&'static ComponentInfo> {
        world.read().components().collect()
    }
    fn stats(&self, world: &Handle<World>) -> Vec<(&'static str, PoolSize, LockStats)> {
        let storage = world.read();
        let pools = storage.components().filter_map(|info| storage.pool_at(storage.pool_index(info.id)?));
        pools.map(|pool| (pool.info().name, pool.size(), pool.lock_stats())).collect()
    }
    fn lock_stats(&self, world: &Handle<World>) -> Vec<LockStats> {
        world.lock_stats()
    }
    fn reserve(&self, world: &Handle<World>, components: &[ComponentId], more: usize) -> Result<(), EcsError> {
        world.write().reserve_for(components, more)
    }
    fn compact(&self, world: &Handle<World>) -> u64 {
        world.write().compact()
    }
    fn clear(&self, world: &Handle<World>, id: ComponentId) -> Result<usize, EcsError> {
        world.write().clear_pool(id)
    }
    fn snapshot(&self, world: &Handle<World>, components: &[ComponentId]) -> Result<PoolSnapshot, EcsError> {
        world.read().snapshot_pools(components)
    }
    fn restore(&self, world: &Handle<World>, snapshot: &PoolSnapshot) -> Result<PoolsRestored, EcsError> {
        world.write().restore_pools(snapshot)
    }
    fn checkpoint(&self, world: &Handle<World>) -> Result<CheckpointId, EcsError> {
        world.checkpoint()
    }
    fn rewind(&self, world: &Handle<World>, to: Rewind) -> Result<CheckpointId, EcsError> {
        world.rewind(to)
    }
    fn checkpoints(&self, world: &Handle<World>) -> Vec<CheckpointId> {
        world.checkpoints().read().list()
    }
    fn limit_checkpoints(&self, world: &Handle<World>, budget: u64, most: usize) {
        world.limit_checkpoints(budget, most);
    }
    fn save(&self, world: &Handle<World>, components: Option<&[ComponentId]>) -> Result<Vec<u8>, EcsError> {
        world.read().save(components)
    }
    fn load(&self, world: &Handle<World>, bytes: &[u8]) -> Result<StorageLoaded, EcsError> {
        world.write().load(bytes)
    }
    fn verify(&self, world: &Handle<World>) -> Vec<String> {
        world.read().verify()
    }
    fn export(&self, world: &Handle<World>, id: ComponentId, format: ExportFormat) -> Result<String, EcsError> {
        world.read().export(id, format)
    }
    fn memory(&self, world: &Handle<World>) -> Memory {
        world.memory()
    }
    fn digest(&self, world: &Handle<World>, stable: &dyn Fn(Entity) -> u64) -> u128 {
        digest::digest(&world.read(), stable)
    }
}

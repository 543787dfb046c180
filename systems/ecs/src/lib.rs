//! The ECS as a module: entities and components through the world, and systems in their order.

mod schedule;

use playground::core_types::{Handle, LockStats};
use playground::ecs::view::{ComponentView, EcsViewTrait, EntityView, StorageView, SystemPanic, SystemView, WorldView};
use playground::ecs::{
    ComponentId, ComponentInfo, EcsError, Entity, Stage, Storage, SystemParts, Time, Value, World, model::digest,
};
use playground::types::{Contract, ViewId, ViewModelTrait, storage::PoolSize};

/// The implementation. All state is in the world.
#[derive(Default)]
pub struct Ecs;

playground::viewmodel!(Ecs, ecs);

impl ViewModelTrait for Ecs {
    fn view_id(&self) -> ViewId {
        playground::ecs::view::VIEW_ID
    }
    fn api_version(&self) -> u64 {
        playground::ecs::API_VERSION
    }
    fn contract(self: Handle<Self>) -> Contract {
        Contract::new::<dyn EcsViewTrait>(self)
    }
}

impl EntityView for Ecs {
    fn spawn(&self, world: &Handle<World>, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError> {
        world.write().spawn_values(components)
    }
    fn despawn(&self, world: &Handle<World>, entity: Entity) -> Result<(), EcsError> {
        world.write().despawn(entity)
    }
    fn duplicate(&self, world: &Handle<World>, entity: Entity) -> Result<Entity, EcsError> {
        world.write().duplicate(entity)
    }
    fn exists(&self, world: &Handle<World>, entity: Entity) -> bool {
        world.read().exists(entity)
    }
    fn count(&self, world: &Handle<World>) -> usize {
        world.read().len()
    }
}

impl ComponentView for Ecs {
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError> {
        world.write().pool_of(info).map(drop)
    }
    fn add(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<(), EcsError> {
        world.write().add_value(entity, id, value)
    }
    fn remove(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<(), EcsError> {
        world.write().remove(entity, id)
    }
    fn get(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<Value, EcsError> {
        world.read().value(entity, id)
    }
    fn set_field(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        path: &str,
        value: &Value,
    ) -> Result<(), EcsError> {
        world.read().set_value(entity, id, path, value)
    }
    fn list(&self, world: &Handle<World>, entity: Entity) -> Result<Vec<&'static ComponentInfo>, EcsError> {
        Ok(world.read().components_of(entity)?.collect())
    }
}

impl StorageView for Ecs {
    fn stats(&self, world: &Handle<World>) -> Vec<(&'static str, PoolSize, LockStats)> {
        world.read().pools().map(|pool| (pool.info().name, pool.size(), pool.lock_stats())).collect()
    }
    fn lock_stats(&self, world: &Handle<World>) -> Vec<LockStats> {
        world.lock_stats()
    }
    fn digest(&self, world: &Handle<World>, stable: &dyn Fn(Entity) -> u64) -> u128 {
        digest::digest(&world.read(), &|entity| stable(entity))
    }
}

impl SystemView for Ecs {
    fn replace(&self, world: &Handle<World>, module: &str, parts: Vec<SystemParts>) {
        world.schedule().write().replace(module, parts);
    }
    fn enable(&self, world: &Handle<World>, module: &str, enabled: bool) {
        world.schedule().write().enable(module, enabled);
    }
    fn run_stage(&self, world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic> {
        schedule::run_stage(world, stage, time)
    }
}

impl WorldView for Ecs {
    fn create(&self, name: &str) -> Handle<World> {
        Handle::new(World::new(name))
    }
    fn clear(&self, world: &Handle<World>) {
        world.write().clear();
    }
    fn snapshot(&self, world: &Handle<World>) -> Storage {
        world.read().copy()
    }
    fn restore(&self, world: &Handle<World>, snapshot: Storage) {
        world.write().restore(snapshot);
    }
}

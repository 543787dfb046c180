//! Entities come and go.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::view::EntityView;
use playground::ecs::view::entity::ArchetypeInfo;
use playground::ecs::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};

impl EntityView for Ecs {
    fn spawn(&self, world: &Handle<World>, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError> {
        world.write().spawn_input(components)
    }
    fn spawn_batch(&self, world: &Handle<World>, rows: &[Vec<(ComponentId, Value)>]) -> Result<Vec<Entity>, EcsError> {
        world.write().spawn_input_batch(rows)
    }
    fn despawn(&self, world: &Handle<World>, entity: Entity) -> Result<(), EcsError> {
        world.write().despawn(entity)
    }
    fn despawn_batch(&self, world: &Handle<World>, entities: &[Entity]) -> usize {
        world.write().despawn_batch(entities)
    }
    fn duplicate(&self, world: &Handle<World>, entity: Entity) -> Result<Entity, EcsError> {
        world.write().duplicate(entity)
    }
    fn duplicate_batch(&self, world: &Handle<World>, entity: Entity, count: usize) -> Result<Vec<Entity>, EcsError> {
        world.write().duplicate_many(entity, count)
    }
    fn exists(&self, world: &Handle<World>, entity: Entity) -> bool {
        world.read().exists(entity)
    }
    fn generation(&self, world: &Handle<World>, slot: u32) -> Option<u32> {
        world.read().generation_in(slot)
    }
    fn components_of(&self, world: &Handle<World>, entity: Entity) -> Result<Vec<&'static ComponentInfo>, EcsError> {
        Ok(world.read().components_of(entity)?.collect())
    }
    fn archetype_of(&self, world: &Handle<World>, entity: Entity) -> Result<ArchetypeInfo, EcsError> {
        let storage = world.read();
        let (number, row) = storage.locate(entity)?;
        let archetype = &storage.archetypes()[number as usize];
        let infos = archetype.pools.iter().filter_map(|pool| Some(storage.pool_at(*pool)?.info()));
        Ok(ArchetypeInfo { number, row, components: infos.collect(), entities: archetype.ids.len() })
    }
    fn list(&self, world: &Handle<World>) -> Vec<Entity> {
        world.read().entities().collect()
    }
    fn count(&self, world: &Handle<World>) -> usize {
        world.read().len()
    }
}

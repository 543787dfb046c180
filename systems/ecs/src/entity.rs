//! Entities come and go.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::view::EntityView;
use playground::ecs::{ComponentId, EcsError, Entity, Value, World};

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

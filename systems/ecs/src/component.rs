//! Components of single entities, as values.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::view::ComponentView;
use playground::ecs::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};

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

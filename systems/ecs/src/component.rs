//! Components of single entities, as values.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::view::ComponentView;
use playground::ecs::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};

impl ComponentView for Ecs {
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError> {
        world.write().pool_of(info).map(drop)
    }
    fn unregister(&self, world: &Handle<World>, id: ComponentId) -> Result<(), EcsError> {
        world.write().unregister(id)
    }
    fn id_of(&self, world: &Handle<World>, name: &str) -> Result<ComponentId, EcsError> {
        world.read().component(name).map(|info| info.id)
    }
    fn info(&self, world: &Handle<World>, id: ComponentId) -> Result<&'static ComponentInfo, EcsError> {
        world.read().info_of(id)
    }
    fn list(&self, world: &Handle<World>) -> Vec<&'static ComponentInfo> {
        world.read().components().collect()
    }
    fn add(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<(), EcsError> {
        world.write().add_input(entity, id, value)
    }
    fn add_batch(
        &self,
        world: &Handle<World>,
        entities: &[Entity],
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<usize, EcsError> {
        world.write().add_input_batch(entities, id, value)
    }
    fn remove(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<(), EcsError> {
        world.write().remove(entity, id)
    }
    fn remove_batch(&self, world: &Handle<World>, entities: &[Entity], id: ComponentId) -> Result<usize, EcsError> {
        world.write().remove_batch(entities, id)
    }
    fn replace(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        value: &Value,
    ) -> Result<Value, EcsError> {
        world.read().replace_input(entity, id, value)
    }
    fn has(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> bool {
        world.read().has(entity, id)
    }
    fn get(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<Value, EcsError> {
        world.read().value(entity, id)
    }
    fn get_field(&self, world: &Handle<World>, entity: Entity, id: ComponentId, path: &str) -> Result<Value, EcsError> {
        world.read().field(entity, id, path)
    }
    fn set_field(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        path: &str,
        value: &Value,
    ) -> Result<(), EcsError> {
        world.read().set_input(entity, id, path, value)
    }
    fn count(&self, world: &Handle<World>, id: ComponentId) -> Result<usize, EcsError> {
        world.read().count_of(id)
    }
}

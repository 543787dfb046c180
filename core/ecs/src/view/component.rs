//! Components of single entities, as values.

use crate::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};
use playground_core_types::Handle;

/// The dynamic path that the inspector, scenes, undo and the command line share.
pub trait ComponentView: Send + Sync {
    /// Makes a component type known to the world.
    ///
    /// # Errors
    /// When another type has its id, or it is stored with other fields.
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError>;
    /// Adds a component; the default one without a value.
    ///
    /// # Errors
    /// When the entity does not live or has one, or the value does not fit.
    fn add(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<(), EcsError>;
    /// Removes a component.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    fn remove(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<(), EcsError>;
    /// A component as a value.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    fn get(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<Value, EcsError>;
    /// Replaces the part of a component at `path`; an empty path is the whole.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, the path leads nowhere, or the value does not fit.
    fn set_field(
        &self,
        world: &Handle<World>,
        entity: Entity,
        id: ComponentId,
        path: &str,
        value: &Value,
    ) -> Result<(), EcsError>;
    /// The component types of an entity.
    ///
    /// # Errors
    /// When it does not live.
    fn list(&self, world: &Handle<World>, entity: Entity) -> Result<Vec<&'static ComponentInfo>, EcsError>;
}

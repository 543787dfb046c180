//! Components of single entities, as values.

use crate::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};
use playground_core_types::Handle;

/// The dynamic path that the inspector, the command line and tools share.
///
/// What they give is checked more strictly than what a scene or an undo step holds: a float must be finite, a number
/// must be in its field's range, a reference must lead to a living entity or be [`Entity::NONE`]. An error names the
/// component, the way to the field and the value; nothing was changed then.
pub trait ComponentView: Send + Sync {
    /// Makes a component type known to the world.
    ///
    /// # Errors
    /// When another type has its id, or it is stored with other fields.
    fn register(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError>;
    /// Forgets a component type, which then may be registered again with other fields.
    ///
    /// # Errors
    /// When it is unknown, or entities have it.
    fn unregister(&self, world: &Handle<World>, id: ComponentId) -> Result<(), EcsError>;
    /// The id of a component type by its whole name, or by the part behind `::` if that is enough.
    ///
    /// # Errors
    /// When there is none; the error lists those that there are, and names the one that may have been meant.
    fn id_of(&self, world: &Handle<World>, name: &str) -> Result<ComponentId, EcsError>;
    /// A component type's description.
    ///
    /// # Errors
    /// When it is unknown.
    fn info(&self, world: &Handle<World>, id: ComponentId) -> Result<&'static ComponentInfo, EcsError>;
    /// The component types that are registered, in the order of registration. Those of an entity are told by
    /// [`EntityView::components_of`](super::EntityView::components_of).
    fn list(&self, world: &Handle<World>) -> Vec<&'static ComponentInfo>;
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
    /// Adds a component to entities, the default one without a value; tells to how many. Those that do not live are
    /// skipped, those that have one already get this one instead.
    ///
    /// # Errors
    /// When the component is unknown or the value does not fit; nothing is changed then.
    fn add_batch(
        &self,
        world: &Handle<World>,
        entities: &[Entity],
        id: ComponentId,
        value: Option<&Value>,
    ) -> Result<usize, EcsError>;
    /// Removes a component.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    fn remove(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<(), EcsError>;
    /// Removes a component from entities; tells from how many. Those that do not live or lack it are skipped.
    ///
    /// # Errors
    /// When the component is unknown.
    fn remove_batch(&self, world: &Handle<World>, entities: &[Entity], id: ComponentId) -> Result<usize, EcsError>;
    /// Puts another value in place of a component, and gives the one before.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, or the value does not fit.
    fn replace(&self, world: &Handle<World>, entity: Entity, id: ComponentId, value: &Value)
    -> Result<Value, EcsError>;
    /// Whether the entity lives and has the component.
    fn has(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> bool;
    /// A component as a value.
    ///
    /// # Errors
    /// When the entity does not live or lacks it.
    fn get(&self, world: &Handle<World>, entity: Entity, id: ComponentId) -> Result<Value, EcsError>;
    /// The part of a component at `path`, a chain of fields and indices such as `colors[2].x`; an empty path is the
    /// whole.
    ///
    /// # Errors
    /// When the entity does not live or lacks it, or the path leads nowhere; the error lists the fields that there are.
    fn get_field(&self, world: &Handle<World>, entity: Entity, id: ComponentId, path: &str) -> Result<Value, EcsError>;
    /// Replaces the part of a component at `path`; an empty path is the whole. Only this part is checked: what else is
    /// in the component may be out of its range.
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
    /// How many entities have the component.
    ///
    /// # Errors
    /// When it is unknown.
    fn count(&self, world: &Handle<World>, id: ComponentId) -> Result<usize, EcsError>;
}

//! Entities come and go.

use crate::{ComponentId, EcsError, Entity, Value, World};
use playground_core_types::Handle;

/// Spawning and ending entities by values, as the editor and scenes do.
pub trait EntityView: Send + Sync {
    /// Spawns an entity with these components.
    ///
    /// # Errors
    /// When a value does not fit its component; nothing is spawned then.
    fn spawn(&self, world: &Handle<World>, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError>;
    /// Ends an entity.
    ///
    /// # Errors
    /// When it does not live.
    fn despawn(&self, world: &Handle<World>, entity: Entity) -> Result<(), EcsError>;
    /// Spawns a copy of an entity.
    ///
    /// # Errors
    /// When it does not live.
    fn duplicate(&self, world: &Handle<World>, entity: Entity) -> Result<Entity, EcsError>;
    /// Whether it lives.
    fn exists(&self, world: &Handle<World>, entity: Entity) -> bool;
    /// Number of living entities.
    fn count(&self, world: &Handle<World>) -> usize;
}

//! Entities come and go.

use crate::{ComponentId, ComponentInfo, EcsError, Entity, Value, World};
use playground_core_types::Handle;

/// The components that an entity has, as all entities of its archetype do.
#[derive(Clone, Debug)]
pub struct ArchetypeInfo {
    /// The archetype's number in its world.
    pub number: u32,
    /// Which of the archetype's rows is the entity's.
    pub row: u32,
    /// The components; sparse ones are in no archetype.
    pub components: Vec<&'static ComponentInfo>,
    /// How many entities it has.
    pub entities: usize,
}

/// Spawning and ending entities by values, as the editor, the command line and tools do.
///
/// Values are checked more strictly than those of a scene: see [`ComponentView`](super::ComponentView).
pub trait EntityView: Send + Sync {
    /// Spawns an entity with these components.
    ///
    /// # Errors
    /// When a component is unknown or given twice, or a value does not fit its component; nothing is spawned then.
    fn spawn(&self, world: &Handle<World>, components: &[(ComponentId, Value)]) -> Result<Entity, EcsError>;
    /// Spawns an entity for each row of components: all of them or none.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn), for any of the rows; nothing is spawned then.
    fn spawn_batch(&self, world: &Handle<World>, rows: &[Vec<(ComponentId, Value)>]) -> Result<Vec<Entity>, EcsError>;
    /// Ends an entity.
    ///
    /// # Errors
    /// When it does not live.
    fn despawn(&self, world: &Handle<World>, entity: Entity) -> Result<(), EcsError>;
    /// Ends entities and tells how many; those that do not live any more are skipped.
    fn despawn_batch(&self, world: &Handle<World>, entities: &[Entity]) -> usize;
    /// Spawns a copy of an entity.
    ///
    /// # Errors
    /// When it does not live, or the world is full.
    fn duplicate(&self, world: &Handle<World>, entity: Entity) -> Result<Entity, EcsError>;
    /// Spawns `count` copies of an entity.
    ///
    /// # Errors
    /// When it does not live, or the world is full; nothing is spawned then.
    fn duplicate_batch(&self, world: &Handle<World>, entity: Entity, count: usize) -> Result<Vec<Entity>, EcsError>;
    /// Whether it lives.
    fn exists(&self, world: &Handle<World>, entity: Entity) -> bool;
    /// The generation of the entity that lives in a slot: with it, [`Entity::new`] gives the entity that somebody means
    /// who knows its slot only. `None` if nobody lives there.
    fn generation(&self, world: &Handle<World>, slot: u32) -> Option<u32>;
    /// The components of an entity, sparse ones included.
    ///
    /// # Errors
    /// When it does not live.
    fn components_of(&self, world: &Handle<World>, entity: Entity) -> Result<Vec<&'static ComponentInfo>, EcsError>;
    /// Where the tables have an entity.
    ///
    /// # Errors
    /// When it does not live.
    fn archetype_of(&self, world: &Handle<World>, entity: Entity) -> Result<ArchetypeInfo, EcsError>;
    /// All living entities, by archetype.
    fn list(&self, world: &Handle<World>) -> Vec<Entity>;
    /// Number of living entities.
    fn count(&self, world: &Handle<World>) -> usize;
}

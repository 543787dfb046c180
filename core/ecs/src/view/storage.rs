//! How pools are filled and locked, and what of a world is kept for later.

use crate::model::{
    binary::StorageLoaded,
    checkpoint::{CheckpointId, Rewind},
    export::ExportFormat,
    memory::Memory,
    pools::{PoolSnapshot, PoolsRestored},
};
use crate::{ComponentId, ComponentInfo, EcsError, World};
use playground_core_types::{Handle, LockStats};
use playground_engine_types::{Entity, storage::PoolSize};

/// The pools of a world, one per component type. What changes which entities have which components waits until no
/// system runs.
///
/// Observers are told of what comes and goes with `clear` and with the pools that `restore` and `load` put back. They are
/// not told of what comes and goes with the whole world, with `rewind` and a `load` of all pools; these also drop what
/// they would have been told with the next delivery.
pub trait StorageView: Send + Sync {
    /// Makes the pool of a component type, if there is none yet.
    ///
    /// # Errors
    /// When another type has its id, or it is stored with other fields.
    fn create_pool(&self, world: &Handle<World>, info: &'static ComponentInfo) -> Result<(), EcsError>;
    /// Forgets a component type that no entity has. Its name is free afterwards, also for one with other fields.
    ///
    /// # Errors
    /// When there is no such component, or entities have it: then it says how many.
    fn drop_pool(&self, world: &Handle<World>, id: ComponentId) -> Result<(), EcsError>;
    /// The component types, in the order of registration.
    fn list(&self, world: &Handle<World>) -> Vec<&'static ComponentInfo>;
    /// Each pool's component, size and lock.
    fn stats(&self, world: &Handle<World>) -> Vec<(&'static str, PoolSize, LockStats)>;
    /// The world's other locks.
    fn lock_stats(&self, world: &Handle<World>) -> Vec<LockStats>;
    /// Makes room for `more` entities with exactly these components.
    ///
    /// # Errors
    /// When there is no such component, one is given twice, or there is no room for so many.
    fn reserve(&self, world: &Handle<World>, components: &[ComponentId], more: usize) -> Result<(), EcsError>;
    /// Gives memory back that no entity needs; tells how much, bytes.
    fn compact(&self, world: &Handle<World>) -> u64;
    /// Removes a component from all entities; tells from how many.
    ///
    /// # Errors
    /// When there is no such component.
    fn clear(&self, world: &Handle<World>, id: ComponentId) -> Result<usize, EcsError>;
    /// Copies of the pools of these components, and of who has which. For the whole world, see the world's `snapshot`.
    ///
    /// # Errors
    /// When there is no such component.
    fn snapshot(&self, world: &Handle<World>, components: &[ComponentId]) -> Result<PoolSnapshot, EcsError>;
    /// Makes these pools what they were, for the entities that still live. A pool that holds another type by now is
    /// replaced by one of the type that it held then.
    ///
    /// # Errors
    /// When a component can't be registered.
    fn restore(&self, world: &Handle<World>, snapshot: &PoolSnapshot) -> Result<PoolsRestored, EcsError>;
    /// Remembers the world as it is, in a ring of bounded memory; what did not change since the checkpoint before takes
    /// none.
    ///
    /// # Errors
    /// When this one alone would take more memory than all may.
    fn checkpoint(&self, world: &Handle<World>) -> Result<CheckpointId, EcsError>;
    /// Goes back to a checkpoint, entity ids and time included; later ones are dropped.
    ///
    /// # Errors
    /// When there is no such checkpoint, or a component has other fields by now; nothing changes then.
    fn rewind(&self, world: &Handle<World>, to: Rewind) -> Result<CheckpointId, EcsError>;
    /// The checkpoints, oldest first.
    fn checkpoints(&self, world: &Handle<World>) -> Vec<CheckpointId>;
    /// Sets how much memory all checkpoints may take, bytes, and how many there may be. The oldest ones go if need be;
    /// one always stays.
    fn limit_checkpoints(&self, world: &Handle<World>, budget: u64, most: usize);
    /// All entities and components as bytes, or the components of some types.
    ///
    /// # Errors
    /// When there is no such component.
    fn save(&self, world: &Handle<World>, components: Option<&[ComponentId]>) -> Result<Vec<u8>, EcsError>;
    /// Loads what `save` wrote. A whole storage takes the place of the world's, ids included; single pools become what
    /// they were for the entities that live. Components with other fields by now are matched by field name.
    ///
    /// # Errors
    /// When the bytes are damaged, with the place, or name a component that is not registered; nothing changes then.
    fn load(&self, world: &Handle<World>, bytes: &[u8]) -> Result<StorageLoaded, EcsError>;
    /// Checks every table against every other; what is wrong, in words. Nothing, unless the storage has a mistake.
    fn verify(&self, world: &Handle<World>) -> Vec<String>;
    /// All components of a type as text for other programs.
    ///
    /// # Errors
    /// When there is no such component.
    fn export(&self, world: &Handle<World>, id: ComponentId, format: ExportFormat) -> Result<String, EcsError>;
    /// Memory by what it is for.
    fn memory(&self, world: &Handle<World>) -> Memory;
    /// Hash over all component data, independent of memory order; `stable` names the entities.
    fn digest(&self, world: &Handle<World>, stable: &dyn Fn(Entity) -> u64) -> u128;
}

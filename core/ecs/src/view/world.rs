//! Worlds as a whole.

use crate::{Storage, World};
use playground_core_types::Handle;

/// Making worlds, and going back to an earlier state of one.
pub trait WorldView: Send + Sync {
    /// An empty world.
    fn create(&self, name: &str) -> Handle<World>;
    /// Ends all entities.
    fn clear(&self, world: &Handle<World>);
    /// A copy of all entities and components.
    fn snapshot(&self, world: &Handle<World>) -> Storage;
    /// Goes back to a copy, entity ids included.
    fn restore(&self, world: &Handle<World>, snapshot: Storage);
}

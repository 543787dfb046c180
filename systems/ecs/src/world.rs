//! Worlds as a whole.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::view::WorldView;
use playground::ecs::{Storage, World};

impl WorldView for Ecs {
    fn create(&self, name: &str) -> Handle<World> {
        Handle::new(World::new(name))
    }
    fn clear(&self, world: &Handle<World>) {
        world.write().clear();
    }
    fn snapshot(&self, world: &Handle<World>) -> Storage {
        world.read().copy()
    }
    fn restore(&self, world: &Handle<World>, snapshot: Storage) {
        world.write().restore(snapshot);
    }
}

//! Worlds as a whole.

use crate::Ecs;
use playground::core_types::Handle;
use playground::ecs::model::{clock::Clock, diff::Diff, memory::WorldStats, merge::Merged, patch::Applied};
use playground::ecs::view::{SceneLoaded, WorldView};
use playground::ecs::{EcsError, Storage, World};
use playground::scene::{COMPONENTS, Document};

impl WorldView for Ecs {
    fn create(&self, name: &str) -> Handle<World> {
        Handle::new(World::new(name))
    }
    fn destroy(&self, world: &Handle<World>) {
        world.destroy();
    }
    fn clear(&self, world: &Handle<World>) {
        world.write().clear();
    }
    fn fork(&self, world: &Handle<World>, name: &str) -> Handle<World> {
        Handle::new(world.fork(name))
    }
    fn merge(&self, world: &Handle<World>, fork: &Handle<World>) -> Result<Merged, EcsError> {
        world.merge(fork)
    }
    fn snapshot(&self, world: &Handle<World>) -> Storage {
        world.read().copy()
    }
    fn restore(&self, world: &Handle<World>, snapshot: Storage) {
        world.write().restore(snapshot);
    }
    fn diff(&self, earlier: &Storage, world: &Handle<World>) -> Result<Diff, EcsError> {
        earlier.diff(&world.read())
    }
    fn apply_diff(&self, world: &Handle<World>, diff: &Diff) -> Result<Applied, EcsError> {
        world.write().apply_diff(diff)
    }
    fn entity_count(&self, world: &Handle<World>) -> usize {
        world.read().len()
    }
    fn stats(&self, world: &Handle<World>) -> WorldStats {
        world.stats()
    }
    fn time(&self, world: &Handle<World>) -> Clock {
        *world.clock().read()
    }
    fn pause(&self, world: &Handle<World>) {
        world.clock().write().paused = true;
    }
    fn resume(&self, world: &Handle<World>) {
        world.clock().write().paused = false;
    }
    fn set_time_scale(&self, world: &Handle<World>, scale: f32) -> Result<(), EcsError> {
        world.clock().write().set_scale(scale)
    }
    fn save_scene(&self, world: &Handle<World>) -> String {
        Document::of(&world.read()).write()
    }
    fn load_scene(&self, world: &Handle<World>, text: &str) -> Result<SceneLoaded, EcsError> {
        let fail = |cause: String| EcsError::Scene { cause };
        let document = Document::read(text).map_err(|error| fail(error.to_string()))?;
        let mut storage = world.write();
        COMPONENTS.iter().try_for_each(|info| storage.pool_of(info).map(drop))?;
        let loaded = document.open(&mut storage).map_err(|error| fail(error.to_string()))?;
        let (entities, intact) = (loaded.entities, document.intact);
        Ok(SceneLoaded { entities, intact, orphans: loaded.orphans, changed: loaded.changed })
    }
}

//! Worlds as a whole.

use crate::model::{clock::Clock, diff::Diff, memory::WorldStats, merge::Merged, patch::Applied};
use crate::{EcsError, Storage, World};
use playground_core_types::Handle;
use std::collections::BTreeSet;

/// What happened while a scene was put into a world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneLoaded {
    /// Number of entities.
    pub entities: usize,
    /// Whether the checksum is that of the content. A scene that was edited by hand has another.
    pub intact: bool,
    /// Components that no loaded module has; kept and written back.
    pub orphans: BTreeSet<String>,
    /// Components whose fields are not those they were saved with.
    pub changed: BTreeSet<String>,
}

/// Making worlds, comparing them, going back to an earlier state of one, and its time. What changes entities waits until
/// no system runs.
///
/// Observers are told of what comes and goes with a merge or an applied difference. They are not told of what comes and
/// goes as a whole, with `destroy`, `clear`, `restore` and `load_scene`; the last two also drop what they would have been
/// told with the next delivery.
pub trait WorldView: Send + Sync {
    /// An empty world.
    fn create(&self, name: &str) -> Handle<World>;
    /// Ends everything in a world, systems included, and gives the memory back. Whoever still has it finds it empty.
    fn destroy(&self, world: &Handle<World>);
    /// Ends all entities.
    fn clear(&self, world: &Handle<World>);
    /// A world of its own with copies of all entities and components, and no systems. It remembers what it is now.
    fn fork(&self, world: &Handle<World>, name: &str) -> Handle<World>;
    /// Does to a world what a fork of it changed since. Where both changed one component, the fork's wins. Of a world
    /// that is no fork of this one all entities come, under new ids.
    ///
    /// # Errors
    /// When a component has the id of another one or the world is full.
    fn merge(&self, world: &Handle<World>, fork: &Handle<World>) -> Result<Merged, EcsError>;
    /// A copy of all entities and components.
    fn snapshot(&self, world: &Handle<World>) -> Storage;
    /// Goes back to a copy, entity ids included.
    fn restore(&self, world: &Handle<World>, snapshot: Storage);
    /// What a world has other than an earlier copy, of itself or of another one. Entities are the same if their ids are.
    ///
    /// # Errors
    /// When there is no room for the copies.
    fn diff(&self, earlier: &Storage, world: &Handle<World>) -> Result<Diff, EcsError>;
    /// Does what a difference says. Done to the earlier of its two states, this gives the later one, ids included.
    ///
    /// # Errors
    /// When a component has the id of another one or the world is full.
    fn apply_diff(&self, world: &Handle<World>, diff: &Diff) -> Result<Applied, EcsError>;
    /// Number of living entities.
    fn entity_count(&self, world: &Handle<World>) -> usize;
    /// The world in numbers.
    fn stats(&self, world: &Handle<World>) -> WorldStats;
    /// The world's time and how fast it passes.
    fn time(&self, world: &Handle<World>) -> Clock;
    /// Lets the world's time stand still.
    fn pause(&self, world: &Handle<World>);
    /// Lets it pass again.
    fn resume(&self, world: &Handle<World>);
    /// Sets the seconds of the world per second outside.
    ///
    /// # Errors
    /// When the number is negative or not finite; time passes as before then.
    fn set_time_scale(&self, world: &Handle<World>, scale: f32) -> Result<(), EcsError>;
    /// The text of a scene file with all entities that have a stable number.
    fn save_scene(&self, world: &Handle<World>) -> String;
    /// Puts the scene of a text in place of all entities.
    ///
    /// # Errors
    /// With line and column of the first mistake; the world is unchanged then.
    fn load_scene(&self, world: &Handle<World>, text: &str) -> Result<SceneLoaded, EcsError>;
}

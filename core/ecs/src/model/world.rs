//! A world: the façade through which everything reaches entities.

use super::{
    checkpoint::Checkpoints, clock::Clock, commands::CommandQueue, events::Events, lineage::Lineage,
    query_table::QueryTable, schedule::Schedule, storage::Storage,
};
use playground_core_types::{Beacon, Handle, Lock, LockStats, ReadGuard, Shared, WriteGuard};
use playground_engine_types::{ModelId, ModelTrait, ModelType};

/// Entities, their components and the systems that run over them. Passed as `Handle<World>`.
pub struct World {
    name: String,
    storage: Lock<Storage>,
    schedule: Shared<Schedule>,
    commands: CommandQueue,
    events: Shared<Events>,
    queries: Shared<QueryTable>,
    checkpoints: Shared<Checkpoints>,
    clock: Shared<Clock>,
    lineage: Shared<Lineage>,
    beacon: Handle<Beacon>,
}

impl World {
    /// An empty world.
    pub fn new(name: impl Into<String>) -> Self {
        Self::watched(name, Handle::default())
    }

    /// An empty world whose systems show on `beacon` that they run.
    pub fn watched(name: impl Into<String>, beacon: Handle<Beacon>) -> Self {
        Self {
            name: name.into(),
            storage: Lock::new("world", Storage::default()),
            schedule: Shared::new("schedule", Schedule::default()),
            commands: CommandQueue::default(),
            events: Shared::new("events", Events::default()),
            queries: Shared::new("queries", QueryTable::default()),
            checkpoints: Shared::new("checkpoints", Checkpoints::default()),
            clock: Shared::new("clock", Clock::default()),
            lineage: Shared::new("lineage", Lineage::default()),
            beacon,
        }
    }

    /// The world's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tables, to read and write values. Structural changes wait until the guard is dropped.
    pub fn read(&self) -> ReadGuard<'_, Storage> {
        self.storage.read()
    }

    /// The tables, to change which entities and components there are. One lock for a whole batch.
    pub fn write(&self) -> WriteGuard<'_, Storage> {
        self.storage.write()
    }

    /// The systems.
    pub fn schedule(&self) -> &Shared<Schedule> {
        &self.schedule
    }

    /// Structural changes that wait for the end of the stage.
    pub fn commands(&self) -> &CommandQueue {
        &self.commands
    }

    /// What was emitted and who wants to know.
    pub fn events(&self) -> &Shared<Events> {
        &self.events
    }

    /// Queries put together at run time.
    pub fn queries(&self) -> &Shared<QueryTable> {
        &self.queries
    }

    /// Earlier states.
    pub fn checkpoints(&self) -> &Shared<Checkpoints> {
        &self.checkpoints
    }

    /// How fast time passes.
    pub fn clock(&self) -> &Shared<Clock> {
        &self.clock
    }

    /// Where the world comes from.
    pub fn lineage(&self) -> &Shared<Lineage> {
        &self.lineage
    }

    /// Which systems and handlers run now. The numbers are those of [`Schedule::names`].
    pub fn beacon(&self) -> &Handle<Beacon> {
        &self.beacon
    }

    /// What happened to the world's own locks; those of pools come with the pools.
    pub fn lock_stats(&self) -> Vec<LockStats> {
        vec![
            self.storage.stats(),
            self.schedule.stats(),
            self.commands.stats(),
            self.events.stats(),
            self.queries.stats(),
            self.checkpoints.stats(),
            self.clock.stats(),
            self.lineage.stats(),
        ]
    }
}

impl ModelTrait for World {
    fn model_id(&self) -> ModelId {
        ModelId::from_name(&self.name)
    }
    fn model_type(&self) -> ModelType {
        ModelType::from_name("ecs::World")
    }
}

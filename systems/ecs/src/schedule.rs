//! Running systems: the world's schedule does it; a stage that can't run is a problem to be told later.

use playground::core_types::Handle;
use playground::ecs::model::schedule::drive;
use playground::ecs::view::SystemPanic;
use playground::ecs::{EcsError, Stage, Time, World};

pub fn run_stage(world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic> {
    drive::run_stage(world, stage, time).unwrap_or_else(|error| {
        world.schedule().write().note(error);
        Vec::new()
    })
}

pub fn run_once(world: &Handle<World>, system: &str, time: Time) -> Result<Vec<SystemPanic>, EcsError> {
    drive::run_once(world, system, time)
}

pub fn step(world: &Handle<World>, time: Time, steps: u32) -> Result<(Time, Vec<SystemPanic>), EcsError> {
    drive::step(world, time, steps)
}

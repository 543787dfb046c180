//! Systems and when they run.

use crate::{Ecs, schedule};
use playground::core_types::Handle;
use playground::ecs::view::{SystemPanic, SystemView};
use playground::ecs::{Stage, SystemParts, Time, World};

impl SystemView for Ecs {
    fn replace(&self, world: &Handle<World>, module: &str, parts: Vec<SystemParts>) {
        world.schedule().write().replace(module, parts);
    }
    fn enable(&self, world: &Handle<World>, module: &str, enabled: bool) {
        world.schedule().write().enable(module, enabled);
    }
    fn run_stage(&self, world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic> {
        schedule::run_stage(world, stage, time)
    }
}

//! Running one stage: every enabled system in order, then the structural changes that they asked for.

use playground::core_types::Handle;
use playground::ecs::view::SystemPanic;
use playground::ecs::{Stage, Time, World, system::Frame};
use playground::types::erase::guarded;
use std::time::Instant;

pub fn run_stage(world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic> {
    let mut panics: Vec<SystemPanic> = Vec::new();
    let mut schedule = world.schedule().write();
    {
        let storage = world.read();
        let frame = Frame::new(&storage, time, world.commands());
        for record in schedule.systems.iter_mut().filter(|record| record.stage == stage && record.enabled) {
            let start = Instant::now();
            // What a panic leaves behind is whole: columns are only read and written in place here.
            let outcome = guarded(|| record.system.run(&frame));
            record.last = start.elapsed();
            record.runs += 1;
            if let Err(message) = outcome {
                panics.push(SystemPanic { module: record.module.clone(), system: record.name, message });
            }
        }
    }
    for panic in &panics {
        schedule.enable(&panic.module, false);
    }
    drop(schedule);
    if let Err(error) = world.commands().apply(&mut world.write()) {
        playground::tracing::warn!(%error, "a command of a system failed");
    }
    panics
}

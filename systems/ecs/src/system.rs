//! Systems and when they run.

use crate::deliver::drop_outside;
use crate::{Ecs, schedule};
use playground::core_types::Handle;
use playground::ecs::model::schedule::{SystemGraph, SystemInfo, SystemStats};
use playground::ecs::view::{SystemPanic, SystemView};
use playground::ecs::{EcsError, Stage, SystemParts, Time, World};

impl SystemView for Ecs {
    fn register(&self, world: &Handle<World>, module: &str, parts: SystemParts) -> Result<(), EcsError> {
        world.schedule().write().register(module, parts)
    }
    fn unregister(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError> {
        let gone = world.schedule().write().unregister(system)?;
        drop_outside(world, gone);
        Ok(())
    }
    fn replace(&self, world: &Handle<World>, module: &str, parts: Vec<SystemParts>) {
        let gone = world.schedule().write().replace(module, parts);
        gone.into_iter().for_each(|gone| drop_outside(world, gone));
    }
    fn list(&self, world: &Handle<World>) -> Vec<SystemInfo> {
        world.schedule().write().list()
    }
    fn info(&self, world: &Handle<World>, system: &str) -> Result<SystemInfo, EcsError> {
        world.schedule().write().info(system)
    }
    fn enable(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError> {
        world.schedule().write().enable(system, true)
    }
    fn disable(&self, world: &Handle<World>, system: &str) -> Result<(), EcsError> {
        world.schedule().write().enable(system, false)
    }
    fn enable_module(&self, world: &Handle<World>, module: &str, enabled: bool) {
        world.schedule().write().enable_module(module, enabled);
    }
    fn order(&self, world: &Handle<World>, system: &str, before: &[&str], after: &[&str]) -> Result<(), EcsError> {
        world.schedule().write().order(system, before, after)
    }
    fn stage(&self, world: &Handle<World>, system: &str, stage: Stage) -> Result<(), EcsError> {
        world.schedule().write().stage(system, stage)
    }
    fn rate(&self, world: &Handle<World>, system: &str, hz: Option<f64>) -> Result<(), EcsError> {
        world.schedule().write().rate(system, hz)
    }
    fn run_once(&self, world: &Handle<World>, system: &str, time: Time) -> Result<Vec<SystemPanic>, EcsError> {
        schedule::run_once(world, system, time)
    }
    fn run_stage(&self, world: &Handle<World>, stage: Stage, time: Time) -> Vec<SystemPanic> {
        schedule::run_stage(world, stage, time)
    }
    fn step(&self, world: &Handle<World>, time: Time, steps: u32) -> Result<(Time, Vec<SystemPanic>), EcsError> {
        schedule::step(world, time, steps)
    }
    fn stats(&self, world: &Handle<World>, system: &str) -> Result<SystemStats, EcsError> {
        world.schedule().read().stats(system).cloned()
    }
    fn graph(&self, world: &Handle<World>) -> SystemGraph {
        world.schedule().write().graph()
    }
    fn problems(&self, world: &Handle<World>) -> Vec<EcsError> {
        world.schedule().write().take_problems()
    }
}

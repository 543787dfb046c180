//! The ECS through its contract, as the engine calls it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]

mod beacon;
mod component;
mod entity;
mod event;
mod query;
mod storage;
mod system;
mod world;

use playground::core_types::Handle;
use playground::ecs::{EcsViewTrait, World};

/// The implementation behind its contract.
fn ecs() -> Handle<dyn EcsViewTrait> {
    Handle::new(playground_systems_ecs::Ecs)
}

/// An empty world.
fn world() -> Handle<World> {
    Handle::new(World::new("test"))
}

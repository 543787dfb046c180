//! The world against a plain model, and queries and systems as modules use them.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test, and shows the value

mod absent;
mod checkpoints;
mod commands;
mod dynamic;
mod events;
mod migrate;
mod model;
mod properties;
mod query;
mod reflect;
mod schedule;
mod system;
mod walk;
mod worlds;

use playground_core_ecs::Component;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Position")]
struct Position {
    x: f32,
    y: f32,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Speed")]
struct Speed {
    value: f32,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Label")]
struct Label {
    text: String,
}

//! Spawning, changing and ending entities in bevy_ecs.

use super::BEVY;
use crate::ecs::components::{MANY, MILLION, bevy::*};
use crate::harness::{Case, checksum, timed};
use bevy_ecs::prelude::*;
use bevy_ecs::world::CommandQueue;

fn sum(world: &mut World) -> u64 {
    checksum(world.query::<&Position>().iter(world).map(|position| position.0.to_array()))
}

fn count(world: &mut World) -> u64 {
    world.query::<&Position>().iter(world).count() as u64
}

fn spawn(name: &'static str, fill: fn(&mut World)) -> Case {
    let round = move |world: &mut World| {
        *world = World::new();
        timed(1, || fill(world))
    };
    Case::checked(name, BEVY, World::new(), round, sum)
}

/// 10,000 entities at once.
pub fn spawn_batched() -> [Case; 1] {
    [spawn("spawn_batch", |world| drop(world.spawn_batch((0..MANY).map(row))))]
}

/// 10,000 entities one by one.
pub fn spawn_single() -> [Case; 1] {
    [spawn("spawn", |world| {
        for at in 0..MANY {
            world.spawn(row(at));
        }
    })]
}

fn add_remove_state() -> (World, Vec<Entity>) {
    let mut world = World::new();
    let entities = world.spawn_batch((0..MANY).map(|at| A(at as f32))).collect();
    (world, entities)
}

fn add_remove_sum((world, _): &mut (World, Vec<Entity>)) -> u64 {
    checksum(world.query_filtered::<&A, Without<B>>().iter(world).map(|a| [a.0, 0.0, 0.0]))
}

/// Adding a component to 10,000 entities, and removing it.
pub fn add_remove() -> [Case; 2] {
    let direct = |(world, entities): &mut (World, Vec<Entity>)| {
        timed(1, || {
            for entity in &*entities {
                world.entity_mut(*entity).insert(B(1.0));
            }
            for entity in &*entities {
                world.entity_mut(*entity).remove::<B>();
            }
        })
    };
    let deferred = |(world, entities): &mut (World, Vec<Entity>)| {
        timed(1, || {
            let mut queue = CommandQueue::default();
            let mut commands = Commands::new(&mut queue, world);
            for entity in &*entities {
                commands.entity(*entity).insert(B(1.0));
            }
            queue.apply(world);
            let mut commands = Commands::new(&mut queue, world);
            for entity in &*entities {
                commands.entity(*entity).remove::<B>();
            }
            queue.apply(world);
        })
    };
    [
        Case::checked("entity_mut insert, remove", BEVY, add_remove_state(), direct, add_remove_sum),
        Case::checked("Commands insert, remove, apply", BEVY, add_remove_state(), deferred, add_remove_sum),
    ]
}

/// Ending 10,000 entities one by one.
pub fn despawn_single() -> [Case; 1] {
    let round = |world: &mut World| {
        let entities: Vec<Entity> = world.spawn_batch((0..MANY).map(row)).collect();
        timed(1, || {
            for entity in &entities {
                world.despawn(*entity);
            }
        })
    };
    [Case::checked("despawn", BEVY, World::new(), round, count)]
}

/// Ending all of 10,000 entities.
pub fn despawn_all() -> [Case; 1] {
    let round = |world: &mut World| {
        drop(world.spawn_batch((0..MANY).map(row)));
        timed(1, || world.clear_entities())
    };
    [Case::checked("clear_entities", BEVY, World::new(), round, count)]
}

/// A world of a million entities that move.
pub fn million_batched() -> World {
    let mut world = World::new();
    drop(world.spawn_batch((0..MILLION).map(moving)));
    world
}

/// The same, one by one.
pub fn million_single() -> World {
    let mut world = World::new();
    for at in 0..MILLION {
        world.spawn(moving(at));
    }
    world
}

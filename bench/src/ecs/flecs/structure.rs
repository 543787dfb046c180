//! Spawning, changing and ending entities in flecs.

use super::FLECS;
use crate::ecs::components::{MANY, flecs::*};
use crate::harness::{Case, checksum, timed};
use flecs_ecs::prelude::*;

pub(super) fn sum(world: &World) -> u64 {
    let mut rows = Vec::new();
    world.query::<&Position>().build().each(|position| rows.push(position.0.to_array()));
    checksum(rows)
}

fn count(world: &mut World) -> u64 {
    let mut count = 0;
    world.query::<&Position>().build().each(|_| count += 1);
    count
}

fn spawn(name: &'static str, fill: fn(&World)) -> Case {
    let round = move |world: &mut World| {
        *world = World::new();
        timed(1, || fill(world))
    };
    Case::checked(name, FLECS, World::new(), round, |world| sum(world))
}

pub(super) fn spawn_rows(world: &World, rows: impl ExactSizeIterator<Item = Row>) -> Vec<Entity> {
    let count = rows.len();
    let mut columns =
        (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
    for (matrix, position, rotation, velocity) in rows {
        columns.0.push(matrix);
        columns.1.push(position);
        columns.2.push(rotation);
        columns.3.push(velocity);
    }
    let (matrices, positions, rotations, velocities) = columns;
    world.entity_bulk(count as u32).set(&matrices).set(&positions).set(&rotations).set(&velocities).build()
}

/// `count` entities that move.
pub fn spawn_moving(world: &World, count: usize) -> Vec<Entity> {
    let (positions, velocities): (Vec<Position>, Vec<Velocity>) = (0..count).map(moving).unzip();
    world.entity_bulk(count as u32).set(&positions).set(&velocities).build()
}

/// 10,000 entities at once.
pub fn spawn_batched() -> [Case; 1] {
    [spawn("entity_bulk", |world| drop(spawn_rows(world, (0..MANY).map(row))))]
}

/// 10,000 entities one by one.
pub fn spawn_single() -> [Case; 1] {
    [spawn("entity().set × 4", |world| {
        for (matrix, position, rotation, velocity) in (0..MANY).map(row) {
            world.entity().set(matrix).set(position).set(rotation).set(velocity);
        }
    })]
}

/// Adding a component to 10,000 entities, and removing it.
pub fn add_remove() -> [Case; 1] {
    let world = World::new();
    let values: Vec<A> = (0..MANY).map(|at| A(at as f32)).collect();
    let entities = world.entity_bulk(MANY as u32).set(&values).build();
    let round = |(world, entities): &mut (World, Vec<Entity>)| {
        timed(1, || {
            for entity in &*entities {
                world.entity_from_id(*entity).set(B(1.0));
            }
            for entity in &*entities {
                world.entity_from_id(*entity).remove(B::id());
            }
        })
    };
    let sum = |(world, _): &mut (World, Vec<Entity>)| {
        let mut rows = Vec::new();
        world.query::<&A>().without(B::id()).build().each(|a| rows.push([a.0, 0.0, 0.0]));
        checksum(rows)
    };
    [Case::checked("set, remove", FLECS, (world, entities), round, sum)]
}

/// Ending 10,000 entities one by one.
pub fn despawn_single() -> [Case; 1] {
    let round = |world: &mut World| {
        let entities = spawn_rows(world, (0..MANY).map(row));
        timed(1, || entities.iter().for_each(|entity| world.entity_from_id(*entity).destruct()))
    };
    [Case::checked("destruct", FLECS, World::new(), round, count)]
}

/// Ending all of 10,000 entities.
pub fn despawn_all() -> [Case; 1] {
    let round = |world: &mut World| {
        spawn_rows(world, (0..MANY).map(row));
        timed(1, || world.delete_entities_with(Position::id()))
    };
    [Case::checked("delete_entities_with", FLECS, World::new(), round, count)]
}

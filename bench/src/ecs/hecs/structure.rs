//! Spawning, changing and ending entities in hecs.

use crate::ecs::components::{MANY, MILLION, plain::*};
use crate::harness::{Case, Side, checksum, timed};
use hecs::{ColumnBatchType, Entity, World};

const HECS: Side = Side::Peer("hecs");

fn sum(world: &mut World) -> u64 {
    checksum(world.query_mut::<&Position>().into_iter().map(|position| position.0.to_array()))
}

fn spawn(name: &'static str, fill: fn(&mut World)) -> Case {
    let round = move |world: &mut World| {
        *world = World::new();
        timed(1, || fill(world))
    };
    Case::checked(name, HECS, World::new(), round, sum)
}

/// 10,000 entities at once.
pub fn spawn_batched() -> [Case; 2] {
    let rows = spawn("spawn_batch", |world| drop(world.spawn_batch((0..MANY).map(row))));
    [rows, spawn("spawn_column_batch", spawn_columns)]
}

fn spawn_columns(world: &mut World) {
    let mut kind = ColumnBatchType::new();
    kind.add_bundle::<Row>();
    let batch = kind.into_batch(MANY as u32);
    {
        const KIND: &str = "the batch was made for this component";
        let mut matrices = batch.writer::<Matrix>().expect(KIND);
        let mut positions = batch.writer::<Position>().expect(KIND);
        let mut rotations = batch.writer::<Rotation>().expect(KIND);
        let mut velocities = batch.writer::<Velocity>().expect(KIND);
        for at in 0..MANY {
            let (matrix, position, rotation, velocity) = row(at);
            // The batch was made for as many, so none is refused.
            let _ = matrices.push(matrix);
            let _ = positions.push(position);
            let _ = rotations.push(rotation);
            let _ = velocities.push(velocity);
        }
    }
    drop(world.spawn_column_batch(batch.build().expect("every column is full")));
}

/// 10,000 entities one by one.
pub fn spawn_single() -> [Case; 1] {
    [spawn("spawn", |world| {
        for at in 0..MANY {
            world.spawn(row(at));
        }
    })]
}

/// Adding a component to 10,000 entities one by one, and removing it.
pub fn add_remove() -> [Case; 1] {
    let mut world = World::new();
    let entities: Vec<Entity> = world.spawn_batch((0..MANY).map(|at| (A(at as f32),))).collect();
    let round = |(world, entities): &mut (World, Vec<Entity>)| {
        timed(1, || {
            for entity in &*entities {
                world.insert_one(*entity, B(1.0)).expect("the entity lives");
            }
            for entity in &*entities {
                world.remove_one::<B>(*entity).expect("it was added above");
            }
        })
    };
    let sum = |(world, _): &mut (World, Vec<Entity>)| {
        checksum(world.query_mut::<hecs::Without<&A, &B>>().into_iter().map(|a| [a.0, 0.0, 0.0]))
    };
    [Case::checked("insert_one, remove_one", HECS, (world, entities), round, sum)]
}

/// Ending 10,000 entities one by one.
pub fn despawn_single() -> [Case; 1] {
    let round = |world: &mut World| {
        let entities: Vec<Entity> = world.spawn_batch((0..MANY).map(row)).collect();
        timed(1, || entities.iter().for_each(|entity| world.despawn(*entity).expect("it was spawned above")))
    };
    [Case::checked("despawn", HECS, World::new(), round, |world| u64::from(world.len()))]
}

/// Ending all of 10,000 entities.
pub fn despawn_all() -> [Case; 1] {
    let round = |world: &mut World| {
        drop(world.spawn_batch((0..MANY).map(row)));
        timed(1, || world.clear())
    };
    [Case::checked("clear", HECS, World::new(), round, |world| u64::from(world.len()))]
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

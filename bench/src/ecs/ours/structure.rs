//! Spawning, changing and ending entities in our storage.

use crate::ecs::components::{MANY, MILLION, ours::*};
use crate::harness::{Case, Side, checksum, timed};
use playground_core_ecs::{Component, Entity, Query, Spawner, Storage, Without};

const ROOM: &str = "the world has room for as many";
const ALIVE: &str = "the entity was spawned above";

pub(super) fn sum(storage: &Storage) -> u64 {
    let mut rows = Vec::new();
    let mut query: Query<&Position> = storage.query();
    query.for_each(|position| rows.push(position.0.to_array()));
    checksum(rows)
}

fn spawn(name: &'static str, fill: fn(&mut Storage)) -> Case {
    let round = move |storage: &mut Storage| {
        *storage = Storage::default();
        timed(1, || fill(storage))
    };
    Case::checked(name, Side::Ours, Storage::default(), round, |storage| sum(storage))
}

/// 10,000 entities at once.
pub fn spawn_batched() -> [Case; 2] {
    let rows = spawn("spawn_batch", |storage| drop(storage.spawn_batch((0..MANY).map(row)).expect(ROOM)));
    [rows, spawn("spawn_columns", spawn_columns)]
}

fn spawn_columns(storage: &mut Storage) {
    let mut matrices = Vec::with_capacity(MANY);
    let mut positions = Vec::with_capacity(MANY);
    let mut rotations = Vec::with_capacity(MANY);
    let mut velocities = Vec::with_capacity(MANY);
    for (matrix, position, rotation, velocity) in (0..MANY).map(row) {
        matrices.push(matrix);
        positions.push(position);
        rotations.push(rotation);
        velocities.push(velocity);
    }
    drop(storage.spawn_columns((matrices, positions, rotations, velocities)).expect(ROOM));
}

/// 10,000 entities one by one.
pub fn spawn_single() -> [Case; 2] {
    let single = spawn("spawn", |storage| {
        for at in 0..MANY {
            storage.spawn(row(at)).expect(ROOM);
        }
    });
    let spawner = spawn("spawner", |storage| {
        let mut spawner: Spawner<'_, Row> = storage.spawner().expect(ROOM);
        for at in 0..MANY {
            spawner.spawn(row(at)).expect(ROOM);
        }
    });
    [single, spawner]
}

type Changing = (Storage, Vec<Entity>);

fn add_remove_state() -> Changing {
    let mut storage = Storage::default();
    let entities = storage.spawn_batch((0..MANY).map(|at| (A(at as f32),))).expect(ROOM);
    (storage, entities.into_iter().collect())
}

fn add_remove_sum((storage, _): &mut Changing) -> u64 {
    let mut rows = Vec::new();
    let mut query: Query<&A, Without<B>> = storage.query();
    query.for_each(|a| rows.push([a.0, 0.0, 0.0]));
    checksum(rows)
}

/// Adding a component to 10,000 entities, and removing it.
pub fn add_remove() -> [Case; 2] {
    let single = |(storage, entities): &mut Changing| {
        timed(1, || {
            for entity in &*entities {
                storage.add(*entity, B(1.0)).expect(ALIVE);
            }
            for entity in &*entities {
                storage.remove(*entity, B::INFO.id).expect(ALIVE);
            }
        })
    };
    let batch = |(storage, entities): &mut Changing| {
        timed(1, || {
            storage.add_batch(entities, B(1.0)).expect(ALIVE);
            storage.remove_batch(entities, B::INFO.id).expect(ALIVE);
        })
    };
    [
        Case::checked("add, remove", Side::Ours, add_remove_state(), single, add_remove_sum),
        Case::checked("add_batch, remove_batch", Side::Ours, add_remove_state(), batch, add_remove_sum),
    ]
}

fn despawn(name: &'static str, end: fn(&mut Storage, &[Entity])) -> Case {
    let round = move |storage: &mut Storage| {
        let entities = storage.spawn_batch((0..MANY).map(row)).expect(ROOM);
        let entities: Vec<Entity> = entities.into_iter().collect();
        timed(1, || end(storage, &entities))
    };
    Case::checked(name, Side::Ours, Storage::default(), round, |storage| storage.len() as u64)
}

/// Ending 10,000 entities one by one, or by their ids at once.
pub fn despawn_single() -> [Case; 2] {
    let single = despawn("despawn", |storage, entities| {
        for entity in entities {
            storage.despawn(*entity).expect(ALIVE);
        }
    });
    [single, despawn("despawn_batch", |storage, entities| assert_eq!(storage.despawn_batch(entities), MANY))]
}

/// Ending all of 10,000 entities.
pub fn despawn_all() -> [Case; 1] {
    [despawn("clear", |storage, _| storage.clear())]
}

/// A world of a million entities that move.
pub fn million_batched() -> Storage {
    let mut storage = Storage::default();
    drop(storage.spawn_batch((0..MILLION).map(moving)).expect(ROOM));
    storage
}

/// The same, one by one.
pub fn million_single() -> Storage {
    let mut storage = Storage::default();
    for at in 0..MILLION {
        storage.spawn(moving(at)).expect(ROOM);
    }
    storage
}

//! Walking and reading in our storage.

use super::structure::sum;
use crate::ecs::components::{self, FEW, HEAVY, READ_ENTITIES, READS, ours::*};
use crate::harness::{Case, Side, checksum, timed};
use playground_core_ecs::{Entity, Query, QueryState, Storage};

const ROOM: &str = "the world has room for as many";

type Moving = (Storage, QueryState<(&'static mut Position, &'static Velocity)>);

fn moving_state(count: usize) -> Moving {
    let mut storage = Storage::default();
    drop(storage.spawn_batch((0..count).map(moving)).expect(ROOM));
    (storage, QueryState::default())
}

fn moving_sum((storage, _): &mut Moving) -> u64 {
    sum(storage)
}

/// position += velocity, which stamps the column of positions.
pub fn iterate(count: usize, walks: usize) -> [Case; 2] {
    let each = move |(storage, state): &mut Moving| {
        timed(walks, || {
            for _ in 0..walks {
                state.query(storage).for_each(|(position, velocity)| position.0 += velocity.0);
            }
        })
    };
    let chunks = move |(storage, state): &mut Moving| {
        timed(walks, || {
            for _ in 0..walks {
                state.query(storage).for_each_chunk(|(positions, velocities)| {
                    positions.iter_mut().zip(velocities).for_each(|(position, velocity)| position.0 += velocity.0);
                });
            }
        })
    };
    [
        Case::checked("for_each", Side::Ours, moving_state(count), each, moving_sum),
        Case::checked("for_each_chunk", Side::Ours, moving_state(count), chunks, moving_sum),
    ]
}

/// position += velocity on two threads.
pub fn iterate_threads(count: usize) -> [Case; 1] {
    let round = |(storage, state): &mut Moving| {
        timed(1, || state.query(storage).par_for_each(|(position, velocity)| position.0 += velocity.0))
    };
    [Case::checked("par_for_each", Side::Ours, moving_state(count), round, moving_sum)]
}

/// Twenty entities in each of 26 archetypes.
pub fn fragmented(walks: usize) -> [Case; 1] {
    type State = (Storage, QueryState<&'static mut Data>);
    let mut storage = Storage::default();
    macro_rules! spawn {
        ($($letter:ident)*) => {
            $(drop(storage.spawn_batch((0..FEW).map(|_| ($letter(0.0), Data(1.0)))).expect(ROOM));)*
        };
    }
    crate::for_each_letter!(spawn);
    let round = move |(storage, state): &mut State| {
        timed(walks, || {
            for walk in 0..walks {
                let factor = if walk.is_multiple_of(2) { 2.0 } else { 0.5 };
                state.query(storage).for_each(|data| data.0 *= factor);
            }
        })
    };
    let sum = |(storage, _): &mut State| {
        let mut rows = Vec::new();
        let mut query: Query<&Data> = storage.query();
        query.for_each(|data| rows.push([data.0, 0.0, 0.0]));
        checksum(rows)
    };
    [Case::checked("for_each", Side::Ours, (storage, QueryState::default()), round, sum)]
}

type Heavy = (Storage, QueryState<(&'static mut Matrix, &'static mut Position)>);

fn heavy_state() -> Heavy {
    let mut storage = Storage::default();
    drop(storage.spawn_batch((0..HEAVY).map(components::ours::heavy)).expect(ROOM));
    (storage, QueryState::default())
}

/// A hundred inversions for each entity.
pub fn heavy() -> [Case; 1] {
    let round = |(storage, state): &mut Heavy| {
        timed(1, || state.query(storage).for_each(|(matrix, position)| matrix.work(position)))
    };
    [Case::checked("for_each", Side::Ours, heavy_state(), round, |state| sum(&state.0))]
}

/// The same on two threads.
pub fn heavy_threads() -> [Case; 1] {
    let round = |(storage, state): &mut Heavy| {
        timed(1, || state.query(storage).par_for_each(|(matrix, position)| matrix.work(position)))
    };
    [Case::checked("par_for_each", Side::Ours, heavy_state(), round, |state| sum(&state.0))]
}

type Reading = (Storage, Vec<Entity>, u64);

fn read_state() -> Reading {
    let mut storage = Storage::default();
    let entities = storage.spawn_batch((0..READ_ENTITIES).map(moving)).expect(ROOM);
    let entities: Vec<Entity> = entities.into_iter().collect();
    (storage, components::reads().iter().map(|at| entities[*at as usize]).collect(), 0)
}

fn read(name: &'static str, round: fn(&mut Reading) -> f64) -> Case {
    Case::checked(name, Side::Ours, read_state(), round, |state| state.2)
}

/// Random reads through a query that is held.
pub fn read_held() -> [Case; 1] {
    [read("Query::view", |(storage, reads, sum)| {
        timed(READS, || {
            let query: Query<&Position> = storage.query();
            let view = query.view();
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                sum.wrapping_add(view.get(*entity).map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    })]
}

/// Random reads, each under the pool's lock.
pub fn read_single() -> [Case; 1] {
    [read("Storage::read", |(storage, reads, sum)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                let bits = storage.read(*entity, |position: &Position| position.0.x.to_bits());
                sum.wrapping_add(bits.unwrap_or(0).into())
            });
        })
    })]
}

/// Random reads, each through the world that nobody else has.
pub fn read_exclusive() -> [Case; 1] {
    [read("Storage::get_mut", |(storage, reads, sum)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                let position: Result<&mut Position, _> = storage.get_mut(*entity);
                sum.wrapping_add(position.map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    })]
}

/// Changing one component of random entities, through a query that is held and each through the world.
pub fn change_held(change: fn(&mut Position)) -> [Case; 2] {
    let held = move |(storage, reads, _): &mut Reading| {
        timed(READS, || {
            let mut query: Query<&mut Position> = storage.query();
            reads.iter().for_each(|entity| query.get_mut(*entity).into_iter().for_each(change));
        })
    };
    let single = move |(storage, reads, _): &mut Reading| {
        timed(READS, || reads.iter().for_each(|entity| storage.get_mut(*entity).into_iter().for_each(change)))
    };
    [
        Case::checked("Query::get_mut", Side::Ours, read_state(), held, |state| sum(&state.0)),
        Case::checked("Storage::get_mut", Side::Ours, read_state(), single, |state| sum(&state.0)),
    ]
}

//! Walking and reading in bevy_ecs.

use super::BEVY;
use crate::ecs::components::{self, FEW, HEAVY, READ_ENTITIES, READS, bevy::*};
use crate::harness::{Case, checksum, timed};
use bevy_ecs::prelude::*;
use bevy_ecs::query::QueryState;

type Moving = (World, QueryState<(&'static mut Position, &'static Velocity)>);

fn moving_state(count: usize) -> Moving {
    let mut world = World::new();
    drop(world.spawn_batch((0..count).map(moving)));
    let query = world.query();
    (world, query)
}

fn sum((world, _): &mut Moving) -> u64 {
    checksum(world.query::<&Position>().iter(world).map(|position| position.0.to_array()))
}

/// position += velocity, which stamps every position.
pub fn iterate(count: usize, walks: usize) -> [Case; 3] {
    let tracked = move |(world, query): &mut Moving| {
        timed(walks, || {
            for _ in 0..walks {
                query.iter_mut(world).for_each(|(mut position, velocity)| position.0 += velocity.0);
            }
        })
    };
    let slices = move |(world, query): &mut Moving| {
        timed(walks, || {
            for _ in 0..walks {
                for (mut positions, velocities) in slices_of(query, world) {
                    positions.iter_mut().zip(velocities).for_each(|(position, velocity)| position.0 += velocity.0);
                }
            }
        })
    };
    [
        Case::checked("iter_mut().for_each", BEVY, moving_state(count), tracked, sum),
        Case::checked("contiguous_iter_mut", BEVY, moving_state(count), slices, sum),
        iterate_untracked(count, walks),
    ]
}

fn slices_of<'w>(
    query: &'w mut QueryState<(&'static mut Position, &'static Velocity)>,
    world: &'w mut World,
) -> impl Iterator<Item = (bevy_ecs::change_detection::ContiguousMut<'w, Position>, &'w [Velocity])> {
    query.contiguous_iter_mut(world).expect("both components are in tables")
}

fn iterate_untracked(count: usize, walks: usize) -> Case {
    let round = move |(world, query): &mut Moving| {
        timed(walks, || {
            for _ in 0..walks {
                for (mut positions, velocities) in slices_of(query, world) {
                    let rows = positions.bypass_change_detection().iter_mut().zip(velocities);
                    rows.for_each(|(position, velocity)| position.0 += velocity.0);
                }
            }
        })
    };
    Case::checked("contiguous_iter_mut, no ticks", BEVY, moving_state(count), round, sum)
}

/// position += velocity on two threads.
pub fn iterate_threads(count: usize) -> [Case; 2] {
    let rows = |(world, query): &mut Moving| {
        timed(1, || query.par_iter_mut(world).for_each(|(mut position, velocity)| position.0 += velocity.0))
    };
    let slices = |(world, query): &mut Moving| {
        timed(1, || {
            let slices = query.contiguous_par_iter_mut(world).expect("both components are in tables");
            slices.for_each(|(mut positions, velocities)| {
                positions.iter_mut().zip(velocities).for_each(|(position, velocity)| position.0 += velocity.0);
            });
        })
    };
    [
        Case::checked("par_iter_mut", BEVY, moving_state(count), rows, sum),
        Case::checked("contiguous_par_iter_mut", BEVY, moving_state(count), slices, sum),
    ]
}

/// Twenty entities in each of 26 archetypes.
pub fn fragmented(walks: usize) -> [Case; 2] {
    type State = (World, QueryState<&'static mut Data>);
    fn state() -> State {
        let mut world = World::new();
        macro_rules! spawn {
            ($($letter:ident)*) => { $(drop(world.spawn_batch((0..FEW).map(|_| ($letter(0.0), Data(1.0)))));)* };
        }
        crate::for_each_letter!(spawn);
        let query = world.query();
        (world, query)
    }
    let factor = |walk: usize| if walk.is_multiple_of(2) { 2.0 } else { 0.5 };
    let sum = |(world, _): &mut State| checksum(world.query::<&Data>().iter(world).map(|data| [data.0, 0.0, 0.0]));
    let rows = move |(world, query): &mut State| {
        timed(walks, || {
            for walk in 0..walks {
                query.iter_mut(world).for_each(|mut data| data.0 *= factor(walk));
            }
        })
    };
    let slices = move |(world, query): &mut State| {
        timed(walks, || {
            for walk in 0..walks {
                for mut data in query.contiguous_iter_mut(world).expect("the component is in tables") {
                    data.iter_mut().for_each(|data| data.0 *= factor(walk));
                }
            }
        })
    };
    [
        Case::checked("iter_mut().for_each", BEVY, state(), rows, sum),
        Case::checked("contiguous_iter_mut", BEVY, state(), slices, sum),
    ]
}

type Heavy = (World, QueryState<(&'static mut Matrix, &'static mut Position)>);

fn heavy_state() -> Heavy {
    let mut world = World::new();
    drop(world.spawn_batch((0..HEAVY).map(components::bevy::heavy)));
    let query = world.query();
    (world, query)
}

fn heavy_sum((world, _): &mut Heavy) -> u64 {
    checksum(world.query::<&Position>().iter(world).map(|position| position.0.to_array()))
}

/// A hundred inversions for each entity.
pub fn heavy() -> [Case; 1] {
    let round = |(world, query): &mut Heavy| {
        timed(1, || query.iter_mut(world).for_each(|(mut matrix, mut position)| matrix.work(&mut position)))
    };
    [Case::checked("iter_mut().for_each", BEVY, heavy_state(), round, heavy_sum)]
}

/// The same on two threads.
pub fn heavy_threads() -> [Case; 1] {
    let round = |(world, query): &mut Heavy| {
        timed(1, || query.par_iter_mut(world).for_each(|(mut matrix, mut position)| matrix.work(&mut position)))
    };
    [Case::checked("par_iter_mut", BEVY, heavy_state(), round, heavy_sum)]
}

type Reading = (World, Vec<Entity>, u64);

fn read_state() -> Reading {
    let mut world = World::new();
    let entities: Vec<Entity> = world.spawn_batch((0..READ_ENTITIES).map(moving)).collect();
    (world, components::reads().iter().map(|at| entities[*at as usize]).collect(), 0)
}

/// Random reads through a query that is held.
pub fn read_held() -> [Case; 1] {
    let round = |(world, reads, sum): &mut Reading| {
        let mut state = world.query::<&Position>();
        timed(READS, || {
            let query = state.query(world);
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                sum.wrapping_add(query.get(*entity).map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    };
    [Case::checked("Query::get", BEVY, read_state(), round, |state| state.2)]
}

/// Random reads, each through the world.
pub fn read_single() -> [Case; 1] {
    let round = |(world, reads, sum): &mut Reading| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                sum.wrapping_add(world.get::<Position>(*entity).map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    };
    [Case::checked("World::get", BEVY, read_state(), round, |state| state.2)]
}

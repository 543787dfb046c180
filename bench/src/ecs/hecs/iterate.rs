//! Walking and reading in hecs.

use crate::ecs::components::{self, FEW, HEAVY, MANY, READ_ENTITIES, READS, plain::*};
use crate::harness::{Case, Side, checksum, timed};
use hecs::{Entity, PreparedQuery, World};
use rayon::prelude::*;

const HECS: Side = Side::Peer("hecs");

fn moving_world(count: usize) -> World {
    let mut world = World::new();
    drop(world.spawn_batch((0..count).map(moving)));
    world
}

fn sum(world: &mut World) -> u64 {
    checksum(world.query_mut::<&Position>().into_iter().map(|position| position.0.to_array()))
}

/// position += velocity.
pub fn iterate(count: usize, walks: usize) -> [Case; 2] {
    let query = move |world: &mut World| {
        timed(walks, || {
            for _ in 0..walks {
                for (position, velocity) in world.query_mut::<(&mut Position, &Velocity)>() {
                    position.0 += velocity.0;
                }
            }
        })
    };
    let slices = move |world: &mut World| {
        timed(walks, || {
            for _ in 0..walks {
                for archetype in world.archetypes() {
                    let columns = (archetype.get::<&mut Position>(), archetype.get::<&Velocity>());
                    let (Some(mut positions), Some(velocities)) = columns else { continue };
                    let rows = positions.iter_mut().zip(velocities.iter());
                    rows.for_each(|(position, velocity)| position.0 += velocity.0);
                }
            }
        })
    };
    [
        Case::checked("query_mut", HECS, moving_world(count), query, sum),
        Case::checked("column slices", HECS, moving_world(count), slices, sum),
    ]
}

/// position += velocity on rayon's threads.
pub fn iterate_threads(count: usize) -> [Case; 1] {
    let round = |world: &mut World| {
        timed(1, || {
            let mut query = world.query::<(&mut Position, &Velocity)>();
            query.iter_batched(4096).par_bridge().for_each(|batch| {
                batch.for_each(|(position, velocity)| position.0 += velocity.0);
            });
        })
    };
    [Case::checked("iter_batched, rayon", HECS, moving_world(count), round, sum)]
}

/// Twenty entities in each of 26 archetypes.
pub fn fragmented(walks: usize) -> [Case; 2] {
    fn world() -> World {
        let mut world = World::new();
        macro_rules! spawn {
            ($($letter:ident)*) => { $(drop(world.spawn_batch((0..FEW).map(|_| ($letter(0.0), Data(1.0)))));)* };
        }
        crate::for_each_letter!(spawn);
        world
    }
    let factor = |walk: usize| if walk.is_multiple_of(2) { 2.0 } else { 0.5 };
    let sum = |world: &mut World| checksum(world.query_mut::<&Data>().into_iter().map(|data| [data.0, 0.0, 0.0]));
    let query = move |world: &mut World| {
        timed(walks, || {
            for walk in 0..walks {
                world.query_mut::<&mut Data>().into_iter().for_each(|data| data.0 *= factor(walk));
            }
        })
    };
    let prepared = move |(world, query): &mut (World, PreparedQuery<&mut Data>)| {
        timed(walks, || {
            for walk in 0..walks {
                query.query_mut(world).for_each(|data| data.0 *= factor(walk));
            }
        })
    };
    [
        Case::checked("query_mut", HECS, world(), query, sum),
        Case::checked("PreparedQuery", HECS, (world(), PreparedQuery::new()), prepared, move |state| sum(&mut state.0)),
    ]
}

fn swap_world() -> World {
    let mut world = World::new();
    let (a, b, c, d, e) = (A(1.0), B(2.0), C(3.0), D(4.0), E(5.0));
    drop(world.spawn_batch((0..MANY).map(|_| (a, b))));
    drop(world.spawn_batch((0..MANY).map(|_| (a, b, c))));
    drop(world.spawn_batch((0..MANY).map(|_| (a, b, c, d))));
    drop(world.spawn_batch((0..MANY).map(|_| (a, b, c, e))));
    world
}

fn swap_sum(world: &mut World) -> u64 {
    let rows = world.query_mut::<(&A, &B, Option<&C>)>().into_iter();
    checksum(rows.map(|(a, b, c)| [a.0, b.0, c.map_or(0.0, |c| c.0)]))
}

/// Three loops in turn: there is no scheduler.
pub fn swaps(walks: usize) -> [Case; 1] {
    let round = move |world: &mut World| {
        timed(walks, || {
            for _ in 0..walks {
                world.query_mut::<(&mut A, &mut B)>().into_iter().for_each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
                world.query_mut::<(&mut C, &mut D)>().into_iter().for_each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
                world.query_mut::<(&mut C, &mut E)>().into_iter().for_each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
            }
        })
    };
    [Case::checked("three loops", HECS, swap_world(), round, swap_sum)]
}

/// The loops that may run at once, side by side.
pub fn swaps_threads(walks: usize) -> [Case; 1] {
    let round = move |world: &mut World| {
        let world = &*world;
        let first = || world.query::<(&mut A, &mut B)>().iter().for_each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
        let others = || {
            world.query::<(&mut C, &mut D)>().iter().for_each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
            world.query::<(&mut C, &mut E)>().iter().for_each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
        };
        timed(walks, || {
            for _ in 0..walks {
                rayon::join(first, others);
            }
        })
    };
    [Case::checked("rayon::join by hand", HECS, swap_world(), round, swap_sum)]
}

fn heavy_world() -> World {
    let mut world = World::new();
    drop(world.spawn_batch((0..HEAVY).map(components::plain::heavy)));
    world
}

/// A hundred inversions for each entity.
pub fn heavy() -> [Case; 1] {
    let round = |world: &mut World| {
        timed(1, || {
            for (matrix, position) in world.query_mut::<(&mut Matrix, &mut Position)>() {
                matrix.work(position);
            }
        })
    };
    [Case::checked("query_mut", HECS, heavy_world(), round, sum)]
}

/// The same on rayon's threads.
pub fn heavy_threads() -> [Case; 1] {
    let round = |world: &mut World| {
        timed(1, || {
            let mut query = world.query::<(&mut Matrix, &mut Position)>();
            query.iter_batched(64).par_bridge().for_each(|batch| {
                batch.for_each(|(matrix, position)| matrix.work(position));
            });
        })
    };
    [Case::checked("iter_batched, rayon", HECS, heavy_world(), round, sum)]
}

fn read_state() -> (World, Vec<Entity>, u64) {
    let mut world = World::new();
    let entities: Vec<Entity> = world.spawn_batch((0..READ_ENTITIES).map(moving)).collect();
    (world, components::reads().iter().map(|at| entities[*at as usize]).collect(), 0)
}

/// Random reads through a view that is held.
pub fn read_held() -> [Case; 1] {
    let round = |(world, reads, sum): &mut (World, Vec<Entity>, u64)| {
        timed(READS, || {
            let view = world.view::<&Position>();
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                sum.wrapping_add(view.get(*entity).map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    };
    [Case::checked("view", HECS, read_state(), round, |state| state.2)]
}

/// Random reads, each through the world.
pub fn read_single() -> [Case; 1] {
    let round = |(world, reads, sum): &mut (World, Vec<Entity>, u64)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                sum.wrapping_add(world.get::<&Position>(*entity).map_or(0, |position| position.0.x.to_bits()).into())
            });
        })
    };
    [Case::checked("World::get", HECS, read_state(), round, |state| state.2)]
}

/// Random reads, each through the world that nobody else has.
pub fn read_exclusive() -> [Case; 1] {
    let round = |(world, reads, sum): &mut (World, Vec<Entity>, u64)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                let bits = world.query_one_mut::<&Position>(*entity).map_or(0, |position| position.0.x.to_bits());
                sum.wrapping_add(bits.into())
            });
        })
    };
    [Case::checked("query_one_mut", HECS, read_state(), round, |state| state.2)]
}

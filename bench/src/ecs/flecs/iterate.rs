//! Walking, reading and running systems in flecs.

use super::FLECS;
use super::structure::{spawn_moving, spawn_rows, sum};
use crate::ecs::components::{self, FEW, HEAVY, MANY, READ_ENTITIES, READS, flecs::*};
use crate::harness::{Case, checksum, timed};
use flecs_ecs::prelude::*;

// A query is dropped before its world: it stands first in each state.
type Moving = Query<(&'static mut Position, &'static Velocity)>;

fn moving_world(count: usize) -> World {
    let world = World::new();
    spawn_moving(&world, count);
    world
}

/// position += velocity.
pub fn iterate(count: usize, walks: usize) -> [Case; 1] {
    let world = moving_world(count);
    let query = world.query::<(&mut Position, &Velocity)>().set_cached().build();
    let round = move |(query, _): &mut (Moving, World)| {
        timed(walks, || {
            for _ in 0..walks {
                query.each(|(position, velocity)| position.0 += velocity.0);
            }
        })
    };
    [Case::checked("each", FLECS, (query, world), round, |state| sum(&state.1))]
}

fn progress(name: &'static str, world: World, frames: usize, result: fn(&World) -> u64) -> Case {
    let round = move |world: &mut World| {
        timed(frames, || {
            for _ in 0..frames {
                world.progress();
            }
        })
    };
    Case::checked(name, FLECS, world, round, move |world| result(world))
}

/// position += velocity on two threads.
pub fn iterate_threads(count: usize) -> [Case; 1] {
    let world = moving_world(count);
    world.set_threads(2);
    world.system::<(&mut Position, &Velocity)>().par_each(|(position, velocity)| position.0 += velocity.0);
    [progress("par_each, progress()", world, 1, sum)]
}

/// Twenty entities in each of 26 archetypes.
pub fn fragmented(walks: usize) -> [Case; 1] {
    let world = World::new();
    macro_rules! spawn {
        ($($letter:ident)*) => { $(
            for _ in 0..FEW {
                world.entity().set($letter(0.0)).set(Data(1.0));
            }
        )* };
    }
    crate::for_each_letter!(spawn);
    let query = world.query::<&mut Data>().set_cached().build();
    let round = move |(query, _): &mut (Query<&'static mut Data>, World)| {
        timed(walks, || {
            for walk in 0..walks {
                let factor = if walk.is_multiple_of(2) { 2.0 } else { 0.5 };
                query.each(|data| data.0 *= factor);
            }
        })
    };
    let sum = |(_, world): &mut (Query<&'static mut Data>, World)| {
        let mut rows = Vec::new();
        world.query::<&Data>().build().each(|data| rows.push([data.0, 0.0, 0.0]));
        checksum(rows)
    };
    [Case::checked("each, cached", FLECS, (query, world), round, sum)]
}

fn swap_world() -> World {
    let world = World::new();
    let (a, b) = (vec![A(1.0); MANY], vec![B(2.0); MANY]);
    let (c, d, e) = (vec![C(3.0); MANY], vec![D(4.0); MANY], vec![E(5.0); MANY]);
    let many = MANY as u32;
    world.entity_bulk(many).set(&a).set(&b).build();
    world.entity_bulk(many).set(&a).set(&b).set(&c).build();
    world.entity_bulk(many).set(&a).set(&b).set(&c).set(&d).build();
    world.entity_bulk(many).set(&a).set(&b).set(&c).set(&e).build();
    world
}

fn swap_sum(world: &World) -> u64 {
    let mut rows = Vec::new();
    let query = world.query::<(&A, &B, Option<&C>)>().build();
    query.each(|(a, b, c)| rows.push([a.0, b.0, c.map_or(0.0, |c| c.0)]));
    checksum(rows)
}

/// Three systems on one thread.
pub fn swaps(walks: usize) -> [Case; 1] {
    let world = swap_world();
    world.system::<(&mut A, &mut B)>().each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
    world.system::<(&mut C, &mut D)>().each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
    world.system::<(&mut C, &mut E)>().each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
    [progress("progress()", world, walks, swap_sum)]
}

/// Three systems on two threads, each with a part of its entities.
pub fn swaps_threads(walks: usize) -> [Case; 1] {
    let world = swap_world();
    world.set_threads(2);
    world.system::<(&mut A, &mut B)>().par_each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
    world.system::<(&mut C, &mut D)>().par_each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
    world.system::<(&mut C, &mut E)>().par_each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
    [progress("progress(), two threads", world, walks, swap_sum)]
}

/// Three systems that find nothing.
pub fn empty(walks: usize) -> [Case; 1] {
    let world = World::new();
    world.system::<(&mut A, &mut B)>().each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
    world.system::<(&mut C, &mut D)>().each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
    world.system::<(&mut C, &mut E)>().each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
    [progress("progress()", world, walks, swap_sum)]
}

fn heavy_world() -> World {
    let world = World::new();
    spawn_rows(&world, (0..HEAVY).map(components::flecs::heavy));
    world
}

/// A hundred inversions for each entity.
pub fn heavy() -> [Case; 1] {
    let world = heavy_world();
    let query = world.query::<(&mut Matrix, &mut Position)>().set_cached().build();
    let round = |(query, _): &mut (Query<(&'static mut Matrix, &'static mut Position)>, World)| {
        timed(1, || query.each(|(matrix, position)| matrix.work(position)))
    };
    [Case::checked("each", FLECS, (query, world), round, |state| sum(&state.1))]
}

/// The same on two threads.
pub fn heavy_threads() -> [Case; 1] {
    let world = heavy_world();
    world.set_threads(2);
    world.system::<(&mut Matrix, &mut Position)>().par_each(|(matrix, position)| matrix.work(position));
    [progress("par_each, progress()", world, 1, sum)]
}

/// Random reads, each through the world.
pub fn read_single() -> [Case; 1] {
    let world = World::new();
    let entities = spawn_moving(&world, READ_ENTITIES);
    let reads: Vec<Entity> = components::reads().iter().map(|at| entities[*at as usize]).collect();
    let round = |(world, reads, sum): &mut (World, Vec<Entity>, u64)| {
        timed(READS, || {
            *sum = reads.iter().fold(0, |sum: u64, entity| {
                let bits = world.entity_from_id(*entity).get::<&Position>(|position| position.0.x.to_bits());
                sum.wrapping_add(bits.into())
            });
        })
    };
    [Case::checked("entity.get", FLECS, (world, reads, 0), round, |state| state.2)]
}

//! Running systems in bevy_ecs.

use super::BEVY;
use crate::ecs::components::{MANY, bevy::*};
use crate::harness::{Case, checksum, timed};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{MultiThreadedExecutor, SingleThreadedExecutor};

type Swaps = (World, Schedule);

fn swap_ab(mut query: Query<(&mut A, &mut B)>) {
    query.iter_mut().for_each(|(mut a, mut b)| std::mem::swap(&mut a.0, &mut b.0));
}

fn swap_cd(mut query: Query<(&mut C, &mut D)>) {
    query.iter_mut().for_each(|(mut c, mut d)| std::mem::swap(&mut c.0, &mut d.0));
}

fn swap_ce(mut query: Query<(&mut C, &mut E)>) {
    query.iter_mut().for_each(|(mut c, mut e)| std::mem::swap(&mut c.0, &mut e.0));
}

macro_rules! slices {
    ($name:ident $left:ident $right:ident) => {
        fn $name(mut query: Query<(&mut $left, &mut $right)>) {
            for (mut left, mut right) in query.contiguous_iter_mut().expect("both components are in tables") {
                let rows = left.iter_mut().zip(right.iter_mut());
                rows.for_each(|(left, right)| std::mem::swap(&mut left.0, &mut right.0));
            }
        }
    };
}
slices!(slices_ab A B);
slices!(slices_cd C D);
slices!(slices_ce C E);

fn world() -> World {
    let mut world = World::new();
    let (a, b, c, d, e) = (A(1.0), B(2.0), C(3.0), D(4.0), E(5.0));
    drop(world.spawn_batch((0..MANY).map(move |_| (a, b))));
    drop(world.spawn_batch((0..MANY).map(move |_| (a, b, c))));
    drop(world.spawn_batch((0..MANY).map(move |_| (a, b, c, d))));
    drop(world.spawn_batch((0..MANY).map(move |_| (a, b, c, e))));
    world
}

fn sum((world, _): &mut Swaps) -> u64 {
    let mut query = world.query::<(&A, &B, Option<&C>)>();
    checksum(query.iter(world).map(|(a, b, c)| [a.0, b.0, c.map_or(0.0, |c| c.0)]))
}

fn plain() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.add_systems((swap_ab, swap_cd, swap_ce));
    schedule
}

fn sliced() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.add_systems((slices_ab, slices_cd, slices_ce));
    schedule
}

fn on_one(mut schedule: Schedule) -> Schedule {
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule
}

fn on_two(mut schedule: Schedule) -> Schedule {
    schedule.set_executor(MultiThreadedExecutor::new());
    schedule
}

fn case(name: &'static str, state: Swaps, walks: usize) -> Case {
    let round = move |(world, schedule): &mut Swaps| timed(walks, || (0..walks).for_each(|_| schedule.run(world)));
    Case::checked(name, BEVY, state, round, sum)
}

/// Three systems on one thread.
pub fn swaps(walks: usize) -> [Case; 2] {
    [
        case("SingleThreadedExecutor", (world(), on_one(plain())), walks),
        case("SingleThreadedExecutor, contiguous", (world(), on_one(sliced())), walks),
    ]
}

/// Three systems on two threads.
pub fn swaps_threads(walks: usize) -> [Case; 2] {
    [
        case("MultiThreadedExecutor", (world(), on_two(plain())), walks),
        case("MultiThreadedExecutor, contiguous", (world(), on_two(sliced())), walks),
    ]
}

/// Three systems that find nothing.
pub fn empty(walks: usize) -> [Case; 2] {
    [
        case("SingleThreadedExecutor", (World::new(), on_one(plain())), walks),
        case("MultiThreadedExecutor", (World::new(), on_two(plain())), walks),
    ]
}

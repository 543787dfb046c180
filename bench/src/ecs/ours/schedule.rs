//! Running our systems, statistics on, by the scheduler that ships.

use crate::ecs::components::{MANY, ours::*};
use crate::harness::{Case, Side, checksum, timed};
use playground_core_ecs::{Query, Stage, SystemParts, Time, World};
use playground_core_types::Handle;

const ROOM: &str = "the world has room for as many";

fn swap_ab(mut query: Query<(&mut A, &mut B)>) {
    query.for_each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
}

fn swap_cd(mut query: Query<(&mut C, &mut D)>) {
    query.for_each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
}

fn swap_ce(mut query: Query<(&mut C, &mut E)>) {
    query.for_each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
}

fn world() -> Handle<World> {
    let world = Handle::new(World::new("bench"));
    let systems = vec![
        SystemParts::new(Stage::Update, swap_ab),
        SystemParts::new(Stage::Update, swap_cd),
        SystemParts::new(Stage::Update, swap_ce),
    ];
    world.schedule().write().replace("bench", systems);
    world
}

/// One frame; gives how many systems panicked.
#[cfg(feature = "viewmodel")]
fn frame(world: &Handle<World>, time: Time) -> usize {
    use playground_core_ecs::view::SystemView;
    playground_bench_systems::Ecs.run_stage(world, Stage::Update, time).len()
}

/// One frame; gives how many systems panicked.
#[cfg(not(feature = "viewmodel"))]
fn frame(world: &Handle<World>, time: Time) -> usize {
    use playground_core_ecs::model::schedule::drive;
    drive::run_stage(world, Stage::Update, time).map_or(usize::MAX, |panics| panics.len())
}

fn swap_world() -> Handle<World> {
    let world = world();
    let (a, b, c, d, e) = (A(1.0), B(2.0), C(3.0), D(4.0), E(5.0));
    let mut storage = world.write();
    drop(storage.spawn_batch((0..MANY).map(|_| (a, b))).expect(ROOM));
    drop(storage.spawn_batch((0..MANY).map(|_| (a, b, c))).expect(ROOM));
    drop(storage.spawn_batch((0..MANY).map(|_| (a, b, c, d))).expect(ROOM));
    drop(storage.spawn_batch((0..MANY).map(|_| (a, b, c, e))).expect(ROOM));
    drop(storage);
    world
}

fn sum(world: &mut Handle<World>) -> u64 {
    let mut rows = Vec::new();
    let storage = world.read();
    let mut query: Query<(&A, &B, Option<&C>)> = storage.query();
    query.for_each(|(a, b, c)| rows.push([a.0, b.0, c.map_or(0.0, |c| c.0)]));
    checksum(rows)
}

fn case(name: &'static str, world: Handle<World>, frames: usize) -> Case {
    let round = move |world: &mut Handle<World>| {
        timed(frames, || {
            for at in 0..frames {
                assert_eq!(frame(world, Time::new(0.0, 0.0, at as u64)), 0, "no system panics");
            }
        })
    };
    Case::checked(name, Side::Ours, world, round, sum)
}

/// Three loops in turn, without the scheduler.
pub fn loops(walks: usize) -> [Case; 1] {
    use playground_core_ecs::QueryState;
    type Swap<L, R> = QueryState<(&'static mut L, &'static mut R)>;
    type State = (Handle<World>, Swap<A, B>, Swap<C, D>, Swap<C, E>);
    let round = move |(world, ab, cd, ce): &mut State| {
        let storage = world.read();
        timed(walks, || {
            for _ in 0..walks {
                ab.query(&storage).for_each(|(a, b)| std::mem::swap(&mut a.0, &mut b.0));
                cd.query(&storage).for_each(|(c, d)| std::mem::swap(&mut c.0, &mut d.0));
                ce.query(&storage).for_each(|(c, e)| std::mem::swap(&mut c.0, &mut e.0));
            }
        })
    };
    let state: State = (swap_world(), QueryState::default(), QueryState::default(), QueryState::default());
    [Case::checked("three loops", Side::Ours, state, round, |state| sum(&mut state.0))]
}

/// Three systems, run by the scheduler.
pub fn swaps(frames: usize) -> [Case; 1] {
    [case("run_stage", swap_world(), frames)]
}

/// Three systems that find nothing.
pub fn empty(frames: usize) -> [Case; 1] {
    [case("run_stage", world(), frames)]
}

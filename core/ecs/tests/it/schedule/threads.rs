//! Systems on several threads: who meets, who never does, and that nothing of it shows.

use super::{FRAME, Lab};
use crate::{Position, Speed};
use playground_core_ecs::model::schedule::drive;
use playground_core_ecs::{Added, Changed, Commands, Entity, Query, Stage, SystemParts, Time, World};
use playground_core_types::{Counter, Flag};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Runs `act` with as many threads as asked for.
fn with_threads<R: Send>(threads: usize, act: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(act)
}

/// Makes systems seem heavy enough to be run on several threads.
fn seem_heavy(world: &World, names: &[&str]) {
    for name in names {
        world.schedule().write().expect(name, Duration::from_millis(10)).unwrap();
    }
}

/// Waits until `wanted` systems wait here, or for a long time; says whether they came.
struct Meeting {
    here: Mutex<usize>,
    came: Condvar,
}

impl Meeting {
    fn join(&self, wanted: usize) -> bool {
        let mut here = self.here.lock().unwrap();
        *here += 1;
        self.came.notify_all();
        let (_here, timeout) =
            self.came.wait_timeout_while(here, Duration::from_secs(20), |here| *here < wanted).unwrap();
        !timeout.timed_out()
    }
}

#[test]
fn heavy_systems_that_exclude_each_other_in_nothing_overlap() {
    let lab = Lab::new();
    let (meeting, met) = (Arc::new(Meeting { here: Mutex::new(0), came: Condvar::new() }), Counter::new(0));
    for name in ["a", "b"] {
        let (meeting, met) = (meeting.clone(), met.clone());
        let meet = move || {
            met.fetch_add(u64::from(meeting.join(2)));
        };
        lab.add(SystemParts::new(Stage::Update, meet).named(name));
    }
    seem_heavy(&lab.world, &["a", "b"]);
    with_threads(2, || drive::run_stage(&lab.world, Stage::Update, lab.time)).unwrap();
    assert_eq!(met.load(), 2);
}

#[test]
fn systems_that_exclude_each_other_never_overlap() {
    let lab = Lab::new();
    lab.world.write().spawn((Position::default(),)).unwrap();
    let (inside, overlaps, runs) = (Flag::new(false), Counter::new(0), Counter::new(0));
    let enter = {
        let (inside, overlaps, runs) = (inside.clone(), overlaps.clone(), runs.clone());
        move |all: usize| {
            overlaps.fetch_add(u64::from(inside.swap(true)));
            (0..200 * all).for_each(|_| std::thread::yield_now());
            runs.fetch_add(1);
            inside.store(false);
        }
    };
    let (first, second) = (enter.clone(), enter);
    // A system that takes its query and gives it back at once would pass if the locks alone kept them apart.
    let write = move |all: Query<&mut Position>| {
        let count = all.count();
        drop(all);
        first(count);
    };
    let read = move |all: Query<&Position>| {
        let count = all.count();
        drop(all);
        second(count);
    };
    lab.add(SystemParts::new(Stage::Update, write).named("write"));
    lab.add(SystemParts::new(Stage::Update, read).named("read"));
    with_threads(4, || {
        for _ in 0..50 {
            seem_heavy(&lab.world, &["write", "read"]);
            drive::run_stage(&lab.world, Stage::Update, lab.time).unwrap();
        }
    });
    assert_eq!((runs.load(), overlaps.load()), (100, 0));
}

/// Twenty frames of systems that move, spawn and end entities; the names of entities are their ids.
fn digest(threads: usize, heavy: bool) -> (u128, Vec<u64>) {
    let lab = Lab::new();
    let world = lab.world.clone();
    for n in 0..64 {
        let x = n as f32;
        world.write().spawn((Position { x, y: 0.0 }, Speed { value: x })).unwrap();
        world.write().spawn((crate::Label { text: n.to_string() },)).unwrap();
    }
    fn advance(time: Time, mut all: Query<(&mut Position, &Speed)>) {
        all.for_each(|(position, speed)| position.x += speed.value * time.delta());
    }
    fn mark(mut all: Query<&mut crate::Label>) {
        all.for_each(|label| label.text.push('!'));
    }
    fn split(mut commands: Commands, mut all: Query<(Entity, &Position), Changed<Position>>) {
        all.for_each(|(entity, position)| {
            if (position.x as u32).is_multiple_of(7) {
                commands.spawn((Position { x: position.x + 1.0, y: 1.0 }, Speed { value: 3.0 }));
                commands.despawn(entity);
            }
        });
    }
    fn label(mut commands: Commands, mut all: Query<Entity, Added<Speed>>) {
        all.for_each(|entity| commands.add(entity, crate::Label { text: format!("{entity:?}") }));
    }
    let names = ["advance", "mark", "split", "label"];
    lab.add(SystemParts::new(Stage::Update, advance))
        .add(SystemParts::new(Stage::Update, mark).rate(90.0))
        .add(SystemParts::new(Stage::Update, split))
        .add(SystemParts::new(Stage::Update, label));
    with_threads(threads, || {
        let mut time = lab.time;
        for _ in 0..20 {
            if heavy {
                seem_heavy(&world, &names);
            }
            time = time.advance(FRAME);
            drive::run_stage(&world, Stage::Update, time).unwrap();
        }
    });
    let ticks = names.map(|name| world.schedule().read().stats(name).unwrap().last_tick).to_vec();
    let name = |entity: Entity| u64::from(entity.index()) << 32 | u64::from(entity.generation());
    (playground_core_ecs::model::digest::digest(&world.read(), &name), ticks)
}

#[test]
fn the_number_of_threads_does_not_show() {
    let alone = digest(1, false);
    for threads in [1, 2, 4] {
        assert_eq!(digest(threads, true), alone, "{threads} threads");
    }
}

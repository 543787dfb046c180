//! Events in systems.

use super::{Death, Hit, Log, at, emit, prepared, process, subscribe};
use crate::{ecs, world};
use playground::ecs::{Emit, Received, SystemParts};
use playground::prelude::*;

fn strike(time: Time, mut hits: Emit<Hit>, mut deaths: Emit<Death>) {
    let now = time.elapsed() as i32;
    hits.emit(Hit { power: now, by: "strike".into() });
    deaths.emit(Death { of: now });
    hits.emit_after(1.5, Hit { power: now + 100, by: "strike".into() });
    hits.emit_batch(vec![Hit { power: now + 1, by: "strike".into() }, Hit { power: now + 2, by: "strike".into() }]);
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Tally {
    powers: Vec<i32>,
    missed: u64,
}

fn count(hits: Received<Hit>, mut tally: ResMut<Tally>) {
    let tally = tally.get_mut().unwrap();
    hits.for_each(|hit| tally.powers.push(hit.power));
    tally.missed += hits.missed();
}

fn tally(world: &Handle<World>) -> Tally {
    let storage = world.read();
    let mut all: Query<&mut Tally> = storage.query();
    std::mem::take(all.single().unwrap())
}

#[test]
fn systems_emit_and_receive_what_was_delivered_since_they_ran_last() {
    let world = world();
    let log = Log::new();
    world.write().set_resource(Tally::default()).unwrap();
    ecs().systems().register(&world, "m", SystemParts::new(Update, count)).unwrap();
    ecs().systems().register(&world, "m", SystemParts::new(Update, strike)).unwrap();
    let run = |seconds| assert_eq!(ecs().systems().run_stage(&world, Update, at(seconds)), []);
    run(1.0);
    ecs().events().subscribe(&world, Death::INFO.id, log.subscriber("death")).unwrap();
    subscribe(&world, log.subscriber("hit"));
    assert_eq!(process(&world, 1.0), 4);
    assert_eq!(log.take(), ["hit 1", "death 1", "hit 2", "hit 3"], "in the order of emission over all types");
    assert_eq!(tally(&world), Tally::default(), "the system ran before the delivery");
    run(2.0);
    assert_eq!(tally(&world).powers, [1, 2, 3]);
    process(&world, 2.0);
    run(3.0);
    assert_eq!(tally(&world).powers, [2, 3, 4]);
    assert_eq!(process(&world, 3.0), 5, "one of them had a delay");
    run(4.0);
    assert_eq!(tally(&world), Tally { powers: vec![101, 3, 4, 5], missed: 0 });
    let who = ecs().events().history(&world, Hit::INFO.id, 1).unwrap()[0].emission.who;
    assert_eq!(world.schedule().read().name_of(who), Some(("m", "strike")));
}

#[test]
fn a_new_generation_of_a_system_goes_on_with_the_latest_delivery() {
    let world = prepared();
    world.write().set_resource(Tally::default()).unwrap();
    let reload = || ecs().systems().replace(&world, "m", vec![SystemParts::new(Update, count)]);
    reload();
    let frame = |power| {
        emit(&world, power);
        process(&world, 0.0);
        ecs().systems().run_stage(&world, Update, at(0.0));
    };
    frame(1);
    frame(2);
    emit(&world, 3);
    process(&world, 0.0);
    reload();
    ecs().systems().run_stage(&world, Update, at(0.0));
    assert_eq!(tally(&world).powers, [1, 2, 3], "nothing twice and nothing lost");
}

#[test]
fn a_system_that_sleeps_too_long_is_told_what_it_missed() {
    let world = prepared();
    world.write().set_resource(Tally::default()).unwrap();
    ecs().events().set_history(&world, Hit::INFO.id, 2).unwrap();
    ecs().systems().register(&world, "m", SystemParts::new(Update, count)).unwrap();
    let run = || assert_eq!(ecs().systems().run_stage(&world, Update, at(0.0)), []);
    run();
    // More than are remembered, but in one delivery: all of them are received.
    for power in 0..50 {
        emit(&world, power);
    }
    process(&world, 0.0);
    run();
    assert_eq!(tally(&world), Tally { powers: (0..50).collect(), missed: 0 });
    for power in 0..100 {
        emit(&world, power);
        process(&world, 0.0);
    }
    run();
    let Tally { powers, missed } = tally(&world);
    assert!(missed > 0);
    assert_eq!(powers, (missed as i32..100).collect::<Vec<_>>(), "the latest, and the others are counted");
}

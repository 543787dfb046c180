//! Observers: told of exactly what came, went and is another than it was.

use super::{Log, at};
use crate::{ecs, world};
use playground::ecs::model::events::{Failure, ObservationId};
use playground::ecs::model::watch::{Lifecycle, Note};
use playground::ecs::view::event::ObserverParts;
use playground::ecs::{ComponentId, ComponentInfo, EcsError, SystemParts};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(name = "test::Heat")]
struct Heat {
    value: f32,
    name: String,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(name = "test::Mark", sparse)]
struct Mark {
    value: i32,
}

fn heat(value: f32) -> Heat {
    Heat { value, name: String::new() }
}

/// A world that knows both types.
fn prepared() -> Handle<World> {
    let world = world();
    ecs().components().register(&world, Heat::INFO).unwrap();
    ecs().components().register(&world, Mark::INFO).unwrap();
    world
}

fn observe(world: &Handle<World>, info: &ComponentInfo, what: Lifecycle, log: &Log) -> ObservationId {
    let log = log.clone();
    let parts = ObserverParts::new("writes", info.id, what, move |_: &Handle<World>, note: &Note| {
        let last = note.last.as_ref().map(playground::types::text::write).unwrap_or_default();
        log.write(format!("{:?} {} {last}", note.what, note.entity.index()).trim());
        Ok(())
    });
    ecs().events().observe(world, "test", parts).unwrap()
}

fn deliver(world: &Handle<World>) -> u64 {
    let delivery = ecs().events().deliver_notes(world).unwrap();
    assert_eq!(delivery.panics, []);
    delivery.notes
}

#[test]
fn arrivals_and_departures_are_told_with_the_last_value() {
    let world = prepared();
    let log = Log::new();
    let before = world.write().spawn((heat(0.5),)).unwrap();
    observe(&world, Heat::INFO, Lifecycle::Added, &log);
    observe(&world, Heat::INFO, Lifecycle::Removed, &log);
    observe(&world, Mark::INFO, Lifecycle::Removed, &log);
    let (a, b) = {
        let mut storage = world.write();
        let a = storage.spawn((heat(1.0), Mark { value: 7 })).unwrap();
        let b = storage.spawn(()).unwrap();
        storage.add(b, heat(2.0)).unwrap();
        storage.remove(b, Heat::INFO.id).unwrap();
        storage.despawn(a).unwrap();
        (a.index(), b.index())
    };
    assert_eq!(deliver(&world), 5);
    let text = |value: f32| playground::types::text::write(&heat(value).to_value());
    let mut told = log.take();
    let expected = [format!("Added {a}"), format!("Added {b}"), format!("Removed {b} {}", text(2.0))];
    assert_eq!(told[..3], expected);
    // The two components of one entity go at the same moment.
    told[3..].sort();
    let mark = playground::types::text::write(&Mark { value: 7 }.to_value());
    assert_eq!(told[3..], [format!("Removed {a} {}", text(1.0)), format!("Removed {a} {mark}")]);
    assert_eq!((deliver(&world), log.take().len()), (0, 0), "each is told once");
    world.write().despawn(before).unwrap();
    assert_eq!(deliver(&world), 1);
}

fn rewrite(mut all: Query<&mut Heat>) {
    all.for_each(|heat| {
        if heat.value > 1.5 {
            heat.value += 1.0;
        }
    });
}

#[test]
fn only_what_really_differs_counts_as_changed() {
    let world = prepared();
    let log = Log::new();
    let [a, b] = [1.0, 2.0].map(|value| world.write().spawn((heat(value),)).unwrap());
    observe(&world, Heat::INFO, Lifecycle::Changed, &log);
    ecs().systems().register(&world, "m", SystemParts::new(Update, rewrite)).unwrap();
    let changed = |expected: &[Entity]| {
        deliver(&world);
        let expected: Vec<String> = expected.iter().map(|entity| format!("Changed {}", entity.index())).collect();
        assert_eq!(log.take(), expected);
    };
    changed(&[]);
    // The query hands both out for writing; only one gets another value.
    ecs().systems().run_stage(&world, Update, at(0.0));
    changed(&[b]);
    changed(&[]);
    ecs().components().set_field(&world, a, Heat::INFO.id, "name", &"x".to_owned().to_value()).unwrap();
    changed(&[a]);
    ecs().components().set_field(&world, a, Heat::INFO.id, "name", &"x".to_owned().to_value()).unwrap();
    changed(&[]);
    // There and back again is no change.
    ecs().components().set_field(&world, a, Heat::INFO.id, "value", &5.0_f32.to_value()).unwrap();
    ecs().components().set_field(&world, a, Heat::INFO.id, "value", &1.0_f32.to_value()).unwrap();
    changed(&[]);
    // Neither is another row or another archetype.
    world.write().add(a, Mark::default()).unwrap();
    world.write().despawn(b).unwrap();
    let c = world.write().spawn((heat(9.0),)).unwrap();
    changed(&[]);
    world.write().get_mut(c).map(|heat: &mut Heat| heat.value = 1.0).unwrap();
    changed(&[c]);
    // What went and came again is new, not changed.
    {
        let mut storage = world.write();
        storage.remove(c, Heat::INFO.id).unwrap();
        storage.add(c, heat(3.0)).unwrap();
    }
    changed(&[]);
    world.write().get_mut(c).map(|heat: &mut Heat| heat.value = 4.0).unwrap();
    changed(&[c]);
}

#[test]
fn changes_are_found_in_every_chunk_and_beside_the_archetypes() {
    let world = prepared();
    let log = Log::new();
    let all: Vec<Entity> = (0..3000).map(|at| world.write().spawn((heat(at as f32),)).unwrap()).collect();
    world.write().add(all[7], Mark { value: 1 }).unwrap();
    observe(&world, Heat::INFO, Lifecycle::Changed, &log);
    observe(&world, Mark::INFO, Lifecycle::Changed, &log);
    world.write().get_mut(all[2500]).map(|heat: &mut Heat| heat.value = -1.0).unwrap();
    world.write().get_mut(all[7]).map(|mark: &mut Mark| mark.value = 2).unwrap();
    assert_eq!(deliver(&world), 2);
    assert_eq!(log.take(), [format!("Changed {}", all[2500].index()), format!("Changed {}", all[7].index())]);
}

#[test]
fn going_back_to_a_snapshot_is_a_change_of_what_differs() {
    let world = prepared();
    let log = Log::new();
    let [a, b] = [1.0, 2.0].map(|value| world.write().spawn((heat(value),)).unwrap());
    observe(&world, Heat::INFO, Lifecycle::Changed, &log);
    observe(&world, Heat::INFO, Lifecycle::Added, &log);
    let snapshot = ecs().worlds().snapshot(&world);
    world.write().get_mut(a).map(|heat: &mut Heat| heat.value = 8.0).unwrap();
    deliver(&world);
    log.take();
    ecs().worlds().restore(&world, snapshot);
    deliver(&world);
    assert_eq!(log.take(), [format!("Changed {}", a.index())]);
    world.write().get_mut(b).map(|heat: &mut Heat| heat.value = 8.0).unwrap();
    let c = world.write().spawn((heat(1.0),)).unwrap();
    deliver(&world);
    assert_eq!(log.take(), [format!("Added {}", c.index()), format!("Changed {}", b.index())]);
}

#[test]
fn pools_that_a_snapshot_does_not_know_are_observed_again() {
    let world = world();
    let log = Log::new();
    let snapshot = ecs().worlds().snapshot(&world);
    ecs().components().register(&world, Heat::INFO).unwrap();
    observe(&world, Heat::INFO, Lifecycle::Added, &log);
    ecs().worlds().restore(&world, snapshot);
    // The first pool is another one now.
    world.write().spawn((Mark::default(),)).unwrap();
    let hot = world.write().spawn((heat(1.0),)).unwrap();
    assert_eq!(deliver(&world), 1);
    assert_eq!(log.take(), [format!("Added {}", hot.index())]);
}

#[test]
fn a_panicking_observer_is_ended_and_the_others_are_told() {
    let world = prepared();
    let log = Log::new();
    let bad =
        ObserverParts::new("breaks", Heat::INFO.id, Lifecycle::Added, |_: &Handle<World>, _: &Note| panic!("it broke"));
    let strict = ObserverParts::new("strict", Heat::INFO.id, Lifecycle::Added, |_: &Handle<World>, note: &Note| {
        Err(EcsError::no_entity(note.entity))
    });
    ecs().events().observe(&world, "bad", bad).unwrap();
    ecs().events().observe(&world, "test", strict).unwrap();
    observe(&world, Heat::INFO, Lifecycle::Added, &log);
    let a = world.write().spawn((heat(1.0),)).unwrap();
    let b = world.write().spawn((heat(1.0),)).unwrap();
    // The full delivery tells observers too, before any event.
    let delivery = ecs().events().process(&world, at(0.0)).unwrap();
    let failure =
        Failure { module: "bad".into(), name: "breaks".into(), subject: "test::Heat", message: "it broke".into() };
    assert_eq!((delivery.panics, delivery.notes), (vec![failure], 5));
    assert_eq!(log.take(), [format!("Added {}", a.index()), format!("Added {}", b.index())]);
    let records = ecs().events().observers(&world);
    assert_eq!(
        records.iter().map(|record| (record.name.as_str(), record.told)).collect::<Vec<_>>(),
        [("strict", 2), ("writes", 2)]
    );
    assert_eq!(records[0].last_error, Some(EcsError::no_entity(b)));
}

#[test]
fn observers_end_and_the_world_notes_nothing_more() {
    let world = prepared();
    let log = Log::new();
    let id = observe(&world, Heat::INFO, Lifecycle::Added, &log);
    observe(&world, Heat::INFO, Lifecycle::Removed, &log);
    ecs().events().unobserve(&world, id).unwrap();
    let a = world.write().spawn((heat(1.0),)).unwrap();
    world.write().despawn(a).unwrap();
    assert_eq!(deliver(&world), 1);
    assert!(log.take()[0].starts_with("Removed"));
    assert_eq!(ecs().events().unsubscribe_all(&world, "test"), 1);
    assert!(ecs().events().observers(&world).is_empty());
    deliver(&world);
    assert!(!world.write().watch_mut().any(), "it costs nothing any more");
    let error = ecs().events().unobserve(&world, id).unwrap_err().to_string();
    assert_eq!(error, format!("there is no observer {}; it was ended, or it panicked", id.0));
    let unknown = ObserverParts::new("lost", ComponentId(1), Lifecycle::Added, |_: &Handle<World>, _: &Note| Ok(()));
    assert!(matches!(ecs().events().observe(&world, "test", unknown), Err(EcsError::NoComponent { .. })));
}

#[test]
fn what_observers_do_is_told_the_next_time() {
    let world = prepared();
    let spawns = ObserverParts::new("spawns", Heat::INFO.id, Lifecycle::Added, |world: &Handle<World>, _: &Note| {
        world.write().spawn((heat(1.0),)).map(drop)
    });
    ecs().events().observe(&world, "test", spawns).unwrap();
    world.write().spawn((heat(1.0),)).unwrap();
    assert_eq!([deliver(&world), deliver(&world), deliver(&world)], [1, 1, 1]);
    assert_eq!(world.read().len(), 4);
}

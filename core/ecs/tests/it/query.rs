//! Typed queries.

use crate::{Label, Position, Speed};
use playground_core_ecs::{Changed, Component, Entity, Query, Storage, With, Without};
use std::thread;

fn world() -> Storage {
    let mut world = Storage::default();
    for at in 0..10 {
        let position = Position { x: at as f32, y: 0.0 };
        match at % 3 {
            0 => world.spawn((position,)),
            1 => world.spawn((position, Speed { value: 1.0 })),
            _ => world.spawn((position, Speed { value: 2.0 }, Label { text: "x".into() })),
        }
        .unwrap();
    }
    world
}

#[test]
fn writes_reach_exactly_the_entities_that_match() {
    let world = world();
    let mut moving: Query<(&mut Position, &Speed)> = world.query();
    assert_eq!(moving.count(), 6);
    moving.for_each(|(position, speed)| position.y += speed.value);
    drop(moving);
    let mut all: Query<(&Position, Option<&Speed>)> = world.query();
    let mut seen = 0;
    all.for_each(|(position, speed)| {
        seen += 1;
        assert_eq!(position.y, speed.map_or(0.0, |speed| speed.value));
    });
    assert_eq!(seen, 10);
}

#[test]
fn filters_narrow_without_locking() {
    let world = world();
    let mut holding: Query<&mut Speed> = world.query();
    // The pool of Speed is locked for writing by the query above; filters need no lock, or this would never end.
    let without: Query<&Position, Without<Speed>> = world.query();
    let both: Query<Entity, (With<Speed>, With<Label>)> = world.query();
    assert_eq!((without.count(), both.count()), (4, 3));
    holding.for_each(|speed| speed.value = 0.0);
}

#[test]
fn entities_are_named_right() {
    let mut world = world();
    let mut found = Vec::new();
    let mut named: Query<(Entity, &Position)> = world.query();
    named.for_each(|(entity, position)| found.push((entity, position.x)));
    drop(named);
    assert_eq!(found.len(), 10);
    for (entity, x) in found {
        assert_eq!(world.get_mut(entity).map(|position: &mut Position| position.x), Ok(x));
    }
}

#[test]
fn a_component_that_nobody_has_matches_nothing() {
    let world = Storage::default();
    let mut none: Query<(&mut Position, &Label)> = world.query();
    none.for_each(|_| unreachable!("the world is empty"));
    assert_eq!(none.count(), 0);
}

#[test]
fn one_component_twice_for_one_entity_is_refused() {
    let mut world = Storage::default();
    let error = world.spawn((Speed { value: 1.0 }, Speed { value: 2.0 })).unwrap_err();
    assert_eq!(error.to_string(), "the component test::Speed is given twice for one entity");
    assert!(world.is_empty());
}

#[test]
fn what_is_written_after_a_look_is_stamped_later() {
    let world = world();
    let pool = world.pool_at(world.pool_index(Speed::INFO.id).unwrap()).unwrap();
    let reading: Query<&Speed> = world.query();
    let (looked, writer) = (&world, &world);
    let since = thread::scope(|scope| {
        scope.spawn(move || writer.query::<&mut Speed, ()>().for_each(|speed| speed.value += 1.0));
        while pool.lock_stats().waiters == 0 {
            thread::yield_now();
        }
        // The query above was asked for before the look and gets its lock after it.
        let since = looked.next_tick();
        drop(reading);
        since
    });
    assert_eq!(Query::<Entity, Changed<Speed>>::since(&world, since).count(), 6);
}

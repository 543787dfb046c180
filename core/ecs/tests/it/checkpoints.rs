//! Going back to an earlier state of a world.

use crate::properties::Marker;
use crate::worlds::{Counter, after, before, move_to, until_waited_for, world, x};
use crate::{Label, Position, Speed};
use playground_core_ecs::model::checkpoint::Rewind;
use playground_core_ecs::{Changed, Component, EcsError, Entity, Query, Storage, World};
use std::thread;

#[test]
fn a_checkpoint_takes_memory_only_for_chunks_that_changed() {
    let (world, all) = world(10_000);
    let bytes = || world.checkpoints().read().bytes();
    let first = world.checkpoint().unwrap();
    let whole = bytes();
    assert!(whole >= 10_000 * (8 + 4), "{whole}");
    world.checkpoint().unwrap();
    assert_eq!(bytes(), whole, "nothing changed");
    move_to(&world, all[5_000], -1.0);
    world.checkpoint().unwrap();
    assert_eq!(bytes(), whole + 1024 * 8, "one chunk of positions changed");
    world.rewind(Rewind::To(first.number)).unwrap();
    assert_eq!((bytes(), x(&world, all[5_000])), (whole, 5_000.0));
    world.checkpoint().unwrap();
    assert_eq!(bytes(), whole, "going back changes nothing that was not gone back to");
    assert_eq!(world.memory().checkpoints, whole);
}

#[test]
fn memory_for_the_next_checkpoints_is_made_meanwhile_and_used() {
    let world = World::new("test");
    // Whole chunks.
    let count = 196 * 1024;
    let columns = count * size_of::<Position>() as u64;
    let rows = (0..count).map(|at| (Position { x: at as f32, y: 0.0 },));
    let all = world.write().spawn_batch(rows).unwrap();
    let until_ready = || {
        let start = std::time::Instant::now();
        while world.checkpoints().read().ready() != 2 * columns {
            assert!(start.elapsed().as_secs() < 60, "memory for two more is made");
            thread::yield_now();
        }
    };
    world.checkpoint().unwrap();
    until_ready();
    let mut numbers = Vec::new();
    for _ in 0..5 {
        let storage = world.read();
        let mut positions: Query<&mut Position> = storage.query();
        positions.for_each(|position| position.x += 0.5);
        drop(positions);
        drop(storage);
        let before = world.checkpoints().read().bytes();
        numbers.push(world.checkpoint().unwrap().number);
        assert!(world.checkpoints().read().bytes() <= before + columns, "some of it was used");
        until_ready();
    }
    for (round, number) in numbers.iter().enumerate().rev() {
        world.rewind(Rewind::To(*number)).unwrap();
        let moved = 0.5 * (round + 1) as f32;
        assert_eq!((x(&world, all[0]), x(&world, all[200_703])), (moved, 200_703.0 + moved));
    }
    world.clear_checkpoints();
    assert_eq!(world.checkpoints().read().bytes(), 0);
}

#[test]
fn rows_that_leave_from_the_end_of_a_chunk_are_seen() {
    let (world, all) = world(1_500);
    world.checkpoint().unwrap();
    world.write().despawn(all[1_499]).unwrap();
    world.checkpoint().unwrap();
    world.write().despawn_batch(&all[..1_400]);
    world.rewind(Rewind::Back(0)).unwrap();
    assert_eq!((world.read().len(), world.read().verify()), (1_499, vec![]));
    world.rewind(Rewind::Back(1)).unwrap();
    assert_eq!((world.read().len(), x(&world, all[1_499])), (1_500, 1_499.0));
}

#[test]
fn what_is_written_through_other_names_is_in_the_next_checkpoint() {
    let world = World::new("test");
    let entity = world.write().spawn((Counter::default(),)).unwrap();
    let value = || world.read().read(entity, |counter: &Counter| counter.value.load()).unwrap();
    world.checkpoint().unwrap();
    // No tick tells of this.
    world.read().read(entity, |counter: &Counter| counter.value.store(5)).unwrap();
    world.checkpoint().unwrap();
    world.read().read(entity, |counter: &Counter| counter.value.store(9)).unwrap();
    world.rewind(Rewind::Back(0)).unwrap();
    assert_eq!(value(), 5);
    world.rewind(Rewind::Back(1)).unwrap();
    assert_eq!(value(), 0);
    let fork = world.fork("fork");
    fork.read().read(entity, |counter: &Counter| counter.value.store(3)).unwrap();
    assert_eq!(value(), 0, "a fork shares nothing");
    assert_eq!((world.merge(&fork).unwrap().changed, value()), (1, 3));
}

#[test]
fn the_oldest_checkpoints_go_first_and_one_that_is_too_large_is_refused() {
    let (world, all) = world(2_000);
    world.checkpoint().unwrap();
    let whole = world.checkpoints().read().bytes();
    world.limit_checkpoints(whole + 3 * 1024 * 8, 100);
    for step in 1..=8 {
        move_to(&world, all[0], step as f32);
        world.checkpoint().unwrap();
        assert!(world.checkpoints().read().bytes() <= whole + 3 * 1024 * 8);
    }
    let numbers: Vec<u64> = world.checkpoints().read().list().iter().map(|id| id.number).collect();
    assert_eq!(numbers, [6, 7, 8, 9]);
    let error = world.rewind(Rewind::To(2)).unwrap_err();
    assert_eq!(error.to_string(), "there is no checkpoint 2; there are 6, 7, 8, 9");
    assert!(matches!(world.rewind(Rewind::Back(4)), Err(EcsError::NoCheckpoint { .. })));
    world.limit_checkpoints(whole + 3 * 1024 * 8, 2);
    assert_eq!(world.checkpoints().read().list().len(), 2);
    world.rewind(Rewind::Back(1)).unwrap();
    assert_eq!(x(&world, all[0]), 7.0);

    world.limit_checkpoints(1_000, 10);
    assert_eq!(world.checkpoints().read().list().len(), 1);
    let Err(EcsError::Budget { needed, budget }) = world.checkpoint() else { panic!("it is too large") };
    assert_eq!((needed, budget), (whole, 1_000));
    world.clear_checkpoints();
    assert_eq!((world.checkpoints().read().list().len(), world.checkpoints().read().bytes()), (0, 0));
}

#[test]
fn going_back_lets_systems_see_a_change_and_keeps_ids_dead_and_time_right() {
    let (world, all) = world(3);
    world.clock().write().advance(2.0);
    let id = world.checkpoint().unwrap();
    world.clock().write().advance(5.0);
    let late = world.write().spawn((Marker {},)).unwrap();
    let before = world.read().next_tick();
    assert_eq!(world.rewind(Rewind::To(id.number)).unwrap(), id);
    assert_eq!((id.time, world.clock().read().elapsed), (2.0, 2.0));
    let storage = world.read();
    assert!(storage.tick() > before, "time does not go backwards for systems");
    let changed: Query<Entity, Changed<Position>> = Query::since(&storage, before);
    assert_eq!(changed.count(), all.len());
    drop(changed);
    drop(storage);
    assert!(!world.read().exists(late));
    assert_ne!(world.write().spawn((Marker {},)).unwrap(), late);
    // Locks keep what they measured.
    let written = |storage: &Storage| storage.pools().map(|pool| pool.lock_stats().reads).sum::<u64>();
    let reads = written(&world.read());
    world.rewind(Rewind::Back(0)).unwrap();
    assert!(written(&world.read()) >= reads);
}

#[test]
fn a_checkpoint_with_other_fields_is_converted_on_the_way_back() {
    let world = World::new("test");
    let orbit = before::Orbit { radius: 2.0, phase: 0.5, turns: 3, kind: "moon".into() };
    let entity = world.write().spawn((orbit, Speed { value: 1.0 })).unwrap();
    world.checkpoint().unwrap();
    world.write().adopt(before::Orbit::INFO).unwrap();
    world.write().get_mut::<Speed>(entity).unwrap().value = 2.0;
    world.rewind(Rewind::Back(0)).unwrap();
    assert_eq!(world.read().read(entity, |speed: &Speed| speed.value), Ok(1.0));
    world.write().remove(entity, before::Orbit::INFO.id).unwrap();
    world.write().unregister(before::Orbit::INFO.id).unwrap();
    world.write().add(entity, after::Orbit::default()).unwrap();
    world.rewind(Rewind::Back(0)).unwrap();
    let storage = world.read();
    let expected = after::Orbit { distance: 2.0, phase: 0.5, ..after::Orbit::default() };
    assert_eq!(storage.read(entity, |orbit: &after::Orbit| orbit.clone()), Ok(expected));
    assert_eq!(storage.verify(), Vec::<String>::new());
}

#[test]
fn counting_memory_holds_nothing_while_it_waits_for_the_tables() {
    let (world, _) = world(10);
    thread::scope(|scope| {
        let storage = world.write();
        scope.spawn(|| world.memory());
        until_waited_for(&world, "world");
        assert!(world.checkpoints().try_write().is_some(), "a checkpoint would wait for ever");
        drop(storage);
    });
}

#[test]
fn all_locks_of_a_world_are_listed() {
    let world = World::new("test");
    let names: Vec<String> = world.lock_stats().into_iter().map(|lock| lock.name).collect();
    let all = ["world", "schedule", "commands", "events", "queries", "checkpoints", "clock", "lineage"];
    assert_eq!(names, all);
}

#[test]
fn texts_count_against_the_limit() {
    let world = World::new("test");
    let entity = world.write().spawn((Label::default(),)).unwrap();
    world.limit_checkpoints(64 << 10, 256);
    for round in 0..100_usize {
        world.write().get_mut::<Label>(entity).unwrap().text = "x".repeat(10_000 + round);
        world.checkpoint().unwrap();
    }
    let (kept, bytes) = (world.checkpoints().read().list().len(), world.checkpoints().read().bytes());
    assert!((5..7).contains(&kept) && bytes <= 64 << 10, "{kept} with {bytes} bytes");
}

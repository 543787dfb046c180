//! Every way through a query gives the same entities, and filters by change never miss one.

use crate::{Label, Position, Speed};
use playground_core_ecs::{Added, Changed, Component, EcsError, Entity, Or, Query, QueryState, Storage, With, Without};
use std::collections::BTreeSet;

/// On fire: comes and goes.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Fire", sparse)]
struct Fire {
    heat: f32,
}

/// Entities of three archetypes, more than one chunk of each.
fn crowd() -> (Storage, Vec<Entity>) {
    let mut storage = Storage::default();
    let mut all = Vec::new();
    let at = |n: usize| Position { x: n as f32, y: 0.0 };
    all.extend(storage.spawn_batch((0..3000).map(|n| (at(n),))).unwrap());
    all.extend(storage.spawn_batch((3000..6000).map(|n| (at(n), Speed { value: 1.0 }))).unwrap());
    let labelled = (6000..6100).map(|n| (at(n), Speed { value: 2.0 }, Label { text: n.to_string() }));
    all.extend(storage.spawn_batch(labelled).unwrap());
    (storage, all)
}

#[test]
fn all_ways_see_the_same_entities() {
    let (storage, _) = crowd();
    let expected: BTreeSet<u32> = (3000..6100).collect();
    let number = |position: &Position| position.x as u32;
    let mut seen = BTreeSet::new();
    let mut query: Query<(Entity, &Position, &Speed)> = storage.query();
    query.for_each(|(_, position, _)| assert!(seen.insert(number(position))));
    assert_eq!(seen, expected);
    assert_eq!(query.iter_mut().map(|(_, position, _)| number(position)).collect::<BTreeSet<_>>(), expected);
    let mut chunks = BTreeSet::new();
    query.for_each_chunk(|(entities, positions, speeds)| {
        assert_eq!((entities.len(), positions.len()), (speeds.len(), speeds.len()));
        chunks.extend(positions.iter().map(number));
    });
    assert_eq!(chunks, expected);
    let entities = query.entities();
    assert_eq!(entities.len(), query.count());
    let by_entity = entities.iter().map(|entity| query.get(*entity).map(|(_, position, _)| number(position)).unwrap());
    assert_eq!(by_entity.collect::<BTreeSet<_>>(), expected);
    let sorted = query.sorted_by_key(|(_, position, _)| u32::MAX - number(position));
    let sorted: Vec<u32> = sorted.iter().map(|(_, position, _)| number(position)).collect();
    assert_eq!(sorted, (3000..6100).rev().collect::<Vec<_>>());
}

#[test]
fn threads_write_every_entity_once() {
    let mut storage = Storage::default();
    storage.spawn_batch((0..200_000).map(|_| (Position::default(), Speed { value: 1.0 }))).unwrap();
    let mut query: Query<(&mut Position, &Speed)> = storage.query();
    // Slow enough that other threads are asked to help.
    query.par_for_each(|(position, speed)| {
        position.x += (0..50).fold(speed.value, |sum, n| std::hint::black_box(sum + n as f32 - n as f32));
    });
    query.for_each(|(position, _)| assert_eq!(position.x, 1.0));
}

#[test]
fn get_refuses_what_the_query_does_not_match() {
    let (mut storage, all) = crowd();
    let gone = all[10];
    storage.despawn(gone).unwrap();
    let mut query: Query<(&mut Position, &Speed), Without<Label>> = storage.query();
    assert!(query.get_mut(gone).is_none(), "it has ended");
    assert!(query.get_mut(all[11]).is_none(), "it has no speed");
    assert!(query.get_mut(all[6050]).is_none(), "it has a label");
    assert!(query.get_mut(all[3001]).is_some());
    assert!(query.contains(all[3001]) && !query.contains(all[11]) && !query.contains(all[6050]));
}

#[test]
fn single_wants_exactly_one() {
    let mut storage = Storage::default();
    let mut none: Query<&Speed> = storage.query();
    assert_eq!(none.single().err(), Some(EcsError::NotSingle { found: 0 }));
    drop(none);
    storage.spawn((Speed { value: 7.0 },)).unwrap();
    let mut one: Query<&mut Speed> = storage.query();
    one.single().unwrap().value += 1.0;
    assert_eq!(one.first().map(|speed| speed.value), Some(8.0));
    drop(one);
    storage.spawn((Speed { value: 1.0 },)).unwrap();
    let mut two: Query<&Speed> = storage.query();
    assert_eq!(two.single().err(), Some(EcsError::NotSingle { found: 2 }));
}

fn changed_since(storage: &Storage, since: u64) -> usize {
    let query: Query<Entity, Changed<Position>> = Query::since(storage, since);
    query.count()
}

#[test]
fn changes_are_seen_by_chunk_and_once() {
    let (mut storage, all) = crowd();
    let since = storage.next_tick();
    assert_eq!(changed_since(&storage, since), 0);
    let position: &mut Position = storage.get_mut(all[5]).unwrap();
    position.y = 1.0;
    assert_eq!(changed_since(&storage, since), 1024, "the whole chunk of the entity");
    let since = storage.next_tick();
    assert_eq!(changed_since(&storage, since), 0);
    storage.set_value(all[2999], Position::INFO.id, "y", &playground_core_ecs::Value::F32(2.0)).unwrap();
    assert_eq!(changed_since(&storage, since), 3000 - 2048, "the last, shorter chunk");
    let since = storage.next_tick();
    let mut slow: Query<&mut Position, With<Label>> = storage.query();
    slow.for_each(|position| position.x += 0.0);
    drop(slow);
    assert_eq!(changed_since(&storage, since), 100, "an archetype that was handed out for writing");
    let since = storage.next_tick();
    let mut reading: Query<&Position> = storage.query();
    reading.for_each(|_| {});
    drop(reading);
    assert_eq!(changed_since(&storage, since), 0, "reading changes nothing");
}

#[test]
fn writing_what_changed_stamps_only_that() {
    let (mut storage, all) = crowd();
    let first = storage.next_tick();
    let position: &mut Position = storage.get_mut(all[3100]).unwrap();
    position.y = 1.0;
    let second = storage.next_tick();
    let mut query: Query<&mut Position, Changed<Position>> = Query::since(&storage, first);
    let mut seen = 0;
    query.for_each(|position| {
        seen += 1;
        position.y += 1.0;
    });
    drop(query);
    assert_eq!((seen, changed_since(&storage, second)), (1024, 1024));
}

#[test]
fn a_row_that_is_swapped_in_counts_as_changed() {
    let (mut storage, all) = crowd();
    let since = storage.next_tick();
    storage.despawn(all[0]).unwrap();
    let mut found = BTreeSet::new();
    let mut query: Query<(Entity, &Position), Changed<Position>> = Query::since(&storage, since);
    query.for_each(|(entity, _)| assert!(found.insert(entity)));
    assert!(found.contains(&all[2999]), "the last row took the free place");
}

#[test]
fn added_and_or_pass_what_they_say() {
    let (mut storage, all) = crowd();
    let since = storage.next_tick();
    storage.add(all[20], Label::default()).unwrap();
    let added: Query<Entity, Added<Label>> = Query::since(&storage, since);
    assert!(added.contains(all[20]) && !added.contains(all[6000]));
    let either: Query<Entity, Or<(With<Label>, Without<Speed>)>> = storage.query();
    assert_eq!(either.count(), 3000 + 100);
    let both: Query<Entity, (With<Label>, Or<(Added<Label>, Changed<Speed>)>)> = Query::since(&storage, since);
    assert_eq!(both.entities(), [all[20]]);
}

#[test]
fn remembered_matches_follow_new_archetypes_and_other_worlds() {
    let (mut storage, all) = crowd();
    let mut state: QueryState<&Position, Without<Label>> = QueryState::default();
    assert_eq!(state.query(&storage).count(), 6000);
    let before = storage.copy();
    storage.add(all[0], Fire { heat: 1.0 }).unwrap();
    storage.remove(all[3000], Position::INFO.id).unwrap();
    storage.spawn((Position::default(), Speed::default(), Fire::default())).unwrap();
    assert_eq!(state.query(&storage).count(), 6000);
    // In the copy the next archetype is another one.
    storage.restore(before);
    storage.spawn((Label::default(), Position::default())).unwrap();
    assert_eq!(state.query(&storage).count(), 6000);
    assert_eq!(state.query(&Storage::default()).count(), 0);
}

#[test]
fn sparse_components_move_nothing_and_are_found() {
    let (mut storage, all) = crowd();
    let archetypes = storage.archetypes().len();
    let place = storage.locate(all[4000]).unwrap();
    for entity in [all[4000], all[1], all[6001]] {
        storage.add(entity, Fire { heat: 3.0 }).unwrap();
    }
    assert_eq!((storage.archetypes().len(), storage.locate(all[4000]).unwrap()), (archetypes, place));
    let mut burning: Query<(Entity, &mut Fire, &Position, Option<&Speed>)> = storage.query();
    let mut found = BTreeSet::new();
    burning.for_each(|(entity, fire, position, speed)| {
        fire.heat += 1.0;
        found.insert((entity, position.x as u32, speed.is_some()));
    });
    assert_eq!(burning.get_mut(all[1]).map(|(_, fire, ..)| fire.heat), Some(4.0));
    assert!(burning.get_mut(all[2]).is_none());
    drop(burning);
    assert_eq!(found, BTreeSet::from([(all[1], 1, false), (all[4000], 4000, true), (all[6001], 6001, true)]));
    let cold: Query<Entity, (Without<Fire>, With<Label>)> = storage.query();
    assert_eq!(cold.count(), 99);
    storage.despawn(all[4000]).unwrap();
    storage.remove(all[1], Fire::INFO.id).unwrap();
    assert_eq!(storage.read(all[6001], |fire: &Fire| fire.heat), Ok(4.0));
    let left: Query<Entity, With<Fire>> = storage.query();
    assert_eq!(left.entities(), [all[6001]]);
    drop(left);
    let copy = storage.duplicate(all[6001]).unwrap();
    assert_eq!(storage.read(copy, |fire: &Fire| fire.heat), Ok(4.0));
}

#[test]
fn two_threads_over_different_pools_never_wait() {
    let (storage, _) = crowd();
    let storage = &storage;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for _ in 0..1000 {
                let mut positions: Query<&mut Position> = storage.query();
                positions.for_each(|position| position.y += 1.0);
            }
        });
        scope.spawn(move || {
            for _ in 0..1000 {
                let mut speeds: Query<&mut Speed> = storage.query();
                speeds.for_each(|speed| speed.value += 1.0);
            }
        });
    });
    for pool in storage.pools() {
        let stats = pool.lock_stats();
        assert_eq!((stats.contended, stats.wait_ns), (0, 0), "{}", stats.name);
    }
}

#[test]
fn a_query_that_matches_nobody_locks_nothing() {
    let mut storage = Storage::default();
    storage.spawn((Position::default(),)).unwrap();
    storage.pool_of(Speed::INFO).unwrap();
    let holding: Query<&mut Position> = storage.query();
    // The pool of Position is held above; this would never end if it asked for it.
    let mut nobody: Query<(&mut Position, &mut Speed)> = storage.query();
    nobody.for_each(|_| unreachable!("nobody has both"));
    assert!(nobody.is_empty());
    assert_eq!(holding.count(), 1);
}

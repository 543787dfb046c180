//! What is done to whole worlds and whole pools, one promise at a time.

use crate::properties::{ALL, Link, Marker, Mood, Random};
use crate::{Label, Position, Speed};
use playground_core_ecs::model::{binary::StorageLoaded, export::ExportFormat, merge::Conflict};
use playground_core_ecs::{Component, EcsError, Entity, Storage, World};
use playground_core_types::{Atomic, Handle};
use std::thread;
use xxhash_rust::xxh3::xxh3_64;

/// Can be written through a shared reference.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, name = "test::Counter")]
pub struct Counter {
    pub value: Atomic<u32>,
}

pub mod before {
    use playground_core_ecs::Component;

    /// As it was saved.
    #[derive(Component, Clone, Default)]
    #[component(crate = playground_core_ecs, name = "test::Orbit")]
    pub struct Orbit {
        pub radius: f32,
        pub phase: f32,
        pub turns: u32,
        pub kind: String,
    }
}

pub mod after {
    use playground_core_ecs::Component;

    /// As it is now.
    #[derive(Component, Clone, Debug, PartialEq)]
    #[component(crate = playground_core_ecs, name = "test::Orbit")]
    pub struct Orbit {
        #[component(was = "radius")]
        pub distance: f32,
        pub phase: f64,
        pub kind: u8,
        pub tilt: f32,
    }

    impl Default for Orbit {
        fn default() -> Self {
            Self { distance: 1.0, phase: 0.0, kind: 7, tilt: 0.25 }
        }
    }
}

mod dense {
    use playground_core_ecs::Component;

    /// Kept in archetypes.
    #[derive(Component, Clone, Default)]
    #[component(crate = playground_core_ecs, name = "test::Flag")]
    pub struct Flag {}
}

mod sparse {
    use playground_core_ecs::Component;

    /// Kept beside them.
    #[derive(Component, Clone, Default)]
    #[component(crate = playground_core_ecs, name = "test::Flag", sparse)]
    pub struct Flag {}
}

pub fn world(count: usize) -> (World, Vec<Entity>) {
    let world = World::new("test");
    let spawned = {
        let mut storage = world.write();
        for info in ALL {
            storage.pool_of(info).unwrap();
        }
        let rows = (0..count).map(|at| (Position { x: at as f32, y: 0.0 }, Speed { value: 1.0 }));
        storage.spawn_batch(rows).unwrap()
    };
    (world, spawned)
}

pub fn x(world: &World, entity: Entity) -> f32 {
    world.read().read(entity, |position: &Position| position.x).unwrap()
}

pub fn move_to(world: &World, entity: Entity, x: f32) {
    world.write().get_mut::<Position>(entity).unwrap().x = x;
}

#[test]
fn a_merge_reports_conflicts_skips_the_dead_and_gives_new_ids_where_slots_are_taken() {
    let (world, all) = world(4);
    let fork = world.fork("fork");
    assert!(fork.lineage().read().is_fork());
    let theirs = fork.write().spawn((Label { text: "theirs".into() },)).unwrap();
    move_to(&fork, all[0], 10.0);
    move_to(&world, all[0], 20.0);
    move_to(&fork, all[1], 11.0);
    world.write().despawn(all[1]).unwrap();
    fork.write().despawn(all[2]).unwrap();
    move_to(&world, all[2], 22.0);
    move_to(&world, all[3], 5.0);
    move_to(&fork, all[3], 5.0);
    fork.write().add(all[0], Link { to: theirs, others: vec![all[3]] }).unwrap();
    let ours = world.write().spawn((Label { text: "ours".into() },)).unwrap();
    assert_eq!(ours.index(), all[1].index());
    let other = world.write().spawn((Label { text: "ours".into() },)).unwrap();
    assert_eq!(other, theirs, "both took the next slot");

    let merged = world.merge(&fork).unwrap();
    let position = Some("test::Position");
    let expected = [Conflict { entity: all[0], component: position }, Conflict { entity: all[2], component: None }];
    assert_eq!(merged.conflicts, expected);
    assert_eq!(merged.skipped.into_iter().collect::<Vec<_>>(), [all[1]]);
    assert_eq!((merged.spawned, merged.despawned, merged.added), (1, 1, 1));
    let came = merged.ids[&theirs];
    assert_ne!(came, theirs);
    let storage = world.read();
    let link = storage.read(all[0], Link::clone).unwrap();
    assert_eq!(link, Link { to: came, others: vec![all[3]] });
    assert_eq!(storage.read(came, |label: &Label| label.text.clone()).unwrap(), "theirs");
    assert_eq!(storage.verify(), Vec::<String>::new());
    drop(storage);
    assert_eq!(x(&world, all[0]), 10.0);

    // What came once is changed, not spawned again, and comes anew if it was undone.
    fork.write().get_mut::<Label>(theirs).unwrap().text = "changed".into();
    let again = world.merge(&fork).unwrap();
    assert_eq!((again.spawned, again.changed), (0, 1));
    world.write().despawn(came).unwrap();
    assert_eq!(world.merge(&fork).unwrap().spawned, 1);
}

#[test]
fn a_world_that_is_no_fork_comes_as_a_whole_under_new_ids() {
    let (world, all) = world(2);
    let (stranger, theirs) = self::world(2);
    let ended = stranger.write().spawn((Marker {},)).unwrap();
    stranger.write().despawn(ended).unwrap();
    stranger.write().add(theirs[0], Link { to: theirs[1], others: vec![ended, Entity::NONE] }).unwrap();
    stranger.write().add(theirs[1], Mood { text: "good".into(), about: theirs[0] }).unwrap();
    let merged = world.merge(&stranger).unwrap();
    assert_eq!((merged.spawned, world.read().len()), (2, 4));
    let here = |there: Entity| merged.ids[&there];
    assert!(!all.contains(&here(theirs[0])));
    let storage = world.read();
    let link = storage.read(here(theirs[0]), Link::clone).unwrap();
    assert_eq!(link, Link { to: here(theirs[1]), others: vec![Entity::NONE; 2] });
    assert_eq!(storage.read(here(theirs[1]), |mood: &Mood| mood.about), Ok(here(theirs[0])));
    drop(storage);
    assert_eq!(world.merge(&world).unwrap(), Default::default());
    assert_eq!(world.read().verify(), Vec::<String>::new());
}

#[test]
fn a_difference_finds_a_place_for_what_lost_its_slot() {
    let (world, all) = world(3);
    let before = world.read().copy();
    let new = world.write().spawn((Label::default(),)).unwrap();
    world.write().add(all[0], Link { to: new, others: vec![] }).unwrap();
    world.write().despawn(all[2]).unwrap();
    move_to(&world, all[1], 9.0);
    let diff = before.diff(&world.read()).unwrap();
    assert_eq!((&diff.spawned, &diff.despawned), (&vec![new], &vec![all[2]]));
    assert_eq!(
        diff.changed.iter().map(|(entity, info)| (*entity, info.name)).collect::<Vec<_>>(),
        [(all[1], "test::Position")]
    );

    let mut other = before.copy();
    let taken = other.spawn((Marker {},)).unwrap();
    assert_eq!(taken, new);
    other.despawn(all[1]).unwrap();
    let applied = other.apply_diff(&diff).unwrap();
    let here = applied.renamed[&new];
    assert_eq!(applied.missing.into_iter().collect::<Vec<_>>(), [all[1]]);
    assert_eq!(other.read(all[0], |link: &Link| link.to), Ok(here));
    assert!(other.has(here, Label::INFO.id) && other.has(taken, Marker::INFO.id));
    assert_eq!(other.verify(), Vec::<String>::new());
}

#[test]
fn later_occupants_of_a_slot_stay_dead_when_an_earlier_one_comes_back() {
    let mut storage = Storage::default();
    let first = storage.spawn((Marker {},)).unwrap();
    let before = storage.copy();
    storage.despawn(first).unwrap();
    let mut ended = vec![];
    for _ in 0..3 {
        let next = storage.spawn((Marker {},)).unwrap();
        storage.despawn(next).unwrap();
        ended.push(next);
    }
    let back = storage.diff(&before).unwrap();
    storage.apply_diff(&back).unwrap();
    assert!(storage.exists(first));
    storage.despawn(first).unwrap();
    for _ in 0..4 {
        let next = storage.spawn((Marker {},)).unwrap();
        assert!(!ended.contains(&next), "{next:?} was somebody else");
        ended.push(next);
    }
}

#[test]
fn differences_between_shapes_go_by_field_name() {
    let mut old = Storage::default();
    let orbit = before::Orbit { radius: 3.0, phase: 0.5, turns: 2, kind: "round".into() };
    let entity = old.spawn((orbit,)).unwrap();
    let diff = Storage::default().diff(&old).unwrap();
    let mut new = Storage::default();
    new.pool_of(after::Orbit::INFO).unwrap();
    let applied = new.apply_diff(&diff).unwrap();
    let expected = after::Orbit { distance: 3.0, phase: 0.5, kind: 7, tilt: 0.25 };
    assert_eq!(new.read(entity, after::Orbit::clone), Ok(expected));
    assert_eq!(applied.lost.into_iter().collect::<Vec<_>>(), ["test::Orbit.kind", "test::Orbit.turns"]);
}

fn saved() -> (Storage, Vec<u8>) {
    let mut storage = Storage::default();
    for info in ALL {
        storage.pool_of(info).unwrap();
    }
    let first = storage.spawn((Position { x: -0.0, y: f32::NAN }, Marker {})).unwrap();
    storage.despawn(first).unwrap();
    let sun = storage.spawn((Label { text: "Sun ☀".into() }, Link { to: first, others: vec![] })).unwrap();
    storage.spawn((Mood { text: "low".into(), about: sun }, Position { x: 1.5, y: f32::INFINITY })).unwrap();
    storage.set_resource(Speed { value: 2.0 }).unwrap();
    let bytes = storage.save(None).unwrap();
    (storage, bytes)
}

fn empty() -> Storage {
    let mut storage = Storage::default();
    for info in ALL {
        storage.pool_of(info).unwrap();
    }
    storage
}

#[test]
fn what_was_saved_comes_back_bit_by_bit() {
    let (storage, bytes) = saved();
    let mut loaded = empty();
    let stale = loaded.spawn((Marker {},)).unwrap();
    let outcome = loaded.load(&bytes).unwrap();
    assert_eq!((outcome.entities, outcome.components, outcome.whole), (3, 5, true));
    assert!(storage.diff(&loaded).unwrap().is_empty());
    assert_eq!((loaded.verify(), loaded.save(None).unwrap()), (vec![], bytes));
    assert!(loaded.exists(stale) == storage.exists(stale));
    // The resources are known again: setting one makes no second entity.
    loaded.set_resource(Speed { value: 3.0 }).unwrap();
    assert_eq!(loaded.len(), 3);
    loaded.set_resource(Link::default()).unwrap();
    assert_eq!(loaded.len(), 3);
}

#[test]
fn components_with_other_fields_are_loaded_by_name() {
    let mut old = Storage::default();
    let entity = old.spawn((before::Orbit { radius: 3.0, phase: 0.5, turns: 2, kind: "round".into() },)).unwrap();
    let bytes = old.save(None).unwrap();
    let mut new = Storage::default();
    new.pool_of(after::Orbit::INFO).unwrap();
    let outcome = new.load(&bytes).unwrap();
    assert_eq!(new.read(entity, |orbit: &after::Orbit| (orbit.distance, orbit.phase, orbit.kind)), Ok((3.0, 0.5, 7)));
    assert_eq!(outcome.lost.into_iter().collect::<Vec<_>>(), ["test::Orbit.kind", "test::Orbit.turns"]);
    assert_eq!(outcome.defaulted.into_iter().collect::<Vec<_>>(), ["test::Orbit.tilt"]);
    let error = Storage::default().load(&bytes).unwrap_err();
    assert!(matches!(error, EcsError::NoComponent { ref name, .. } if name == "test::Orbit"), "{error}");
}

#[test]
fn single_pools_come_back_to_those_that_live() {
    let (world, all) = world(3);
    let bytes = world.read().save(Some(&[Position::INFO.id])).unwrap();
    move_to(&world, all[0], 7.0);
    world.write().remove(all[1], Position::INFO.id).unwrap();
    world.write().despawn(all[2]).unwrap();
    let late = world.write().spawn((Position::default(),)).unwrap();
    let outcome = world.write().load(&bytes).unwrap();
    let missing = [all[2]].into();
    assert_eq!(outcome, StorageLoaded { entities: 3, components: 3, missing, ..StorageLoaded::default() });
    assert_eq!((x(&world, all[0]), x(&world, all[1])), (0.0, 1.0));
    assert!(world.read().exists(late) && !world.read().has(late, Position::INFO.id));
}

#[test]
fn damaged_bytes_are_refused_with_the_place() {
    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let mut storage = empty();
        let kept = storage.spawn((Marker {},)).unwrap();
        assert_eq!(storage.load(bytes).unwrap_err().to_string(), expected);
        assert!(storage.len() == 1 && storage.exists(kept));
    }
    let (_, bytes) = saved();
    check(b"", "byte 0, the head: this is no saved storage; nothing was loaded");
    check(&bytes[..9], "byte 9, the head: the data ends here; nothing was loaded");
    let len = bytes.len();
    let ends = format!(
        "byte {}, the head: {} bytes should follow the head, {} do; nothing was loaded",
        len - 1,
        len - 22,
        len - 23
    );
    check(&bytes[..len - 1], &ends);
    let mut newer = bytes.clone();
    newer[4] = 9;
    check(&newer, "byte 4, the head: it has format 9, this build reads 1; nothing was loaded");
    let checksum = "byte 14, the head: the checksum is not that of the data: it was damaged; nothing was loaded";
    let mut pools = bytes.clone();
    pools[5] = 1;
    check(&pools, checksum);
    let mut damaged = bytes.clone();
    damaged[len - 1] ^= 1;
    check(&damaged, checksum);
    let mut announced = bytes.clone();
    announced.truncate(22);
    announced.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0x0f]);
    seal(&mut announced);
    check(&announced, "byte 27, the components: 4294967295 are announced and 0 bytes are left; nothing was loaded");
}

/// Makes the head right for whatever follows it, as somebody would who means harm.
pub fn seal(bytes: &mut [u8]) {
    let (head, body) = bytes.split_at_mut(22);
    head[6..14].copy_from_slice(&(body.len() as u64).to_le_bytes());
    head[14..22].copy_from_slice(&xxh3_64(body).to_le_bytes());
}

/// Saved bytes with some of them changed, gone, added or cut off, under a head that is right for what is left.
pub fn damaged(saved: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = saved.to_vec();
    for _ in 0..=random.below(3) {
        let at = 22 + random.below(bytes.len() - 22);
        match random.below(5) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] = 0xff,
            2 => bytes[at] ^= 1 << random.below(8),
            3 => drop(bytes.remove(at)),
            _ => bytes.insert(at, random.below(256) as u8),
        }
    }
    if random.below(10) == 0 {
        bytes.truncate(22 + random.below(bytes.len() - 22));
    }
    seal(&mut bytes);
    bytes
}

#[test]
fn no_bytes_make_loading_panic_or_leave_a_broken_world() {
    let (_, bytes) = saved();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut outcomes = [0, 0];
    for _ in 0..20_000 {
        let bytes = damaged(&bytes, &mut random);
        let mut storage = empty();
        let loaded = storage.load(&bytes);
        assert_eq!(storage.verify(), Vec::<String>::new());
        outcomes[usize::from(loaded.is_ok())] += 1;
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}

#[test]
fn a_pool_that_was_replaced_goes_back_to_its_type() {
    let mut storage = Storage::default();
    let orbit = before::Orbit { radius: 3.0, ..before::Orbit::default() };
    let entity = storage.spawn((orbit, Speed { value: 1.0 })).unwrap();
    let snapshot = storage.snapshot_pools(&[before::Orbit::INFO.id]).unwrap();
    assert_eq!((snapshot.len(), snapshot.components().count()), (1, 1));
    storage.clear_pool(before::Orbit::INFO.id).unwrap();
    storage.unregister(before::Orbit::INFO.id).unwrap();
    storage.add(entity, after::Orbit::default()).unwrap();
    let outcome = storage.restore_pools(&snapshot).unwrap();
    assert_eq!((outcome.restored, outcome.removed), (1, 1));
    assert_eq!(storage.read(entity, |orbit: &before::Orbit| orbit.radius), Ok(3.0));
    assert_eq!(storage.verify(), Vec::<String>::new());
}

#[test]
fn types_registered_since_stay_registered_and_those_that_became_sparse_are_refused() {
    let mut storage = Storage::default();
    let copy = storage.copy();
    let entity = storage.spawn((Label::default(),)).unwrap();
    storage.restore(copy);
    assert!(!storage.exists(entity) && storage.component("Label").is_ok());
    storage.pool_of(dense::Flag::INFO).unwrap();
    // Only this tells them apart: they have one name and the same fields.
    let error = storage.pool_of(sparse::Flag::INFO).unwrap_err();
    assert_eq!(error.to_string(), "the component test::Flag is stored with other fields (it is sparse now)");
}

#[test]
fn memory_is_counted_and_given_back() {
    let (world, all) = world(5_000);
    world.write().add(all[4_999], Mood::default()).unwrap();
    world.write().despawn_batch(&all[..4_000]);
    let before = world.memory();
    let positions = before.pools[0];
    assert_eq!((positions.component, positions.components), ("test::Position", 1_000 * 8));
    assert!(positions.slack >= 4_000 * 8 && before.entities >= 5_000 * 8 && before.archetypes >= 5_000 * 4);
    assert!(before.sparse >= 5_000 * 4);
    let freed = world.write().compact();
    let after = world.memory();
    assert!(freed >= 4_000 * (8 + 4 + 4), "{freed}");
    assert_eq!((after.pools[0].slack, after.total() + freed), (0, before.total()));
    let stats = world.stats();
    assert_eq!((stats.entities, stats.components, stats.types, stats.bytes), (1_000, 2_001, 6, after.total()));
}

#[test]
fn pools_are_exported_for_other_programs() {
    let mut storage = Storage::default();
    storage.spawn((Label { text: "a, \"b\"\nc".into() },)).unwrap();
    let last = storage.spawn((Label { text: "plain".into() },)).unwrap();
    storage.add(last, Link { to: Entity::NONE, others: vec![last] }).unwrap();
    let csv = storage.export(Label::INFO.id, ExportFormat::Csv).unwrap();
    assert_eq!(csv, "entity,text\r\n0,\"a, \"\"b\"\"\nc\"\r\n1,plain\r\n");
    let csv = storage.export(Link::INFO.id, ExportFormat::Csv).unwrap();
    assert_eq!(csv, "entity,to,others\r\n1,Entity(none),[Entity(1)]\r\n");
    let json = storage.export(Link::INFO.id, ExportFormat::Json).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json, serde_json::json!([{ "entity": 1, "fields": { "to": null, "others": [1] } }]));
    assert!(storage.export(Speed::INFO.id, ExportFormat::Json).is_err());
}

#[test]
fn a_destroyed_world_is_empty_for_whoever_still_has_it() {
    let (world, all) = world(10);
    let world = Handle::new(world);
    world.checkpoint().unwrap();
    world.destroy();
    let stats = world.stats();
    assert_eq!((stats.entities, stats.types, stats.checkpoints), (0, 6, 0));
    assert!(all.iter().all(|entity| !world.read().exists(*entity)));
    let next = world.write().spawn((Marker {},)).unwrap();
    assert!(!all.contains(&next));
    assert_eq!(world.read().verify(), Vec::<String>::new());
}

/// Waits until somebody waits for a lock of the world.
pub fn until_waited_for(world: &World, name: &str) {
    let waited = || world.lock_stats().iter().any(|lock| lock.name == name && lock.waiters > 0);
    while !waited() {
        thread::yield_now();
    }
}

#[test]
fn a_fork_holds_nothing_while_it_waits_for_the_lineage() {
    let (world, _) = world(10);
    thread::scope(|scope| {
        let lineage = world.lineage().write();
        scope.spawn(|| world.fork("fork"));
        until_waited_for(&world, "lineage");
        let holder = world.lock_stats().iter().find(|lock| lock.name == "world").unwrap().holder;
        drop(lineage);
        assert_eq!(holder, None, "a merge would wait for ever");
    });
}

#[test]
fn more_than_a_world_can_hold_is_refused_before_memory_is_taken() {
    let (world, all) = world(2);
    let mut storage = world.write();
    for count in [usize::MAX, 1 << 40, 1 << 28] {
        assert!(matches!(storage.duplicate_many(all[0], count), Err(EcsError::Full { .. })), "{count}");
        let refused = storage.reserve_for(&[Position::INFO.id], count);
        assert!(matches!(refused, Err(EcsError::Full { .. })), "{count}");
        storage.reserve(0, count);
    }
    /// Says that it has more than it has.
    struct Boaster(u32);
    impl Iterator for Boaster {
        type Item = (Position,);
        fn next(&mut self) -> Option<(Position,)> {
            self.0 = self.0.checked_sub(1)?;
            Some((Position::default(),))
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (usize::MAX, None)
        }
    }
    assert_eq!(storage.spawn_batch(Boaster(3)).map(|spawned| spawned.len()), Ok(3));
    assert_eq!((storage.len(), storage.verify()), (5, Vec::new()));
}

#[test]
fn notes_of_what_was_before_end_with_it_and_observing_goes_on() {
    let (world, all) = world(1);
    let mut storage = world.write();
    let earlier = storage.copy();
    storage.watch_mut().observe(Label::INFO.id, [true, true]);
    storage.pool_of(Label::INFO).unwrap();
    // A new pool numbers what is observed anew.
    storage.pool_of(Counter::INFO).unwrap();
    storage.add(all[0], Label::default()).unwrap();
    storage.restore(earlier);
    assert_eq!(storage.watch_mut().take(), []);
    storage.add(all[0], Label::default()).unwrap();
    assert_eq!(storage.watch_mut().take().len(), 1);
}

#[test]
fn a_resource_is_read_and_removed_wherever_it_is() {
    let (world, all) = world(1);
    let mut storage = world.write();
    let text = |storage: &Storage| storage.resource(|label: &Label| label.text.clone());
    assert_eq!((text(&storage), storage.remove_resource::<Label>()), (None, Ok(false)));
    let holder = storage.set_resource(Label { text: "one".into() }).unwrap();
    assert_eq!(text(&storage).as_deref(), Some("one"));
    assert_eq!((storage.remove_resource::<Label>(), text(&storage)), (Ok(true), None));
    assert_eq!(storage.set_resource(Label::default()), Ok(holder), "the entity stays");
    storage.remove_resource::<Label>().unwrap();
    storage.add(all[0], Label { text: "two".into() }).unwrap();
    assert_eq!(text(&storage).as_deref(), Some("two"));
    assert_eq!(storage.remove_resource::<Label>(), Ok(true));
    assert!(storage.exists(all[0]) && !storage.has(all[0], Label::INFO.id));
}

//! Pools through the contract.

use crate::{ecs, world};
use playground::ecs::model::{checkpoint::Rewind, export::ExportFormat};
use playground::ecs::{EcsError, Entity};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Heat {
    value: f32,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(sparse)]
struct Burning {
    since: u32,
}

fn hot(count: usize) -> (Handle<World>, Vec<Entity>) {
    let world = world();
    let spawned = world.write().spawn_batch((0..count).map(|at| (Heat { value: at as f32 },))).unwrap();
    (world, spawned)
}

fn heat(world: &Handle<World>, entity: Entity) -> f32 {
    world.read().read(entity, |heat: &Heat| heat.value).unwrap()
}

fn heat_up(world: &Handle<World>, entity: Entity) {
    let mut storage = world.write();
    let heat: &mut Heat = storage.get_mut(entity).unwrap();
    heat.value = 100.0;
}

#[test]
fn a_pool_is_made_listed_and_dropped_only_when_nobody_has_it() {
    let (ecs, world) = (ecs(), world());
    ecs.storage().create_pool(&world, Heat::INFO).unwrap();
    ecs.storage().create_pool(&world, Burning::INFO).unwrap();
    let names = || ecs.storage().list(&world).iter().map(|info| info.name).collect::<Vec<_>>();
    assert_eq!(names(), [Heat::INFO.name, Burning::INFO.name]);
    let entity = world.write().spawn((Heat::default(),)).unwrap();
    let error = ecs.storage().drop_pool(&world, Heat::INFO.id).unwrap_err();
    assert_eq!(error, EcsError::InUse { component: Heat::INFO.name, entities: 1 });
    world.write().despawn(entity).unwrap();
    ecs.storage().drop_pool(&world, Heat::INFO.id).unwrap();
    assert_eq!(names(), [Burning::INFO.name]);
    ecs.storage().create_pool(&world, Heat::INFO).unwrap();
    world.write().spawn((Heat::default(),)).unwrap();
    assert_eq!(ecs.storage().verify(&world), Vec::<String>::new());
}

#[test]
fn stats_count_components_and_what_happened_to_locks() {
    let (world, all) = hot(3);
    heat(&world, all[0]);
    let stats = ecs().storage().stats(&world);
    let (name, size, lock) = &stats[0];
    assert_eq!((stats.len(), *name, size.active), (1, Heat::INFO.name, 3));
    assert!(lock.reads > 0 && lock.name == Heat::INFO.name);
    let locks = ecs().storage().lock_stats(&world);
    assert!(locks.iter().any(|lock| lock.name == "world" && lock.writes > 0));
}

#[test]
fn reserve_makes_room_and_compact_gives_it_back() {
    let (world, _) = hot(1);
    world.write().pool_of(Burning::INFO).unwrap();
    let room = || ecs().storage().stats(&world).iter().map(|(_, size, _)| size.recycled).collect::<Vec<_>>();
    ecs().storage().reserve(&world, &[Heat::INFO.id, Burning::INFO.id], 1000).unwrap();
    assert!(room().iter().all(|free| *free >= 1000), "{:?}", room());
    let twice = ecs().storage().reserve(&world, &[Heat::INFO.id, Heat::INFO.id], 1);
    assert!(matches!(twice, Err(EcsError::Twice { .. })));
    assert!(ecs().storage().compact(&world) >= 2 * 1000 * 4);
    assert_eq!(room(), [0, 0]);
}

#[test]
fn clear_removes_a_component_from_all() {
    let (world, all) = hot(3);
    world.write().add(all[1], Burning { since: 4 }).unwrap();
    assert_eq!(ecs().storage().clear(&world, Heat::INFO.id).unwrap(), 3);
    assert_eq!(ecs().storage().clear(&world, Burning::INFO.id).unwrap(), 1);
    assert_eq!(world.read().components_of(all[1]).unwrap().count(), 0);
    assert_eq!(ecs().storage().verify(&world), Vec::<String>::new());
}

#[test]
fn pools_go_back_to_a_snapshot_of_them() {
    let (world, all) = hot(3);
    world.write().add(all[0], Burning { since: 4 }).unwrap();
    let snapshot = ecs().storage().snapshot(&world, &[Heat::INFO.id]).unwrap();
    heat_up(&world, all[0]);
    world.write().remove(all[1], Heat::INFO.id).unwrap();
    world.write().despawn(all[2]).unwrap();
    world.write().remove(all[0], Burning::INFO.id).unwrap();
    let outcome = ecs().storage().restore(&world, &snapshot).unwrap();
    assert_eq!((outcome.restored, outcome.missing), (2, [all[2]].into()));
    assert_eq!((heat(&world, all[0]), heat(&world, all[1])), (0.0, 1.0));
    assert!(!world.read().has(all[0], Burning::INFO.id), "what is not in the snapshot stays");
}

#[test]
fn a_world_goes_back_to_a_checkpoint() {
    let (world, all) = hot(2);
    let first = ecs().storage().checkpoint(&world).unwrap();
    heat_up(&world, all[1]);
    ecs().storage().checkpoint(&world).unwrap();
    assert_eq!(ecs().storage().checkpoints(&world).len(), 2);
    let back = ecs().storage().rewind(&world, Rewind::To(first.number)).unwrap();
    assert_eq!((back, heat(&world, all[1])), (first, 1.0));
    assert_eq!(ecs().storage().checkpoints(&world), [first]);
    ecs().storage().limit_checkpoints(&world, 10, 5);
    assert!(matches!(ecs().storage().checkpoint(&world), Err(EcsError::Budget { budget: 10, .. })));
}

#[test]
fn what_was_saved_is_loaded() {
    let (world, all) = hot(2);
    let bytes = ecs().storage().save(&world, None).unwrap();
    let digest = || ecs().storage().digest(&world, &|entity| entity.bits());
    let before = digest();
    heat_up(&world, all[0]);
    assert_ne!(digest(), before);
    let loaded = ecs().storage().load(&world, &bytes).unwrap();
    assert_eq!((loaded.entities, loaded.whole, digest()), (2, true, before));
    let broken = ecs().storage().load(&world, &bytes[..bytes.len() - 1]);
    assert!(matches!(broken, Err(EcsError::Broken { .. })));
    assert_eq!(digest(), before);
}

#[test]
fn a_pool_is_exported() {
    let (world, _) = hot(2);
    let csv = ecs().storage().export(&world, Heat::INFO.id, ExportFormat::Csv).unwrap();
    assert_eq!(csv, "entity,value\r\n0,0.0\r\n1,1.0\r\n");
    let json = ecs().storage().export(&world, Heat::INFO.id, ExportFormat::Json).unwrap();
    let words: Vec<&str> = json.split_whitespace().collect();
    assert_eq!(words.concat(), r#"[{"entity":0,"fields":{"value":0.0}},{"entity":1,"fields":{"value":1.0}}]"#);
}

#[test]
fn memory_says_what_takes_it() {
    let (world, _) = hot(1000);
    let before = ecs().storage().memory(&world);
    assert_eq!((before.pools[0].components, before.checkpoints), (4000, 0));
    ecs().storage().checkpoint(&world).unwrap();
    let after = ecs().storage().memory(&world);
    assert!(after.checkpoints >= 4000 && after.total() == before.total() + after.checkpoints);
}

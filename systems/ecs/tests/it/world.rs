//! Worlds through the contract.

use crate::{ecs, world};
use playground::ecs::{EcsError, Entity};
use playground::prelude::*;
use playground::scene::StableId;

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Score {
    points: u32,
}

fn with_scores(points: &[u32]) -> (Handle<World>, Vec<Entity>) {
    let world = world();
    let spawned = world.write().spawn_batch(points.iter().map(|points| (Score { points: *points },))).unwrap();
    (world, spawned)
}

fn points(world: &Handle<World>, entity: Entity) -> u32 {
    world.read().read(entity, |score: &Score| score.points).unwrap()
}

fn set(world: &Handle<World>, entity: Entity, points: u32) {
    let mut storage = world.write();
    let score: &mut Score = storage.get_mut(entity).unwrap();
    score.points = points;
}

#[test]
fn worlds_are_made_cleared_and_destroyed() {
    let world = ecs().worlds().create("arena");
    assert_eq!((world.name(), ecs().worlds().entity_count(&world)), ("arena", 0));
    let entity = world.write().spawn((Score::default(),)).unwrap();
    assert_eq!(ecs().worlds().entity_count(&world), 1);
    ecs().worlds().clear(&world);
    assert_eq!(ecs().worlds().entity_count(&world), 0);
    world.write().spawn((Score::default(),)).unwrap();
    ecs().storage().checkpoint(&world).unwrap();
    ecs().worlds().destroy(&world);
    let stats = ecs().worlds().stats(&world);
    assert_eq!((stats.entities, stats.checkpoints, stats.types), (0, 0, 1));
    assert!(!world.read().exists(entity));
}

#[test]
fn a_fork_goes_its_own_way_until_it_is_merged() {
    let (world, all) = with_scores(&[1, 2]);
    let fork = ecs().worlds().fork(&world, "what if");
    set(&fork, all[0], 10);
    assert_eq!((fork.name(), points(&world, all[0])), ("what if", 1));
    set(&world, all[1], 20);
    let merged = ecs().worlds().merge(&world, &fork).unwrap();
    assert_eq!((merged.changed, merged.conflicts.len()), (1, 0));
    assert_eq!((points(&world, all[0]), points(&world, all[1])), (10, 20));
    let (stranger, _) = with_scores(&[7]);
    assert_eq!(ecs().worlds().merge(&world, &stranger).unwrap().ids.len(), 1);
    assert_eq!(ecs().worlds().entity_count(&world), 3);
}

#[test]
fn a_world_goes_back_to_a_snapshot() {
    let (world, all) = with_scores(&[1]);
    let snapshot = ecs().worlds().snapshot(&world);
    set(&world, all[0], 5);
    let late = world.write().spawn((Score::default(),)).unwrap();
    ecs().worlds().restore(&world, snapshot);
    assert_eq!((points(&world, all[0]), world.read().exists(late)), (1, false));
}

#[test]
fn a_difference_leads_from_one_state_to_the_other() {
    let (world, all) = with_scores(&[1, 2]);
    let before = ecs().worlds().snapshot(&world);
    set(&world, all[0], 5);
    world.write().despawn(all[1]).unwrap();
    let diff = ecs().worlds().diff(&before, &world).unwrap();
    assert_eq!((diff.changed.len(), &diff.despawned), (1, &vec![all[1]]));
    let other = ecs().worlds().create("other");
    ecs().worlds().restore(&other, before);
    let applied = ecs().worlds().apply_diff(&other, &diff).unwrap();
    assert_eq!((applied.changed, applied.despawned), (1, 1));
    assert_eq!((points(&other, all[0]), other.read().exists(all[1])), (5, false));
}

#[test]
fn stats_count() {
    let (world, _) = with_scores(&[1, 2, 3]);
    let stats = ecs().worlds().stats(&world);
    assert_eq!((stats.entities, stats.components, stats.types, stats.archetypes), (3, 3, 1, 1));
    assert_eq!((stats.structure, stats.systems), (3, 0));
    assert!(stats.bytes >= 3 * (8 + 4 + 4));
}

#[test]
fn time_is_scaled_and_stopped() {
    let world = world();
    let passes = || world.clock().write().advance(2.0);
    ecs().worlds().set_time_scale(&world, 0.25).unwrap();
    assert_eq!(passes(), 0.5);
    ecs().worlds().pause(&world);
    assert_eq!((passes(), ecs().worlds().time(&world).paused), (0.0, true));
    ecs().worlds().resume(&world);
    assert_eq!(passes(), 0.5);
    let refused = ecs().worlds().set_time_scale(&world, -1.0);
    assert_eq!(refused, Err(EcsError::TimeScale { scale: "-1".to_owned() }));
    let time = ecs().worlds().time(&world);
    assert_eq!((time.elapsed, time.scale, time.paused), (1.0, 0.25, false));
}

#[test]
fn a_scene_is_saved_and_takes_the_place_of_another() {
    let (world, all) = with_scores(&[1]);
    let sun = world.write().spawn((StableId { value: 4 }, Name { value: "Sun".into() }, Score { points: 9 })).unwrap();
    world.write().spawn((StableId { value: 2 }, Parent { entity: sun })).unwrap();
    let text = ecs().worlds().save_scene(&world);
    let loaded = ecs().worlds().load_scene(&world, &text).unwrap();
    assert_eq!((loaded.entities, loaded.intact), (2, true));
    assert!(loaded.orphans.is_empty() && loaded.changed.is_empty());
    assert!(!world.read().exists(all[0]), "it has no stable number, so it is not in the scene");
    assert_eq!(ecs().worlds().save_scene(&world), text);

    let error = ecs().worlds().load_scene(&world, "(entities: [(id: 1)\n (id: 2)])").unwrap_err();
    assert!(matches!(&error, EcsError::Scene { cause } if cause.starts_with("line 2, column 2")), "{error}");
    assert_eq!(ecs().worlds().entity_count(&world), 2);
    // A world that knows no component yet learns those of scenes; others wait until somebody has them.
    let fresh = ecs().worlds().create("fresh");
    let loaded = ecs().worlds().load_scene(&fresh, &text).unwrap();
    assert_eq!(loaded.orphans.into_iter().collect::<Vec<_>>(), [Score::INFO.name]);
    assert_eq!(ecs().worlds().save_scene(&fresh), text, "they are written back as they were");
}

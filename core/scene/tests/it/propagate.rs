//! Places in the world after random changes, compared with those computed one by one.

use crate::chance::Chance;
use crate::world;
use glam::{Mat4, Quat, Vec3};
use playground_core_ecs::{Component, Entity, Query, Storage};
use playground_core_scene::{Parent, Propagation, StableId, Transform, Tree, WorldTransform, ancestors, world_matrix};

fn turned(x: f32, angle: f32) -> Transform {
    let translation = Vec3::new(x, 0.0, 0.0);
    Transform { translation, rotation: Quat::from_rotation_y(angle), scale: Vec3::ONE }
}

fn position(storage: &Storage, entity: Entity) -> Vec3 {
    storage.read(entity, WorldTransform::position).expect("it has a place in the world")
}

/// One run as the engine makes it.
fn run(storage: &mut Storage, tree: &mut Tree, propagation: &mut Propagation) -> bool {
    if Propagation::is_incomplete(storage) {
        Propagation::complete(storage).expect("there is room");
    }
    tree.update(storage);
    propagation.run(storage, tree)
}

#[track_caller]
fn check(storage: &Storage, tree: &Tree) {
    let mut places: Query<(Entity, &WorldTransform)> = storage.query();
    let mut all = Vec::new();
    places.for_each(|(entity, place)| all.push((entity, place.world_from_model())));
    drop(places);
    assert_eq!(all.len(), storage.count_of(Transform::INFO.id).expect("it is registered"));
    for (entity, found) in all {
        let rings = std::iter::once(entity).chain(ancestors(storage, entity)).any(|at| tree.cut().any(|cut| cut == at));
        if rings {
            continue;
        }
        let expected = world_matrix(storage, entity).unwrap_or(Mat4::NAN);
        let size = expected.w_axis.abs().max_element().max(1.0);
        assert!(found.abs_diff_eq(expected, 1e-3 * size), "{entity:?}: {found} is not {expected}");
    }
}

#[test]
fn parents_move_and_turn_their_children() {
    let (mut storage, mut tree, mut propagation) = (world(), Tree::default(), Propagation::default());
    let top = storage.spawn((StableId { value: 1 }, turned(1.0, std::f32::consts::PI))).expect("there is room");
    let middle = storage.spawn((StableId { value: 2 }, turned(2.0, 0.0), Parent { entity: top }));
    let middle = middle.expect("there is room");
    let low = storage.spawn((StableId { value: 3 }, turned(4.0, 0.0), Parent { entity: middle }));
    let low = low.expect("there is room");
    assert!(run(&mut storage, &mut tree, &mut propagation));
    for (entity, x) in [(top, 1.0), (middle, -1.0), (low, -5.0)] {
        assert!(position(&storage, entity).abs_diff_eq(Vec3::new(x, 0.0, 0.0), 1e-5));
    }
    assert!(!run(&mut storage, &mut tree, &mut propagation), "nothing moved since");
    storage.get_mut(top).map(|transform: &mut Transform| transform.translation.y = 7.0).expect("it has one");
    assert!(run(&mut storage, &mut tree, &mut propagation));
    assert!(position(&storage, low).abs_diff_eq(Vec3::new(-5.0, 7.0, 0.0), 1e-5));
    storage.despawn(top).expect("it lives");
    assert!(run(&mut storage, &mut tree, &mut propagation), "an ended parent moves nobody any more");
    assert!(position(&storage, low).abs_diff_eq(Vec3::new(6.0, 0.0, 0.0), 1e-5));
    storage.remove(middle, Transform::INFO.id).expect("it has one");
    assert!(run(&mut storage, &mut tree, &mut propagation));
    assert!(!storage.has(middle, WorldTransform::INFO.id));
    assert!(position(&storage, low).abs_diff_eq(Vec3::new(4.0, 0.0, 0.0), 1e-5), "the chain ends there");
}

#[test]
fn random_changes_lead_everything_to_its_place() {
    for seed in 1..=40 {
        let mut chance = Chance::new(seed);
        let (mut storage, mut tree, mut propagation) = (world(), Tree::default(), Propagation::default());
        let many = if seed % 8 == 0 { 2_500 } else { 12 };
        for step in 0..25_u64 {
            let alive: Vec<Entity> = storage.entities().collect();
            for number in 0..[1, many][chance.below(2)] as u64 {
                let transform = turned(chance.part() * 3.0, chance.part());
                let parent = chance.pick(&alive).unwrap_or(Entity::NONE);
                let id = StableId { value: step * 10_000 + number + 1 };
                match chance.below(3) {
                    0 => storage.spawn((id, transform)),
                    1 => storage.spawn((id, transform, Parent { entity: parent })),
                    _ => storage.spawn((id, Parent { entity: parent })),
                }
                .expect("there is room");
            }
            for _ in 0..chance.below(4) {
                let Some(one) = chance.pick(&alive).filter(|one| storage.exists(*one)) else { continue };
                let to = Parent { entity: chance.pick(&alive).unwrap_or(Entity::NONE) };
                match chance.below(4) {
                    0 => storage.despawn(one).expect("it lives"),
                    1 => drop(storage.get_mut(one).map(|parent: &mut Parent| *parent = to)),
                    2 => drop(storage.remove(one, Transform::INFO.id)),
                    _ => drop(storage.get_mut(one).map(|transform: &mut Transform| transform.translation.y += 1.0)),
                }
            }
            run(&mut storage, &mut tree, &mut propagation);
            check(&storage, &tree);
        }
        assert!(!run(&mut storage, &mut tree, &mut propagation));
    }
}

#[test]
fn going_back_to_a_copy_brings_everything_back_to_its_place() {
    let (mut storage, mut tree, mut propagation) = (world(), Tree::default(), Propagation::default());
    let top = storage.spawn((StableId { value: 1 }, turned(1.0, 0.0))).expect("there is room");
    let low = storage.spawn((StableId { value: 2 }, turned(2.0, 0.0), Parent { entity: top })).expect("there is room");
    run(&mut storage, &mut tree, &mut propagation);
    let copy = storage.copy();
    storage.get_mut(top).map(|transform: &mut Transform| transform.translation.x = 9.0).expect("it has one");
    run(&mut storage, &mut tree, &mut propagation);
    assert!(position(&storage, low).abs_diff_eq(Vec3::new(11.0, 0.0, 0.0), 1e-5));
    storage.restore(copy);
    run(&mut storage, &mut tree, &mut propagation);
    assert!(position(&storage, low).abs_diff_eq(Vec3::new(3.0, 0.0, 0.0), 1e-5));
}

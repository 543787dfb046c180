//! Random changes of the hierarchy, compared with plain lists.

use crate::chance::Chance;
use crate::world;
use glam::{Quat, Vec3};
use playground_core_ecs::{Component, Entity, Storage};
use playground_core_scene::{
    Beside, HierarchyError, Keep, Name, Parent, Place, StableId, Transform, Tree, ancestors, branch, children,
    despawn_keep_children, despawn_recursive, move_child, move_children, parent, set_parent, world_matrix,
};
use std::collections::{BTreeMap, BTreeSet};

/// Who belongs to whom, in order; [`Entity::NONE`] holds those without a parent.
type Lists = BTreeMap<Entity, Vec<Entity>>;

fn lists(storage: &Storage) -> Lists {
    let mut lists = Lists::new();
    for entity in storage.entities() {
        lists.insert(entity, children(storage, entity));
    }
    lists.insert(Entity::NONE, Tree::read(storage).children(None).collect());
    lists
}

fn without(lists: &Lists, gone: &[Entity]) -> Lists {
    let keep = |all: &Vec<Entity>| all.iter().copied().filter(|entity| !gone.contains(entity)).collect();
    lists.iter().filter(|(entity, _)| !gone.contains(entity)).map(|(entity, all)| (*entity, keep(all))).collect()
}

fn below(lists: &Lists, entity: Entity) -> Vec<Entity> {
    let mut all = vec![entity];
    for child in &lists[&entity] {
        all.extend(below(lists, *child));
    }
    all
}

fn spawn(storage: &mut Storage, id: u64, chance: &mut Chance) -> Entity {
    let rotation = Quat::from_rotation_y(chance.part()) * Quat::from_rotation_x(chance.part());
    let translation = Vec3::new(chance.part(), chance.part(), chance.part()) * 5.0;
    let scale = Vec3::splat(1.0 + chance.part() / 2.0);
    storage.spawn((StableId { value: id }, Transform { translation, rotation, scale })).expect("there is room")
}

#[test]
fn random_changes_keep_order_make_no_cycles_and_end_exactly_what_is_below() {
    for seed in 1..=40 {
        let mut chance = Chance::new(seed);
        let mut storage = Storage::default();
        let mut tree = Tree::default();
        for step in 0..120_u64 {
            let alive: Vec<Entity> = storage.entities().collect();
            let before = lists(&storage);
            let one = chance.pick(&alive);
            let other = chance.pick(&alive);
            match (chance.below(10), one, other) {
                (0..=3, _, _) | (_, None, _) | (_, _, None) => {
                    let new = spawn(&mut storage, step + 1, &mut chance);
                    if let Some(one) = one {
                        set_parent(&mut storage, new, Some(one), Keep::Local).expect("nothing is below a new one");
                    }
                }
                (4..=5, Some(one), Some(other)) => {
                    let place = world_matrix(&storage, one).expect("all have a transform");
                    let cycle = below(&before, one).contains(&other);
                    let outcome = set_parent(&mut storage, one, Some(other), Keep::World);
                    if cycle {
                        assert!(matches!(outcome, Err(HierarchyError::Cycle { .. })), "{outcome:?}");
                        assert_eq!(lists(&storage), before, "nothing changed");
                    } else {
                        outcome.expect("it is no cycle");
                        assert_eq!(parent(&storage, one), Some(other));
                        assert_eq!(without(&lists(&storage), &[one]), without(&before, &[one]));
                        let now = world_matrix(&storage, one).expect("all have a transform");
                        assert!(now.w_axis.abs_diff_eq(place.w_axis, 1e-2), "{now} {place}");
                    }
                }
                (6, Some(one), _) => {
                    set_parent(&mut storage, one, None, Keep::Local).expect("it lives");
                    assert_eq!(parent(&storage, one), None);
                    assert_eq!(without(&lists(&storage), &[one]), without(&before, &[one]));
                }
                (7, Some(one), _) => {
                    let above = parent(&storage, one).unwrap_or(Entity::NONE);
                    let sibling = chance.pick(&before[&above]).expect("it is one of them");
                    let beside =
                        [Beside::Before(sibling), Beside::After(sibling), Beside::First, Beside::Last][chance.below(4)];
                    move_child(&mut storage, one, beside).expect("they are siblings");
                    let now = &lists(&storage)[&above];
                    assert_eq!(without(&lists(&storage), &[one]), without(&before, &[one]));
                    let at = now.iter().position(|entity| *entity == one).expect("it is still there");
                    match beside {
                        _ if sibling == one && !matches!(beside, Beside::First | Beside::Last) => {}
                        Beside::Before(sibling) => assert_eq!(now[at + 1], sibling),
                        Beside::After(sibling) => assert_eq!(now[at - 1], sibling),
                        Beside::First => assert_eq!(at, 0),
                        Beside::Last => assert_eq!(at, now.len() - 1),
                    }
                }
                (8, Some(one), _) => {
                    let ending = below(&before, one);
                    assert_eq!(
                        branch(&storage, one).into_iter().collect::<BTreeSet<_>>(),
                        ending.iter().copied().collect()
                    );
                    assert_eq!(despawn_recursive(&mut storage, one), Ok(ending.len()));
                    assert_eq!(lists(&storage), without(&before, &ending));
                }
                (_, Some(one), _) => {
                    let kept = before[&one].clone();
                    let above = parent(&storage, one);
                    assert_eq!(despawn_keep_children(&mut storage, one, Keep::World), Ok(kept.len()));
                    assert!(kept.iter().all(|child| parent(&storage, *child) == above));
                    assert!(!storage.exists(one));
                    let mut moved = kept;
                    moved.push(one);
                    assert_eq!(without(&lists(&storage), &moved), without(&before, &moved));
                }
            }
            tree.update(&storage);
            let fresh = Tree::read(&storage);
            assert_eq!(tree.rows, fresh.rows, "seed {seed}, step {step}");
            assert_eq!(tree.rows.len(), storage.len());
            for entity in storage.entities() {
                assert!(!ancestors(&storage, entity).contains(&entity), "seed {seed}, step {step}");
                assert_eq!(tree.children(Some(entity)).collect::<Vec<_>>(), children(&storage, entity));
            }
        }
    }
}

fn family() -> (Storage, [Entity; 3]) {
    let mut storage = Storage::default();
    let sun = storage.spawn((StableId { value: 1 }, Name { value: "Sun".into() })).expect("there is room");
    let earth = storage.spawn((StableId { value: 2 }, Parent { entity: sun })).expect("there is room");
    let moon = (StableId { value: 3 }, Name { value: "Moon".into() }, Parent { entity: earth });
    let moon = storage.spawn(moon).expect("there is room");
    (storage, [sun, earth, moon])
}

#[test]
fn a_refused_parent_names_the_chain() {
    let (mut storage, [sun, _, moon]) = family();
    let error = set_parent(&mut storage, sun, Some(moon), Keep::Local).expect_err("it is below");
    assert_eq!(
        error.to_string(),
        "entity 1 (Sun) can't become a child of entity 3 (Moon): that would be a cycle, entity 3 (Moon) is below \
         entity 2 is below entity 1 (Sun)"
    );
    let error = set_parent(&mut storage, sun, Some(sun), Keep::Local).expect_err("it is itself");
    assert!(error.to_string().ends_with("it is the entity itself"), "{error}");
    let error = move_child(&mut storage, sun, Beside::Before(moon)).expect_err("they are no siblings");
    assert!(error.to_string().contains("different parents"), "{error}");
    storage.despawn(moon).expect("it lives");
    assert!(set_parent(&mut storage, sun, Some(moon), Keep::Local).is_err());
}

#[test]
fn a_place_among_siblings_ends_with_them() {
    let (mut storage, [sun, earth, moon]) = family();
    let mars = storage.spawn((StableId { value: 4 }, Parent { entity: sun })).expect("there is room");
    move_child(&mut storage, mars, Beside::First).expect("they are siblings");
    assert_eq!(children(&storage, sun), [mars, earth]);
    set_parent(&mut storage, mars, Some(sun), Keep::World).expect("nothing changes");
    assert_eq!(children(&storage, sun), [mars, earth], "the same parent changes nothing");
    set_parent(&mut storage, mars, Some(earth), Keep::Local).expect("it is no cycle");
    assert_eq!(children(&storage, earth), [moon, mars]);
    assert!(!storage.has(mars, Place::INFO.id));
}

#[test]
fn a_parent_that_is_flat_keeps_nobodys_place() {
    let (mut storage, [sun, _, moon]) = family();
    storage.add(sun, Transform { scale: Vec3::new(1.0, 0.0, 1.0), ..Transform::default() }).expect("it had none");
    storage.add(moon, Transform::default()).expect("it had none");
    let error = set_parent(&mut storage, moon, Some(sun), Keep::World).expect_err("it is flat");
    assert!(error.to_string().contains("scale of 0"), "{error}");
    assert_ne!(parent(&storage, moon), Some(sun));
    set_parent(&mut storage, moon, Some(sun), Keep::Local).expect("that needs no inverse");
}

#[test]
fn when_no_number_is_left_between_two_siblings_all_get_new_ones() {
    let mut storage = world();
    let of = |id: u64| (StableId { value: id },);
    let all: Vec<Entity> = (1..=3).map(|id| storage.spawn(of(id)).expect("there is room")).collect();
    let mut renumbered = false;
    // Each time one of the other two goes between the first and its neighbour: the gap halves until it is gone.
    for turn in 0..200 {
        let moved = all[1 + turn % 2];
        move_child(&mut storage, moved, Beside::After(all[0])).expect("they are siblings");
        let order: Vec<Entity> = Tree::read(&storage).children(None).collect();
        assert_eq!(order, [all[0], moved, all[2 - turn % 2]], "turn {turn}");
        renumbered |= storage.has(all[0], Place::INFO.id);
    }
    assert!(renumbered);
}

#[test]
fn entities_move_together_in_the_order_given() {
    let mut storage = Storage::default();
    let all: Vec<Entity> = (1..=6).map(|value| storage.spawn((StableId { value },)).expect("there is room")).collect();
    let order = |storage: &Storage| -> Vec<u64> {
        let tree = Tree::read(storage);
        tree.children(None).map(|entity| tree.id(entity)).collect()
    };
    let some = [all[5], all[0], all[4]];
    move_children(&mut storage, &some, Beside::After(all[1])).expect("they are siblings");
    assert_eq!(order(&storage), [2, 6, 1, 5, 3, 4]);
    // So often that there is no number left between the neighbours, and all get new ones.
    for _ in 0..200 {
        move_children(&mut storage, &[all[2], all[3]], Beside::After(all[1])).expect("they are siblings");
        move_children(&mut storage, &some, Beside::After(all[1])).expect("they are siblings");
        assert_eq!(order(&storage), [2, 6, 1, 5, 3, 4]);
    }
    move_children(&mut storage, &some, Beside::First).expect("they are siblings");
    assert_eq!(order(&storage), [6, 1, 5, 2, 3, 4]);
    storage.add(all[1], Parent { entity: all[0] }).expect("it had none");
    move_children(&mut storage, &some, Beside::Before(all[1])).expect_err("one has another parent");
}

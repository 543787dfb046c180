//! The tree after changes that nobody told it of.

use crate::chance::Chance;
use crate::world;
use playground_core_ecs::{Component, Entity};
use playground_core_scene::{Name, Parent, Place, StableId, Tree};

/// What can be seen of a tree.
fn seen(tree: &Tree) -> Vec<(Entity, u16, u64, String, Option<Entity>)> {
    let row = |(entity, depth): &(Entity, u16)| {
        (*entity, *depth, tree.id(*entity), tree.name(*entity).to_owned(), tree.parent(*entity))
    };
    tree.rows.iter().map(row).collect()
}

#[test]
fn an_update_leads_to_the_same_tree_as_reading_all_of_it() {
    for seed in 1..=60 {
        let mut chance = Chance::new(seed);
        let (mut storage, mut tree, mut next) = (world(), Tree::default(), 1);
        for step in 0..80 {
            for _ in 0..[1, 3, 100][chance.below(3)] {
                let alive: Vec<Entity> = storage.entities().collect();
                let one = chance.pick(&alive);
                // Parents are written without looking: rings, ended parents and entities that are their own come about.
                let parent = Parent { entity: chance.pick(&alive).unwrap_or(Entity::NONE) };
                match (chance.below(9), one) {
                    (0..=2, _) | (_, None) => {
                        storage.spawn((StableId { value: next }, parent)).expect("there is room");
                        next += 1;
                    }
                    (3..=4, Some(one)) => storage.despawn(one).expect("it lives"),
                    (5, Some(one)) => match storage.get_mut(one) {
                        Ok(name) => *name = Name { value: format!("again {next}") },
                        Err(_) => storage.add(one, Name { value: format!("{next}") }).expect("it had none"),
                    },
                    (6, Some(one)) => match storage.get_mut(one) {
                        Ok(known) => *known = parent,
                        Err(_) => storage.add(one, parent).expect("it had none"),
                    },
                    (7, Some(one)) => drop(storage.remove(one, Parent::INFO.id)),
                    (_, Some(one)) => match storage.get_mut(one) {
                        Ok(place) => *place = Place { value: f64::from(chance.part()) * 9.0 },
                        Err(_) => storage.add(one, Place { value: 4.5 }).expect("it had none"),
                    },
                }
            }
            let before = seen(&tree);
            let changed = tree.update(&storage);
            let fresh = Tree::read(&storage);
            assert_eq!(seen(&tree), seen(&fresh), "seed {seed}, step {step}");
            assert_eq!(tree.rows.len(), storage.len(), "nobody is lost");
            assert!(changed || seen(&tree) == before, "seed {seed}, step {step}");
            assert!(!tree.update(&storage), "nothing changed since");
            for entity in storage.entities() {
                assert_eq!(tree.entity(tree.id(entity)), Some(entity));
            }
            for (at, (entity, depth)) in tree.rows.iter().enumerate() {
                let below = tree.rows[at + 1..].iter().take_while(|(_, other)| other > depth).count();
                assert_eq!(tree.branch(*entity).len(), below + 1);
            }
        }
    }
}

#[test]
fn going_back_to_a_copy_is_seen() {
    let (mut storage, mut tree) = (world(), Tree::default());
    let sun = storage.spawn((StableId { value: 1 }, Name { value: "Sun".into() })).expect("there is room");
    storage.spawn((StableId { value: 2 }, Parent { entity: sun })).expect("there is room");
    tree.update(&storage);
    let before = seen(&tree);
    let copy = storage.copy();
    storage.get_mut(sun).map(|name: &mut Name| name.value.push('!')).expect("it has a name");
    storage.spawn((StableId { value: 3 }, Parent { entity: sun })).expect("there is room");
    assert!(tree.update(&storage));
    assert_eq!((tree.rows.len(), tree.name(sun)), (3, "Sun!"));
    storage.restore(copy);
    assert!(tree.update(&storage));
    assert_eq!(seen(&tree), before);
    let copy = storage.copy();
    storage.despawn(sun).expect("it lives");
    assert!(tree.update(&storage));
    assert_eq!(tree.rows.len(), 1, "the child stands at the root");
    storage.restore(copy);
    assert!(tree.update(&storage));
    assert_eq!(seen(&tree), before, "the child has its parent again");
    storage.clear();
    assert!(tree.update(&storage));
    assert!(tree.rows.is_empty() && tree.entity(1).is_none());
}

#[test]
fn of_a_ring_the_lowest_number_stands_at_the_root() {
    let mut storage = world();
    let [one, two, three] = [1, 2, 3].map(|id| storage.spawn((StableId { value: id },)).expect("there is room"));
    storage.add(two, Parent { entity: three }).expect("it had none");
    storage.add(three, Parent { entity: two }).expect("it had none");
    storage.add(one, Parent { entity: three }).expect("it had none");
    let mut tree = Tree::read(&storage);
    assert_eq!(tree.rows, [(two, 0), (three, 1), (one, 2)]);
    assert_eq!(tree.cut().collect::<Vec<_>>(), [two]);
    storage.remove(three, Parent::INFO.id).expect("it has one");
    tree.update(&storage);
    assert_eq!(tree.rows, [(three, 0), (one, 1), (two, 1)]);
    assert_eq!(tree.cut().count(), 0);
}

#[test]
fn a_component_more_is_a_change_and_a_value_that_is_not_shown_is_none() {
    let mut storage = world();
    let one = storage.spawn((StableId { value: 1 }, Name { value: "One".into() })).expect("there is room");
    let mut tree = Tree::read(&storage);
    storage.add(one, playground_core_scene::Light::default()).expect("it had none");
    assert!(tree.update(&storage), "its components are others");
    let light = storage.get_mut(one).map(|light: &mut playground_core_scene::Light| light.strength = 3.0);
    light.expect("it has one");
    assert!(!tree.update(&storage));
    // Written to, but the same.
    storage.get_mut(one).map(|name: &mut Name| name.value = "One".into()).expect("it has one");
    assert!(!tree.update(&storage));
}

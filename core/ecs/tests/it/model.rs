//! Random sequences of operations, done to a world and to a `BTreeMap`.

use crate::properties::Random;
use crate::{Label, Position, Speed};
use playground_core_ecs::{Component, ComponentId, EcsError, Entity, Reflect, Storage, Value};
use std::collections::BTreeMap;

type Model = BTreeMap<Entity, BTreeMap<ComponentId, Value>>;

fn component(random: &mut Random) -> (ComponentId, Value) {
    let number = random.below(1000) as f32;
    match random.below(3) {
        0 => (Position::INFO.id, Position { x: number, y: -number }.to_value()),
        1 => (Speed::INFO.id, Speed { value: number }.to_value()),
        _ => (Label::INFO.id, Label { text: format!("label {number}") }.to_value()),
    }
}

fn step(random: &mut Random, world: &mut Storage, model: &mut Model, ended: &mut Vec<Entity>) {
    let living: Vec<Entity> = model.keys().copied().collect();
    let some = (!living.is_empty()).then(|| living[random.below(living.len().max(1))]);
    match (random.below(10), some) {
        (0..=3, _) | (_, None) => {
            let components: BTreeMap<ComponentId, Value> = (0..random.below(4)).map(|_| component(random)).collect();
            let given: Vec<_> = components.clone().into_iter().collect();
            let entity = world.spawn_values(&given).unwrap();
            assert!(model.insert(entity, components).is_none(), "an id was given twice");
            assert!(!ended.contains(&entity), "a stale id came back");
        }
        (4, Some(entity)) => {
            world.despawn(entity).unwrap();
            model.remove(&entity);
            ended.push(entity);
        }
        (5..=6, Some(entity)) => {
            let (id, value) = component(random);
            let outcome = world.add_value(entity, id, Some(&value));
            match model.get_mut(&entity).unwrap().entry(id) {
                std::collections::btree_map::Entry::Occupied(_) => {
                    assert!(matches!(outcome, Err(EcsError::Present { .. })))
                }
                std::collections::btree_map::Entry::Vacant(place) => {
                    outcome.unwrap();
                    place.insert(value);
                }
            }
        }
        (7, Some(entity)) => {
            let (id, _) = component(random);
            let outcome = world.remove(entity, id);
            assert_eq!(outcome.is_ok(), model.get_mut(&entity).unwrap().remove(&id).is_some());
        }
        (8, Some(entity)) => {
            let (id, value) = component(random);
            let outcome = world.set_value(entity, id, "", &value);
            let known = model.get_mut(&entity).unwrap().get_mut(&id);
            assert_eq!(outcome.is_ok(), known.is_some());
            known.into_iter().for_each(|known| *known = value.clone());
        }
        (_, Some(entity)) => {
            let copy = world.duplicate(entity).unwrap();
            let components = model[&entity].clone();
            model.insert(copy, components);
        }
    }
}

fn check(world: &Storage, model: &Model, ended: &[Entity]) {
    assert_eq!(world.len(), model.len());
    for (entity, components) in model {
        let mut found: BTreeMap<ComponentId, Value> = BTreeMap::new();
        for info in world.components_of(*entity).unwrap() {
            found.insert(info.id, world.value(*entity, info.id).unwrap());
        }
        assert_eq!(&found, components, "{entity:?}");
    }
    for entity in ended {
        assert_eq!(world.value(*entity, Position::INFO.id), Err(EcsError::NoEntity(*entity)));
    }
}

#[test]
fn a_world_agrees_with_a_plain_map() {
    for seed in 1..=5 {
        let mut random = Random(seed * 0x9e37_79b9);
        let (mut world, mut model, mut ended) = (Storage::default(), Model::new(), Vec::new());
        for info in [Position::INFO, Speed::INFO, Label::INFO] {
            world.pool_of(info).unwrap();
        }
        for _ in 0..4 {
            (0..500).for_each(|_| step(&mut random, &mut world, &mut model, &mut ended));
            check(&world, &model, &ended);
        }
        // A copy is the same, and going back to it undoes everything since.
        let copy = world.copy();
        let before = model.clone();
        (0..300).for_each(|_| step(&mut random, &mut world, &mut model, &mut Vec::new()));
        world.restore(copy);
        check(&world, &before, &[]);
        world.clear();
        check(&world, &Model::new(), &before.keys().copied().collect::<Vec<_>>());
    }
}

//! Entities through the contract: each way to spawn, end, copy and find them.

use crate::{ecs, world};
use playground::ecs::{ComponentId, EcsError, Value};
use playground::prelude::*;
use playground::types::Entity;

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Coin {
    #[component(range = 1..=200)]
    cents: u32,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Owner {
    who: Entity,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(sparse)]
struct Lost;

fn coin(cents: u32) -> (ComponentId, Value) {
    (Coin::INFO.id, Coin { cents }.to_value())
}

fn registered() -> Handle<World> {
    let world = world();
    for info in [Coin::INFO, Owner::INFO, Lost::INFO] {
        ecs().components().register(&world, info).unwrap();
    }
    world
}

fn cents(world: &Handle<World>, entity: Entity) -> u32 {
    world.read().read(entity, |coin: &Coin| coin.cents).unwrap()
}

#[test]
fn spawn_takes_values_and_refuses_what_does_not_fit() {
    let (ecs, world) = (ecs(), registered());
    let entity = ecs.entities().spawn(&world, &[coin(5)]).unwrap();
    assert_eq!(cents(&world, entity), 5);
    let refused = ecs.entities().spawn(&world, &[coin(500)]);
    assert!(matches!(refused, Err(EcsError::OutOfRange { .. })), "{refused:?}");
    let unknown = ecs.entities().spawn(&world, &[(ComponentId::from_name("no::Such"), Value::Unit)]);
    assert!(matches!(unknown, Err(EcsError::NoComponent { .. })), "{unknown:?}");
    assert_eq!(ecs.entities().count(&world), 1);
}

#[test]
fn spawn_batch_spawns_all_or_none() {
    let (ecs, world) = (ecs(), registered());
    let owner = ecs.entities().spawn(&world, &[]).unwrap();
    let of = |who| (Owner::INFO.id, Owner { who }.to_value());
    let all = ecs.entities().spawn_batch(&world, &[vec![coin(1)], vec![coin(2), of(owner)]]).unwrap();
    assert_eq!((all.len(), cents(&world, all[0]), cents(&world, all[1])), (2, 1, 2));
    let stranger = Entity::new(900, 0);
    let refused = ecs.entities().spawn_batch(&world, &[vec![coin(3)], vec![of(stranger)]]);
    assert!(matches!(refused, Err(EcsError::Reference { entity, .. }) if entity == stranger), "{refused:?}");
    assert_eq!(ecs.entities().list(&world).len(), 3);
}

#[test]
fn despawn_ends_one_and_despawn_batch_those_that_live() {
    let (ecs, world) = (ecs(), registered());
    let all = ecs.entities().spawn_batch(&world, &[vec![coin(1)], vec![coin(2)], vec![coin(3)]]).unwrap();
    ecs.entities().despawn(&world, all[1]).unwrap();
    assert_eq!(ecs.entities().despawn(&world, all[1]), Err(EcsError::NoEntity(all[1])));
    assert_eq!(ecs.entities().despawn_batch(&world, &[all[0], all[1], all[0]]), 1);
    assert_eq!(ecs.entities().list(&world), [all[2]]);
    assert_eq!(cents(&world, all[2]), 3);
}

#[test]
fn an_entity_exists_until_it_ends_also_if_its_slot_is_used_again() {
    let (ecs, world) = (ecs(), registered());
    let first = ecs.entities().spawn(&world, &[]).unwrap();
    assert_eq!(ecs.entities().generation(&world, first.index()), Some(first.generation()));
    ecs.entities().despawn(&world, first).unwrap();
    assert!(!ecs.entities().exists(&world, first));
    assert_eq!(ecs.entities().generation(&world, first.index()), None);
    assert_eq!(ecs.entities().generation(&world, 4_000), None);
    let second = ecs.entities().spawn(&world, &[]).unwrap();
    assert!(ecs.entities().exists(&world, second) && !ecs.entities().exists(&world, first));
    assert_eq!(second.index(), first.index(), "the slot is used again");
    let generation = ecs.entities().generation(&world, first.index()).unwrap();
    assert_eq!(Entity::new(first.index(), generation), second);
}

#[test]
fn copies_have_components_of_their_own() {
    let (ecs, world) = (ecs(), registered());
    let original = ecs.entities().spawn(&world, &[coin(7), (Lost::INFO.id, Value::Unit)]).unwrap();
    let copy = ecs.entities().duplicate(&world, original).unwrap();
    let more = ecs.entities().duplicate_batch(&world, original, 3).unwrap();
    ecs.components().set_field(&world, original, Coin::INFO.id, "cents", &Value::Int(8)).unwrap();
    assert_eq!((cents(&world, copy), more.len(), cents(&world, more[2])), (7, 3, 7));
    assert!(ecs.components().has(&world, copy, Lost::INFO.id) && ecs.components().has(&world, more[0], Lost::INFO.id));
    let nobody = Entity::new(900, 0);
    assert_eq!(ecs.entities().duplicate(&world, nobody), Err(EcsError::NoEntity(nobody)));
    assert_eq!(ecs.entities().duplicate_batch(&world, nobody, 2), Err(EcsError::NoEntity(nobody)));
    assert_eq!(ecs.entities().count(&world), 5);
}

#[test]
fn components_of_names_sparse_ones_too_and_archetype_of_does_not() {
    let (ecs, world) = (ecs(), registered());
    let entity = ecs.entities().spawn(&world, &[coin(1), (Lost::INFO.id, Value::Unit)]).unwrap();
    let twin = ecs.entities().spawn(&world, &[coin(1)]).unwrap();
    let names = |infos: Vec<&playground::ecs::ComponentInfo>| infos.iter().map(|info| info.name).collect::<Vec<_>>();
    let of_entity = ecs.entities().components_of(&world, entity).unwrap();
    assert_eq!(names(of_entity), [Coin::INFO.name, Lost::INFO.name]);
    let place = ecs.entities().archetype_of(&world, twin).unwrap();
    assert_eq!((place.row, place.entities, names(place.components)), (1, 2, vec![Coin::INFO.name]));
    assert_eq!(ecs.entities().archetype_of(&world, entity).unwrap().number, place.number);
    let nobody = Entity::new(900, 0);
    assert!(ecs.entities().components_of(&world, nobody).is_err());
    assert!(ecs.entities().archetype_of(&world, nobody).is_err());
}

//! References, relations and tags.

use playground_core_ecs::{Component, Entity, Query, Reflect, Storage, With};
use playground_core_scene::{
    Parent, StableId, despawn_recursive, forget, is_relation, names_entities, references, related,
};

/// A relation.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
struct Likes {
    whom: Entity,
}

/// Not a relation: it says more than whom.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
struct Follows {
    whom: Option<Entity>,
    since: f32,
    others: Vec<Entity>,
}

/// Beside the archetypes.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, sparse)]
struct Fears {
    whom: Entity,
}

/// A tag.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
struct Frozen;

fn spawn(storage: &mut Storage, id: u64) -> Entity {
    storage.spawn((StableId { value: id },)).expect("there is room")
}

#[test]
fn the_schema_tells_who_can_name_entities() {
    let find = [Likes::INFO, Follows::INFO, Fears::INFO, Parent::INFO, Frozen::INFO, StableId::INFO];
    let named: Vec<&str> =
        find.iter().filter(|info| names_entities(info.schema)).map(|info| info.schema.name).collect();
    assert_eq!(named, ["Likes", "Follows", "Fears", "Parent"]);
    let relations: Vec<&str> = find.iter().filter(|info| is_relation(info)).map(|info| info.schema.name).collect();
    assert_eq!(relations, ["Likes", "Fears", "Parent"]);
    assert_eq!(Frozen::SCHEMA.size, 0);
}

#[test]
fn who_names_an_entity_is_found_and_forgets_it() {
    let mut storage = Storage::default();
    let [target, other, a, b, c, d] = [1, 2, 3, 4, 5, 6].map(|id| spawn(&mut storage, id));
    storage.add(a, Likes { whom: target }).expect("it had none");
    storage.add(b, Likes { whom: other }).expect("it had none");
    let follows = Follows { whom: Some(target), since: 2.0, others: vec![other, target] };
    storage.add(b, follows).expect("it had none");
    storage.add(c, Fears { whom: target }).expect("it had none");
    storage.add(d, Parent { entity: target }).expect("it had none");
    storage.add(target, Likes { whom: target }).expect("it had none");

    let who = |storage: &Storage, info: &playground_core_ecs::ComponentInfo| {
        related(storage, info.id, target).expect("it is registered")
    };
    assert_eq!(who(&storage, Likes::INFO), [target, a]);
    assert_eq!(who(&storage, Follows::INFO), [b]);
    assert_eq!(who(&storage, Fears::INFO), [c]);
    assert_eq!(who(&storage, Parent::INFO), [d]);
    assert!(related(&storage, Frozen::INFO.id, target).is_err(), "nobody registered it");
    let sources: Vec<Entity> = references(&storage, &[target]).iter().map(|reference| reference.source).collect();
    assert_eq!(sources, [a, b, c, d]);

    assert_eq!(forget(&mut storage, &[target]), Ok(4));
    assert!(!storage.has(a, Likes::INFO.id) && !storage.has(c, Fears::INFO.id) && !storage.has(d, Parent::INFO.id));
    assert!(storage.has(b, Likes::INFO.id), "that is about another");
    let kept = storage.read(b, |follows: &Follows| (follows.whom, follows.since, follows.others.clone()));
    assert_eq!(kept, Ok((Some(Entity::NONE), 2.0, vec![other, Entity::NONE])));
    assert!(storage.has(target, Likes::INFO.id), "the target keeps its own");
}

#[test]
fn what_names_an_entity_that_ended_without_goodbye_finds_nobody() {
    let mut storage = Storage::default();
    let [target, fan] = [1, 2].map(|id| spawn(&mut storage, id));
    storage.add(fan, Likes { whom: target }).expect("it had none");
    storage.despawn(target).expect("it lives");
    let new = spawn(&mut storage, 3);
    assert_eq!(new.index(), target.index(), "the slot was given again, the id was not");
    let whom = storage.read(fan, |likes: &Likes| likes.whom).expect("it has it still");
    assert!(whom == target && !storage.exists(whom));
    assert_eq!(related(&storage, Likes::INFO.id, new), Ok(vec![]));
}

#[test]
fn a_branch_that_ends_is_forgotten_by_those_outside() {
    let mut storage = Storage::default();
    let [top, child, fan] = [1, 2, 3].map(|id| spawn(&mut storage, id));
    storage.add(child, Parent { entity: top }).expect("it had none");
    storage.add(fan, Likes { whom: child }).expect("it had none");
    assert_eq!(despawn_recursive(&mut storage, top), Ok(2));
    assert!(!storage.has(fan, Likes::INFO.id));
}

#[test]
fn a_tag_takes_no_room_and_is_queried_like_any_component() {
    let mut storage = Storage::default();
    let all: Vec<Entity> = (1..=100).map(|id| spawn(&mut storage, id)).collect();
    storage.add_batch(&all[..30], Frozen).expect("there is room");
    let frozen: Query<Entity, With<Frozen>> = storage.query();
    assert_eq!(frozen.count(), 30);
    drop(frozen);
    storage.remove(all[0], Frozen::INFO.id).expect("it has it");
    assert_eq!(storage.count_of(Frozen::INFO.id), Ok(29));
}

//! What is saved and what is not.

use crate::world;
use playground_core_ecs::{Component, Entity, Storage, Value};
use playground_core_scene::{
    Document, Generated, Light, Name, Parent, Place, Propagation, StableId, Transform, Tree, WorldTransform,
};

#[test]
fn what_systems_make_and_what_follows_from_others_is_not_saved() {
    let mut storage = world();
    let swarm = storage.spawn((StableId { value: 1 }, Name { value: "Swarm".into() }, Transform::default()));
    let swarm = swarm.expect("there is room");
    let made = (StableId { value: 2 }, Parent { entity: swarm }, Transform::default(), Generated {});
    let made = storage.spawn(made).expect("there is room");
    storage.spawn((StableId { value: 3 }, Parent { entity: made })).expect("there is room");
    let without = |storage: &Storage| Document::of(storage).write();
    let before = without(&storage);
    Propagation::complete(&mut storage).expect("there is room");
    assert!(storage.has(swarm, WorldTransform::INFO.id));
    let text = without(&storage);
    assert_eq!(text, before);
    assert!(!text.contains("Generated") && !text.contains("WorldTransform") && !text.contains("id: 2,"), "{text}");
    let mut again = world();
    let loaded = Document::read(&text).and_then(|document| document.load(&mut again)).expect("it was just written");
    assert_eq!(loaded.entities, 2);
    let tree = Tree::read(&again);
    let kept = tree.entity(3).expect("it is saved");
    assert_eq!(again.read(kept, |parent: &Parent| parent.entity), Ok(Entity::NONE));
}

#[test]
fn the_order_of_siblings_is_saved() {
    let mut storage = world();
    for (id, place) in [(1, None), (2, Some(0.5)), (3, Some(1.5))] {
        let entity = storage.spawn((StableId { value: id },)).expect("there is room");
        place.into_iter().for_each(|value| storage.add(entity, Place { value }).expect("it had none"));
    }
    let order = |storage: &Storage| {
        let tree = Tree::read(storage);
        tree.children(None).map(|entity| tree.id(entity)).collect::<Vec<_>>()
    };
    assert_eq!(order(&storage), [2, 1, 3]);
    let mut again = world();
    let document = Document::read(&Document::of(&storage).write()).expect("it was just written");
    document.load(&mut again).expect("it fits");
    assert_eq!(order(&again), [2, 1, 3]);
}

#[test]
fn a_component_with_other_fields_than_the_file_knows_keeps_what_fits_and_the_rest_is_told() {
    let entities = "entities: [(id: 1, components: {\"scene::Light\": (strength: 2.5, gone: 7)})]";
    let strict = Document::read(&format!("(format: 1, {entities})")).expect("it reads");
    let error = strict.load(&mut world()).expect_err("nothing says that the file is of another version");
    assert!(error.to_string().contains("gone"), "{error}");
    let text = format!("(format: 1, schemas: {{\"scene::Light\": \"0000000000000001\"}}, {entities})");
    let mut storage = world();
    let loaded = Document::read(&text).expect("it reads").load(&mut storage).expect("what fits, fits");
    assert_eq!(loaded.changed.iter().collect::<Vec<_>>(), ["scene::Light"]);
    assert_eq!(loaded.lost.iter().collect::<Vec<_>>(), ["scene::Light.gone"]);
    let light = storage.entities().find_map(|entity| storage.value(entity, Light::INFO.id).ok());
    assert_eq!(light.expect("it has its light").field("strength"), Some(&Value::F32(2.5)));
}

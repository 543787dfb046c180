//! Components whose module is away: kept with their entities, and back once it is there.

use crate::world;
use playground_core_ecs::model::binary::Absent;
use playground_core_ecs::{Component, Entity, Storage, Value};
use playground_core_scene::{Adopted, Document, Name, Orphans, StableId, adopt_orphans, keep_orphans, orphans_of};
use std::collections::BTreeSet;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Rope")]
struct Rope {
    to: Entity,
    others: Vec<Entity>,
    slack: f32,
}

/// A world with two bodies, a thing that has no number, and ropes between them: with the module of the ropes, and as it
/// was loaded without it.
fn without_ropes() -> (Storage, Storage, [Entity; 3]) {
    let mut storage = world();
    let body = |value: u64| (StableId { value }, Name { value: format!("Body {value}") });
    let first = storage.spawn(body(7)).expect("there is room");
    let second = storage.spawn(body(3)).expect("there is room");
    let nameless = storage.spawn((Name::default(),)).expect("there is room");
    storage.add(first, Rope { to: second, others: vec![first, Entity::NONE], slack: 0.1 }).expect("it had none");
    storage.add(second, Rope { to: nameless, others: vec![], slack: f32::INFINITY }).expect("it had none");
    storage.add(nameless, Rope { to: first, ..Rope::default() }).expect("it had none");
    let mut other = world();
    let bytes = storage.save(None).expect("all are known");
    let (_, absent) = other.load_with_absent(&bytes).expect("it was just written");
    let outcome = keep_orphans(&mut other, absent).expect("there is room");
    assert_eq!((outcome.kept, outcome.lost), (BTreeSet::from(["test::Rope".to_owned()]), BTreeSet::new()));
    (storage, other, [first, second, nameless])
}

fn rope(storage: &Storage, entity: Entity) -> Rope {
    storage.read(entity, Rope::clone).expect("it has a rope")
}

#[test]
fn components_wait_for_their_module_and_name_the_same_entities_then() {
    let (before, mut storage, [first, second, nameless]) = without_ropes();
    let waiting = orphans_of(&storage, first);
    let number = |id: u64| Value::Entity(Entity::from_bits(id));
    assert_eq!(waiting[0].1.field("to"), Some(&number(3)));
    assert_eq!(adopt_orphans(&mut storage).adopted, 0);
    storage.pool_of(Rope::INFO).expect("names differ");
    assert_eq!(adopt_orphans(&mut storage), Adopted { adopted: 3, ..Adopted::default() });
    assert_eq!(rope(&storage, first), rope(&before, first));
    assert_eq!(rope(&storage, nameless), rope(&before, nameless));
    // What has no number can't be named in a text.
    assert_eq!(rope(&storage, second), Rope { to: Entity::NONE, ..rope(&before, second) });
    assert!([first, second, nameless].iter().all(|entity| !storage.has(*entity, Orphans::INFO.id)));
    assert_eq!((adopt_orphans(&mut storage).adopted, storage.verify()), (0, vec![]));
}

#[test]
fn they_are_written_with_the_scene_as_if_the_module_was_there() {
    let (before, storage, _) = without_ropes();
    let entities =
        |storage: &Storage| Document::of(storage).write().split_once("entities:").expect("it has").1.to_owned();
    let (with, without) = (entities(&before), entities(&storage));
    assert!(
        without.contains("\"test::Rope\": (to: Entity(3), others: [Entity(7), Entity(none)], slack: 0.1)"),
        "{without}"
    );
    assert_eq!(with, without);
}

#[test]
fn what_an_entity_got_since_stays_and_what_does_not_fit_waits_on() {
    let mut storage = world();
    let text = "(entities: [(id: 1, components: {\"test::Rope\": (knots: 3), \"lost::Kind\": 7, \"test::Old\": 1})])";
    Document::read(text).expect("it reads").load(&mut storage).expect("it loads");
    let entity = storage.entities().next().expect("there is one");
    // What is kept anew takes the place of what was kept before.
    let absent = Absent { component: "lost::Kind".to_owned(), schema: 7, held: vec![(entity, Value::Int(8))] };
    keep_orphans(&mut storage, vec![absent]).expect("there is room");
    storage.pool_of(Rope::INFO).expect("names differ");
    assert_eq!(adopt_orphans(&mut storage).adopted, 0);
    let mut names: Vec<String> = orphans_of(&storage, entity).into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["lost::Kind", "test::Old", "test::Rope"]);
    assert!(orphans_of(&storage, entity).contains(&("lost::Kind".to_owned(), Value::Int(8))));
    storage.add(entity, Rope { slack: 2.0, ..Rope::default() }).expect("it has none");
    assert_eq!(adopt_orphans(&mut storage).adopted, 0);
    assert_eq!((orphans_of(&storage, entity).len(), rope(&storage, entity).slack), (2, 2.0));
}

#[test]
fn a_value_that_no_text_can_say_is_named_as_lost() {
    let mut storage = world();
    let entity = storage.spawn((StableId { value: 1 },)).expect("there is room");
    let value = |field: &str| Value::Struct(vec![(field.to_owned(), Value::Int(1))]);
    let absent = |component: &str, field| Absent {
        component: component.to_owned(),
        schema: 7,
        held: vec![(entity, value(field))],
    };
    let all = vec![absent("test::Odd", "no name)"), absent("test::Even", "name")];
    let outcome = keep_orphans(&mut storage, all).expect("there is room");
    assert_eq!(outcome.lost.iter().collect::<Vec<_>>(), ["test::Odd"]);
    assert_eq!(outcome.kept.iter().collect::<Vec<_>>(), ["test::Even"]);
    assert_eq!(orphans_of(&storage, entity), [("test::Even".to_owned(), value("name"))]);
}

/// The same, later.
#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Rope")]
struct LaterRope {
    #[component(was = "slack")]
    loose: f64,
    others: Vec<Entity>,
    knots: u8,
}

#[test]
fn a_module_that_comes_back_with_other_fields_gets_what_fits_also_by_way_of_a_scene() {
    let (_, mut storage, [first, ..]) = without_ropes();
    let mut from_scene = world();
    let text = Document::of(&storage).write();
    Document::read(&text).expect("it reads").load(&mut from_scene).expect("it loads");
    let again = from_scene.copy();
    for storage in [&mut storage, &mut from_scene] {
        storage.pool_of(LaterRope::INFO).expect("names differ");
        let outcome = adopt_orphans(storage);
        assert!(outcome.adopted >= 2 && outcome.lost == BTreeSet::from(["test::Rope.to".to_owned()]), "{outcome:?}");
    }
    let rope = storage.read(first, LaterRope::clone).expect("it has a rope");
    assert_eq!((rope.loose as f32, rope.others, rope.knots), (0.1, vec![first, Entity::NONE], 0));
    // A scene that was written meanwhile says of which fields it knows.
    let mut opened = world();
    opened.pool_of(LaterRope::INFO).expect("names differ");
    let loaded = Document::read(&Document::of(&again).write()).expect("it reads").load(&mut opened).expect("it fits");
    assert_eq!(loaded.changed, BTreeSet::from(["test::Rope".to_owned()]));
    assert_eq!(opened.count_of(LaterRope::INFO.id), Ok(2));
}

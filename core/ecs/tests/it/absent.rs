//! Saved storages whose component types nobody brings any more: refused, or handed out beside the rest.

use crate::properties::Random;
use crate::worlds::{damaged, seal};
use crate::{Label, Position, Speed};
use playground_core_ecs::model::binary::{Absent, StorageLoaded};
use playground_core_ecs::{Component, EcsError, Entity, Reflect, Storage, Value};
use std::time::{Duration, Instant};

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Rope", sparse)]
struct Rope {
    to: Entity,
    knots: Vec<Option<f32>>,
}

#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, name = "test::Mark")]
struct Mark {}

/// Two entities with something of everything, and one with nothing that stays known.
fn saved() -> ([Entity; 3], Vec<u8>) {
    let mut storage = Storage::default();
    let first = storage.spawn((Position { x: 1.0, y: 2.0 }, Mark {}, Speed { value: 3.0 })).unwrap();
    let rope = Rope { to: first, knots: vec![Some(f32::INFINITY), None] };
    let second = storage.spawn((Position { x: 4.0, y: -0.0 }, rope)).unwrap();
    let third = storage.spawn((Mark {},)).unwrap();
    storage.set_resource(Label { text: "a resource".into() }).unwrap();
    ([first, second, third], storage.save(None).unwrap())
}

fn knowing_position() -> Storage {
    let mut storage = Storage::default();
    storage.pool_of(Position::INFO).unwrap();
    storage
}

#[test]
fn components_of_absent_types_are_handed_out_and_the_rest_is_loaded() {
    let ([first, second, third], bytes) = saved();
    let mut storage = knowing_position();
    let strict = storage.load(&bytes).unwrap_err();
    assert!(matches!(strict, EcsError::NoComponent { .. }), "{strict}");
    assert!(storage.is_empty());
    let (loaded, absent) = storage.load_with_absent(&bytes).unwrap();
    assert_eq!((loaded.entities, loaded.components, loaded.whole), (4, 7, true));
    assert_eq!(storage.read(second, |at: &Position| (at.x, at.y.to_bits())), Ok((4.0, (-0.0_f32).to_bits())));
    assert_eq!((storage.verify(), storage.len(), storage.exists(third)), (vec![], 4, true));
    let names: Vec<&str> = absent.iter().map(|one| one.component.as_str()).collect();
    assert_eq!(names, ["test::Label", "test::Mark", "test::Rope", "test::Speed"]);
    let held = |name: &str| &absent.iter().find(|one| one.component == name).unwrap().held;
    let speed = Value::Struct(vec![("value".into(), Value::F32(3.0))]);
    assert_eq!(*held("test::Speed"), [(first, speed)]);
    let nothing = || Value::Struct(vec![]);
    assert_eq!(*held("test::Mark"), [(first, nothing()), (third, nothing())]);
    let knots = Value::List(vec![Value::Some(Box::new(Value::F32(f32::INFINITY))), Value::None]);
    let rope = Value::Struct(vec![("to".into(), Value::Entity(first)), ("knots".into(), knots)]);
    assert_eq!(*held("test::Rope"), [(second, rope.clone())]);
    // The values are those that the components themselves would give, so they fit once somebody knows them.
    storage.pool_of(Rope::INFO).unwrap();
    storage.add_value(second, Rope::INFO.id, Some(&rope)).unwrap();
    assert_eq!(storage.read(second, |rope: &Rope| rope.to_value()), Ok(rope));
}

#[test]
fn nothing_is_handed_out_where_all_types_are_known() {
    let mut storage = knowing_position();
    storage.spawn((Position { x: 1.0, y: 2.0 },)).unwrap();
    let bytes = storage.save(None).unwrap();
    let (mut strict, mut other) = (knowing_position(), knowing_position());
    let outcome = other.load_with_absent(&bytes).unwrap();
    assert_eq!(outcome, (strict.load(&bytes).unwrap(), vec![]));
    assert_eq!(other.save(None), strict.save(None));
}

#[test]
fn single_pools_of_absent_types_are_handed_out_for_those_that_live() {
    let mut storage = knowing_position();
    let all = storage.spawn_batch([1.0, 2.0].map(|value| (Speed { value },))).unwrap();
    let bytes = storage.save(Some(&[Speed::INFO.id])).unwrap();
    let mut other = knowing_position();
    let lives = other.spawn((Position::default(),)).unwrap();
    assert_eq!(lives, all[0]);
    let (loaded, absent) = other.load_with_absent(&bytes).unwrap();
    let missing = [all[1]].into();
    assert_eq!(loaded, StorageLoaded { entities: 2, components: 2, missing, ..StorageLoaded::default() });
    let speed = Value::Struct(vec![("value".into(), Value::F32(1.0))]);
    let (component, schema) = ("test::Speed".into(), Speed::INFO.schema.hash);
    assert_eq!(absent, [Absent { component, schema, held: vec![(lives, speed)] }]);
    assert_eq!(other.len(), 1);
}

#[test]
fn damage_is_an_error_or_a_whole_world_also_where_types_are_absent() {
    let (_, bytes) = saved();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut outcomes = [0, 0];
    for _ in 0..20_000 {
        let bytes = damaged(&bytes, &mut random);
        let mut storage = knowing_position();
        let kept = storage.spawn((Position::default(),)).unwrap();
        let started = Instant::now();
        let outcome = storage.load_with_absent(&bytes);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        assert_eq!(storage.verify(), Vec::<String>::new());
        outcomes[usize::from(outcome.is_ok())] += 1;
        match outcome {
            Ok((_, absent)) => {
                let mut held = absent.iter().flat_map(|one| &one.held);
                assert!(held.all(|(entity, _)| storage.exists(*entity)));
            }
            Err(_) => assert!(storage.exists(kept) && storage.len() == 1),
        }
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}

/// Data in which a long name stands once, for `count` entities with a component of an empty type.
fn long_name(len: usize, count: usize) -> Vec<u8> {
    let number = |mut number: usize, out: &mut Vec<u8>| {
        while number >= 0x80 {
            out.push(number as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    };
    let mut bytes = saved().1[..22].to_vec();
    bytes.push(1);
    number(len, &mut bytes);
    bytes.extend(vec![b'n'; len]);
    bytes.extend([7; 8]);
    bytes.extend([8, 0]);
    // Who lives: slots one after the other, all of the first generation, none of which holds resources.
    number(count, &mut bytes);
    bytes.extend(vec![0; 2 * count + 1]);
    // Who has one.
    number(count, &mut bytes);
    bytes.extend(vec![0; count]);
    seal(&mut bytes);
    bytes
}

#[test]
fn a_name_that_stands_once_is_not_copied_without_end() {
    let load = |len, count| knowing_position().load_with_absent(&long_name(len, count));
    assert_eq!(load(30, 10_000).unwrap().0.components, 10_000);
    let error = load(100_000, 10_000).unwrap_err().to_string();
    assert!(error.contains("there are more values than fit into data of this size"), "{error}");
}

//! The dynamic path: what is refused, in which words, and what is kept all the same.

use crate::{Label, Position};
use playground_core_ecs::{Component, ComponentId, EcsError, Entity, Reflect, Storage, Value};
use playground_core_types::{Atomic, Once};
use playground_engine_types::ValueError;

#[derive(Reflect, Clone, Default)]
#[component(crate = playground_core_ecs)]
enum Shape {
    #[default]
    Point,
    Round {
        #[component(range = 0.0..=1.0)]
        radius: f32,
    },
    Flat(f32, Entity),
}

#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, name = "test::Lamp")]
struct Lamp {
    #[component(unit = "W", range = 0.0..=0.1)]
    power: f32,
    #[component(range = 1..=8)]
    bulbs: u8,
    #[component(range = -1.0..=1.0)]
    direction: glam::Vec3,
    #[component(range = 0.0..=1.0)]
    colors: Vec<f32>,
    heat: Option<f64>,
    target: Entity,
    shape: Shape,
    level: Atomic<f32>,
    #[component(range = 0..=9)]
    serial: Once<u32>,
}

fn world() -> (Storage, Entity) {
    let mut storage = Storage::default();
    let entity = storage.spawn((Lamp::default(), Position::default())).unwrap();
    (storage, entity)
}

const LAMP: ComponentId = Lamp::INFO.id;

fn number(number: f64) -> Value {
    Value::F64(number)
}

fn variant(name: &str, fields: Value) -> Value {
    Value::Variant(name.to_owned(), Box::new(fields))
}

#[track_caller]
fn refused(path: &str, value: Value, expected: &str) {
    let (storage, entity) = world();
    let before = storage.value(entity, LAMP).unwrap();
    let error = storage.set_input(entity, LAMP, path, &value).expect_err(path);
    assert_eq!(error.to_string(), expected);
    assert_eq!(storage.value(entity, LAMP).unwrap(), before, "nothing was changed");
}

#[track_caller]
fn taken(path: &str, value: Value) {
    let (storage, entity) = world();
    storage.set_input(entity, LAMP, path, &value).unwrap();
}

#[test]
fn a_number_outside_of_its_range_is_refused_with_both() {
    let widen = "give a number in it, or widen `range` in the code";
    refused("power", Value::F32(0.2), &format!("test::Lamp.power: 0.2 is outside of 0..=0.1 W; {widen}"));
    refused("power", Value::Int(-1), &format!("test::Lamp.power: -1 is outside of 0..=0.1 W; {widen}"));
    refused("bulbs", Value::Int(9), &format!("test::Lamp.bulbs: 9 is outside of 1..=8; {widen}"));
    refused("direction.y", number(-2.0), &format!("test::Lamp.direction.y: -2.0 is outside of -1..=1; {widen}"));
    let list = |numbers: &[f32]| Value::List(numbers.iter().map(|number| Value::F32(*number)).collect());
    refused("direction", list(&[0.0, 0.0, 3.0]), &format!("test::Lamp.direction.z: 3.0 is outside of -1..=1; {widen}"));
    refused("colors", list(&[0.5, 1.5]), &format!("test::Lamp.colors[1]: 1.5 is outside of 0..=1; {widen}"));
    let round = |radius| variant("Round", Value::Struct(vec![("radius".to_owned(), Value::F32(radius))]));
    refused("shape", round(2.0), &format!("test::Lamp.shape.radius: 2.0 is outside of 0..=1; {widen}"));
    refused("serial", Value::Int(10), &format!("test::Lamp.serial: 10 is outside of 0..=9; {widen}"));
    let whole = Value::Struct(vec![("bulbs".to_owned(), Value::Int(100))]);
    refused("", whole, &format!("test::Lamp.bulbs: 100 is outside of 1..=8; {widen}"));

    // As `f32`, 0.1 is a little more than the 0.1 of the range.
    taken("power", Value::F32(0.1));
    taken("power", Value::Int(0));
    taken("bulbs", Value::Int(8));
    taken("shape", round(1.0));
    taken("serial", Value::Int(9));
}

#[test]
fn a_float_that_is_not_finite_is_refused_wherever_it_is() {
    let finite = "can't be stored; give a finite number";
    refused("power", Value::F32(f32::NAN), &format!("test::Lamp.power: NaN {finite}"));
    refused("heat", number(f64::INFINITY), &format!("test::Lamp.heat: inf {finite}"));
    refused("heat", Value::Some(Box::new(number(f64::NAN))), &format!("test::Lamp.heat: NaN {finite}"));
    refused("level", Value::F32(f32::NEG_INFINITY), &format!("test::Lamp.level: -inf {finite}"));
    refused("direction.x", number(f64::NAN), &format!("test::Lamp.direction.x: NaN {finite}"));
    let flat = variant("Flat", Value::List(vec![number(f64::NAN), Value::Entity(Entity::NONE)]));
    refused("shape", flat, &format!("test::Lamp.shape.0: NaN {finite}"));
    taken("heat", number(1.0e300));
    taken("heat", Value::None);
}

#[test]
fn a_reference_to_nobody_is_refused_with_its_number() {
    let (mut storage, lamp) = world();
    let ended = storage.spawn(()).unwrap();
    storage.despawn(ended).unwrap();
    let error = storage.set_input(lamp, LAMP, "target", &Value::Entity(ended)).unwrap_err();
    let reference = EcsError::Reference {
        component: "test::Lamp",
        field: "target".to_owned(),
        entity: ended,
        number: ended.bits(),
    };
    assert_eq!(error, reference);
    assert!(error.to_string().contains(&ended.bits().to_string()), "{error}");
    let inside = variant("Flat", Value::List(vec![number(0.0), Value::Entity(ended)]));
    assert!(matches!(storage.set_input(lamp, LAMP, "shape", &inside), Err(EcsError::Reference { .. })));
    storage.set_input(lamp, LAMP, "target", &Value::Entity(lamp)).unwrap();
    storage.set_input(lamp, LAMP, "target", &Value::Entity(Entity::NONE)).unwrap();
}

#[test]
fn wrong_types_and_paths_name_the_field() {
    refused("power", Value::Text("much".to_owned()), "test::Lamp: power: a number is needed, this is text (\"much\")");
    let fields = "power, bulbs, direction, colors, heat, target, shape, level, serial";
    refused("powr", number(1.0), &format!("test::Lamp: there is no field `powr` in this value; it has {fields}"));
    refused("colors[3]", number(1.0), "test::Lamp: there is no field `3` in this list; it has 0 entries");
    refused("bulbs", Value::Int(256), "test::Lamp: bulbs: 256 does not fit into u8");
    let (storage, lamp) = world();
    assert_eq!(
        storage.field(lamp, LAMP, "a..b"),
        Err(EcsError::Value { component: "test::Lamp", cause: ValueError::Path { path: "a..b".to_owned() } })
    );
}

#[test]
fn an_unknown_component_is_answered_with_the_known_ones() {
    let (storage, _) = world();
    let error = storage.component("Lmp").unwrap_err().to_string();
    assert_eq!(error, "there is no component `Lmp`; there are test::Lamp, test::Position; did you mean test::Lamp?");
    let error = storage.component("Velocity").unwrap_err().to_string();
    assert_eq!(error, "there is no component `Velocity`; there are test::Lamp, test::Position");
}

/// A scene from before a range was narrowed, or one edited by hand.
#[test]
fn what_is_there_already_is_kept_and_hinders_no_edit() {
    let (mut storage, lamp) = world();
    let mut value = Lamp::default().to_value();
    *value.at_mut("bulbs").unwrap() = Value::Int(200);
    *value.at_mut("power").unwrap() = Value::F32(f32::NAN);
    let loaded = storage.spawn_values(&[(LAMP, value.clone())]).unwrap();
    assert_eq!(storage.field(loaded, LAMP, "bulbs"), Ok(Value::Int(200)));
    storage.set_input(loaded, LAMP, "level", &Value::F32(0.5)).unwrap();
    assert_eq!(storage.field(loaded, LAMP, "bulbs"), Ok(Value::Int(200)), "an edit of another field leaves it");
    // As undo does.
    storage.set_value(lamp, LAMP, "", &value).unwrap();
    storage.set_value(lamp, LAMP, "bulbs", &Value::Int(100)).unwrap();
    assert_eq!(storage.field(lamp, LAMP, "bulbs"), Ok(Value::Int(100)));
}

#[test]
fn a_batch_is_spawned_whole_or_not_at_all() {
    let (mut storage, _) = world();
    let row = |bulbs: i128| vec![(LAMP, Value::Struct(vec![("bulbs".to_owned(), Value::Int(bulbs))]))];
    let before = storage.len();
    assert!(matches!(storage.spawn_input_batch(&[row(1), row(0)]), Err(EcsError::OutOfRange { .. })));
    let twice = vec![(LAMP, Value::Unit), (LAMP, Value::Unit)];
    assert!(matches!(storage.spawn_input_batch(&[row(1), twice]), Err(EcsError::Twice { .. })));
    assert_eq!(storage.len(), before);
    let spawned = storage.spawn_input_batch(&[row(1), row(2)]).unwrap();
    assert_eq!(storage.field(spawned[1], LAMP, "bulbs"), Ok(Value::Int(2)));
}

#[test]
fn a_component_is_unregistered_only_when_nobody_has_it() {
    let (mut storage, lamp) = world();
    let in_use = EcsError::InUse { component: "test::Lamp", entities: 1 };
    assert_eq!((storage.count_of(LAMP), storage.unregister(LAMP)), (Ok(1), Err(in_use)));
    storage.remove(lamp, LAMP).unwrap();
    storage.unregister(LAMP).unwrap();
    assert!(matches!(storage.info_of(LAMP), Err(EcsError::NoComponent { .. })));
    assert!(storage.components().all(|info| info.id != LAMP));
    // The place of this bundle was remembered with the old pool.
    let again = storage.spawn((Lamp::default(), Position { x: 3.0, y: 0.0 })).unwrap();
    assert_eq!((storage.count_of(LAMP), storage.has(again, LAMP)), (Ok(1), true));
    assert_eq!(storage.read(again, |position: &Position| position.x), Ok(3.0));
    assert!(!storage.has(lamp, LAMP) && storage.has(lamp, Position::INFO.id));
}

#[test]
fn adding_to_many_skips_the_dead_and_replaces() {
    let mut storage = Storage::default();
    storage.pool_of(Label::INFO).unwrap();
    let all: Vec<Entity> = (0..4).map(|_| storage.spawn(()).unwrap()).collect();
    storage.despawn(all[0]).unwrap();
    storage.add(all[1], Label { text: "old".to_owned() }).unwrap();
    let text = |text: &str| Value::Struct(vec![("text".to_owned(), Value::Text(text.to_owned()))]);
    assert_eq!(storage.add_input_batch(&all, Label::INFO.id, Some(&text("new"))), Ok(3));
    assert_eq!(storage.read(all[1], |label: &Label| label.text.clone()), Ok("new".to_owned()));
    assert_eq!(storage.add_input_batch(&all, Label::INFO.id, None), Ok(3));
    assert_eq!(storage.read(all[3], |label: &Label| label.text.clone()), Ok(String::new()));
    let wrong = Value::Int(1);
    assert!(matches!(storage.add_input_batch(&all, Label::INFO.id, Some(&wrong)), Err(EcsError::Value { .. })));
    assert_eq!(storage.replace_input(all[3], Label::INFO.id, &text("x")), Ok(text("")));
}

//! Components through the contract: their types, and single ones as values.

use crate::{ecs, world};
use playground::ecs::{ComponentId, EcsError, Value};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Kettle {
    /// Degrees.
    #[component(unit = "°C", range = 0.0..=100.0)]
    heat: f32,
    label: String,
}

#[derive(Component, Clone, Default, Debug, PartialEq)]
struct Boiling;

const KETTLE: ComponentId = Kettle::INFO.id;

fn kitchen() -> (Handle<World>, Entity) {
    let world = world();
    ecs().components().register(&world, Kettle::INFO).unwrap();
    ecs().components().register(&world, Boiling::INFO).unwrap();
    let entity = world.write().spawn((Kettle { heat: 20.0, label: "red".to_owned() },)).unwrap();
    (world, entity)
}

fn heat(heat: f32) -> Value {
    Value::Struct(vec![("heat".to_owned(), Value::F32(heat))])
}

#[test]
fn types_are_registered_found_described_and_forgotten() {
    let (ecs, (world, entity)) = (ecs(), kitchen());
    let names: Vec<&str> = ecs.components().list(&world).iter().map(|info| info.name).collect();
    assert_eq!(names, [Kettle::INFO.name, Boiling::INFO.name]);
    assert_eq!(ecs.components().id_of(&world, "Kettle"), Ok(KETTLE));
    assert_eq!(ecs.components().id_of(&world, Kettle::INFO.name), Ok(KETTLE));
    let error = ecs.components().id_of(&world, "Ketle").unwrap_err().to_string();
    assert!(error.ends_with(&format!("did you mean {}?", Kettle::INFO.name)), "{error}");
    let field = &ecs.components().info(&world, KETTLE).unwrap().schema.fields()[0];
    assert_eq!((field.docs, field.unit, field.range), ("Degrees.", "°C", Some((0.0, 100.0))));

    let in_use = ecs.components().unregister(&world, KETTLE);
    assert_eq!(in_use, Err(EcsError::InUse { component: Kettle::INFO.name, entities: 1 }));
    ecs.components().remove(&world, entity, KETTLE).unwrap();
    ecs.components().unregister(&world, KETTLE).unwrap();
    assert!(ecs.components().info(&world, KETTLE).is_err());
    assert_eq!(ecs.components().list(&world).len(), 1);
    ecs.components().register(&world, Kettle::INFO).unwrap();
    assert_eq!(ecs.components().count(&world, KETTLE), Ok(0));
}

#[test]
fn two_types_of_one_name_do_not_mix() {
    mod other {
        use playground::prelude::*;
        /// The derive names it after the package, so it meets the other one.
        #[derive(Component, Clone, Default)]
        pub struct Kettle {
            pub volume: f64,
        }
        #[derive(Component, Clone, Default)]
        pub struct Boiling;
    }
    let (world, _) = kitchen();
    let error = ecs().components().register(&world, other::Kettle::INFO).unwrap_err();
    assert!(matches!(&error, EcsError::Schema { component, .. } if *component == Kettle::INFO.name), "{error}");
    assert!(error.to_string().contains("removed `heat`"), "{error}");
    // Equal fields do not make them one type: a pool of the one could not be read as the other.
    let error = ecs().components().register(&world, other::Boiling::INFO).unwrap_err();
    assert_eq!(error, EcsError::SameName { component: Boiling::INFO.name });
    ecs().components().register(&world, Boiling::INFO).unwrap();
}

#[test]
fn a_component_is_added_replaced_and_removed() {
    let (ecs, (world, entity)) = (ecs(), kitchen());
    assert!(!ecs.components().has(&world, entity, Boiling::INFO.id));
    ecs.components().add(&world, entity, Boiling::INFO.id, None).unwrap();
    assert!(ecs.components().has(&world, entity, Boiling::INFO.id));
    let again = ecs.components().add(&world, entity, Boiling::INFO.id, None);
    assert_eq!(again, Err(EcsError::Present { entity, component: Boiling::INFO.name }));
    let before = ecs.components().replace(&world, entity, KETTLE, &heat(50.0)).unwrap();
    assert_eq!(before.field("label"), Some(&Value::Text("red".to_owned())));
    let now = ecs.components().get(&world, entity, KETTLE).unwrap();
    assert_eq!(now, Kettle { heat: 50.0, label: String::new() }.to_value(), "a field that is not given is the default");
    ecs.components().remove(&world, entity, KETTLE).unwrap();
    let missing = Err(EcsError::Missing { entity, component: Kettle::INFO.name });
    assert_eq!(ecs.components().remove(&world, entity, KETTLE), missing);
    assert!(ecs.components().replace(&world, entity, KETTLE, &heat(1.0)).is_err());
}

#[test]
fn fields_are_read_and_set_by_path() {
    let (ecs, (world, entity)) = (ecs(), kitchen());
    assert_eq!(ecs.components().get_field(&world, entity, KETTLE, "heat"), Ok(Value::F32(20.0)));
    ecs.components().set_field(&world, entity, KETTLE, "label", &Value::Text("blue".to_owned())).unwrap();
    assert_eq!(ecs.components().get_field(&world, entity, KETTLE, "label"), Ok(Value::Text("blue".to_owned())));
    let error = ecs.components().get_field(&world, entity, KETTLE, "colour").unwrap_err().to_string();
    assert!(error.contains("`colour`") && error.contains("heat, label"), "{error}");
    let error = ecs.components().set_field(&world, entity, KETTLE, "heat", &Value::F32(101.0)).unwrap_err();
    let (name, widen) = (Kettle::INFO.name, "give a number in it, or widen `range` in the code");
    assert_eq!(error.to_string(), format!("{name}.heat: 101.0 is outside of 0..=100 °C; {widen}"));
    let error = ecs.components().set_field(&world, entity, KETTLE, "heat", &Value::F32(f32::NAN)).unwrap_err();
    assert!(matches!(error, EcsError::NotFinite { field, .. } if field == "heat"));
    assert_eq!(ecs.components().get_field(&world, entity, KETTLE, "heat"), Ok(Value::F32(20.0)));
}

#[test]
fn batches_go_to_those_that_live_and_are_counted() {
    let (ecs, (world, entity)) = (ecs(), kitchen());
    let more = ecs.entities().duplicate_batch(&world, entity, 3).unwrap();
    let bare = ecs.entities().spawn(&world, &[]).unwrap();
    ecs.entities().despawn(&world, more[0]).unwrap();
    let all = [entity, more[0], more[1], bare];
    assert_eq!(ecs.components().add_batch(&world, &all, KETTLE, Some(&heat(60.0))), Ok(3));
    assert_eq!(ecs.components().get_field(&world, bare, KETTLE, "heat"), Ok(Value::F32(60.0)));
    assert_eq!(ecs.components().get_field(&world, more[2], KETTLE, "heat"), Ok(Value::F32(20.0)));
    assert_eq!(ecs.components().count(&world, KETTLE), Ok(4));
    let hot = ecs.components().add_batch(&world, &all, KETTLE, Some(&heat(600.0)));
    assert!(matches!(hot, Err(EcsError::OutOfRange { .. })), "{hot:?}");
    assert_eq!(ecs.components().remove_batch(&world, &all, KETTLE), Ok(3));
    assert_eq!(ecs.components().count(&world, KETTLE), Ok(1));
}

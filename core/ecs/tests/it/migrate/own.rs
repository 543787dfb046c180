//! Conversions that a component's author wrote: `#[component(migrate = …)]`.

use super::convert;
use crate::Speed;
use playground_core_ecs::model::checkpoint::Rewind;
use playground_core_ecs::model::migrate::fitted;
use playground_core_ecs::{Component, EcsError, Reflect, Storage, Value, World};
use playground_engine_types::ValueError;
use std::collections::BTreeMap;
use std::f32::consts::PI;
use std::time::Duration;

/// The first version.
#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Turret")]
struct Turret {
    name: String,
    /// Degrees.
    angle: f64,
    shots: u32,
    scrap: bool,
}

/// The second one: the angle has another name and unit, and of the shots only two are known.
#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Turret", migrate = from_degrees)]
struct LaterTurret {
    name: String,
    #[component(unit = "rad")]
    heading: f32,
    shots: u8,
}

/// Text in which the conversion panics.
const CURSED: &str = "cursed";

fn from_degrees(old: &Value) -> Result<Option<LaterTurret>, ValueError> {
    let Some(Value::F64(degrees)) = old.field("angle") else { return Ok(None) };
    let name: String = old.read("name")?;
    assert_ne!(name, CURSED, "nobody converts that");
    if *degrees < 0.0 {
        return Err(ValueError::from("no turret looks down").inside("angle"));
    }
    Ok(Some(LaterTurret { heading: degrees.to_radians() as f32, ..LaterTurret::fitted(old) }))
}

/// A version in which the angle was a text: the conversion of the second one declines it.
#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Turret")]
struct FirstTurret {
    name: String,
    angle: String,
    shots: u64,
}

/// Another Rust type of the second one's shape, as another generation has it.
mod twin {
    use super::{Component, Value, ValueError};

    #[derive(Component, Clone, Debug, Default, PartialEq)]
    #[component(crate = playground_core_ecs, name = "test::Turret", migrate = never)]
    pub struct LaterTurret {
        pub name: String,
        pub heading: f32,
        pub shots: u8,
    }

    fn never(_: &Value) -> Result<Option<LaterTurret>, ValueError> {
        Err("its fields are the same".into())
    }
}

fn turret(angle: f64) -> Turret {
    Turret { name: "north".into(), angle, shots: 2, scrap: true }
}

fn later(heading: f32) -> LaterTurret {
    LaterTurret { name: "north".into(), heading, shots: 2 }
}

#[test]
fn degrees_become_radians_and_nothing_counts_as_lost() {
    let (now, lost): (Vec<LaterTurret>, _) = convert(vec![turret(0.0), turret(90.0), turret(180.0)]);
    assert_eq!((now, lost), (vec![later(0.0), later(PI / 2.0), later(PI)], BTreeMap::new()));
}

#[test]
fn fields_that_it_takes_over_by_name_are_fitted_or_have_their_default() {
    let (now, lost): (Vec<LaterTurret>, _) = convert(vec![Turret { shots: 300, ..turret(180.0) }]);
    assert_eq!((now, lost), (vec![LaterTurret { shots: 0, ..later(PI) }], BTreeMap::new()));
}

#[test]
fn what_it_declines_is_matched_by_name() {
    let first = FirstTurret { name: "north".into(), angle: "up".into(), shots: 2 };
    let (now, lost): (Vec<LaterTurret>, _) = convert(vec![first.clone(), first]);
    assert_eq!(now, [later(0.0), later(0.0)]);
    assert_eq!(lost, BTreeMap::from([("test::Turret.angle".to_owned(), 2)]));
}

#[test]
fn the_same_fields_are_nothing_to_ask_about() {
    let (now, lost): (Vec<twin::LaterTurret>, _) = convert(vec![later(1.0)]);
    let expected = twin::LaterTurret { name: "north".into(), heading: 1.0, shots: 2 };
    assert_eq!((now, lost), (vec![expected], BTreeMap::new()));
}

/// A conversion that fails names what is wrong, and the storage is what it was.
#[track_caller]
fn check_refused(bad: Turret, message: &str) {
    let mut storage = Storage::default();
    let all: Vec<_> = [turret(1.0), bad, turret(2.0)].into_iter().map(|one| (one, Speed::default())).collect();
    let all = storage.spawn_batch(all).unwrap();
    let before: Vec<_> = all.iter().map(|entity| storage.value(*entity, Turret::INFO.id)).collect();
    let error = storage.shadow(LaterTurret::INFO).err().unwrap();
    assert_eq!(error.to_string(), message);
    let after: Vec<_> = all.iter().map(|entity| storage.value(*entity, Turret::INFO.id)).collect();
    assert_eq!(after, before);
    assert_eq!(storage.read(all[0], |turret: &Turret| turret.angle), Ok(1.0));
    assert_eq!(storage.verify(), Vec::<String>::new());
}

#[test]
fn an_error_refuses_the_whole_conversion_with_component_field_and_cause() {
    let message = "test::Turret can't be converted, says its `migrate`: angle: no turret looks down";
    check_refused(turret(-1.0), message);
}

#[test]
fn a_panic_in_it_changes_nothing() {
    let cursed = Turret { name: CURSED.into(), ..turret(1.0) };
    check_refused(
        cursed,
        "converting a component panicked: assertion `left != right` failed: nobody converts that\n  left: \"cursed\"\n right: \"cursed\"",
    );
}

#[test]
fn reading_a_field_names_it_in_the_error() {
    let old = Turret { name: "north".into(), ..Turret::default() }.to_value();
    let error = old.read("name").map(|name: f32| name).unwrap_err();
    assert_eq!(error.to_string(), "name: a number is needed, this is text (\"north\")");
    let error = old.read("nam").map(|name: String| name).unwrap_err();
    assert_eq!(error.to_string(), "there is no field `nam` in this value; it has name, angle, shots, scrap");
}

#[test]
fn checkpoints_are_converted_by_it() {
    let world = World::new("test");
    let entity = world.write().spawn((turret(180.0),)).unwrap();
    world.checkpoint().unwrap();
    let shadow = world.read().shadow(LaterTurret::INFO).unwrap();
    drop(world.write().install(shadow).unwrap());
    world.write().adopt(LaterTurret::INFO).unwrap();
    world.write().get_mut(entity).map(|turret: &mut LaterTurret| turret.heading = 0.0).unwrap();
    world.rewind(Rewind::Back(0)).unwrap();
    assert_eq!(world.read().read(entity, |turret: &LaterTurret| turret.clone()), Ok(later(PI)));
}

#[test]
fn a_checkpoint_that_it_refuses_stays_where_it_is() {
    let world = World::new("test");
    let entity = world.write().spawn((turret(-1.0),)).unwrap();
    world.checkpoint().unwrap();
    world.write().get_mut(entity).map(|turret: &mut Turret| turret.angle = 180.0).unwrap();
    let shadow = world.read().shadow(LaterTurret::INFO).unwrap();
    drop(world.write().install(shadow).unwrap());
    world.write().adopt(LaterTurret::INFO).unwrap();
    assert!(matches!(world.rewind(Rewind::Back(0)), Err(EcsError::Migrate { .. })));
    assert_eq!(world.read().read(entity, |turret: &LaterTurret| turret.clone()), Ok(later(PI)));
}

/// A storage that knows the second version only.
fn later_storage() -> Storage {
    let mut storage = Storage::default();
    storage.pool_of(LaterTurret::INFO).unwrap();
    storage
}

#[test]
fn saved_storages_are_converted_by_it() {
    let mut before = Storage::default();
    let entity = before.spawn((turret(180.0),)).unwrap();
    let mut now = later_storage();
    let loaded = now.load(&before.save(None).unwrap()).unwrap();
    assert_eq!((loaded.lost.len(), now.read(entity, |turret: &LaterTurret| turret.clone())), (0, Ok(later(PI))));
    before.get_mut(entity).map(|turret: &mut Turret| turret.angle = -1.0).unwrap();
    let error = now.load(&before.save(None).unwrap()).unwrap_err();
    assert!(error.to_string().contains("angle: no turret looks down"), "{error}");
    assert_eq!(now.read(entity, |turret: &LaterTurret| turret.clone()), Ok(later(PI)));
}

#[test]
fn what_comes_from_another_world_is_converted_by_it() {
    let (here, there) = (World::new("here"), World::new("there"));
    here.write().pool_of(LaterTurret::INFO).unwrap();
    let all = there.write().spawn_batch([turret(180.0), turret(-1.0)].map(|one| (one,))).unwrap();
    let merged = here.merge(&there).unwrap();
    let found = |at: usize| {
        here.read().read(*merged.ids.get(&all[at]).unwrap_or(&all[at]), |turret: &LaterTurret| turret.clone())
    };
    // What it refuses has its default, and is told.
    assert_eq!((found(0), found(1)), (Ok(later(PI)), Ok(LaterTurret::default())));
    assert_eq!(merged.lost.into_iter().collect::<Vec<_>>(), ["test::Turret"]);
}

#[test]
fn steps_of_undo_are_converted_by_it() {
    let heading = |old: Turret| LaterTurret::from_value(&fitted(old.to_value(), LaterTurret::INFO));
    assert_eq!(heading(turret(180.0)), Ok(later(PI)));
    assert_eq!(heading(turret(-1.0)), Ok(LaterTurret::default()));
    assert_eq!(heading(Turret { name: CURSED.into(), ..turret(1.0) }), Ok(LaterTurret::default()));
    // A value of the newer shape, on the way back: declined, so it is matched by name.
    assert_eq!(heading(Turret { scrap: false, ..turret(0.0) }), Ok(later(0.0)));
}

#[test]
fn waiting_events_are_converted_by_it() {
    let world = World::new("test");
    let mut events = world.events().write();
    events.register(Turret::INFO).unwrap();
    events.emit_value(Turret::INFO.id, &turret(180.0).to_value(), Duration::ZERO).unwrap();
    events.adopt(LaterTurret::INFO).unwrap();
    let pool = events.pools().find(|pool| pool.info().id == LaterTurret::INFO.id).unwrap();
    let values: Vec<Value> = (0..4)
        .flat_map(|column| (0..pool.len(column) as u32).map(move |row| (column, row)))
        .map(|at| pool.value(at))
        .collect();
    assert_eq!(values, [later(PI).to_value()]);
}

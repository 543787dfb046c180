//! Components whose fields changed become those of the next generation.

mod damage;
mod own;
mod pairs;

use crate::Speed;
use crate::properties::Random;
use playground_core_ecs::model::migrate::Shadow;
use playground_core_ecs::{Component, EcsError, Reflect, Storage};
use std::collections::BTreeMap;

/// How something moves.
#[derive(Reflect, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs)]
enum Gait {
    #[default]
    Still,
    Walk {
        pace: f32,
    },
    Fly(f32),
}

/// The same, later.
#[derive(Reflect, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs)]
enum LaterGait {
    Walk {
        pace: f64,
        jump: bool,
    },
    #[default]
    Still,
    Swim,
}

/// Part of a component.
#[derive(Reflect, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs)]
struct Part {
    size: u8,
    name: String,
}

/// The same, later.
#[derive(Reflect, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs)]
struct LaterPart {
    name: String,
    size: i64,
    color: [f32; 3],
}

#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Thing")]
struct Thing {
    whole: i64,
    fine: f32,
    maybe: Option<u16>,
    sure: u32,
    gait: Gait,
    part: Part,
    list: Vec<i32>,
    old: bool,
}

#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Thing")]
struct LaterThing {
    list: Vec<f64>,
    whole: u8,
    fine: f64,
    maybe: u16,
    sure: Option<u32>,
    gait: LaterGait,
    part: LaterPart,
    #[component(was = "old")]
    new: bool,
}

/// The first one again, which knows the later name of its last field.
#[derive(Component, Clone, Debug, Default, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Thing")]
struct BackThing {
    whole: i64,
    fine: f32,
    maybe: Option<u16>,
    sure: u32,
    gait: Gait,
    part: Part,
    list: Vec<i32>,
    #[component(was = "new")]
    old: bool,
}

impl From<BackThing> for Thing {
    fn from(back: BackThing) -> Self {
        let BackThing { whole, fine, maybe, sure, gait, part, list, old } = back;
        Self { whole, fine, maybe, sure, gait, part, list, old }
    }
}

/// What can't be made.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(crate = playground_core_ecs, name = "test::Thing")]
struct Bomb {
    whole: i64,
}

impl Default for Bomb {
    fn default() -> Self {
        panic!("no value suits it");
    }
}

fn thing() -> Thing {
    Thing {
        whole: 200,
        fine: 1.5,
        maybe: Some(7),
        sure: 9,
        gait: Gait::Walk { pace: 0.25 },
        part: Part { size: 3, name: "arm".into() },
        list: vec![1, -2],
        old: true,
    }
}

/// The components of `from`, converted; what they became, and what was lost.
fn convert<A: Component, B: Component + PartialEq>(from: Vec<A>) -> (Vec<B>, BTreeMap<String, usize>) {
    let mut storage = Storage::default();
    let all = storage.spawn_batch(from.into_iter().map(|one| (one,))).unwrap();
    let shadow = storage.shadow(B::INFO).unwrap();
    assert_eq!(shadow.rows(), all.len());
    let lost = shadow.lost().clone();
    drop(storage.install(shadow).unwrap());
    storage.adopt(B::INFO).unwrap();
    assert_eq!(storage.verify(), Vec::<String>::new());
    (all.into_iter().map(|entity| storage.read(entity, |one: &B| one.clone()).unwrap()).collect(), lost)
}

#[test]
fn fields_are_found_by_name_and_fitted_to_their_new_type() {
    let (later, lost) = convert::<Thing, LaterThing>(vec![thing()]);
    let expected = LaterThing {
        list: vec![1.0, -2.0],
        whole: 200,
        fine: 1.5,
        maybe: 7,
        sure: Some(9),
        gait: LaterGait::Walk { pace: 0.25, jump: false },
        part: LaterPart { name: "arm".into(), size: 3, color: [0.0; 3] },
        new: true,
    };
    assert_eq!((later, lost), (vec![expected], BTreeMap::new()));
}

#[test]
fn what_does_not_fit_is_counted_and_has_its_default() {
    let far = Thing { whole: 256, gait: Gait::Fly(2.0), maybe: None, ..thing() };
    let (later, lost) = convert::<Thing, LaterThing>(vec![far.clone(), thing(), far]);
    assert_eq!(later[0], LaterThing { whole: 0, gait: LaterGait::Still, maybe: 0, ..later[1].clone() });
    let count = |field: &str| lost.get(field).copied();
    assert_eq!((count("test::Thing.whole"), count("test::Thing.gait")), (Some(2), Some(2)));
    assert_eq!(lost.len(), 2, "nothing stood where the option was empty: {lost:?}");
}

#[test]
fn there_and_back_is_the_same_where_nothing_is_lost() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut below = |limit: u64| random.next() % limit;
    let things: Vec<Thing> = (0..500)
        .map(|_| Thing {
            whole: below(256) as i64,
            fine: f32::from_bits(below(0x7f80_0000) as u32),
            maybe: Some(below(1 << 16) as u16),
            sure: below(1 << 32) as u32,
            gait: if below(2) == 0 { Gait::Still } else { Gait::Walk { pace: below(1000) as f32 / 8.0 } },
            part: Part { size: below(256) as u8, name: below(1 << 20).to_string() },
            list: (0..below(5)).map(|_| below(2000) as i32 - 1000).collect(),
            old: below(2) == 0,
        })
        .collect();
    let (later, lost) = convert::<Thing, LaterThing>(things.clone());
    assert_eq!(lost, BTreeMap::new());
    let (back, lost) = convert::<LaterThing, BackThing>(later);
    let fields = ["test::Thing.part.color", "test::Thing.gait.jump"];
    assert!(lost.keys().all(|field| fields.contains(&field.as_str())), "{lost:?}");
    let back: Vec<Thing> = back.into_iter().map(Thing::from).collect();
    assert_eq!(back, things);
}

#[test]
fn a_conversion_that_panics_changes_nothing() {
    let mut storage = Storage::default();
    let entity = storage.spawn((thing(), Speed { value: 2.0 })).unwrap();
    let before = storage.value(entity, Thing::INFO.id).unwrap();
    let error = storage.shadow(Bomb::INFO).err().unwrap();
    assert_eq!(error.to_string(), "converting a component panicked: no value suits it");
    assert_eq!(storage.value(entity, Thing::INFO.id), Ok(before));
    assert_eq!(storage.read(entity, |thing: &Thing| thing.whole), Ok(200));
}

#[test]
fn a_conversion_does_not_fit_another_world_than_it_was_made_for() {
    let mut storage = Storage::default();
    storage.spawn((thing(),)).unwrap();
    let shadow: Shadow = storage.shadow(LaterThing::INFO).unwrap();
    let late = storage.spawn((thing(),)).unwrap();
    assert!(matches!(storage.install(shadow), Err(EcsError::Stale { .. })));
    assert_eq!(storage.read(late, |thing: &Thing| thing.clone()), Ok(thing()));
}

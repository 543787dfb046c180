//! Pairs of versions as people write them, converted as a pool and one by one: both give the same.

use playground_core_ecs::model::migrate::fitted;
use playground_core_ecs::{Component, Entity, Reflect, Storage};
use playground_core_types::{Atomic, Handle, Once, Shared};
use playground_engine_types::reflect;
use std::collections::BTreeMap;

/// An earlier and a later version of one component.
macro_rules! pair {
    ($module:ident { $($old:tt)* } { $($new:tt)* }) => {
        mod $module {
            use super::*;

            #[derive(Component, Clone, Debug, Default)]
            #[component(crate = playground_core_ecs, name = "test::Pair")]
            pub struct Old { $($old)* }

            #[derive(Component, Clone, Debug, Default)]
            #[component(crate = playground_core_ecs, name = "test::Pair")]
            pub struct New { $($new)* }
        }
    };
}

/// Only for the tests here: two components are one if their leaves are.
fn same<T: Component>(a: &T, b: &T) -> bool {
    reflect::same(a, b)
}

/// Converts components as a pool and one by one, there; tells what was lost there.
#[track_caller]
fn check<A: Component, B: Component>(old: Vec<A>) -> (Vec<B>, BTreeMap<String, usize>) {
    let single: Vec<B> =
        old.iter().map(|one| B::from_value(&fitted(one.to_value(), B::INFO)).expect("it was fitted")).collect();
    let mut storage = Storage::default();
    let all = storage.spawn_batch(old.into_iter().map(|one| (one,))).unwrap();
    let shadow = storage.shadow(B::INFO).unwrap();
    let lost = shadow.lost().clone();
    drop(storage.install(shadow).unwrap());
    storage.adopt(B::INFO).unwrap();
    let pool: Vec<B> = all.iter().map(|entity| storage.read(*entity, B::clone).unwrap()).collect();
    for (at, (one, other)) in single.iter().zip(&pool).enumerate() {
        assert!(same(one, other), "number {at}: {:?} one by one, {:?} as a pool", one.to_value(), other.to_value());
    }
    (pool, lost)
}

fn lost(fields: &[(&str, usize)]) -> BTreeMap<String, usize> {
    fields.iter().map(|(field, count)| (format!("test::Pair.{field}"), *count)).collect()
}

pair!(numbers
    { pub a: i64, pub b: f64, pub c: u8, pub d: f32 }
    { pub d: u16, pub c: i32, pub b: f32, pub a: u8, pub e: f64 });

#[test]
fn numbers_are_fitted_each_for_itself() {
    let old = |a, b, c, d| numbers::Old { a, b, c, d };
    let (new, missing) = check::<numbers::Old, numbers::New>(vec![
        old(1, 0.5, 2, 3.0),
        old(-1, 0.5, 2, 3.0),
        // Only the field that does not fit has its default, not all of the component.
        old(1, 1e300, 2, 3.0),
        old(1, f64::NEG_INFINITY, 2, 3.5),
        old(256, f64::NAN, 255, -0.0),
    ]);
    let of = |at: usize| (new[at].a, new[at].b, new[at].c, new[at].d);
    assert_eq!((of(0), of(1), of(2)), ((1, 0.5, 2, 3), (0, 0.5, 2, 3), (1, 0.0, 2, 3)));
    assert_eq!((of(3), new[4].b.is_nan(), new[4].c), ((1, f32::NEG_INFINITY, 2, 0), true, 255));
    assert_eq!(missing, lost(&[("a", 2), ("b", 1), ("d", 1)]));
}

#[derive(Reflect, Clone, Debug, Default)]
#[component(crate = playground_core_ecs)]
struct Wheel {
    size: f32,
    worn: bool,
    tube: Option<String>,
}

#[derive(Reflect, Clone, Debug, Default)]
#[component(crate = playground_core_ecs)]
struct LaterWheel {
    tube: Option<String>,
    #[component(was = "size")]
    radius: f64,
    nuts: Vec<u8>,
}

pair!(nested
    { pub front: Wheel, pub rear: Wheel, pub spare: Option<Wheel>, pub all: Vec<Wheel> }
    { pub rear: LaterWheel, pub front: LaterWheel, pub spare: Option<LaterWheel>, pub all: Vec<LaterWheel> });

#[test]
fn structs_inside_are_converted_where_they_are() {
    let wheel = |size: f32| Wheel { size, worn: size > 1.0, tube: (size > 2.0).then(|| "thick".to_owned()) };
    let old = |spare: Option<Wheel>, all| nested::Old { front: wheel(1.0), rear: wheel(3.0), spare, all };
    let (new, missing) = check::<nested::Old, nested::New>(vec![
        old(None, vec![]),
        old(Some(wheel(2.5)), vec![wheel(1.0), wheel(2.0)]),
        old(None, vec![]),
    ]);
    assert_eq!((new[1].front.radius, new[1].rear.radius, new[1].rear.tube.as_deref()), (1.0, 3.0, Some("thick")));
    assert_eq!(new[1].spare.as_ref().map(|wheel| wheel.radius), Some(2.5));
    assert_eq!(new[1].all.iter().map(|wheel| wheel.radius).collect::<Vec<_>>(), [1.0, 2.0]);
    // Per component, not per place; where there is no wheel, nothing of it gets lost.
    assert_eq!(missing, lost(&[("front.worn", 3), ("rear.worn", 3), ("spare.worn", 1), ("all.worn", 1)]));
}

pair!(shared
    { pub a: f32, pub b: Atomic<u32>, pub c: Shared<Vec<String>>, pub d: Handle<String>, pub e: Option<u8>, pub f: Once<f32> }
    { pub a: Atomic<f32>, pub b: u64, pub c: Vec<String>, pub d: Shared<String>, pub e: Once<u16>, pub f: Option<f32>, pub g: bool });

#[test]
fn shared_fields_are_what_they_hold() {
    let old = |e, f: Option<f32>| shared::Old {
        a: 0.5,
        b: Atomic::new(7),
        c: Shared::new("c", vec!["x".to_owned(), "y".to_owned()]),
        d: Handle::new("held".to_owned()),
        e,
        f: f.map_or_else(Once::new, Once::from),
    };
    let (new, missing) = check::<shared::Old, shared::New>(vec![old(None, None), old(Some(3), Some(1.5))]);
    assert_eq!(missing, lost(&[]));
    assert_eq!((new[0].a.load(), new[0].b, new[0].c.len(), new[0].d.read().as_str()), (0.5, 7, 2, "held"));
    assert_eq!((new[0].e.get().copied(), new[0].f), (None, None));
    assert_eq!((new[1].e.get().copied(), new[1].f), (Some(3), Some(1.5)));
    assert!(!new[0].c.is_empty() && !new[0].g);
}

pair!(lists
    { pub a: [f32; 3], pub b: Vec<u32>, pub c: Option<Entity>, pub d: [u8; 2], pub e: Vec<Option<i32>>, pub f: glam::Vec3 }
    { pub a: glam::Vec3, pub b: [u32; 2], pub c: Entity, pub d: Vec<u16>, pub e: Vec<i32>, pub f: [f64; 3] });

#[test]
fn lists_arrays_and_vectors_are_one_where_they_have_one_length() {
    let entity = Entity::new(3, 1);
    let old = |b: &[u32], c, e: &[Option<i32>]| lists::Old {
        a: [1.0, 2.0, 3.0],
        b: b.to_vec(),
        c,
        d: [8, 9],
        e: e.to_vec(),
        f: glam::vec3(4.0, 5.0, 6.0),
    };
    let (new, missing) = check::<lists::Old, lists::New>(vec![
        old(&[1, 2], Some(entity), &[Some(1), Some(2)]),
        old(&[1], None, &[Some(1), None]),
        old(&[1, 2, 3], None, &[]),
    ]);
    let of = |at: usize| (new[at].b, new[at].c, new[at].e.as_slice());
    assert_eq!((of(0), of(1)), (([1, 2], entity, &[1, 2][..]), ([0, 0], Entity::NONE, &[][..])));
    assert!(new.iter().all(|one| one.a == glam::vec3(1.0, 2.0, 3.0) && one.d == [8, 9] && one.f == [4.0, 5.0, 6.0]));
    assert_eq!(missing, lost(&[("b", 2), ("e", 1)]));
}

pair!(swapped
    { pub near: f32, pub far: f32, pub old: String }
    { #[component(was = "near")] pub far: f32, #[component(was = "far")] pub near: f32, #[component(was = "old")] pub text: String });

pair!(taken
    { pub size: f32, pub name: String }
    { #[component(was = "size")] pub name: String, pub size: Option<f64> });

#[test]
fn a_name_that_a_field_has_comes_before_one_that_another_had() {
    let old = swapped::Old { near: 1.0, far: 2.0, old: "x".into() };
    let (new, missing) = check::<swapped::Old, swapped::New>(vec![old]);
    assert_eq!((new[0].near, new[0].far, new[0].text.as_str(), missing), (1.0, 2.0, "x", lost(&[])));
    // Also as a tree of its own, which scenes and undo keep.
    let again = swapped::New::from_value(&new[0].to_value()).unwrap();
    assert!(same(&again, &new[0]));
    let old = taken::Old { size: 0.5, name: "n".into() };
    let (new, missing) = check::<taken::Old, taken::New>(vec![old]);
    assert_eq!((new[0].name.as_str(), new[0].size, missing), ("n", Some(0.5), lost(&[])));
}

pair!(merged
    { pub left: f32, pub width: f32, pub kept: u8 }
    { #[component(was = "left")] pub width: f32, pub kept: u8 });

#[test]
fn of_two_values_for_one_field_one_is_told_to_be_lost() {
    let old = merged::Old { left: 1.0, width: 2.0, kept: 3 };
    let (new, missing) = check::<merged::Old, merged::New>(vec![old.clone(), old]);
    assert_eq!((new[0].width, new[0].kept, missing), (2.0, 3, lost(&[("left", 2)])));
}

#[derive(Reflect, Clone, Debug, Default)]
#[component(crate = playground_core_ecs)]
enum State {
    #[default]
    Idle,
    Go(f32, u8),
    Wait {
        for_whom: Entity,
        since: f64,
    },
}

#[derive(Reflect, Clone, Debug, Default)]
#[component(crate = playground_core_ecs)]
enum LaterState {
    Wait {
        #[component(was = "since")]
        from: f32,
        for_whom: Entity,
        patience: u32,
    },
    #[default]
    Idle,
    Go {
        speed: f64,
        gear: u16,
    },
}

pair!(states
    { pub state: State, pub before: Option<State> }
    { pub state: LaterState, pub before: Vec<u8>, pub next: Option<LaterState> });

#[test]
fn variants_are_found_by_name() {
    let whom = Entity::new(1, 1);
    let old = |state, before| states::Old { state, before };
    let (new, missing) = check::<states::Old, states::New>(vec![
        old(State::Idle, None),
        old(State::Go(1.5, 3), None),
        old(State::Wait { for_whom: whom, since: 2.0 }, Some(State::Idle)),
    ]);
    assert!(matches!(new[0].state, LaterState::Idle));
    assert!(matches!(new[1].state, LaterState::Go { speed: 1.5, gear: 3 }));
    assert!(matches!(new[2].state, LaterState::Wait { from: 2.0, for_whom, patience: 0 } if for_whom == whom));
    // An optional that was empty and is a list now: nothing is lost where nothing was.
    assert_eq!(missing, lost(&[("before", 1)]));
}

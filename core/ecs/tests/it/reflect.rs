//! Components whose fields are shared: what a clone, a copy of the world, a value and a query make of them.

use playground_core_ecs::{Component, Entity, Query, Reflect, Storage, Value};
use playground_core_types::{Atomic, Handle, Once, Shared};
use playground_engine_types::{TypeKind, reflect};

#[derive(Reflect, Clone, Copy, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs)]
struct Pair {
    near: f32,
    far: f32,
}

#[derive(Reflect, Clone, Default, Debug, PartialEq)]
#[component(crate = playground_core_ecs)]
struct Links {
    of: Vec<Entity>,
}

#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, name = "test::Sharing")]
struct Sharing {
    plain: f32,
    count: Atomic<u64>,
    pair: Atomic<Pair>,
    target: Atomic<Entity>,
    list: Shared<Vec<String>>,
    links: Shared<Links>,
    mesh: Handle<Vec<f32>>,
    device: Once<String>,
}

fn sharing(target: Entity) -> Sharing {
    Sharing {
        plain: 0.5,
        count: Atomic::new(7),
        pair: Atomic::new(Pair { near: 1.0, far: 2.0 }),
        target: Atomic::new(target),
        list: Shared::new("list", vec!["a".to_owned()]),
        links: Shared::new("links", Links { of: vec![target] }),
        mesh: Handle::new(vec![1.0, 2.0]),
        device: Once::from("gpu 0".to_owned()),
    }
}

/// Whether each of the shared fields is one value in memory for both.
fn shares(a: &Sharing, b: &Sharing) -> [bool; 7] {
    [
        a.count.same(&b.count),
        a.pair.same(&b.pair),
        a.target.same(&b.target),
        a.list.same(&b.list),
        a.links.same(&b.links),
        Handle::ptr_eq(&a.mesh, &b.mesh),
        a.device.same(&b.device),
    ]
}

fn one(storage: &Storage, entity: Entity) -> Sharing {
    storage.read(entity, Sharing::clone).unwrap()
}

#[test]
fn a_clone_is_another_name_and_a_copy_is_not() {
    const { assert!(!Sharing::PLAIN, "or the pool would copy it by cloning") };
    let mut storage = Storage::default();
    let target = storage.spawn(()).unwrap();
    let original = sharing(target);
    assert_eq!(shares(&original, &original.clone()), [true; 7]);
    let entity = storage.spawn((original.clone(),)).unwrap();
    let twin = storage.duplicate(entity).unwrap();
    let copy = storage.copy();
    assert_eq!(shares(&original, &one(&storage, entity)), [true; 7], "the world holds what it was given");
    assert_eq!(shares(&original, &one(&storage, twin)), [false; 7], "a duplicate is an entity of its own");
    assert_eq!(shares(&original, &one(&copy, entity)), [false; 7], "a copy of the world shares nothing");
    assert!(reflect::same(&original, &one(&copy, entity)) && reflect::same(&original, &one(&storage, twin)));

    original.count.store(8);
    original.list.write().push("b".to_owned());
    assert_eq!((one(&storage, entity).count.load(), one(&copy, entity).count.load()), (8, 7));
    assert_eq!((one(&storage, entity).list.read().len(), one(&copy, entity).list.read().len()), (2, 1));
    assert_eq!(one(&copy, entity).list.name(), "list", "a copy's lock keeps its name");
    assert!(!reflect::same(&original, &one(&copy, entity)));
}

#[test]
fn references_inside_are_mapped() {
    let (old, new) = (Entity::new(3, 0), Entity::new(9, 4));
    let copy = sharing(old).detach(&|entity| if entity == old { new } else { entity });
    assert_eq!(copy.target.load(), new);
    assert_eq!(copy.links.read().of, [new]);
}

#[test]
fn as_a_value_it_is_what_it_holds() {
    let original = sharing(Entity::new(3, 0));
    let value = original.to_value();
    assert_eq!(value.field("count"), Some(&Value::Int(7)));
    assert_eq!(value.field("pair"), Some(&Pair { near: 1.0, far: 2.0 }.to_value()));
    assert_eq!(value.field("list"), Some(&Value::List(vec![Value::Text("a".to_owned())])));
    assert_eq!(value.field("mesh"), Some(&Value::List(vec![Value::F32(1.0), Value::F32(2.0)])));
    assert_eq!(value.field("device"), Some(&Value::Some(Box::new(Value::Text("gpu 0".to_owned())))));
    let back = Sharing::from_value(&value).unwrap();
    assert!(reflect::same(&original, &back));
    assert_eq!(shares(&original, &back), [false; 7]);
    let empty = Sharing::default().to_value();
    assert_eq!(empty.field("device"), Some(&Value::None));
    assert!(!Sharing::from_value(&empty).unwrap().device.is_set());
}

#[test]
fn its_schema_is_another_one_than_that_of_what_it_holds() {
    #[track_caller]
    fn check<T: Reflect, Inner: Reflect>(name: &str, _: &T, _: Inner) {
        assert_eq!(T::SCHEMA.name, name);
        assert_ne!(T::SCHEMA.hash, Inner::SCHEMA.hash);
        let TypeKind::Shared(held) = T::SCHEMA.kind else { panic!("{name} is no shared type") };
        assert_eq!(T::SCHEMA.held().hash, held.held().hash, "{name}");
    }
    check("Atomic<f32>", &Atomic::new(1.0_f32), 1.0_f32);
    check("Shared<Pair>", &Shared::new("pair", Pair::default()), Pair::default());
    check("Handle<String>", &Handle::new(String::new()), String::new());
    check("Once<u32>", &Once::from(1_u32), 1_u32);
    check("Handle<Atomic<bool>>", &Handle::new(Atomic::new(true)), Atomic::new(true));
    let (atomic, shared) = (<Atomic<f32>>::SCHEMA, <Shared<f32>>::SCHEMA);
    assert_ne!(atomic.hash, shared.hash);
    assert_eq!(<Handle<Atomic<f32>>>::SCHEMA.held().name, "f32");
}

/// A thread that holds a clone goes on seeing the component when somebody edits it.
#[test]
fn setting_a_value_keeps_other_names_of_it() {
    let mut storage = Storage::default();
    let target = storage.spawn(()).unwrap();
    let entity = storage.spawn((sharing(target),)).unwrap();
    let held = one(&storage, entity);
    let id = Sharing::INFO.id;
    storage.set_value(entity, id, "plain", &Value::F32(2.0)).unwrap();
    assert_eq!(shares(&held, &one(&storage, entity)), [true; 7], "another field was edited");
    storage.set_value(entity, id, "count", &Value::Int(11)).unwrap();
    storage.set_value(entity, id, "pair.far", &Value::F32(4.0)).unwrap();
    storage.set_value(entity, id, "list[0]", &Value::Text("z".to_owned())).unwrap();
    assert_eq!((held.count.load(), held.pair.load().far, held.list.read()[0].as_str()), (11, 4.0, "z"));
    assert_eq!(shares(&held, &one(&storage, entity)), [true; 7]);
    storage.set_value(entity, id, "mesh[0]", &Value::F32(9.0)).unwrap();
    assert_eq!(*held.mesh, [1.0, 2.0], "a handle's value never changes");
    assert_eq!(*one(&storage, entity).mesh, [9.0, 2.0]);
}

/// What a thread writes to a shared field while somebody edits another one is not undone by that edit.
#[test]
fn only_what_differs_is_assigned() {
    let base = sharing(Entity::NONE);
    let mut new = Sharing::from_value(&base.to_value()).unwrap();
    new.plain = 3.0;
    new.pair.store(Pair { near: 1.0, far: 9.0 });
    let mut now = Sharing::from_value(&base.to_value()).unwrap();
    now.count.store(100);
    now.list.write().push("meanwhile".to_owned());
    now.assign(&mut new, Some(&base));
    assert_eq!((now.plain, now.pair.load().far), (3.0, 9.0));
    assert_eq!((now.count.load(), now.list.read().len()), (100, 2));
    assert_eq!(new.plain, 0.5, "what was there before");
    now.assign(&mut sharing(Entity::NONE), None);
    assert_eq!((now.plain, now.count.load(), now.list.read().len()), (0.5, 7, 1));
}

#[test]
fn queries_hand_them_out() {
    let mut storage = Storage::default();
    let entity = storage.spawn((sharing(Entity::NONE),)).unwrap();
    let outside = one(&storage, entity);
    let mut reading: Query<&Sharing> = storage.query();
    // A shared field is written through read access: that is what it is for.
    reading.for_each(|sharing| {
        sharing.count.fetch_add(1);
        sharing.list.write().clear();
    });
    drop(reading);
    assert_eq!((outside.count.load(), outside.list.read().len()), (8, 0));
}

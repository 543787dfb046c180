//! The world's beacon says whose code runs, from outside of all locks.

use crate::{ecs, world};
use playground::core_types::{Beacon, Shared};
use playground::ecs::SystemParts;
use playground::ecs::model::events::EventRef;
use playground::ecs::model::watch::{Lifecycle, Note};
use playground::ecs::view::event::{ObserverParts, Subscriber};
use playground::prelude::*;

#[derive(Component, Clone, Default, Debug, PartialEq)]
#[component(name = "test::Bell")]
struct Bell {
    value: f32,
}

#[test]
fn a_system_a_handler_and_an_observer_are_seen_while_they_run_and_not_after() {
    let world = world();
    let seen: Shared<Vec<u32>> = Shared::new("seen", Vec::new());
    let beacon = world.beacon().clone();
    let look = |beacon: &Handle<Beacon>, seen: &Shared<Vec<u32>>| {
        let (beacon, seen) = (beacon.clone(), seen.clone());
        move || seen.write().extend(beacon.busy().iter().map(|busy| busy.who.0))
    };
    ecs().components().register(&world, Bell::INFO).unwrap();
    ecs().events().register(&world, Bell::INFO).unwrap();
    let system = look(&beacon, &seen);
    ecs().systems().register(&world, "tower", SystemParts::new(Update, move |_: Time| system()).named("ring")).unwrap();
    let handler = look(&beacon, &seen);
    let hears = Subscriber::new("town", "hears", move |_: &Handle<World>, _: &EventRef| {
        handler();
        Ok(())
    });
    ecs().events().subscribe(&world, Bell::INFO.id, hears).unwrap();
    let observer = look(&beacon, &seen);
    let sees = ObserverParts::new("sees", Bell::INFO.id, Lifecycle::Added, move |_: &Handle<World>, _: &Note| {
        observer();
        Ok(())
    });
    ecs().events().observe(&world, "hill", sees).unwrap();

    world.write().spawn((Bell::default(),)).unwrap();
    let now = Time::default().advance(1.0);
    ecs().systems().run_stage(&world, Update, now);
    let value = (Bell::INFO.default)();
    ecs().events().emit(&world, Bell::INFO.id, &value).unwrap();
    assert_eq!(ecs().events().process(&world, now).unwrap().panics, []);
    assert_eq!(beacon.busy(), []);
    let schedule = world.schedule().read();
    let named: Vec<_> = seen.read().iter().map(|who| schedule.names()[*who as usize - 1].clone()).collect();
    let expected = [("tower", "ring"), ("hill", "sees"), ("town", "hears")];
    assert_eq!(named, expected.map(|(module, name)| (module.to_owned(), name.to_owned())));
}

//! The ECS's contract as operators: queries, events, storage, snapshots and time by hand.

use crate::session::Session;
use serde_json::{Value as Json, json};

fn numbers(value: &Json) -> Vec<u64> {
    value.as_array().into_iter().flatten().filter_map(Json::as_u64).collect()
}

/// A sun, and a planet with an orbit.
fn sun_and_planet() -> Session {
    let session = Session::start();
    session.ok("entity.spawn name=Sun");
    session.ok("entity.spawn name=Earth parent=1");
    session.ok("component.add entity=2 component=Orbit");
    session.ok("component.set entity=2 component=Orbit field=radius value=2.5");
    session
}

#[test]
fn queries_find_entities_and_say_why() {
    let session = sun_and_planet();
    let found = session.ok("query.run query=\"has:Transform not:Orbit\"");
    assert_eq!((found["count"].as_u64(), numbers(&found["entities"])), (Some(1), vec![1]));
    let why = session.ok("query.explain query=\"has:Orbit\"");
    let reasons = why["archetypes"].as_array().expect("a list");
    assert!(reasons.iter().any(|row| row["matching"] == 1));
    assert!(reasons.iter().any(|row| row["why"].as_str().is_some_and(|why| why.contains("orbit::Orbit"))));
    assert!(session.fails("query.run query=\"has:Orbitt\"").contains("Orbitt"));
}

#[test]
fn components_and_archetypes_are_described() {
    let session = sun_and_planet();
    let orbit = session.ok("component.info component=Orbit");
    assert_eq!((orbit["component"].as_str(), orbit["count"].as_u64()), (Some("orbit::Orbit"), Some(1)));
    assert_eq!(orbit["fields"][0]["unit"], "m");
    let place = session.ok("entity.archetype entity=2");
    let components = place["entities"][0]["components"].to_string();
    assert!(components.contains("orbit::Orbit") && components.contains("scene::Parent"), "{components}");
}

#[test]
fn storage_is_sound_and_can_be_exported() {
    let session = sun_and_planet();
    assert_eq!(session.ok("storage.verify")["problems"], json!([]));
    let table = session.ok("storage.export component=Orbit")["text"].as_str().expect("text").to_owned();
    assert!(table.starts_with("entity,") && table.contains("2.5"), "{table}");
    assert!(session.fails("storage.export component=Orbit format=xml").contains("neither `csv` nor `json`"));
    assert!(session.ok("storage.memory")["entities"].as_u64() > Some(0));
    session.ok("storage.compact");
    assert_eq!(session.ok("storage.verify")["problems"], json!([]));
    assert_eq!(session.ok("world.stats")["entities"], 2);
}

#[test]
fn the_running_world_goes_back_to_what_was_kept() {
    let session = sun_and_planet();
    assert!(session.fails("world.rewind").contains("not running"));
    session.ok("play.step");
    session.ok("world.snapshot name=start");
    session.ok("world.checkpoint");
    let start = session.ok("world.digest")["digest"].clone();
    assert_eq!(session.ok("world.diff name=start")["changed"], json!([]));
    session.ok("play.step frames=10");
    session.ok("entity.spawn name=Moon");
    let diff = session.ok("world.diff name=start");
    assert_eq!(numbers(&diff["spawned"]), [3]);
    let changed = diff["changed"].as_array().expect("a list");
    assert!(changed.contains(&json!({ "entity": 2, "component": "scene::Transform" })), "{changed:?}");
    session.ok("world.rewind");
    assert_eq!(session.ok("world.digest")["digest"], start);
    session.ok("play.step frames=3");
    assert_ne!(session.ok("world.digest")["digest"], start);
    session.ok("world.restore name=start");
    assert_eq!(session.ok("world.digest")["digest"], start);
    assert_eq!(session.ok("storage.verify")["problems"], json!([]));
    session.ok("world.forget name=start");
    assert!(session.fails("world.diff name=start").contains("take one with world.snapshot"));
}

#[test]
fn time_can_run_slower_and_stand_still() {
    let session = sun_and_planet();
    assert_eq!(session.ok("world.time scale=0.5")["scale"], 0.5);
    assert!(session.fails("world.time scale=-1").contains("-1"));
    assert_eq!(session.ok("world.time paused=true")["paused"], true);
    let before = session.ok("world.digest")["digest"].clone();
    session.ok("play.start");
    session.ok("play.pause");
    assert_eq!(session.ok("world.digest")["digest"], before, "no time passed");
    assert_eq!(session.ok("world.time paused=false scale=1")["paused"], false);
}

#[test]
fn events_that_nobody_knows_are_refused() {
    let session = sun_and_planet();
    assert_eq!(session.ok("event.list")["events"], json!([]));
    assert!(session.fails("event.emit name=Hit").contains("Hit"));
    assert_eq!(session.ok("event.pending")["events"], json!([]));
    assert!(session.fails("event.mute subscription=7").contains('7'));
}

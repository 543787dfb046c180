//! The ECS's contract as operators: queries, events, storage, snapshots and time by hand.

use crate::session::Session;
use crate::workspace::Source;
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

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
    let digest = || session.ok("world.digest")["digest"].clone();
    session.ok("play.step"); // Steps by hand are not the clock's; this one puts the planet where it is without any time.
    let elapsed = || session.ok("world.time")["elapsed"].as_f64().expect("a number");
    let (before, since) = (digest(), elapsed());
    session.ok("play.start");
    // Frames in each of which a step would be due.
    let frame = session.report().frame;
    session.wait_for("a dozen frames", |report| report.frame >= frame + 12);
    assert_eq!((digest(), elapsed()), (before.clone(), since), "no time passed");
    assert_eq!(session.ok("world.time paused=false scale=1")["paused"], false);
    session.wait_for("the time of the world", |_| elapsed() > since + 0.1);
    assert_ne!(digest(), before, "time passes again");
}

#[test]
fn a_kept_query_tells_what_changed_since_its_last_run() {
    let session = sun_and_planet();
    assert!(session.fails("query.run query=has:Orbit limit=many").contains("limit"));
    assert_eq!(session.ok("query.list")["queries"], json!([]), "a bad call leaves nothing behind");
    let number = session.ok("query.create query=changed:Orbit")["number"].as_u64().expect("a number");
    let run = || numbers(&session.ok(&format!("query.run number={number}"))["entities"]);
    assert_eq!((run(), run()), (vec![2], vec![]), "all is new to a new query");
    session.ok("component.set entity=2 component=Orbit field=radius value=3");
    assert_eq!((run(), run()), (vec![2], vec![]));
    assert_eq!(session.ok("query.list")["queries"][0]["query"], "changed:Orbit");
    assert!(session.fails("query.run").contains("give either `query`, or the `number`"));
    session.ok(&format!("query.drop number={number}"));
    assert!(session.fails(&format!("query.run number={number}")).contains("there is no query"));
    assert!(session.fails(&format!("query.drop number={number}")).contains("there is no query"));
}

#[test]
fn storage_goes_to_a_file_and_comes_back_while_the_world_runs() {
    let session = sun_and_planet();
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("world.bin").display().to_string();
    let digest = || session.ok("world.digest")["digest"].clone();
    assert!(session.ok(&format!("storage.save path={file:?}"))["bytes"].as_u64() > Some(0));
    assert!(session.fails(&format!("storage.load path={file:?}")).contains("not running"));
    let authored = digest();
    session.ok("play.step frames=10");
    session.ok("entity.spawn name=Moon");
    assert_ne!(digest(), authored);
    assert_eq!(session.ok(&format!("storage.load path={file:?}"))["entities"], 2);
    assert_eq!(digest(), authored);
    assert_eq!(session.ok("entity.list")["count"], 2);
    std::fs::write(&file, b"no storage").expect("the folder is ours");
    assert!(session.fails(&format!("storage.load path={file:?}")).contains("the world is unchanged"));
    assert_eq!(digest(), authored);
    assert_eq!(session.ok("storage.verify")["problems"], json!([]));
}

#[test]
fn a_component_is_removed_from_all_and_comes_back() {
    let session = sun_and_planet();
    let before = session.ok("world.digest")["digest"].clone();
    assert_eq!(session.ok("storage.clear component=Orbit")["removed"], 1);
    assert_eq!(session.ok("component.info component=Orbit")["count"], 0);
    session.ok("edit.undo");
    assert_eq!(session.ok("world.digest")["digest"], before);
    assert!(session.fails("storage.clear component=StableId").contains("the editor's own"));
}

#[test]
fn the_ring_of_checkpoints_is_bounded() {
    let session = sun_and_planet();
    for _ in 0..3 {
        session.ok("world.checkpoint");
    }
    assert!(session.fails("world.limit_checkpoints bytes=0 most=2").contains("from 1"));
    assert_eq!(session.ok("world.limit_checkpoints bytes=100000000 most=2")["checkpoints"], 2);
    session.ok("world.checkpoint");
    assert_eq!(session.ok("world.checkpoints")["checkpoints"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_hundred_thousand_children_are_edited_at_once() {
    const MANY: usize = 100_000;
    let session = Session::start();
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("many.ron");
    let mut text = String::from("(format: 1, entities: [(id: 1, components: {}),\n");
    for id in 2..MANY + 2 {
        text.push_str(&format!("(id: {id}, components: {{\"scene::Parent\": (entity: Entity(1))}}),\n"));
    }
    std::fs::write(&file, text + "])").expect("the folder is ours");
    session.ok(&format!("scene.open path={:?}", file.display().to_string()));
    let before = session.ok("world.digest")["digest"].clone();
    let all: Vec<String> = (2..MANY + 2).map(|id| id.to_string()).collect();
    let (some, rest) = all.split_at(MANY / 2);
    let list = |ids: &[String]| format!("entity=[{}]", ids.join(","));
    session.ok("entity.spawn name=Other");
    for line in [
        format!("entity.move {} after={}", list(some), rest[0]),
        format!("entity.reparent {} parent=0", list(some)),
        format!("entity.despawn {} children=keep", list(some)),
        "selection.all".to_owned(),
        "entity.duplicate".to_owned(),
        "entity.despawn children=keep".to_owned(),
        "selection.all".to_owned(),
        "entity.despawn children=keep".to_owned(),
    ] {
        let start = Instant::now();
        session.ok(&line);
        let short: String = line.chars().take(40).collect();
        assert!(start.elapsed() < Duration::from_secs(2), "{short} took {:?}", start.elapsed());
    }
    assert_eq!(session.ok("entity.list")["count"], 0);
    while session.call("edit.undo").is_ok() {}
    assert_eq!(session.ok("world.digest")["digest"], before);
}

#[test]
fn events_that_nobody_knows_are_refused() {
    let session = sun_and_planet();
    assert_eq!(session.ok("event.list")["events"], json!([]));
    assert!(session.fails("event.emit name=Hit").contains("Hit"));
    assert_eq!(session.ok("event.pending")["events"], json!([]));
    assert!(session.fails("event.mute subscription=7").contains('7'));
}

#[test]
fn events_are_emitted_held_back_and_remembered_by_hand() {
    drop(Session::start_alone()); // every module is built now
    let (session, _source) = Session::start_alone_after(|| {
        let source = Source::of("plugins/orbit");
        source.edit_all(&[
            ("fn advance(", "/// A hit.\n#[derive(Component, Clone, Default)]\npub struct Hit { pub points: f32, pub whom: Entity }\n\nfn advance("),
            ("|app| app.system(Update, advance)", "|app| app.event(Hit::INFO).on(\"count\", |_, _: &Hit| Ok(())).system(Update, advance)"),
        ]);
        source
    });
    session.ok("entity.spawn name=Sun");
    // The library of the last build runs first; the new one has the event.
    session.wait_for("the event", |_| session.ok("event.list")["events"] != json!([]));
    let step = || session.ok("play.step");
    let summary = || session.ok("event.list")["events"][0].clone();
    let subscription = || session.ok("event.subscriptions name=Hit")["subscriptions"][0].clone();
    let number = subscription()["subscription"].as_u64().expect("a number");

    step();
    assert!(session.fails("event.emit name=Hit value=(whom:Entity(99))").contains("there is no entity 99"));
    assert_eq!(session.ok("event.pending")["events"], json!([]), "what is refused does not wait");
    session.ok("event.emit name=Hit value=(points:2.5,whom:Entity(1))");
    step();
    let history = session.ok("event.history name=Hit")["events"].clone();
    assert!(history[0]["value"].as_str().is_some_and(|value| value.contains("2.5")), "{history}");
    assert_eq!((&summary()["emitted"], &summary()["delivered"]), (&json!(1), &json!(1)));

    session.ok("event.pause name=Hit");
    session.ok("event.emit name=Hit");
    step();
    assert_eq!(
        (&summary()["paused"], &summary()["pending"], &summary()["delivered"]),
        (&json!(true), &json!(1), &json!(1))
    );
    session.ok("event.resume name=Hit");
    step();
    assert_eq!((&summary()["pending"], &summary()["delivered"]), (&json!(0), &json!(2)));

    session.ok("event.emit name=Hit delay=1000");
    assert_eq!(session.ok("event.clear name=Hit")["dropped"], 1);
    assert_eq!(session.ok("event.history_length name=Hit length=1")["length"], 1);
    assert_eq!(session.ok("event.history name=Hit")["events"].as_array().map(Vec::len), Some(1));

    session.ok(&format!("event.mute subscription={number}"));
    session.ok("event.emit name=Hit");
    step();
    assert_eq!((&subscription()["muted"], &subscription()["delivered"]), (&json!(true), &json!(2)));
    session.ok(&format!("event.mute subscription={number} muted=false"));
    session.ok("event.emit name=Hit");
    step();
    assert_eq!((&subscription()["muted"], &subscription()["delivered"]), (&json!(false), &json!(3)));
    session.ok(&format!("event.unsubscribe subscription={number}"));
    assert_eq!(session.ok("event.subscriptions name=Hit")["subscriptions"], json!([]));
}

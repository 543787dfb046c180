//! A hundred thousand moving entities, opened and played as a person would.

use crate::program::{Program, headless, temporary};
use crate::workspace::lock_file;

#[test]
fn the_swarm_scene_opens_plays_and_stops_where_it_was() {
    let lock = lock_file();
    lock.lock_shared().expect("the lock is ours to take");
    let settings = temporary();
    let mut program = Program::start(headless(&settings));
    assert_eq!(program.ok("scene.open path=assets/scenes/swarm.ron checksum=require")["entities"], 3);
    let members = program.until("query.run query=\"has:SwarmMember\" limit=1", |found| found["count"] == 100_000);
    assert_eq!(members["entities"][0], 1_000_000_000, "members have numbers of their own");
    let member = program.ok("entity.get entity=1000000000");
    assert_eq!(member["parent"], 1, "members are children of the swarm");
    let authored = program.ok("world.digest");
    assert_eq!(authored["entities"], 100_003);

    program.ok("play.start");
    program.until("world.digest", |now| now["digest"] != authored["digest"]);
    let moved = program.ok("entity.get entity=1000000000");
    assert_ne!(moved["components"]["scene::Transform"], member["components"]["scene::Transform"]);
    program.ok("component.set entity=1 component=Swarm field=count value=10");
    assert_eq!(program.ok("world.digest")["entities"], 13);
    program.ok("play.stop");
    assert_eq!(program.ok("world.digest"), authored);

    let file = settings.path().join("saved.ron");
    program.ok(&format!("scene.save path={}", file.display()));
    let saved = std::fs::read_to_string(&file).expect("it was just saved");
    let opened = std::fs::read_to_string(crate::workspace::root().join("assets/scenes/swarm.ron"));
    assert_eq!(saved, opened.expect("it was just opened"), "members are not saved");
    let (status, _) = program.end();
    assert_eq!(status, Some(0));
}

//! What is kept on disk, and going on from it in another engine.

use crate::session::Session;
use std::path::Path;

fn keep(session: &Session, path: &Path) {
    session.ok(&format!("recovery.keep path={:?}", path.display().to_string()));
}

fn restore(session: &Session, path: &Path, rest: &str) -> serde_json::Value {
    session.ok(&format!("recovery.restore path={:?} {rest}", path.display().to_string()))
}

#[test]
fn another_engine_goes_on_with_the_playing_world_the_authored_scene_undo_and_module_state() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("kept");
    let (authored, playing) = {
        let session = Session::start();
        session.ok("entity.spawn name=Body");
        session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
        session.ok("entity.spawn name=Other parent=1");
        session.ok("edit.undo");
        session.ok("world.snapshot name=before");
        session.ok("selection.set entity=[1]");
        session.ok("console.run line=\"echo remember me\"");
        let authored = session.ok("world.digest");
        session.ok("play.step frames=30");
        session.ok("entity.rename entity=1 name=Renamed");
        keep(&session, &file);
        (authored, session.ok("world.digest"))
    };
    let session = Session::start();
    let outcome = restore(&session, &file, "");
    assert_eq!((&outcome["play"], &outcome["lost"]), (&"paused".into(), &serde_json::json!([])));
    assert_eq!(session.ok("world.digest"), playing);
    assert!((session.ok("world.time")["elapsed"].as_f64().expect("a number") - 0.5).abs() < 1e-6);
    let report = session.report();
    assert_eq!(report.selection, [1]);
    assert!(report.console.iter().any(|line| line.text == "remember me"), "{:?}", report.console);
    assert_eq!(session.ok("world.snapshots")["snapshots"][0]["snapshot"], "before");
    session.ok("edit.undo");
    assert_eq!(session.ok("entity.get entity=1")["components"]["scene::Name"]["value"], "Body");
    session.ok("play.step frames=30");
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), authored);
    (0..2).for_each(|_| drop(session.ok("edit.undo")));
    assert_eq!(session.ok("entity.list")["count"], 0);
    (0..2).for_each(|_| drop(session.ok("edit.redo")));
    assert_eq!(session.ok("world.digest"), authored);
}

#[test]
fn a_damaged_file_changes_nothing_and_says_so() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("kept");
    let session = Session::start();
    session.ok("entity.spawn name=Body");
    keep(&session, &file);
    session.ok("entity.spawn name=Other");
    let before = session.ok("world.digest");
    let bytes = std::fs::read(&file).expect("it was written");
    std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("the folder is ours");
    let error = session.fails(&format!("recovery.restore path={:?}", file.display().to_string()));
    assert!(error.contains("kept") && error.contains("damaged"), "{error}");
    assert_eq!(session.ok("world.digest"), before);
}

#[test]
fn what_plays_is_on_disk_within_a_second_of_itself_and_says_who_ran() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let session = Session::start_keeping(folder.path());
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    session.ok("play.start");
    session.wait_for("two seconds", |report| report.time > 0.0 && elapsed(&session) > 2.0);
    session.ok("play.pause");
    let stopped = elapsed(&session);
    let names = std::fs::read_to_string(folder.path().join("names")).expect("it was written");
    assert!(names.lines().any(|line| line == "playground-plugins-orbit\tadvance"), "{names}");
    // As if the process had died now: another one reads what is there.
    let kept = folder.path().join("copy");
    std::fs::copy(folder.path().join("state"), &kept).expect("it was written");
    drop(session);
    let session = Session::start();
    let outcome = restore(&session, &kept, "play=false");
    assert_eq!((&outcome["play"], &outcome["lost"]), (&"paused".into(), &serde_json::json!([])));
    assert!((stopped - 2.2..=stopped + 1e-6).contains(&elapsed(&session)), "{} of {stopped}", elapsed(&session));
}

fn elapsed(session: &Session) -> f64 {
    session.ok("world.time")["elapsed"].as_f64().expect("it is a number")
}

#[test]
fn a_module_that_is_left_out_keeps_its_components_in_the_scene() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("kept");
    let authored = {
        let session = Session::start();
        session.ok("entity.spawn name=Body");
        session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
        let authored = session.ok("world.digest");
        session.ok("play.step frames=3");
        keep(&session, &file);
        authored
    };
    let session = Session::start_without("playground-plugins-orbit");
    let outcome = restore(&session, &file, "");
    assert_eq!(outcome["play"], "stopped");
    assert!(outcome["lost"][0].as_str().is_some_and(|lost| lost.contains("orbit::Orbit")), "{outcome}");
    let report = session.report();
    let orbit = report.modules.iter().find(|row| row.name.ends_with("orbit")).expect("it is declared");
    assert!(orbit.problem.contains("left out"), "{}", orbit.problem);
    session.ok("module.reload name=orbit");
    assert_eq!(session.ok("world.digest"), authored);
    session.ok("play.step frames=60");
}

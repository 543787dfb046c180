//! What is kept on disk, and going on from it in another engine.

use crate::session::Session;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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

const ORBIT: &str = "playground-plugins-orbit";

fn position(session: &Session, entity: u64) -> serde_json::Value {
    session.ok(&format!("entity.get entity={entity}"))["components"]["scene::Transform"]["translation"].clone()
}

#[test]
fn the_world_goes_on_without_a_module_and_its_components_come_back_with_it() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    let (authored, playing, place) = {
        let session = Session::start();
        session.ok("entity.spawn name=Body");
        session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
        let authored = session.ok("world.digest");
        session.ok("play.step frames=30");
        session.ok("entity.spawn name=Late");
        session.ok("component.add entity=2 component=Orbit value=(radius: 3, phase: 1.5)");
        session.ok("world.snapshot name=early");
        session.ok("play.step frames=30");
        keep(&session, &first);
        (authored, session.ok("world.digest"), position(&session, 1))
    };
    {
        let session = Session::start_without(ORBIT);
        let outcome = restore(&session, &first, "");
        assert_eq!((&outcome["play"], &outcome["lost"]), (&"paused".into(), &serde_json::json!([])));
        assert_eq!(outcome["orphans"], serde_json::json!(["orbit::Orbit"]));
        let report = session.report();
        let orbit = report.modules.iter().find(|row| row.name == ORBIT).expect("it is declared");
        assert!(orbit.problem.contains("left out"), "{}", orbit.problem);
        // The world is the one that played, not the one that was authored.
        assert_eq!(position(&session, 1), place);
        assert!((elapsed(&session) - 1.0).abs() < 1e-6);
        let late = session.ok("entity.get entity=2");
        assert_eq!(late["orphans"]["orbit::Orbit"]["radius"], 3.0, "{late}");
        session.ok("play.step frames=5");
        // Without its system nothing moves it.
        assert_eq!(position(&session, 1), place);
        keep(&session, &second);
    }
    // What is kept meanwhile serves a start with the module as well as one without it.
    let session = Session::start();
    let outcome = restore(&session, &second, "");
    assert_eq!((&outcome["lost"], &outcome["orphans"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(session.ok("world.digest"), playing);
    drop(session);
    let session = Session::start_without(ORBIT);
    restore(&session, &second, "");
    session.ok("module.reload name=orbit");
    assert_eq!(session.ok("world.digest"), playing);
    let at = session.ok("entity.get entity=1");
    assert!(at["orphans"].is_null() && at["components"]["orbit::Orbit"]["phase"].as_f64() > Some(0.9), "{at}");
    session.ok("play.step frames=30");
    assert_ne!(position(&session, 1), place);
    // An earlier state of before the module was there has its components, too.
    session.ok("world.restore name=early");
    assert_eq!(session.ok("entity.get entity=2")["components"]["orbit::Orbit"]["phase"], 1.5);
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), authored);
    session.ok("play.step frames=60");
}

#[test]
fn a_module_comes_while_the_world_plays_and_stop_and_rewind_lead_back_to_its_components() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("kept");
    let authored = {
        let session = Session::start();
        session.ok("entity.spawn name=Body");
        session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
        let authored = session.ok("world.digest");
        session.ok("play.step frames=30");
        keep(&session, &file);
        authored
    };
    let session = Session::start_without(ORBIT);
    restore(&session, &file, "");
    let before = session.ok("world.checkpoint")["checkpoint"].clone();
    session.ok("play.start");
    session.ok("module.reload name=orbit");
    let phase = || session.ok("entity.get entity=1")["components"]["orbit::Orbit"]["phase"].as_f64();
    let loaded = phase();
    assert!(loaded >= Some(0.5), "{loaded:?}");
    session.wait_for("some steps", |_| phase() > loaded);
    session.ok("play.pause");
    session.ok(&format!("world.rewind to={before}"));
    assert!((phase().expect("it has one") - 0.5).abs() < 1e-3, "{:?}", phase());
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), authored);
}

#[test]
fn the_private_state_of_a_module_that_is_left_out_waits_for_it_in_this_run_and_the_next() {
    const CONSOLE: &str = "playground-systems-console";
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    let remembers = |session: &Session| session.report().console.iter().any(|line| line.text == "remember me");
    {
        let session = Session::start();
        session.ok("console.run line=\"echo remember me\"");
        assert!(remembers(&session));
        keep(&session, &first);
    }
    {
        let session = Session::start_without(CONSOLE);
        assert_eq!(restore(&session, &first, "")["lost"], serde_json::json!([]));
        assert!(!remembers(&session));
        keep(&session, &second);
        session.ok("module.reload name=console");
        session.wait_for("what was said", |_| remembers(&session));
    }
    let session = Session::start();
    restore(&session, &second, "");
    session.wait_for("what was said", |_| remembers(&session));
}

/// The files of snapshots that are on disk, with the times when they were written.
fn written(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let files = std::fs::read_dir(folder.join("state.snapshots")).into_iter().flatten().flatten();
    let written = |path: PathBuf| Some((path.clone(), std::fs::metadata(path).ok()?.modified().ok()?));
    // What is hidden is being written.
    let whole = files.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    let mut all: Vec<_> = whole.map(|entry| entry.path()).filter_map(written).collect();
    all.sort();
    all
}

#[test]
fn snapshots_are_on_disk_once_they_are_taken_and_written_only_then() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    let kept_as = |folder: &Path| std::fs::metadata(folder.join("state")).and_then(|data| data.modified()).ok();
    {
        let session = Session::start_keeping(&first);
        session.ok("entity.spawn name=Body");
        session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
        session.ok("world.snapshot name=one");
        session.ok("world.snapshot name=two");
        session.wait_for("both on disk", |_| written(&first).len() == 2);
        let before = written(&first);
        session.ok("play.start");
        session.wait_for("the state on disk", |_| kept_as(&first).is_some());
        let state = kept_as(&first);
        session.wait_for("a newer state on disk", |_| kept_as(&first) != state);
        assert_eq!(written(&first), before);
        session.ok("world.snapshot name=one");
        session.wait_for("one of them anew", |_| written(&first) != before && written(&first).len() == 2);
        let unchanged = |file: &(PathBuf, SystemTime)| before.contains(file);
        assert_eq!(written(&first).iter().filter(|file| unchanged(file)).count(), 1);
        session.ok("world.forget name=one");
        session.wait_for("one of them alone", |_| written(&first).len() == 1);
    }
    // As if the process had died: one without the module goes on, and keeps what it found.
    {
        let session = Session::start_keeping_without(&second, ORBIT);
        let outcome = restore(&session, &first.join("state"), "play=false");
        assert_eq!(outcome["lost"], serde_json::json!([]));
        assert_eq!(session.ok("world.snapshots")["snapshots"][0]["snapshot"], "two");
        session.wait_for("it on disk", |_| written(&second).len() == 1 && kept_as(&second).is_some());
    }
    let session = Session::start();
    assert_eq!(restore(&session, &second.join("state"), "play=false")["lost"], serde_json::json!([]));
    session.ok("world.restore name=two");
    let body = session.ok("entity.get entity=1");
    assert_eq!(body["components"]["orbit::Orbit"]["radius"], 2.0, "{body}");
}

#[test]
fn a_damaged_snapshot_is_named_and_harms_nothing_else() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    {
        let session = Session::start_keeping(folder.path());
        session.ok("entity.spawn name=Body");
        session.ok("world.snapshot name=one");
        session.wait_for("it on disk", |_| written(folder.path()).len() == 1 && folder.path().join("state").exists());
    }
    std::fs::write(&written(folder.path())[0].0, "no").expect("the folder is ours");
    let session = Session::start();
    let outcome = restore(&session, &folder.path().join("state"), "");
    assert!(outcome["lost"][0].as_str().is_some_and(|lost| lost.contains("a snapshot")), "{outcome}");
    assert_eq!((&outcome["entities"], outcome["lost"][1].is_null()), (&1.into(), true));
}

//! Scenes on disk.

use crate::session::Session;
use std::fs;

#[test]
fn save_open_save_gives_the_same_bytes() {
    let session = Session::start();
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let (first, second) = (folder.path().join("a.ron"), folder.path().join("b.ron"));
    session.ok("entity.spawn name=Sun");
    session.ok("entity.spawn name=Earth parent=1");
    session.ok("component.add entity=2 component=Orbit value=(radius: 0.1)");
    let digest = session.ok("world.digest");
    assert!(session.report().scene.dirty);
    session.ok(&format!("scene.save path={}", first.display()));
    assert!(!session.report().scene.dirty);
    session.ok("scene.new");
    let opened = session.ok(&format!("scene.open path={}", first.display()));
    assert_eq!(opened["entities"], 2);
    assert!(opened.get("warning").is_none(), "{opened}");
    assert_eq!(session.ok("world.digest"), digest);
    session.ok(&format!("scene.save path={}", second.display()));
    let read = |path| fs::read_to_string(path).expect("it was just saved");
    assert_eq!(read(&first), read(&second));

    // Edited by hand: opens with a warning, is refused when asked, and the next save is whole again.
    fs::write(&first, read(&first).replace("Earth", "Erde")).expect("the folder is ours");
    let refused = session.fails(&format!("scene.open path={} checksum=require", first.display()));
    assert!(refused.contains("checksum"), "{refused}");
    let opened = session.ok(&format!("scene.open path={}", first.display()));
    assert!(opened["warning"].as_str().is_some_and(|warning| warning.contains("checksum")), "{opened}");
    session.ok("scene.save");
    session.ok(&format!("scene.open path={} checksum=require", first.display()));
}

#[test]
fn a_broken_file_leaves_the_open_scene_alone() {
    let session = Session::start();
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let file = folder.path().join("a.ron");
    session.ok("entity.spawn name=Precious");
    let before = session.ok("world.digest");
    let deep = format!("(entities: {})", "[".repeat(10_000));
    for (text, part) in [
        ("(entities: [\n  (id: 1,\n", "line 3, column 1"),
        ("(entities: [(id: 1), (id: 1)])", "the id 1 is used twice"),
        (
            "(entities: [\n(id: 1, components: {\"orbit::Orbit\": (radius: \"far\")})])",
            "line 2, column 38: entity 1, orbit::Orbit: radius",
        ),
        (deep.as_str(), "line 1, column"),
        ("", "line 1, column 1"),
    ] {
        fs::write(&file, text).expect("the folder is ours");
        let error = session.fails(&format!("scene.open path={}", file.display()));
        assert!(error.contains(part) && error.contains("the open scene is unchanged"), "{error}");
        assert_eq!(session.ok("world.digest"), before);
    }
}

#[test]
fn a_save_that_fails_says_so_and_keeps_the_scene_dirty() {
    let session = Session::start();
    session.ok("entity.spawn name=Precious");
    let error = session.fails("scene.save path=/proc/nowhere/a.ron");
    assert!(error.contains("can't save /proc/nowhere/a.ron") && error.contains("save elsewhere"), "{error}");
    assert!(session.report().scene.dirty);
    assert!(session.fails("scene.save").contains("no file yet"));
}

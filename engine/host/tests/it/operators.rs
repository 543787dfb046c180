//! What operators do, seen through their results.

use crate::session::Session;
use serde_json::json;

#[test]
fn entities_are_edited_and_every_edit_is_undone() {
    let session = Session::start();
    let empty = session.ok("world.digest")["digest"].clone();
    let sun = session.ok("entity.spawn name=Sun")["entity"].clone();
    assert_eq!(sun, json!(1));
    session.ok("entity.spawn name=Earth parent=1");
    session.ok("component.add entity=2 component=Orbit");
    session.ok("component.set entity=2 component=Orbit field=radius value=2.5");
    session.ok("component.set entity=[1,2] component=Transform field=translation.y value=1");
    session.ok("entity.rename entity=2 name=\"Blue planet\"");
    let planet = session.ok("entity.get entity=2");
    assert_eq!(planet["name"], "Blue planet");
    assert_eq!(planet["parent"], 1);
    assert_eq!(planet["components"]["orbit::Orbit"]["radius"], 2.5);
    assert_eq!(planet["components"]["scene::Transform"]["translation"], json!([0.0, 1.0, 0.0]));

    let edited = session.ok("world.digest")["digest"].clone();
    session.ok("entity.duplicate entity=1");
    assert_eq!(session.ok("entity.list")["count"], 4);
    session.ok("entity.despawn entity=1");
    assert_eq!(session.ok("entity.list")["count"], 2);
    session.ok("edit.undo");
    session.ok("edit.undo");
    assert_eq!(session.ok("world.digest")["digest"], edited);
    for _ in 0..6 {
        session.ok("edit.undo");
    }
    assert_eq!(session.fails("edit.undo"), "nothing to undo");
    assert_eq!(session.ok("world.digest")["digest"], empty);
    for _ in 0..6 {
        session.ok("edit.redo");
    }
    assert_eq!(session.ok("world.digest")["digest"], edited);
}

#[test]
fn bad_calls_say_what_is_wrong_and_change_nothing() {
    let session = Session::start();
    session.ok("entity.spawn name=Probe");
    session.ok("component.add component=Orbit entity=1");
    let before = session.ok("world.digest");
    for (line, part) in [
        ("entity.spwan", "there is no operator `entity.spwan`; similar are entity.spawn"),
        ("entity.spawn nam=x", "takes no argument `nam`; it takes name, parent, select"),
        ("component.set entity=1", "needs the argument `component`"),
        ("entity.get entity=9", "there is no entity 9"),
        ("entity.get entity=moon", "the argument `entity` does not fit"),
        ("component.add entity=1 component=Orbitt", "there is no component `Orbitt`; there are"),
        ("component.set entity=1 component=StableId field=value value=7", "the editor's own"),
        ("component.add entity=1 component=Orbit", "has a component orbit::Orbit already"),
        ("component.remove entity=1 component=Shape", "has no component scene::Shape"),
        ("component.set entity=1 component=Orbit field=radios value=1", "no field `radios`"),
        ("component.set entity=1 component=Orbit field=radius value=wide", "radius: a number is needed"),
        (
            "component.set entity=1 component=Orbit field=radius value=51",
            "orbit::Orbit.radius: 51 is outside of 0..=50 m",
        ),
        ("component.set entity=1 component=Orbit field=phase value=NaN", "orbit::Orbit.phase: NaN can't be stored"),
        ("component.set entity=1 component=Orbit value=(radius: 51)", "orbit::Orbit.radius: 51 is outside of 0..=50 m"),
        (
            "component.add entity=1 component=Shape value=(color: [0, 0, 2])",
            "scene::Shape.color.z: 2 is outside of 0..=1",
        ),
        ("entity.reparent entity=1 parent=1", "a cycle"),
        ("module.reload name=nothing", "there is no module `nothing`; declared are playground-systems-ecs"),
        ("scene.open path=assets/none.ron", "can't open assets/none.ron"),
        ("app.screenshot path=a.png", "needs the window"),
        ("play.step frames=1000000000", "at most"),
    ] {
        let error = session.fails(line);
        assert!(error.contains(part), "{line}: {error}");
    }
    assert_eq!(session.ok("world.digest"), before);
}

#[test]
fn stop_brings_the_authored_scene_back_exactly() {
    let session = Session::start();
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit");
    session.ok("component.set entity=1 component=Orbit value=(radius: 3, speed: 1)");
    let authored = session.ok("world.digest");
    session.ok("play.step frames=10");
    let after_ten = session.ok("world.digest");
    assert_ne!(after_ten, authored);
    session.ok("entity.spawn name=Temporary");
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), authored);
    assert_eq!(session.ok("entity.list")["count"], 1);
    // The same steps lead to the same state again.
    session.ok("play.step frames=10");
    assert_eq!(session.ok("world.digest"), after_ten);
}

#[test]
fn every_operator_of_the_engine_is_carried_out() {
    let session = Session::start();
    for info in playground_engine_host::operators::built_in() {
        if matches!(info.id, "module.reload" | "module.reload_all" | "module.disable") {
            continue; // they build, and have tests of their own
        }
        if let Err(error) = session.call(info.id) {
            assert!(!error.contains("not carried out"), "{error}");
        }
    }
}

//! The schedule through operators: switching, timing and running systems by hand.

use crate::session::Session;
use serde_json::json;

/// A scene with one body, and the digest of what it looks like.
fn with_a_body() -> (Session, serde_json::Value) {
    let session = Session::start();
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit");
    session.ok("component.set entity=1 component=Orbit value=(radius: 3, speed: 1)");
    let authored = session.ok("world.digest");
    (session, authored)
}

#[test]
fn a_system_that_is_off_does_nothing_until_it_is_on() {
    let (session, authored) = with_a_body();
    let off = session.ok("system.disable name=orbit::advance");
    assert_eq!((&off["enabled"], &off["wave"]), (&json!(false), &json!(null)));
    session.ok("play.step frames=5");
    assert_eq!(session.ok("world.digest"), authored);
    session.ok("system.enable name=advance");
    session.ok("play.step frames=5");
    assert_ne!(session.ok("world.digest"), authored);
    assert_eq!(session.ok("system.info name=advance")["runs"], 5);
}

#[test]
fn one_run_by_hand_is_taken_back_by_stop() {
    let (session, authored) = with_a_body();
    session.ok("system.disable name=advance");
    assert_eq!(session.ok("system.run_once name=advance")["runs"], 1);
    assert_ne!(session.ok("world.digest"), authored);
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), authored);
    assert!(session.fails("system.run_once name=nobody").contains("no system `nobody`"));
    assert!(session.fails("play.pause").contains("is not playing"), "a wrong name does not begin to play");
}

#[test]
fn rate_stage_and_order_are_set_by_hand() {
    let (session, _) = with_a_body();
    session.ok("system.rate name=advance hz=30");
    session.ok("play.step frames=4");
    assert_eq!(session.ok("system.info name=advance")["runs"], 2);
    assert_eq!(session.ok("system.rate name=advance hz=0")["rate"], json!(null));
    assert!(session.fails("system.rate name=advance hz=-1").contains("-1 Hz is no rate"));
    assert_eq!(session.ok("system.stage name=advance stage=preupdate")["stage"], "PreUpdate");
    assert!(session.fails("system.stage name=advance stage=never").contains("PreUpdate, Update, PostUpdate, Editor"));
    assert_eq!(session.ok("system.order name=advance after=later")["after"], json!(["later"]));
    assert!(session.fails("system.order name=advance before=advance").contains("wait for each other"));
    let graph = session.ok("system.graph");
    assert_eq!(graph["cycles"], json!([]));
    for systems in [&graph["systems"], &session.ok("system.list")["systems"]] {
        assert_eq!(systems[0]["name"], "advance", "PreUpdate is the first stage");
        assert_eq!(systems[0]["warnings"], json!(["after `later`: there is no system of that name (yet)"]));
    }
}

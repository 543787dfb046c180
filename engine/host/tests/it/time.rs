//! Time: what systems see of it, and going back.

use crate::session::Session;
use crate::workspace::Source;

fn elapsed(session: &Session) -> f64 {
    session.ok("world.time")["elapsed"].as_f64().expect("it is a number")
}

#[test]
fn a_rewound_run_is_the_same_again() {
    let session = Session::start();
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    session.ok("system.rate name=advance hz=25");
    session.ok("play.step frames=61");
    assert!((elapsed(&session) - 61.0 / 60.0).abs() < 1e-6, "{}", elapsed(&session));
    session.ok("world.checkpoint");
    session.ok("play.step frames=31");
    let first = (session.ok("world.digest"), elapsed(&session));
    session.ok("world.rewind");
    assert!((elapsed(&session) - 61.0 / 60.0).abs() < 1e-6, "{}", elapsed(&session));
    session.ok("play.step frames=31");
    assert_eq!((session.ok("world.digest"), elapsed(&session)), first);
    session.ok("play.stop");
    assert_eq!(elapsed(&session), 0.0);
    session.ok("system.rate name=advance");
}

#[test]
fn calls_do_not_wait_for_a_long_frame_each() {
    let (session, source) = Session::start_alone_after(|| Source::of("plugins/orbit"));
    let slow = "    std::thread::sleep(std::time::Duration::from_millis(30));\n    bodies.for_each";
    source.edit("    bodies.for_each", slow);
    session.ok("module.reload name=orbit");
    session.ok("play.start");
    let start = elapsed(&session);
    while elapsed(&session) < start + 0.1 {}
    let answers = session.all_at_once("world.time", 40);
    let times: Vec<f64> = answers.iter().map(|answer| answer["elapsed"].as_f64().expect("it is a number")).collect();
    // A frame has four steps at most: three frames are time enough.
    assert!(times[39] - times[0] < 12.5 / 60.0, "{times:?}");
    source.restore();
    session.ok("module.reload name=orbit");
}

#[test]
fn time_passes_for_systems_of_the_editor_while_nothing_plays() {
    let session = Session::start();
    session.ok("system.rate name=populate hz=20");
    let runs = |report: &playground::editor::Report| {
        report.systems.iter().find(|row| row.name == "populate").map_or(0, |row| row.stats.runs)
    };
    let before = runs(&session.report());
    session.wait_for("three runs", |report| runs(report) >= before + 3);
    session.ok("system.rate name=populate");
}

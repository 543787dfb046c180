//! Reloading real modules: state is kept, new code runs, and what goes wrong changes nothing.

use crate::session::Session;
use crate::workspace::Source;
use playground::editor::report::ModuleState;

/// Two bodies, of which one circles; gives the world's digest.
fn world(session: &Session) -> serde_json::Value {
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    session.ok("entity.spawn name=Other parent=1");
    session.ok("world.digest")
}

fn phase(session: &Session) -> f64 {
    let body = session.ok("entity.get entity=1");
    body["components"]["orbit::Orbit"]["phase"].as_f64().expect("a phase is a number")
}

#[test]
fn an_edited_constant_runs_in_the_same_world() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    let before = world(&session);
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3, "{}", phase(&session));
    session.ok("play.stop");

    source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = -3.0;");
    let outcome = session.ok("module.reload name=orbit");
    assert_eq!(outcome["reloaded"][0]["generation"], 2);
    assert_eq!(session.ok("world.digest"), before);
    session.ok("play.step frames=60");
    assert!((phase(&session) + 3.0).abs() < 1e-3, "{}", phase(&session));

    // While playing, too, and what was authored still comes back.
    let playing = session.ok("world.digest");
    source.restore();
    session.ok("module.reload name=orbit");
    assert_eq!(session.ok("world.digest"), playing);
    session.ok("play.step frames=60");
    assert!((phase(&session) + 2.0).abs() < 1e-3, "{}", phase(&session));
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), before);
    for _ in 0..3 {
        session.ok("edit.undo");
    }
    assert_eq!(session.ok("entity.list")["count"], 0);
}

#[test]
fn a_compile_error_names_its_place_and_the_old_code_goes_on() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = \"fast\";");
    let error = session.fails("module.reload name=orbit");
    assert!(error.contains("orbit does not compile") && error.contains("mismatched types"), "{error}");
    let report = session.report();
    let found = report.diagnostics.iter().find(|found| found.error).expect("there is an error");
    assert!(found.file.ends_with("plugins/orbit/src/lib.rs") && found.line > 1 && found.column > 1, "{found:?}");
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3);
    source.restore();
    session.ok("module.reload name=orbit");
}

#[test]
fn a_panic_switches_one_module_off_until_it_is_reloaded() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    source.edit("orbit.phase += ", "assert!(orbit.phase < 0.5, \"too far\"); orbit.phase += ");
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=60");
    assert!(phase(&session) < 0.6);
    let report = session.report();
    let orbit = report.modules.iter().find(|row| row.name.ends_with("orbit")).expect("it is declared");
    assert_eq!(orbit.state, ModuleState::Quarantined);
    assert!(orbit.problem.contains("`advance` panicked: too far"), "{}", orbit.problem);
    session.ok("entity.spawn name=\"all else goes on\"");
    source.restore();
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=60");
    assert!(phase(&session) > 1.0);
}

#[test]
fn a_component_whose_fields_changed_is_refused_in_words() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    let before = world(&session);
    source.edit("    pub tilt: f32,", "    pub tilt: f32,\n    /// New.\n    pub mass: f64,");
    let error = session.fails("module.reload name=orbit");
    assert!(error.contains("orbit::Orbit changed its fields") && error.contains("added `mass`"), "{error}");
    assert_eq!(session.ok("world.digest"), before);
    let report = session.report();
    let orbit = report.modules.iter().find(|row| row.name.ends_with("orbit")).expect("it is declared");
    assert_eq!((orbit.generation, &orbit.state), (1, &ModuleState::Running));
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3);
}

#[test]
fn systems_are_reloaded_live_with_their_own_state() {
    let session = Session::start_alone();
    let before = world(&session);
    session.ok("console.run line=\"echo remember me\"");
    for module in ["console", "ecs", "vulkan"] {
        let outcome = session.ok(&format!("module.reload name={module}"));
        assert_eq!(outcome["reloaded"][0]["generation"], 2, "{module}");
    }
    assert_eq!(session.ok("world.digest"), before);
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3);
    let console = session.report().console.clone();
    assert!(console.iter().any(|line| line.text == "remember me"), "{console:?}");
    assert!(console.windows(2).all(|pair| pair[0].number < pair[1].number));
}

#[test]
fn reloading_all_swaps_only_what_changed() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    source.edit("const SPIN: f32 = 1.2;", "const SPIN: f32 = 2.4;");
    let outcome = session.ok("module.reload_all");
    let reloaded = outcome["reloaded"].as_array().expect("it is a list");
    assert_eq!(reloaded.len(), 1, "{outcome}");
    assert_eq!(reloaded[0]["module"], "playground-plugins-orbit");
}

#[test]
fn a_saved_source_is_reloaded_by_itself_and_without_cargo_the_second_time() {
    let session = Session::start_watching();
    let source = Source::of("plugins/orbit");
    let before = world(&session);
    let orbit = |report: &playground::editor::Report| {
        report.modules.iter().find(|row| row.name.ends_with("orbit")).map_or(0, |row| row.generation)
    };
    for (generation, spin) in [(2, "2.0"), (3, "3.0"), (4, "4.0")] {
        source.edit("const SPIN: f32 = 1.2;", &format!("const SPIN: f32 = {spin};"));
        session.wait_for("the reload", |report| orbit(report) == generation && report.build.is_none());
    }
    assert_eq!(session.ok("world.digest"), before);
    session.ok("module.list"); // after whatever a late event may have started
    assert_eq!(orbit(&session.report()), 4, "one reload for each save");
}

#[test]
fn a_source_that_does_not_compile_at_start_keeps_nothing_else_from_running() {
    let session = Session::start_alone();
    session.ok("world.digest");
    drop(session); // every module is built now
    let (session, _source) = Session::start_alone_after(|| {
        let source = Source::of("plugins/orbit");
        source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = \"fast\";");
        source
    });
    world(&session);
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3, "the library of the last build runs");
    let report = session.report();
    assert!(report.diagnostics.iter().any(|found| found.error && found.file.ends_with("orbit/src/lib.rs")));
    assert!(report.modules.iter().all(|row| row.state == ModuleState::Running), "{:?}", report.modules);
}

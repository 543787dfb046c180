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

/// The generation of the orbits that runs.
fn generation(session: &Session) -> u32 {
    let report = session.report();
    report.modules.iter().find(|row| row.name.ends_with("orbit")).map_or(0, |row| row.generation)
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
    let sources = |at: usize| session.ok("module.history name=orbit")["generations"][at]["source"].clone();
    assert_ne!(sources(0), sources(1));
    assert_eq!(session.ok("world.digest"), before);
    session.ok("play.step frames=60");
    assert!((phase(&session) + 3.0).abs() < 1e-3, "{}", phase(&session));

    // While playing, too, and what was authored still comes back.
    let playing = session.ok("world.digest");
    source.restore();
    session.ok("module.reload name=orbit");
    assert_eq!(sources(2), sources(0), "it is the first source again");
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
fn code_that_panics_in_its_first_frames_is_taken_back_with_the_world() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    assert_eq!(session.ok("module.history name=orbit")["generations"][0]["verdict"], "proven");
    session.ok("play.step frames=30");
    let before = phase(&session);
    source.edit("orbit.phase += ", "assert!(orbit.phase < 0.7, \"too far\"); orbit.phase += 3.0 * ");
    session.ok("module.reload name=orbit");
    assert_eq!(generation(&session), 2);
    session.ok("play.step frames=30");
    // It ran four frames, and the old code the other 26 from where the new one began.
    assert_eq!(generation(&session), 1);
    let steps = (phase(&session) - before) * 60.0;
    assert!((steps.round() - steps).abs() < 1e-2 && (20.0..30.0).contains(&steps), "{steps}");
    let history = session.ok("module.history name=orbit");
    let rows = history["generations"].as_array().expect("it is a list");
    assert_eq!((&rows[0]["running"], &rows[0]["verdict"]), (&true.into(), &"proven".into()));
    assert_eq!((&rows[1]["running"], &rows[1]["verdict"]), (&false.into(), &"rolled back".into()));
    assert!(rows[1]["why"].as_str().is_some_and(|why| why.contains("`advance` panicked: too far")), "{history}");
    let report = session.report();
    assert!(report.modules.iter().all(|row| row.state == ModuleState::Running), "{:?}", report.modules);
}

#[test]
fn an_edit_on_probation_is_kept_when_the_code_is_taken_back() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    source.edit("    bodies.for_each", "    panic!(\"at once\");\n    #[allow(unreachable_code)]\n    bodies.for_each");
    session.ok("module.reload name=orbit");
    session.ok("entity.spawn name=Late");
    session.ok("play.step frames=2");
    assert_eq!(generation(&session), 1);
    assert_eq!(session.ok("entity.list")["count"], 3);
    session.ok("play.stop");
    session.ok("edit.undo");
    assert_eq!(session.ok("entity.list")["count"], 2);
}

#[test]
fn a_panic_of_proven_code_switches_one_module_off_until_it_is_reloaded() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    source.edit("orbit.phase += ", "assert!(orbit.phase < 1.5, \"too far\"); orbit.phase += ");
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=120");
    assert!((1.5..1.6).contains(&phase(&session)), "{}", phase(&session));
    let report = session.report();
    let orbit = report.modules.iter().find(|row| row.name.ends_with("orbit")).expect("it is declared");
    assert_eq!(orbit.state, ModuleState::Quarantined);
    assert!(orbit.problem.contains("`advance` panicked: too far"), "{}", orbit.problem);
    session.ok("entity.spawn name=\"all else goes on\"");
    session.ok("module.rollback name=orbit");
    session.ok("play.step frames=60");
    assert!(phase(&session) > 2.0);
}

#[test]
fn a_new_field_is_filled_and_going_back_asks_before_it_is_lost() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    let before = world(&session);
    source.edit("    pub tilt: f32,", "    pub tilt: f32,\n    /// New.\n    pub mass: f64,");
    let plan = session.ok("module.plan name=orbit");
    assert_eq!((plan["lossy"].as_bool(), generation(&session)), (Some(false), 1));
    assert_eq!((&plan["plan"][0]["fate"], &plan["plan"][0]["change"]), (&"converted".into(), &"added `mass`".into()));
    assert_eq!(plan["plan"][0]["count"], 1);
    let outcome = session.ok("module.reload name=orbit");
    assert_eq!(outcome["plan"], plan["plan"]);
    let body = session.ok("entity.get entity=1");
    let orbit = &body["components"]["orbit::Orbit"];
    assert_eq!((orbit["radius"].as_f64(), orbit["mass"].as_f64()), (Some(2.0), Some(0.0)));
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3);
    session.ok("play.stop");

    let error = session.fails("module.rollback name=orbit");
    assert!(error.contains("orbit::Orbit.mass (1 ×)") && error.contains("lossy=allow"), "{error}");
    assert_eq!(generation(&session), 2);
    session.ok("module.rollback name=orbit lossy=allow");
    assert_eq!((generation(&session), session.ok("world.digest")), (1, before));
    (0..3).for_each(|_| drop(session.ok("edit.undo")));
    assert_eq!(session.ok("entity.list")["count"], 0);
}

#[test]
fn a_renamed_and_widened_field_keeps_its_values_also_in_undo_checkpoints_and_the_authored_scene() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    let before = world(&session);
    session.ok("component.set entity=1 component=Orbit field=radius value=3");
    session.ok("play.step frames=30");
    let checkpoint = session.ok("world.checkpoint")["checkpoint"].clone();
    session.ok("play.step frames=30");
    source.edit_all(&[
        (
            "    #[component(unit = \"m\", range = 0.0..=50.0)]\n    pub radius: f32,",
            "    #[component(was = \"radius\")]\n    pub distance: f64,",
        ),
        ("* orbit.radius", "* orbit.distance as f32"),
    ]);
    let outcome = session.ok("module.reload name=orbit");
    assert_eq!(outcome["plan"][0]["lost"], serde_json::json!({}));
    let distance = || session.ok("entity.get entity=1")["components"]["orbit::Orbit"]["distance"].as_f64();
    assert_eq!((distance(), (phase(&session) - 1.0).abs() < 1e-3), (Some(3.0), true));
    session.ok(&format!("world.rewind to={checkpoint}"));
    assert_eq!((distance(), (phase(&session) - 0.5).abs() < 1e-3), (Some(3.0), true), "the checkpoint was converted");
    session.ok("play.stop");
    assert_eq!((distance(), phase(&session)), (Some(3.0), 0.0), "the authored scene was converted");
    session.ok("edit.undo");
    assert_eq!(distance(), Some(2.0), "the step of undo was converted");
    source.restore();
    // The old code knows nothing of the new name.
    let error = session.fails("module.reload name=orbit");
    assert!(error.contains("orbit::Orbit.distance (1 ×)"), "{error}");
    session.ok("module.reload name=orbit lossy=allow");
    session.ok("component.set entity=1 component=Orbit field=radius value=2");
    assert_eq!(session.ok("world.digest"), before);
}

#[test]
fn a_set_of_modules_changes_as_a_whole_or_not_at_all() {
    let session = Session::start_alone();
    let (orbit, swarm) = (Source::of("plugins/orbit"), Source::of("plugins/swarm"));
    let before = world(&session);
    orbit.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = -3.0;");
    // The second one claims a component of the first one's.
    swarm.edit(
        "#[derive(Component, Clone)]\npub struct Swarm {",
        "#[derive(Component, Clone)]\n#[component(name = \"orbit::Orbit\")]\npub struct Swarm {",
    );
    let error = session.fails("module.reload_all");
    assert!(error.contains("orbit::Orbit is claimed by both"), "{error}");
    assert_eq!((generation(&session), session.ok("world.digest")), (1, before));
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3, "the old code of the first one runs, too");
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

#[test]
fn a_pinned_module_stays_as_it_is() {
    let session = Session::start_watching();
    let source = Source::of("plugins/orbit");
    world(&session);
    session.ok("module.pin name=orbit");
    source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = -3.0;");
    assert!(session.fails("module.reload name=orbit").contains("is pinned"));
    session.ok("module.reload_all");
    session.ok("play.step frames=60");
    assert!((phase(&session) - 1.0).abs() < 1e-3, "neither the save nor a call changed it");
    session.ok("module.unpin name=orbit");
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=60");
    assert!((phase(&session) + 2.0).abs() < 1e-3);
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_that_a_generation_leaves_running_is_counted_and_named() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    let body = "    static STARTED: std::sync::Once = std::sync::Once::new();
    STARTED.call_once(|| {
        let forever = || loop { std::thread::sleep(std::time::Duration::from_millis(5)); };
        std::thread::Builder::new().name(\"left behind\".to_owned()).spawn(forever).unwrap();
    });
    bodies.for_each";
    source.edit("    bodies.for_each", body);
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=1");
    let threads = || session.ok("module.history name=orbit")["generations"][1]["threads"].clone();
    // It is seen once it waits for the system.
    session.wait_for("the thread", |_| threads() == serde_json::json!(["left behind"]));
    source.restore();
    session.ok("module.reload name=orbit");
    session.wait_for("the thread", |_| threads() == serde_json::json!(["left behind"]));
    let console = session.report().console.clone();
    let told = console.iter().find(|line| line.text.contains("`left behind` still runs code of generation 2"));
    assert!(told.is_some_and(|line| line.source == "playground-plugins-orbit"), "{console:?}");
}

#[test]
fn a_generation_whose_health_check_fails_is_taken_back() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    let check = "fn check(world: &World) -> Result<(), String> {
    let (storage, mut far) = (world.read(), false);
    let mut bodies: Query<&Orbit> = storage.query();
    bodies.for_each(|orbit| far |= orbit.phase > 0.5);
    if far { Err(\"a body is too far\".to_owned()) } else { Ok(()) }
}

playground::plugin!(";
    source.edit_all(&[("playground::plugin!(", check), ("advance));", "advance), health: check);")]);
    let result = session.call("module.reload name=orbit");
    assert!(result.is_ok(), "{result:?}");
    session.ok("play.step frames=40");
    assert_eq!(generation(&session), 1);
    let history = session.ok("module.history name=orbit");
    let why = history["generations"][1]["why"].as_str().expect("it was taken back");
    assert!(why.contains("its health check failed: a body is too far"), "{why}");
    let console = session.report().console.clone();
    let went_back = |line: &playground::console::Line| line.text.contains("The world is as it was");
    assert!(console.iter().any(went_back), "{console:?}");
}

#[test]
fn private_state_of_another_version_is_migrated_or_asked_about() {
    let session = Session::start_alone();
    let source = Source::of("systems/console");
    session.ok("console.run line=\"echo remember me\"");
    let remembers = || session.report().console.iter().any(|line| line.text == "remember me");
    let export = "playground::viewmodel!(Console, console);";
    source.edit(export, "playground::viewmodel!(Console, console, state: 2);");
    let error = session.fails("module.reload name=console");
    assert!(error.contains("the state of playground-systems-console (1 ×)"), "{error}");
    assert!(remembers());
    let plan = session.ok("module.plan name=console");
    assert_eq!((&plan["lossy"], &plan["states"][0]["fate"]), (&true.into(), &"lost".into()), "{plan}");

    let both_ways = "const FIRST: u64 = playground::console::STATE_FORMAT_VERSION;
fn same(state: &[u8]) -> Result<Vec<u8>, String> {
    Ok(state.to_vec())
}
playground::viewmodel!(Console, console, state: 2, migrations: [(FIRST, 2, same), (2, FIRST, same)]);";
    source.edit(export, both_ways);
    let outcome = session.ok("module.reload name=console");
    assert_eq!(outcome["states"][0]["fate"], "converted", "{outcome}");
    assert!(remembers());
    session.ok("module.rollback name=console");
    assert!(remembers(), "the way back is migrated, too");

    source.edit(export, &both_ways.replace("Ok(state.to_vec())", "let _ = state; Err(\"no way\".to_owned())"));
    let error = session.fails("module.reload name=console");
    assert!(error.contains("no way"), "{error}");
    session.ok("module.reload name=console lossy=allow");
    assert!(!remembers());
}

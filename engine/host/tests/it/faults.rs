//! What goes wrong with a module, injected for real: the error names it, and digest, bindings, schedule and operators are
//! as before.

use crate::session::Session;
use crate::workspace::Source;
use playground::editor::report::ModuleState;
use serde_json::Value;

/// What a change that fails must leave as it was.
pub fn state(session: &Session) -> [Value; 5] {
    let systems = session.ok("system.list");
    let named =
        |row: &Value| (row["name"].clone(), row["module"].clone(), row["stage"].clone(), row["enabled"].clone());
    let systems: Vec<_> = systems["systems"].as_array().expect("it is a list").iter().map(named).collect();
    let modules = session.ok("module.list");
    let row = |row: &Value| (row["name"].clone(), row["generation"].clone(), row["state"].clone());
    let modules: Vec<_> = modules["modules"].as_array().expect("it is a list").iter().map(row).collect();
    let operators = session.ok("operator.list");
    let row = |row: &Value| (row["id"].clone(), row["module"].clone());
    let operators: Vec<_> = operators["operators"].as_array().expect("it is a list").iter().map(row).collect();
    [
        session.ok("world.digest"),
        session.ok("module.bindings"),
        serde_json::to_value(systems).expect("names"),
        serde_json::to_value(modules).expect("names"),
        serde_json::to_value(operators).expect("names"),
    ]
}

/// Two bodies, of which one circles.
fn world(session: &Session) {
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    session.ok("play.step frames=10");
}

/// Reloads a module that can't be, and gives the error.
#[track_caller]
pub fn refused(session: &Session, module: &str) -> String {
    let before = state(session);
    let error = session.fails(&format!("module.reload name={module}"));
    assert_eq!(state(session), before, "{error}");
    error
}

#[test]
fn a_change_that_fails_at_any_step_leaves_everything_as_it_was() {
    let session = Session::start_alone();
    world(&session);
    let plugin = "playground::plugin!(Orbits, components: [Orbit], systems: |app| app.system(Update, advance));";
    let field = "    pub tilt: f32,";
    let tilted = "    /// How much the path leans over.\n    #[component(unit = \"rad\")]\n    pub tilt: f32,\n";
    let cases: [(&[(&str, &str)], &[&str]); 7] = [
        (&[("const SPEED: f32 = 1.0;", "const SPEED: f32 = \"fast\";")], &["does not compile", "mismatched types"]),
        (
            &[(
                "const SPEED",
                "#[allow(unsafe_code)]\n#[link(name = \"no_such_library\")]\nunsafe extern \"C\" {}\nconst SPEED",
            )],
            &["orbit", "no_such_library"],
        ),
        (
            &[(
                "app.system(Update, advance)",
                "{ if app.systems.is_empty() { panic!(\"not today\") }; app.system(Update, advance) }",
            )],
            &["playground-plugins-orbit", "describing itself", "not today"],
        ),
        (&[(plugin, "")], &["playground_plugins_orbit.so", "not a Playground module", "playground::plugin!"]),
        (
            &[(
                "#[derive(Component, Clone, Default)]\n",
                "#[derive(Component, Clone, Default)]\n#[component(name = \"swarm::Swarm\")]\n",
            )],
            &["swarm::Swarm", "playground-plugins-swarm", "playground-plugins-orbit"],
        ),
        (
            &[
                (
                    "#[derive(Component, Clone, Default)]\n",
                    "#[derive(Component, Clone, Default)]\n#[component(migrate = never)]\n",
                ),
                (field, "    pub tilt: f32,\n    pub more: f32,"),
                (
                    "fn advance",
                    "fn never(_: &playground::ecs::Value) -> Result<Option<Orbit>, playground::types::ValueError> {\n    panic!(\"no way\")\n}\n\nfn advance",
                ),
            ],
            &["orbit::Orbit", "no way"],
        ),
        (&[(tilted, ""), ("orbit.tilt", "0.0")], &["orbit::Orbit.tilt (1 ×)", "lossy=allow"]),
    ];
    for (changes, expected) in cases {
        let source = Source::of("plugins/orbit");
        source.edit_all(changes);
        let error = refused(&session, "orbit");
        assert!(expected.iter().all(|part| error.contains(part)), "{expected:?} are not all in: {error}");
        session.ok("play.step frames=5");
    }
    session.ok("module.reload name=orbit");
}

#[test]
fn an_implementation_that_panics_while_it_takes_over_is_refused() {
    let session = Session::start_alone();
    world(&session);
    session.ok("console.run line=\"echo before\"");
    let construct = "        Self { state: Shared::new(\"console\", State::default()) }";
    let restore = "        *self.state.write() = State { lines, newest, history };";
    for (from, to, during) in [
        (construct, "        panic!(\"no start\")", "its constructor"),
        (restore, "        let _ = State { lines, newest, history }; panic!(\"no start\");", "restore_state"),
    ] {
        let source = Source::of("systems/console");
        source.edit(from, to);
        let error = refused(&session, "console");
        assert!(error.contains("playground-systems-console") && error.contains(during), "{error}");
        assert!(error.contains("no start"), "{error}");
    }
    session.ok("module.reload name=console");
    assert!(session.report().console.iter().any(|line| line.text == "before"));
}

#[test]
fn what_panics_when_it_is_dropped_is_told_and_the_reload_goes_on() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    let bomb = "struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!(\"it does not want to go\");
    }
}

fn advance";
    let system = "{
    let bomb = Bomb;
    app.system(PostUpdate, move |_: Time| { let _ = &bomb; });
    let bomb = Bomb;
    app.on(\"hold\", move |_, _: &Orbit| { let _ = &bomb; Ok(()) });
    app.system(Update, advance)
}";
    source.edit_all(&[
        ("fn advance", bomb),
        ("components: [Orbit],", "components: [Orbit], events: [Orbit],"),
        ("app.system(Update, advance)", system),
    ]);
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=2");
    source.restore();
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=60");
    let report = session.report();
    assert!(report.modules.iter().all(|row| row.state == ModuleState::Running), "{:?}", report.modules);
    assert_eq!(session.ok("entity.list")["count"], 1);
    let told = report.console.iter().filter(|line| line.text.contains("it does not want to go")).count();
    assert!(told > 0, "{:?}", report.console);
}

#[test]
fn a_handler_that_panics_in_the_first_frames_takes_its_code_back() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    world(&session);
    let systems = "{
    app.event(Orbit::INFO);
    app.on(\"hold\", |_, _: &Orbit| panic!(\"not now\"));
    app.system(Update, advance)
}";
    source.edit("app.system(Update, advance)", systems);
    session.ok("module.reload name=orbit");
    session.ok("event.emit name=Orbit");
    session.ok("play.step frames=2");
    let history = session.ok("module.history name=orbit");
    let rows = history["generations"].as_array().expect("it is a list");
    assert_eq!((&rows[0]["running"], &rows[1]["verdict"]), (&true.into(), &"rolled back".into()), "{history}");
    assert!(rows[1]["why"].as_str().is_some_and(|why| why.contains("hold panicked: not now")), "{history}");
}

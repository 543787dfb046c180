//! Operators that modules bring: what they do is undone, they change with their module, and what goes wrong in one costs
//! nothing else.

use crate::faults::refused;
use crate::session::Session;
use crate::workspace::Source;
use playground::editor::report::ModuleState;
use serde_json::{Value as Json, json};

const PLUGIN: &str = "playground::plugin!(Orbits, components: [Orbit], systems: |app| app.system(Update, advance));";

/// The orbits with code before the plugin, other systems, and operators of these names.
fn with(source: &Source, code: &str, systems: &str, names: &[&str]) {
    let plugin = PLUGIN.replace("app.system(Update, advance)", systems);
    let plugin = plugin.strip_suffix(");").expect("it is a call");
    source.edit(PLUGIN, &format!("#[allow(dead_code)]\n{code}\n{plugin}, operators: [{}]);", names.join(", ")));
}

fn with_operators(source: &Source, code: &str, names: &[&str]) {
    with(source, code, "app.system(Update, advance)", names);
}

/// An operator that spawns an entity.
fn operator(name: &str, id: &str, more: &str) -> String {
    format!(
        "const {name}: Operator = Operator::new(\"{id}\", \"Place a body\", \"Places a body\", place){more};
        "
    )
}

const PLACE: &str = "fn place(context: &mut OperatorContext) -> Result<Value, String> {
    context.world.write().spawn((Name { value: \"Placed\".into() },)).map_err(|error| error.to_string())?;
    Ok(Value::Unit)
}
";

/// The ids of a module's operators that can be called.
fn operators(session: &Session, module: &str) -> Vec<String> {
    let report = session.report();
    let rows = report.operators.iter().filter(|row| row.module.ends_with(module));
    rows.map(|row| row.info.id.to_owned()).collect()
}

fn count(session: &Session) -> u64 {
    session.ok("entity.list")["count"].as_u64().expect("a number")
}

fn generation(session: &Session) -> u32 {
    session.report().modules.iter().find(|row| row.name.ends_with("orbit")).map_or(0, |row| row.generation)
}

#[test]
fn what_an_operator_of_a_module_did_is_one_step_of_undo() {
    let session = Session::start();
    let listed = session.ok("operator.list");
    let listed = listed["operators"].as_array().expect("a list").iter().find(|row| row["id"] == "swarm.add");
    let listed = listed.expect("the swarm brings it");
    assert_eq!((&listed["module"], &listed["menu"]), (&json!("playground-plugins-swarm"), &json!("Entity")));
    assert_eq!(listed["parameters"][0]["name"], "count");
    session.ok("entity.spawn name=Other");
    let before = session.ok("world.digest");
    let made = session.ok("swarm.add count=5 radius=2");
    assert_eq!(made["entity"], 2, "{made}");
    assert_eq!(session.ok("entity.get entity=2")["components"]["swarm::Swarm"]["radius"], 2.0);
    // The bodies are made by a system, and go with the swarm.
    assert_eq!((count(&session), session.report().selection.clone()), (7, vec![2]));
    assert_eq!(session.report().undo.as_deref(), Some("Add a swarm"));
    let after = session.ok("world.digest");
    for _ in 0..2 {
        session.ok("edit.undo");
        assert_eq!(session.ok("world.digest"), before);
        session.ok("edit.redo");
        assert_eq!(session.ok("world.digest"), after);
    }
    for (line, part) in [
        ("swarm.add size=1", "swarm.add takes no argument `size`; it takes count, radius"),
        ("swarm.add count=2000000", "swarm.add of playground-plugins-swarm failed: the argument `count` does not fit"),
        ("swarm.ad", "similar are swarm.add"),
    ] {
        let error = session.fails(line);
        assert!(error.contains(part), "{line}: {error}");
    }
    assert_eq!(session.ok("world.digest"), after);
    // While the world plays, too; then it goes at stop, as every edit does.
    session.ok("play.step frames=3");
    session.ok("console.run line=\"swarm.add count=1\"");
    assert_eq!(count(&session), 9);
    session.ok("edit.undo");
    assert_eq!(count(&session), 7);
    session.ok("play.stop");
    assert_eq!(session.ok("world.digest"), after);
    let who = &session.report().who;
    let named = who.iter().any(|runner| runner.name == "swarm.add" && runner.module == "playground-plugins-swarm");
    assert!(named, "one that never came back could be named: {who:?}");
}

#[test]
fn operators_come_and_go_with_the_generation_that_brings_them() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    assert!(operators(&session, "orbit").is_empty());
    with_operators(&source, &(PLACE.to_owned() + &operator("ONE", "orbit.place", "")), &["ONE"]);
    session.ok("module.reload name=orbit");
    assert_eq!(operators(&session, "orbit"), ["orbit.place"]);
    session.ok("orbit.place");
    let two = operator("TWO", "orbit.put", ".shortcut(\"Ctrl+Shift+J\")");
    with_operators(&source, &(PLACE.to_owned() + &two), &["TWO"]);
    session.ok("module.reload name=orbit");
    assert_eq!(operators(&session, "orbit"), ["orbit.put"]);
    assert!(session.fails("orbit.place").contains("there is no operator `orbit.place`; similar are orbit.put"));
    session.ok("orbit.put");

    let clash = operator("ONE", "orbit.put", "") + &operator("KEY", "orbit.key", ".shortcut(\"Ctrl+D\")");
    let brought = format!("const OTHER: Operator = Operator::new(\"swarm.add\", \"Add\", \"\", place);{clash}");
    let foreign = "app.operator(&OTHER); app.system(Update, advance)";
    let cases: [(&[&str], &str, &[&str]); 4] = [
        (&["ONE", "ONE"], "", &["the operator orbit.put", "playground-plugins-orbit", "rename it"]),
        (&["KEY"], "", &["Ctrl+D", "entity.duplicate of the editor", "orbit.key of playground-plugins-orbit"]),
        (&[], foreign, &["playground-plugins-orbit", "`swarm.add`", "begin with `orbit.`"]),
        (&["OTHER"], "", &["does not compile", "begins with the name of its module"]),
    ];
    for (names, systems, expected) in cases {
        let systems = match systems {
            "" => "app.system(Update, advance)".to_owned(),
            systems => format!("{{ {systems} }}"),
        };
        with(&source, &format!("{PLACE}{brought}"), &systems, names);
        let error = refused(&session, "orbit");
        assert!(expected.iter().all(|part| error.contains(part)), "{expected:?} are not all in: {error}");
    }
    session.ok("orbit.put");
    session.ok("module.rollback name=orbit to=2");
    assert_eq!(operators(&session, "orbit"), ["orbit.place"]);
    (0..3).for_each(|_| drop(session.ok("edit.undo")));
    assert_eq!(count(&session), 0, "what was done can be undone whoever did it");
}

#[test]
fn an_operator_that_fails_or_panics_leaves_the_world_as_it_was() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    session.ok("entity.spawn name=Body");
    let code = "fn fail(context: &mut OperatorContext) -> Result<Value, String> {
        context.world.write().spawn((Name { value: \"Gone\".into() },)).map_err(|error| error.to_string())?;
        Err(\"it is not the day\".into())
    }
    fn panic(context: &mut OperatorContext) -> Result<Value, String> {
        let guard = &mut context.world.write();
        guard.spawn((Name { value: \"Gone\".into() },)).map_err(|error| error.to_string())?;
        panic!(\"oops\")
    }
    fn emit(context: &mut OperatorContext) -> Result<Value, String> {
        let error = |error: playground::ecs::EcsError| error.to_string();
        context.world.emit_input(Orbit::INFO.id, &Orbit::default().to_value(), std::time::Duration::ZERO).map_err(error)?;
        if context.selection.is_empty() { Err(\"not today\".into()) } else { Ok(Value::Unit) }
    }
    const EMIT: Operator = Operator::new(\"orbit.emit\", \"Emit\", \"Emits\", emit);
    const FAIL: Operator = Operator::new(\"orbit.fail\", \"Fail\", \"Fails\", fail);
    const PANIC: Operator = Operator::new(\"orbit.panic\", \"Panic\", \"Panics\", panic);
    const SELECTED: Operator = Operator::new(\"orbit.selected\", \"None\", \"\", fail)
        .when(playground::editor::Availability::Selected);";
    let systems = "{ app.event(Orbit::INFO); app.system(Update, advance) }";
    with(&source, code, systems, &["FAIL", "PANIC", "SELECTED", "EMIT"]);
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=60");
    let pending = || session.ok("event.pending")["events"].as_array().expect("a list").len();
    session.fails("orbit.emit");
    assert_eq!(pending(), 0, "what was emitted is taken back");
    session.ok("selection.set entity=1");
    session.ok("orbit.emit");
    assert_eq!(pending(), 1);
    session.ok("selection.set entity=[]");
    session.ok("play.stop");
    let before = session.ok("world.digest");
    let error = session.fails("orbit.fail");
    assert!(error.contains("orbit.fail of playground-plugins-orbit failed: it is not the day"), "{error}");
    assert_eq!(session.ok("world.digest"), before);
    assert_eq!(session.report().undo.as_deref(), Some("New Body"));
    assert!(session.fails("orbit.selected").contains("Select an entity first"));

    // Proven code: the operator is called no more, all else of the module is.
    let error = session.fails("orbit.panic");
    assert!(error.contains("orbit.panic of playground-plugins-orbit panicked: oops"), "{error}");
    assert_eq!((session.ok("world.digest"), count(&session)), (before.clone(), 1));
    assert_eq!(operators(&session, "orbit"), ["orbit.fail", "orbit.selected", "orbit.emit"]);
    assert!(session.fails("orbit.panic").contains("is not called again until playground-plugins-orbit is reloaded"));
    assert!(session.fails("orbit.fail").contains("it is not the day"));
    let told = |part: &str| session.report().notices.iter().any(|notice| notice.title.contains(part));
    assert!(told("orbit.panic of playground-plugins-orbit was switched off"));

    // Code on probation: it is taken back.
    session.ok("module.reload name=orbit");
    assert_eq!((generation(&session), operators(&session, "orbit").len()), (3, 4));
    session.fails("orbit.panic");
    session.wait_for("the way back", |_| generation(&session) == 2);
    assert_eq!(session.ok("world.digest"), before);
    let why = session.ok("module.history name=orbit")["generations"][2]["why"].clone();
    assert!(why.as_str().is_some_and(|why| why.contains("orbit.panic panicked: oops")), "{why}");
    assert!(session.report().modules.iter().all(|row| row.state == ModuleState::Running));
    session.ok("edit.undo");
    assert_eq!(count(&session), 0);
}

#[test]
fn nothing_of_a_disabled_module_is_called_until_it_is_enabled_reloaded_or_not() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    // Each event is answered by an entity, and each new light by another one.
    let answer = "fn answer(world: &Handle<World>, name: &str) -> Result<(), playground::ecs::EcsError> {
        world.write().spawn((Name { value: name.into() },)).map(drop)
    }
    /// A call.
    #[derive(Component, Clone, Default)]
    pub struct Call;
    ";
    let systems = "{
        use playground::ecs::{model::watch::Lifecycle, view::event::ObserverParts};
        app.event(Call::INFO);
        app.on(\"answer\", |world, _: &Call| answer(world, \"Answer\"));
        app.observer(ObserverParts::new(\"see\", Light::INFO.id, Lifecycle::Added, |world, _| answer(world, \"Seen\")));
        app.system(Update, advance)
    }";
    with(&source, &format!("{answer}{PLACE}{}", operator("ONE", "orbit.place", "")), systems, &["ONE"]);
    session.ok("module.reload name=orbit");
    session.ok("play.step frames=1");
    // How many entities came, and how far the body went.
    let happens = || {
        let state = |session: &Session| {
            let body = session.ok("entity.get entity=1");
            (count(session), body["components"]["orbit::Orbit"]["phase"].as_f64().expect("a number"))
        };
        let before = state(&session);
        session.ok("event.emit name=Call");
        session.ok("component.add entity=1 component=Light");
        session.ok("play.step frames=1");
        session.ok("component.remove entity=1 component=Light");
        let after = state(&session);
        (after.0 - before.0, after.1 > before.1)
    };
    let row = |key: &str| -> Json {
        let rows = session.ok("module.list")["modules"].clone();
        let rows = rows.as_array().expect("a list").iter().find(|row| row["name"] == "playground-plugins-orbit");
        rows.expect("it is declared")[key].clone()
    };
    assert_eq!(happens(), (2, true));
    session.ok("module.disable name=orbit");
    for generation in [2, 3] {
        assert_eq!((happens(), row("off"), row("state")), ((0, false), json!(true), json!("disabled")));
        assert_eq!((row("generation"), row("operators")), (json!(generation), json!(["orbit.place"])));
        assert!(operators(&session, "orbit").is_empty());
        let error = session.fails("orbit.place");
        assert!(error.contains("withdrawn") && error.contains("module.enable name=orbit"), "{error}");
        let told = session.ok("event.subscriptions name=Call")["subscriptions"][0].clone();
        assert_eq!((&told["module_enabled"], &told["muted"]), (&json!(false), &json!(false)));
        session.ok("module.reload name=orbit");
    }
    session.ok("module.enable name=orbit");
    assert_eq!((row("off"), row("state"), row("generation")), (json!(false), json!("running"), json!(4)));
    assert_eq!(happens(), (2, true));
    session.ok("orbit.place");
    assert!(session.fails("module.disable name=vulkan").contains("only plugins"));
}

//! What the engine tells of its modules: bindings, plans, and modules that are switched off and on.

use crate::session::Session;
use crate::workspace::Source;
use playground::core_types::Handle;
use playground::editor::Report;
use playground::editor::report::{ModuleRow, ModuleState};
use playground::types::state::Fate;
use serde_json::{Value as Json, json};

fn row<'a>(report: &'a Report, name: &str) -> &'a ModuleRow {
    report.modules.iter().find(|row| row.name.ends_with(name)).expect("it is declared")
}

/// The binding of a contract, by the last part of its name.
fn binding(session: &Session, view: &str) -> Json {
    let rows = session.ok("module.bindings")["bindings"].clone();
    let rows = rows.as_array().expect("a list");
    rows.iter()
        .find(|row| row["view"].as_str().is_some_and(|name| name.ends_with(view)))
        .expect("it is declared")
        .clone()
}

fn user(binding: &Json, name: &str) -> Option<Json> {
    binding["users"].as_array().expect("a list").iter().find(|user| user["name"] == name).cloned()
}

#[test]
fn bindings_tell_who_uses_which_contract_and_what_is_behind_it() {
    let session = Session::start_alone();
    let ecs = binding(&session, "core-ecs");
    assert_eq!(ecs["viewmodel"], json!({ "module": "playground-systems-ecs", "generation": 1 }));
    assert_eq!(ecs["users"][0]["kind"], "engine");
    let app = user(&ecs, "playground-editor").expect("the app declares it");
    assert!(app["uses"].as_array().is_some_and(|uses| uses.contains(&json!("requires worlds"))), "{app}");
    let orbit = user(&ecs, "playground-plugins-orbit").expect("its systems are run by the ECS");
    assert_eq!(orbit["uses"], json!(["1 system", "1 component"]));
    let rendering = binding(&session, "core-rendering");
    assert_eq!(rendering["viewmodel"]["module"], "playground-systems-vulkan");
    assert_eq!(user(&rendering, "playground-plugins-orbit"), None, "it draws nothing");

    // The generation is that of the code that is called, also after going back.
    for (line, generation) in [("module.reload name=console", 2), ("module.rollback name=console to=1", 1)] {
        session.ok(line);
        assert_eq!(binding(&session, "core-console")["viewmodel"]["generation"], generation, "{line}");
        let report = session.report();
        let reported = report.bindings.iter().find(|row| row.view.ends_with("core-console"));
        let bound = reported.and_then(|row| row.bound.as_ref()).expect("it is bound");
        assert_eq!(bound.generation, generation, "{line}");
    }
}

#[test]
fn rows_are_shared_between_reports_until_something_changes() {
    let session = Session::start();
    session.ok("world.digest");
    let next = || {
        let frame = session.report().frame;
        session.wait_for("more frames", |report| report.frame > frame + 2);
        session.report()
    };
    // Their first frame belongs to the stages of what was just loaded.
    let before = (next(), next()).1;
    let after = next();
    assert!(Handle::ptr_eq(&before.modules, &after.modules) && Handle::ptr_eq(&before.bindings, &after.bindings));
    session.ok("module.pin name=orbit");
    assert!(row(&session.report(), "orbit").pinned);
}

#[test]
fn a_plugin_that_was_disabled_is_enabled_without_a_build() {
    let session = Session::start();
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit value=(radius: 2, speed: 1)");
    let step = || {
        session.ok("play.step frames=10");
        session.ok("entity.get entity=1")["components"]["orbit::Orbit"]["phase"].as_f64().expect("a number")
    };
    let moved = step();
    assert!(moved > 0.0);
    session.ok("module.disable name=orbit");
    assert_eq!(row(&session.report(), "orbit").state, ModuleState::Disabled);
    assert_eq!(step(), moved, "it is not called");
    session.ok("module.enable name=orbit");
    assert_eq!(
        (&row(&session.report(), "orbit").state, row(&session.report(), "orbit").generation),
        (&ModuleState::Running, 1)
    );
    assert!(step() > moved, "it is called again");
    assert!(session.fails("module.enable name=orbit").contains("runs already"));
    assert!(session.fails("module.enable name=vulkan").contains("only plugins"));
}

#[test]
fn a_plan_is_reported_until_modules_change() {
    let session = Session::start_alone();
    let source = Source::of("plugins/orbit");
    session.ok("entity.spawn name=Body");
    session.ok("component.add entity=1 component=Orbit");
    source.edit("    pub tilt: f32,", "    pub tilt: f32,\n    /// New.\n    pub mass: f64,");
    session.ok("module.plan name=orbit");
    let report = session.report();
    let plan = report.plan.as_ref().expect("it was asked for");
    assert_eq!((plan.module.as_str(), plan.plan.is_lossy()), ("playground-plugins-orbit", false));
    assert_eq!((plan.plan.components[0].fate, plan.plan.components[0].count), (Fate::Converted, 1));
    assert!(row(&report, "orbit").last_plan.components.iter().all(|one| one.fate == Fate::New), "nothing was done");
    session.ok("module.reload name=orbit");
    let report = session.report();
    assert_eq!(report.plan, None);
    assert_eq!(*row(&report, "orbit").last_plan, plan.plan);
    // A plan that can't be made says why.
    source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = \"fast\";");
    session.fails("module.plan name=orbit");
    let report = session.report();
    assert!(report.plan.as_ref().is_some_and(|plan| plan.problem.contains("does not compile")), "{:?}", report.plan);
}

#[test]
fn a_plan_stays_a_plan_when_its_source_is_saved_meanwhile() {
    let session = Session::start_watching();
    let source = Source::of("plugins/orbit");
    session.ok("world.digest");
    // The watch tells of the save a moment after the plan's build began.
    source.edit("const SPEED: f32 = 1.0;", "const SPEED: f32 = -3.0;");
    let outcome = session.ok("module.plan name=orbit");
    assert!(outcome["reloaded"].is_null() && outcome["plan"].is_array(), "{outcome}");
    let report = session.report();
    assert!(report.plan.as_ref().is_some_and(|plan| plan.problem.is_empty()), "{:?}", report.plan);
}

#[test]
fn a_start_without_a_module_takes_its_short_name_and_tells_of_one_that_is_unknown() {
    let state = |session: &Session| {
        let modules = session.ok("module.list");
        let rows = modules["modules"].as_array().expect("it is a list").clone();
        rows.into_iter().find(|row| row["name"] == "playground-plugins-orbit").expect("it is declared")["state"].clone()
    };
    assert_eq!(state(&Session::start_without("orbit")), "failed");
    let session = Session::start_without("orbits");
    assert_eq!(state(&session), "running");
    let told = session.report().notices.iter().find(|notice| notice.title == "orbits is not left out").cloned();
    assert!(told.as_ref().is_some_and(|told| told.detail.contains("orbit")), "{told:?}");
}

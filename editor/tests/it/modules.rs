use crate::sample::{call, generation, report, screen};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use playground::core_types::Handle;
use playground::editor::Invocation;
use playground::editor::report::{Diagnostic, Fared, ModuleState, Question};

fn showing(tab: &str, report: playground::editor::Report) -> egui_kittest::Harness<'static, crate::sample::Screen> {
    let mut screen = screen(report);
    assert!(screen.state_mut().shell.settings.dock.show(tab));
    screen.run_steps(3);
    screen
}

#[test]
fn each_row_reloads_its_module() {
    let mut screen = showing("modules", report());
    screen.get_by_label("Reload module orbit").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.reload name=\"playground-plugins-orbit\"")]);
    assert!(screen.query_by_label("Reload module ecs").is_none(), "core modules are part of the engine library");
}

#[test]
fn the_toolbar_reloads_the_plugin() {
    let mut screen = screen(report());
    screen.get_by_label("Reload module").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.reload name=\"playground-plugins-orbit\"")]);
}

#[test]
fn a_quarantined_module_says_why() {
    let mut report = report();
    let rows = Handle::make_mut(&mut report.modules);
    rows[2].state = ModuleState::Quarantined;
    rows[2].problem = "it panicked: index out of bounds".into();
    let screen = showing("modules", report);
    assert!(screen.query_all_by_label("it panicked: index out of bounds").next().is_some());
    assert!(!screen.get_by_label("Reload module orbit").accesskit_node().is_disabled());
}

#[test]
fn a_row_shows_the_stages_of_its_reload() {
    let mut screen = showing("modules", report());
    screen.get_by_label("Module vulkan").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("built: 120 ms").is_some());
    assert!(screen.query_by_label("loaded: 400 µs").is_some());
}

#[test]
fn every_generation_but_the_running_one_can_be_gone_back_to() {
    let mut report = report();
    let rows = Handle::make_mut(&mut report.modules);
    rows[2].generations = vec![
        generation(3, false, Fared::RolledBack, "it panicked"),
        generation(2, true, Fared::Proven, ""),
        generation(1, false, Fared::Replaced, ""),
    ];
    let mut screen = showing("modules", report);
    assert!(screen.query_by_label("Go back to generation 2 of orbit").is_none(), "it runs");
    assert!(screen.query_by_label("Go back to generation 3 of orbit").is_some());
    screen.get_by_label("Go back to generation 1 of orbit").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.rollback name=\"playground-plugins-orbit\" to=1")]);
}

#[test]
fn a_module_can_be_pinned_and_let_go() {
    let mut report = report();
    let mut pinned = showing("modules", report.clone());
    pinned.get_by_label("Pin orbit").click();
    pinned.run_steps(3);
    assert_eq!(pinned.state().calls(), [call("module.pin name=\"playground-plugins-orbit\"")]);
    Handle::make_mut(&mut report.modules)[2].pinned = true;
    let mut screen = showing("modules", report);
    screen.get_by_label("Unpin orbit").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.unpin name=\"playground-plugins-orbit\"")]);
}

/// A report with a reload that would lose a field.
fn lossy() -> playground::editor::Report {
    let question = Question {
        number: 1,
        modules: vec!["playground-plugins-orbit".into()],
        lost: vec![("orbit::Orbit.tilt".into(), 332)],
        call: Invocation::parse("module.reload name=orbit lossy=allow").expect("it is a call"),
    };
    playground::editor::Report { question: Some(question), ..report() }
}

#[test]
fn a_reload_that_loses_values_asks_first() {
    let mut screen = screen(lossy());
    screen.run_steps(3);
    assert!(screen.query_by_label("orbit::Orbit.tilt").is_some());
    assert!(screen.query_by_label("in 332 components").is_some());
    screen.get_by_label("Change and lose them").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.reload name=orbit lossy=allow")]);
    assert!(screen.query_by_label("Change and lose them").is_none(), "it is answered");
}

#[test]
fn the_answer_to_a_lossy_reload_can_be_no() {
    let mut screen = screen(lossy());
    screen.run_steps(3);
    screen.get_by_label("Keep the code from before").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("Change and lose them").is_none());
    assert!(screen.state().calls().is_empty());
}

#[test]
fn diagnostics_show_place_and_message() {
    let mut report = report();
    report.diagnostics = Handle::new(vec![Diagnostic {
        error: true,
        module: "playground-plugins-orbit".into(),
        message: "cannot find value `SPED` in this scope".into(),
        file: "plugins/orbit/src/lib.rs".into(),
        line: 12,
        column: 5,
        rendered: "error[E0425]: cannot find value".into(),
    }]);
    let screen = showing("diagnostics", report);
    assert!(screen.query_by_label("plugins/orbit/src/lib.rs:12:5").is_some());
    assert!(screen.query_by_label("cannot find value `SPED` in this scope").is_some());
}

use crate::sample::{call, report, screen};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use playground::core_types::Handle;
use playground::editor::report::{Diagnostic, ModuleState};

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

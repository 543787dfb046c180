//! The registry inspector: the table's filter and order, the graph of bindings, what can be done, and plans.

use crate::sample::{call, generation, report, screen};
use eframe::egui::{self, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use playground::core_types::Handle;
use playground::editor::Report;
use playground::editor::report::{BindingRow, Bound, Fared, ModuleRow, ModuleState, PlanReport, UserKind, ViewUser};
use playground::types::state::{ComponentPlan, Fate, Plan, StatePlan};
use playground_editor::action::Action;
use playground_editor::modules::Modules;
use playground_editor::operators::Operators;
use playground_editor::theme;
use std::collections::BTreeMap;
use std::time::SystemTime;

type Screen = Harness<'static, crate::sample::Screen>;

fn showing(report: Report) -> Screen {
    let mut screen = screen(report);
    assert!(screen.state_mut().shell.settings.dock.show("modules"));
    screen.run_steps(3);
    screen
}

fn press(screen: &mut Screen, name: &str) {
    screen.get_by_label(name).click();
    screen.run_steps(3);
}

fn user(name: &str, kind: UserKind, uses: &[&str]) -> ViewUser {
    ViewUser { name: name.into(), kind, uses: uses.iter().map(|text| (*text).to_owned()).collect() }
}

/// Rendering is bound to the second generation of vulkan; nothing is bound to the ECS, which orbit uses.
fn bound() -> Report {
    let engine = || user("engine", UserKind::Engine, &["draws the viewport"]);
    let app = || user("playground-editor", UserKind::App, &["requires meshes"]);
    let orbit = user("playground-plugins-orbit", UserKind::Plugin, &["1 system", "1 component"]);
    let view = |name: &str, bound: Option<&str>, users: Vec<ViewUser>| BindingRow {
        view: name.into(),
        api_version: 0xabcd_ef01_0000_0000,
        bound: bound.map(|module| Bound { module: module.into(), generation: 2 }),
        users,
    };
    let bindings = vec![
        view("playground-core-ecs", None, vec![engine(), app(), orbit]),
        view("playground-core-rendering", Some("playground-systems-vulkan"), vec![engine(), app()]),
    ];
    Report { bindings: Handle::new(bindings), ..report() }
}

fn change(report: &mut Report, name: &str, change: impl FnOnce(&mut ModuleRow)) {
    let rows = Handle::make_mut(&mut report.modules);
    change(rows.iter_mut().find(|row| row.name.ends_with(name)).expect("it is in the sample"));
}

/// The modules in the order of their rows.
fn order(screen: &Screen) -> Vec<&'static str> {
    let row = |name| Some((screen.query_by_label(&format!("Module {name}"))?.rect().top(), name));
    let mut rows: Vec<(f32, &str)> = ["ecs", "vulkan", "orbit"].into_iter().filter_map(row).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn a_click_on_a_title_sorts_up_then_down_then_as_declared() {
    let mut report = report();
    change(&mut report, "orbit", |row| row.size = 1);
    let mut screen = showing(report);
    assert_eq!(order(&screen), ["ecs", "vulkan", "orbit"]);
    press(&mut screen, "Sort by Module");
    assert_eq!(order(&screen), ["ecs", "orbit", "vulkan"]);
    press(&mut screen, "Sort by Module");
    assert_eq!(order(&screen), ["vulkan", "orbit", "ecs"]);
    press(&mut screen, "Sort by Size");
    assert_eq!(order(&screen), ["orbit", "ecs", "vulkan"], "equal ones stay as declared");
    press(&mut screen, "Sort by Size");
    press(&mut screen, "Sort by Size");
    assert_eq!(order(&screen), ["ecs", "vulkan", "orbit"]);
}

#[test]
fn titles_sort_from_the_keyboard() {
    let mut screen = showing(report());
    screen.get_by_label("Sort by Module").focus();
    screen.run_steps(2);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(order(&screen), ["ecs", "orbit", "vulkan"]);
}

#[test]
fn the_filter_looks_at_name_kind_state_and_components() {
    let mut report = report();
    change(&mut report, "orbit", |row| row.components = vec!["orbit::Tilt"]);
    change(&mut report, "vulkan", |row| row.state = ModuleState::Failed);
    let mut screen = showing(report);
    for (text, expected) in [
        ("vul", vec!["vulkan"]),
        ("plugin", vec!["orbit"]),
        ("FAILED", vec!["vulkan"]),
        ("tilt running", vec!["orbit"]),
    ] {
        screen.get_by_label("Filter modules").focus();
        screen.run_steps(2);
        screen.get_by_label("Filter modules").type_text(text);
        screen.run_steps(3);
        assert_eq!(order(&screen), expected, "{text}");
        (0..text.len()).for_each(|_| screen.key_press(Key::Backspace));
        screen.run_steps(3);
    }
    screen.get_by_label("Filter modules").type_text("nothing of that name");
    screen.run_steps(3);
    assert!(order(&screen).is_empty());
    press(&mut screen, "Clear filter");
    assert_eq!(order(&screen).len(), 3);
}

fn about(screen: &Screen, name: &str) -> String {
    screen.get_by_label(name).accesskit_node().description().unwrap_or_default()
}

#[test]
fn the_graph_says_who_uses_what_and_what_is_bound() {
    let mut screen = showing(bound());
    press(&mut screen, "Graph of bindings");
    assert!(about(&screen, "View rendering").contains("Bound to vulkan, generation 2; Used by engine"));
    assert!(about(&screen, "View ecs").contains("Nothing is bound to it"));
    assert!(about(&screen, "User orbit").contains("ecs: 1 system, 1 component"));
    assert!(!about(&screen, "User orbit").contains("disabled"));
    change(&mut screen.state_mut().report, "orbit", |row| row.state = ModuleState::Disabled);
    screen.run_steps(3);
    assert!(about(&screen, "User orbit").contains("It is disabled"));
    assert!(about(&screen, "ViewModel vulkan").contains("generation 2, running; implements playground-core-rendering"));
    assert!(screen.query_by_label("No ViewModel for ecs").is_some());
    press(&mut screen, "ViewModel vulkan");
    assert!(screen.query_by_label("Reload vulkan").is_some(), "its details are shown");
    press(&mut screen, "User orbit");
    assert!(screen.query_by_label("Reload orbit").is_some());
    press(&mut screen, "Table of modules");
    assert_eq!(order(&screen).len(), 3);
}

#[test]
fn a_plugin_that_uses_no_contract_stands_in_the_graph_too() {
    let mut report = bound();
    let bindings = Handle::make_mut(&mut report.bindings);
    bindings.iter_mut().for_each(|row| row.users.retain(|user| user.kind != UserKind::Plugin));
    let mut screen = showing(report);
    press(&mut screen, "Graph of bindings");
    assert!(about(&screen, "User orbit").contains("uses no View"));
}

#[test]
fn the_keyboard_reaches_every_box() {
    let mut screen = showing(bound());
    press(&mut screen, "Graph of bindings");
    screen.get_by_label("User engine").focus();
    screen.run_steps(2);
    for next in ["User editor", "User orbit", "View ecs", "View rendering", "No ViewModel for ecs", "ViewModel vulkan"]
    {
        screen.key_press(Key::Tab);
        screen.run_steps(2);
        assert!(screen.get_by_label(next).is_focused(), "{next}");
    }
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert!(screen.query_by_label("Reload vulkan").is_some());
}

/// The panel alone, as large as told.
fn panel(size: [f32; 2]) -> Harness<'static, Modules> {
    let report = bound();
    let operators = Operators::new(playground_engine_host::operators::built_in());
    let draw = move |ui: &mut egui::Ui, modules: &mut Modules| {
        theme::apply(ui.ctx(), theme::Choice::Light, 1.0);
        modules.ui(ui, operators, &report, &mut Vec::<Action>::new());
    };
    let mut panel = Harness::builder().with_size(size).build_ui_state(draw, Modules::default());
    panel.run_steps(3);
    panel
}

#[test]
fn the_graph_fits_into_a_narrow_panel() {
    for height in [700.0, 250.0] {
        let mut panel = panel([600.0, height]);
        panel.get_by_label("Graph of bindings").click();
        panel.run_steps(3);
        let rect = |name: &str| panel.get_by_label(name).rect();
        let (user, view, viewmodel) = (rect("User orbit"), rect("View ecs"), rect("ViewModel vulkan"));
        assert!(user.left() >= 0.0 && viewmodel.right() <= 600.0, "{user:?} {viewmodel:?}");
        assert!(view.left() - user.right() >= 30.0 && viewmodel.left() - view.right() >= 30.0, "lines have room");
        assert!(user.width() >= 110.0 && user.bottom() < height);
        let below = panel.query_by_label("Reload orbit").map(|button| button.rect().top() > viewmodel.bottom());
        assert_eq!(below, (height > 300.0).then_some(true), "details stand below where there is room");
    }
}

#[test]
fn details_are_shown_and_hidden_by_hand() {
    let mut panel = panel([600.0, 250.0]);
    panel.get_by_label("Show details").click();
    panel.run_steps(3);
    assert!(panel.query_by_label("Reload orbit").is_some());
    panel.get_by_label("Hide details").click();
    panel.run_steps(3);
    assert!(panel.query_by_label("Reload orbit").is_none());
}

#[test]
fn a_plugin_is_disabled_and_enabled() {
    let mut report = report();
    let mut running = showing(report.clone());
    press(&mut running, "Disable orbit");
    assert_eq!(running.state().calls(), [call("module.disable name=\"playground-plugins-orbit\"")]);
    for state in [ModuleState::Disabled, ModuleState::Quarantined] {
        change(&mut report, "orbit", |row| row.state = state);
        let mut off = showing(report.clone());
        press(&mut off, "Enable orbit");
        assert_eq!(off.state().calls(), [call("module.enable name=\"playground-plugins-orbit\"")]);
    }
    let mut system = showing(report);
    press(&mut system, "Module vulkan");
    assert!(system.get_by_label("Disable vulkan").accesskit_node().is_disabled(), "others call it");
}

#[test]
fn rolling_back_skips_what_was_taken_back() {
    let mut report = report();
    assert!(showing(report.clone()).get_by_label("Roll back orbit").accesskit_node().is_disabled());
    change(&mut report, "orbit", |row| {
        row.generation = 3;
        row.generations = vec![
            generation(3, true, Fared::Proven, ""),
            generation(2, false, Fared::RolledBack, ""),
            generation(1, false, Fared::Replaced, ""),
        ];
    });
    let mut screen = showing(report);
    press(&mut screen, "Roll back orbit");
    assert_eq!(screen.state().calls(), [call("module.rollback name=\"playground-plugins-orbit\" to=1")]);
}

#[test]
fn a_generation_tells_its_digest_size_and_stages() {
    let mut report = report();
    change(&mut report, "orbit", |row| row.generations = vec![generation(4, true, Fared::Proven, "")]);
    let mut screen = showing(report);
    assert!(screen.query_by_label("and 3 earlier").is_some());
    screen.get_by_label_contains(" ago").hover();
    screen.run_steps(60);
    let tooltip = screen.get_by_label_contains("Library d1ge574").accesskit_node().value().unwrap_or_default();
    for part in ["Generation 4, running", "2.00 KiB /staged/liborbit-4.so", "In 200 ms: built 190 ms"] {
        assert!(tooltip.contains(part), "{part} is not in {tooltip}");
    }
}

#[test]
fn a_pinned_module_is_planned_but_not_reloaded() {
    let mut report = report();
    change(&mut report, "orbit", |row| row.pinned = true);
    let mut screen = showing(report);
    assert!(screen.get_by_label("Reload orbit").accesskit_node().is_disabled());
    assert!(screen.get_by_label("Reload module orbit").accesskit_node().is_disabled());
    press(&mut screen, "Plan reload of orbit");
    assert_eq!(screen.state().calls(), [call("module.plan name=\"playground-plugins-orbit\"")]);
}

fn converted() -> ComponentPlan {
    ComponentPlan {
        module: "playground-plugins-orbit".into(),
        component: "orbit::Orbit".into(),
        fate: Fate::Converted,
        count: 332,
        change: "removed `tilt`".into(),
        lost: BTreeMap::from([("orbit::Orbit.tilt".to_owned(), 7)]),
    }
}

#[test]
fn a_plan_is_shown_with_its_module() {
    let plan = PlanReport {
        module: "playground-plugins-orbit".into(),
        planned_at: SystemTime::now(),
        plan: Plan { components: vec![converted()], states: vec![] },
        problem: String::new(),
    };
    let mut screen = showing(Report { plan: Some(Handle::new(plan.clone())), ..report() });
    assert!(screen.query_by_label("332 components").is_some());
    assert!(screen.query_by_label("removed `tilt`").is_some());
    assert!(screen.query_by_label_contains("loses orbit::Orbit.tilt in 7 components").is_some());
    assert!(screen.query_by_label_contains("Values would be lost").is_some());
    press(&mut screen, "Module vulkan");
    assert!(screen.query_by_label("332 components").is_none());
    let failed = PlanReport { plan: Plan::default(), problem: "orbit does not compile".into(), ..plan };
    let screen = showing(Report { plan: Some(Handle::new(failed)), ..report() });
    assert!(screen.query_by_label_contains("orbit does not compile").is_some());
}

#[test]
fn the_last_reload_tells_what_it_converted() {
    let mut report = report();
    change(&mut report, "orbit", |row| {
        let kept = ComponentPlan { fate: Fate::Kept, component: "orbit::Other".into(), ..converted() };
        row.last_plan = Handle::new(Plan { components: vec![converted(), kept], states: vec![] });
    });
    let screen = showing(report);
    assert!(screen.query_by_label("Changed by the last reload").is_some());
    assert!(screen.query_by_label("orbit::Orbit").is_some());
    assert!(screen.query_by_label("orbit::Other").is_none(), "nothing of it changed");
}

#[test]
fn a_plan_tells_what_becomes_of_private_state() {
    let why = "the new code can't read it";
    let plan = |lost: Option<String>| PlanReport {
        module: "playground-plugins-orbit".into(),
        planned_at: SystemTime::now(),
        plan: Plan { components: vec![], states: vec![StatePlan::new("playground-plugins-orbit", (1, 1), 2048, lost)] },
        problem: String::new(),
    };
    let kept = showing(Report { plan: Some(Handle::new(plan(None))), ..report() });
    assert!(kept.query_by_label("private state").is_some() && kept.query_by_label("2.00 KiB").is_some());
    assert!(kept.query_by_label_contains("Values would be lost").is_none());
    let lost = showing(Report { plan: Some(Handle::new(plan(Some(why.into())))), ..report() });
    assert!(lost.query_by_label(why).is_some());
    assert!(lost.query_by_label_contains("Values would be lost").is_some());
}

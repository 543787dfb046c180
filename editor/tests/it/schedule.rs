use crate::sample::{Screen, call, report, screen};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use playground::core_types::Handle;
use playground::ecs::Stage;
use playground::ecs::model::schedule::{SystemInfo, SystemStats, Use};
use playground::editor::Report;
use std::time::Duration;

fn row(name: &str, stage: Stage, wave: Option<usize>) -> SystemInfo {
    SystemInfo {
        module: "playground-plugins-orbit".into(),
        name: name.into(),
        stage,
        order: 0,
        wave,
        access: vec![
            Use { name: "scene::Transform", write: true, event: false },
            Use { name: "orbit::Orbit", write: false, event: false },
        ],
        commands: false,
        before: vec![],
        after: vec![],
        conditions: vec![],
        rate: None,
        enabled: wave.is_some(),
        module_enabled: true,
        stats: SystemStats {
            runs: 12_345,
            last: Duration::from_micros(20),
            average: Duration::from_micros(25),
            max: Duration::from_micros(90),
            ..SystemStats::default()
        },
        warnings: vec![],
    }
}

fn showing(systems: Vec<SystemInfo>, cycles: &[&str]) -> Harness<'static, Screen> {
    let cycles = cycles.iter().map(|cycle| (*cycle).to_owned()).collect();
    let report = Report { systems: Handle::new(systems), cycles: Handle::new(cycles), ..report() };
    let mut screen = screen(report);
    assert!(screen.state_mut().shell.settings.dock.show("schedule"));
    screen.run_steps(3);
    screen
}

#[test]
fn systems_stand_under_their_stages_with_what_they_use_and_take() {
    let mut slow = row("advance", Stage::Update, Some(1));
    slow.conditions = vec!["is_dark".into()];
    slow.rate = Some(30.0);
    slow.commands = true;
    let screen = showing(vec![row("gather", Stage::PreUpdate, Some(0)), slow], &[]);
    for label in
        ["PreUpdate", "Update", "2 systems, together 50.0 µs", "orbit::advance takes 25.0 µs", "30 Hz, if is_dark"]
    {
        assert!(screen.query_by_label(label).is_some(), "{label}");
    }
    assert!(screen.query_by_label("PostUpdate").is_none(), "no system, no heading");
    assert_eq!(screen.query_all_by_label("writes scene::Transform").count(), 2);
    assert_eq!(screen.query_all_by_label("reads orbit::Orbit").count(), 2);
    assert_eq!(screen.query_all_by_label("spawns, ends or changes entities after the stage").count(), 1);
}

#[test]
fn a_check_box_switches_a_system_and_a_button_runs_it_once() {
    let mut screen = showing(vec![row("on", Stage::Update, Some(0)), row("off", Stage::Update, None)], &[]);
    for label in ["Enable orbit::on", "Enable orbit::off", "Run orbit::on once"] {
        screen.get_by_label(label).click();
        screen.run_steps(3);
    }
    let calls = ["system.disable", "system.enable", "system.run_once"];
    let names = ["on", "off", "on"].map(|name| format!("playground-plugins-orbit::{name}"));
    let expected: Vec<String> =
        calls.iter().zip(&names).map(|(operator, name)| call(&format!("{operator} name=\"{name}\""))).collect();
    assert_eq!(screen.state().calls(), expected);
    screen.get_by_label("Hide 1 switched off").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("Enable orbit::off").is_none());
    assert!(screen.query_by_label("Enable orbit::on").is_some());
}

#[test]
fn a_module_that_is_off_has_to_be_reloaded_first() {
    let mut bad = row("bad", Stage::Update, None);
    (bad.enabled, bad.module_enabled) = (true, false);
    let screen = showing(vec![bad], &[]);
    assert!(screen.get_by_label("Enable orbit::bad").accesskit_node().is_disabled());
}

#[test]
fn cycles_and_warnings_stand_on_top() {
    let cycle = "orbit::a after orbit::b after orbit::a";
    let [mut a, mut b, mut c] = ["a", "b", "c"].map(|name| row(name, Stage::Update, Some(0)));
    a.warnings = vec![format!("it waits for itself: {cycle}")];
    b.warnings = a.warnings.clone();
    c.warnings = vec!["after `late`: there is no system of that name (yet)".into()];
    let screen = showing(vec![a, b, c], &[cycle]);
    let told = |text: &str| screen.query_all_by_label_contains(text).count();
    assert_eq!(told(cycle), 1, "once, not for each member");
    assert_eq!(told("orbit::c: after `late`"), 1);
    let mut many = row("many", Stage::Update, Some(0));
    many.warnings = (0..5).map(|number| format!("warning {number}")).collect();
    let screen = showing(vec![many], &[]);
    assert_eq!(screen.query_all_by_label_contains("orbit::many: warning").count(), 3);
    assert!(screen.query_by_label("and 2 more, at the systems' names below").is_some());
}

#[test]
fn without_systems_it_says_how_to_get_some() {
    let screen = showing(vec![], &[]);
    assert!(screen.query_by_label("No systems yet").is_some());
}

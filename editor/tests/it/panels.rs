use crate::sample::{call, notice, report, screen};
use eframe::egui::{Key, Ui};
use egui_kittest::kittest::Queryable as _;
use playground::core_types::Handle;
use playground::editor::report::{ConsoleLine, Level, ModuleRow, ModuleState};
use playground::editor::{Invocation, Panel, PanelContext};
use playground_editor::action::Action;
use playground_engine_host::PanelChange;

struct Counter {
    clicks: u32,
    panics: bool,
}

impl Panel for Counter {
    fn id(&self) -> &'static str {
        "counter"
    }
    fn title(&self) -> &'static str {
        "Counter"
    }
    fn ui(&mut self, ui: &mut Ui, context: &mut PanelContext<'_>) {
        assert!(!self.panics, "the counter is broken");
        if ui.button(format!("Clicked {}", self.clicks)).clicked() {
            self.clicks += 1;
            context.invoke(Invocation::new("entity.spawn"));
        }
    }
    fn save(&self) -> String {
        self.clicks.to_string()
    }
    fn restore(&mut self, saved: &str) {
        self.clicks = saved.parse().unwrap_or_default();
    }
}

fn install(screen: &mut egui_kittest::Harness<'_, crate::sample::Screen>, panics: bool) {
    let change = PanelChange {
        module: "playground-plugins-counter".into(),
        panels: vec![Box::new(Counter { clicks: 0, panics })],
    };
    let (plugins, dock) = screen.state_mut().shell.dock_mut();
    plugins.change(change, dock);
    dock.show("counter");
    screen.run_steps(3);
}

#[test]
fn a_panel_keeps_its_state_when_it_is_replaced() {
    let mut screen = screen(report());
    install(&mut screen, false);
    screen.get_by_label("Clicked 0").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), ["entity.spawn"]);
    install(&mut screen, false);
    assert!(screen.query_by_label("Clicked 1").is_some());
}

#[test]
fn a_panic_stays_in_its_panel() {
    let mut screen = screen(report());
    install(&mut screen, true);
    assert!(screen.query_by_label("the counter is broken").is_some());
    assert!(screen.query_by_label("Mercury").is_some(), "the other panels go on");
    screen.get_by_label("Reload module counter").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.reload name=\"playground-plugins-counter\"")]);
    install(&mut screen, false);
    assert!(screen.query_by_label("Clicked 0").is_some());
}

#[test]
fn the_panel_of_a_module_that_is_off_is_not_called_and_comes_back_with_it() {
    let mut off = report();
    let mut rows = off.modules.to_vec();
    rows[2] = ModuleRow { name: "playground-plugins-counter".into(), off: true, ..rows[2].clone() };
    rows[2].state = ModuleState::Disabled;
    off.modules = Handle::new(rows);
    let mut screen = screen(off);
    install(&mut screen, false);
    assert!(screen.query_by_label("Switched off").is_some() && screen.query_by_label("Clicked 0").is_none());
    screen.get_by_label("Enable module counter").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("module.enable name=\"playground-plugins-counter\"")]);
    screen.state_mut().report = report();
    screen.run_steps(3);
    assert!(screen.query_by_label("Clicked 0").is_some());
}

#[test]
fn the_tab_of_a_missing_plugin_stays() {
    let mut screen = screen(report());
    install(&mut screen, false);
    let (plugins, dock) = screen.state_mut().shell.dock_mut();
    plugins.change(PanelChange { module: "playground-plugins-counter".into(), panels: vec![] }, dock);
    screen.run_steps(3);
    assert!(screen.query_by_label("Not loaded").is_some());
}

#[test]
fn the_console_shows_lines_and_takes_them() {
    let mut report = report();
    let line = |number, level, text: &str| ConsoleLine { number, level, source: "orbit".into(), text: text.into() };
    report.console = Handle::new(vec![line(1, Level::Info, "hello"), line(2, Level::Error, "it failed")]);
    let mut screen = screen(report);
    assert!(screen.query_by_label("it failed").is_some());
    screen.get_by_label("Console input").focus();
    screen.run_steps(2);
    screen.get_by_label("Console input").type_text("entity.list");
    screen.run_steps(2);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("console.run line=\"entity.list\"")]);
    screen.get_by_label("Errors").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("it failed").is_none());
}

#[test]
fn an_error_stays_until_it_is_dismissed() {
    let mut report = report();
    report.notices = Handle::new(vec![notice(1, Level::Success, "Reloaded"), notice(2, Level::Error, "It failed")]);
    let mut screen = screen(report);
    assert!(screen.query_by_label("Reloaded").is_some());
    screen.run_steps(60 * 6 * 4);
    assert!(screen.query_by_label("Reloaded").is_none());
    assert!(screen.query_by_label("It failed").is_some());
    screen.get_by_label("Dismiss").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("It failed").is_none());
}

#[test]
fn unsaved_changes_are_asked_about() {
    let mut report = report();
    report.scene.dirty = true;
    report.scene.path = "assets/scenes/orbits.ron".into();
    let mut screen = screen(report.clone());
    let next = Invocation::new("scene.new");
    assert!(screen.state_mut().shell.unsaved.ask(&next, &report));
    screen.run_steps(4);
    assert!(screen.query_by_label("Save the changes to orbits.ron?").is_some());
    screen.get_by_label("Save").click();
    screen.run_steps(4);
    assert_eq!(screen.state().actions, [Action::Chain(Invocation::new("scene.save"), next.clone())]);
    report.scene.dirty = false;
    assert!(!screen.state_mut().shell.unsaved.ask(&next, &report), "nothing would be lost");
}

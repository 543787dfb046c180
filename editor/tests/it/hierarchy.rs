use crate::sample::{call, entity, report, screen};
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use playground::core_types::Handle;
use std::time::{Duration, Instant};

#[test]
fn a_click_selects_and_ctrl_adds() {
    let mut screen = screen(report());
    screen.get_by_label("Mercury").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("selection.set entity=[2]")]);

    screen.state_mut().report.selection = vec![2];
    screen.state_mut().actions.clear();
    screen.get_by_label("Lamp").click_modifiers(Modifiers::COMMAND);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("selection.set entity=[2, 4]")]);
}

#[test]
fn shift_selects_the_rows_between() {
    let mut screen = screen(report());
    screen.get_by_label("Sun").click();
    screen.run_steps(2);
    screen.state_mut().actions.clear();
    screen.get_by_label("Venus").click_modifiers(Modifiers::SHIFT);
    screen.run_steps(2);
    assert_eq!(screen.state().calls(), [call("selection.set entity=[1, 2, 3]")]);
}

#[test]
fn the_filter_hides_what_does_not_match() {
    let mut screen = screen(report());
    screen.get_by_label("Filter entities").focus();
    screen.run_steps(2);
    screen.get_by_label("Filter entities").type_text("has:light");
    screen.run_steps(3);
    assert!(screen.query_by_label("Lamp").is_some());
    assert!(screen.query_by_label("Mercury").is_none());
}

#[test]
fn components_are_rows_beneath_their_entity() {
    let mut screen = screen(report());
    assert!(screen.query_by_label("orbit::Orbit of Mercury").is_none());
    screen.get_by_label("Expand Mercury").click();
    screen.run_steps(3);
    assert!(screen.query_by_label("orbit::Orbit of Mercury").is_some());
}

#[test]
fn f2_renames_the_selected_entity() {
    let mut report = report();
    report.selection = vec![4];
    let mut screen = screen(report);
    screen.get_by_label("Lamp").click();
    screen.run_steps(2);
    screen.key_press(Key::F2);
    screen.run_steps(2);
    let asked = screen.state().calls();
    assert_eq!(asked.last(), Some(&call("entity.rename entity=[4]")), "the app completes it");
    let report = screen.state().report.clone();
    screen.state_mut().shell.panels.hierarchy.start_rename(&report);
    screen.state_mut().actions.clear();
    screen.run_steps(3);
    screen.get_by_label("Rename entity").type_text("!");
    screen.run_steps(2);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("entity.rename entity=[4] name=\"Lamp!\"")]);
}

#[test]
fn an_empty_tree_says_what_to_do() {
    let mut report = report();
    report.hierarchy = Handle::default();
    let mut screen = screen(report);
    screen.get_by_label("Open scene").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), ["scene.open_dialog"]);
}

#[test]
fn a_hundred_thousand_entities_cost_no_more_than_those_that_are_seen() {
    let mut report = report();
    let rows = (1..=100_000).map(|id| entity(id, &format!("Body {id}"), 0, None, 0, &["scene::Name"]));
    report.hierarchy = Handle::new(rows.collect());
    let mut screen = screen(report);
    assert!(screen.query_by_label("Body 1").is_some());
    assert!(screen.query_by_label("Body 90000").is_none());
    let start = Instant::now();
    screen.run_steps(20);
    let each = start.elapsed() / 20;
    assert!(each < Duration::from_millis(60), "a frame takes {each:?}");
}

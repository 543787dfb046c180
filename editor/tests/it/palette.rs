use crate::sample::{call, report, screen, with_operator};
use eframe::egui::Key;
use egui_kittest::kittest::Queryable as _;

#[test]
fn a_few_letters_find_an_operator() {
    let mut screen = screen(report());
    screen.state_mut().shell.palette.toggle();
    screen.run_steps(4);
    screen.get_by_label("Command palette").type_text("new ent");
    screen.run_steps(3);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), ["entity.spawn"]);
    assert!(!screen.state().shell.palette.is_open());
}

#[test]
fn operators_of_modules_are_found_as_long_as_there_are_any() {
    let mut screen = screen(with_operator());
    screen.state_mut().shell.palette.open("kick");
    screen.run_steps(4);
    screen.get_by_label("Kick a body").hover();
    screen.run_steps(60);
    assert!(screen.query_by_label_contains("orbit.kick of orbit").is_some());
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), ["orbit.kick"]);
    screen.state_mut().shell.palette.open("orbit.kick speed=2");
    screen.run_steps(4);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls()[1..], [call("orbit.kick speed=2")]);
    // The module is gone, or switched off.
    screen.state_mut().report = report();
    screen.state_mut().shell.palette.open("kick");
    screen.run_steps(4);
    assert!(screen.query_by_label("Kick a body").is_none());
}

#[test]
fn entities_are_found_by_name() {
    let mut screen = screen(report());
    screen.state_mut().shell.palette.open("mercury");
    screen.run_steps(4);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("selection.set entity=[2]")]);
}

#[test]
fn whole_calls_run_with_their_arguments() {
    let mut screen = screen(report());
    screen.state_mut().shell.palette.open("entity.spawn name=Probe");
    screen.run_steps(4);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("entity.spawn name=\"Probe\"")]);
}

#[test]
fn an_operator_that_lacks_an_argument_asks_for_it() {
    let mut screen = screen(report());
    screen.state_mut().shell.palette.open("Open scene file");
    screen.run_steps(4);
    screen.key_press(Key::Enter);
    screen.run_steps(3);
    assert!(screen.state().calls().is_empty());
    assert_eq!(screen.get_by_label("Command palette").value().as_deref(), Some("scene.open path="));
}

#[test]
fn escape_closes_it() {
    let mut screen = screen(report());
    screen.state_mut().shell.palette.toggle();
    screen.run_steps(4);
    screen.key_press(Key::Escape);
    screen.run_steps(3);
    assert!(!screen.state().shell.palette.is_open());
}

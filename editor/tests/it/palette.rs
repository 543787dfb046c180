use crate::sample::{call, report, screen};
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

use crate::sample::{inspecting, report, screen, with_operator};
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use playground::scene::Transform;

#[test]
fn entries_come_from_the_table_and_say_why_they_are_disabled() {
    let mut screen = screen(report());
    screen.get_by_label("Entity").click();
    screen.run_steps(4);
    assert!(screen.get_by_label("Duplicate").accesskit_node().is_disabled());
    screen.get_by_label("Duplicate").hover();
    screen.run_steps(60);
    assert!(screen.query_by_label("Select an entity first").is_some());
}

#[test]
fn an_entry_is_about_the_selection() {
    let mut screen = screen(inspecting(&[(3, Transform::default())]));
    screen.get_by_label("Entity").click();
    screen.run_steps(4);
    screen.get_by_label("Duplicate").click();
    screen.run_steps(4);
    assert_eq!(screen.state().calls(), ["entity.duplicate entity=[3]"]);
}

#[test]
fn operators_of_modules_have_entries_and_keys() {
    let mut report = with_operator();
    report.selection = vec![3];
    let mut screen = screen(report.clone());
    screen.get_by_label("Entity").click();
    screen.run_steps(4);
    screen.get_by_label("Kick a body").click();
    screen.run_steps(4);
    screen.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::J);
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), ["orbit.kick entity=[3]", "orbit.kick entity=[3]"]);
    report.operators = Default::default();
    screen.state_mut().report = report;
    screen.run_steps(2);
    screen.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::J);
    screen.get_by_label("Entity").click();
    screen.run_steps(4);
    assert!(screen.query_by_label("Duplicate").is_some() && screen.query_by_label("Kick a body").is_none());
    assert_eq!(screen.state().calls().len(), 2);
}

#[test]
fn keys_come_from_the_table() {
    let mut report = report();
    report.undo = Some("Rename Sun".into());
    report.redo = Some("Rename Sun".into());
    let mut screen = screen(report);
    for (modifiers, key, expected) in [
        (Modifiers::COMMAND, Key::S, "scene.save"),
        (Modifiers::COMMAND, Key::Z, "edit.undo"),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::Z, "edit.redo"),
        (Modifiers::NONE, Key::F5, "play.start"),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::P, "app.palette"),
    ] {
        screen.state_mut().actions.clear();
        screen.key_press_modifiers(modifiers, key);
        screen.run_steps(3);
        assert_eq!(screen.state().calls(), [expected]);
    }
}

#[test]
fn a_text_field_keeps_its_own_keys() {
    let mut report = inspecting(&[(3, Transform::default())]);
    report.undo = Some("Rename Sun".into());
    let mut screen = screen(report);
    screen.get_by_label("Filter entities").focus();
    screen.run_steps(2);
    for (modifiers, key) in [(Modifiers::NONE, Key::Delete), (Modifiers::COMMAND, Key::Z), (Modifiers::NONE, Key::F)] {
        screen.key_press_modifiers(modifiers, key);
        screen.run_steps(2);
    }
    assert_eq!(screen.state().calls(), Vec::<String>::new());
    screen.key_press_modifiers(Modifiers::COMMAND, Key::S);
    screen.run_steps(2);
    assert_eq!(screen.state().calls(), ["scene.save"]);
}

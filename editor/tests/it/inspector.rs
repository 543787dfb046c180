use crate::sample::{call, inspecting, screen};
use egui_kittest::kittest::Queryable as _;
use playground::glam::Vec3;
use playground::scene::Transform;
use playground::types::Value;
use playground_editor::action::Action;

fn at(x: f32) -> Transform {
    Transform { translation: Vec3::new(x, 2.0, 3.0), ..Transform::default() }
}

#[test]
fn a_typed_number_sets_one_part_of_a_field() {
    let mut screen = screen(inspecting(&[(1, at(1.0))]));
    screen.get_by_label("Translation x").click();
    screen.run_steps(3);
    screen.get_by_label("Translation x").type_text("2*3");
    screen.run_steps(2);
    screen.key_press(eframe::egui::Key::Enter);
    screen.run_steps(3);
    let Some(Action::Invoke(set)) = screen.state().actions.last() else { panic!("{:?}", screen.state().actions) };
    let (gesture, rest) = set.arguments.split_last().expect("it has arguments");
    assert_eq!(gesture.0, "gesture");
    let shown = playground::editor::Invocation { operator: set.operator.clone(), arguments: rest.to_vec() }.to_string();
    assert_eq!(
        shown,
        call("component.set entity=[1] component=\"scene::Transform\" field=\"translation.x\" value=6.0")
    );
}

#[test]
fn one_drag_is_one_gesture() {
    let mut screen = screen(inspecting(&[(1, at(1.0))]));
    let from = screen.get_by_label("Translation x").rect().center();
    screen.drag_at(from);
    screen.run_steps(2);
    for step in 1..=4 {
        screen.hover_at(from + eframe::egui::vec2(8.0 * step as f32, 0.0));
        screen.run_steps(1);
    }
    screen.drop_at(from + eframe::egui::vec2(40.0, 0.0));
    screen.run_steps(2);
    let gestures: Vec<String> = screen
        .state()
        .actions
        .iter()
        .filter_map(|action| match action {
            Action::Invoke(call) if call.operator == "component.set" => call.arguments.last(),
            _ => None,
        })
        .map(|(_, gesture)| format!("{gesture:?}"))
        .collect();
    assert!(gestures.len() > 1, "{gestures:?}");
    assert!(gestures.windows(2).all(|pair| pair[0] == pair[1]), "{gestures:?}");
}

#[test]
fn differing_values_are_a_dash_and_an_edit_goes_to_all() {
    let mut screen = screen(inspecting(&[(1, at(1.0)), (2, at(5.0))]));
    let value =
        |screen: &egui_kittest::Harness<'_, crate::sample::Screen>, name: &str| screen.get_by_label(name).value();
    assert!(
        value(&screen, "Translation x").is_some_and(|value| value.contains('—')),
        "{:?}",
        value(&screen, "Translation x")
    );
    assert!(value(&screen, "Translation y").is_some_and(|value| value.contains('2')));
    screen.get_by_label("Translation x").click();
    screen.run_steps(3);
    screen.get_by_label("Translation x").type_text("9");
    screen.run_steps(2);
    screen.key_press(eframe::egui::Key::Enter);
    screen.run_steps(3);
    let calls = screen.state().calls();
    assert!(calls.last().is_some_and(|call| call.contains("entity=[1, 2]") && call.contains("value=9.0")), "{calls:?}");
}

#[test]
fn a_changed_field_can_be_reverted() {
    let mut screen = screen(inspecting(&[(1, at(1.0))]));
    screen.get_by_label("Revert Translation").click();
    screen.run_steps(3);
    let calls = screen.state().calls();
    assert!(calls.last().is_some_and(|call| call.contains("field=\"translation\" value=[0.0, 0.0, 0.0]")), "{calls:?}");
}

#[test]
fn components_are_removed() {
    let mut screen = screen(inspecting(&[(1, at(1.0))]));
    screen.get_by_label("Remove component Shape").click();
    screen.run_steps(3);
    assert_eq!(screen.state().calls(), [call("component.remove entity=[1] component=\"scene::Shape\"")]);
}

#[test]
fn what_waits_for_its_module_is_named() {
    let mut report = inspecting(&[(1, at(1.0))]);
    report.inspected[0].orphans.push(("orbit::Orbit".into(), Value::Int(3)));
    let screen = screen(report);
    screen.get_by_label("Orbit: its module is not loaded; it is kept until that is.");
}

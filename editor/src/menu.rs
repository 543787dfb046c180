//! The menu bar, made from the table of operators.

use crate::action::Action;
use crate::dock::{Dock, Tab};
use crate::operators::{Operators, missing, plain_call};
use crate::settings::Settings;
use crate::theme;
use eframe::egui::{self, Button, MenuBar, Ui, WidgetType};
use playground::editor::{Invocation, OperatorInfo, Report};
use playground::types::Value;

/// Menus stand in this order; others follow in the table's order.
const ORDER: [&str; 7] = ["File", "Edit", "Entity", "View", "Play", "Build", "Help"];

/// Draws the bar.
pub fn bar(
    ui: &mut Ui,
    operators: Operators,
    report: &Report,
    dock: &Dock,
    settings: &Settings,
    out: &mut Vec<Action>,
) {
    MenuBar::new().ui(ui, |ui| {
        for menu in menus(operators) {
            ui.menu_button(menu, |ui| {
                ui.set_min_width(220.0);
                // An operator that needs more than a click has a submenu below, or a place of its own.
                let complete = |info: &&OperatorInfo| missing(info, &plain_call(info, report)).is_none();
                for info in operators.iter().filter(|info| info.menu == menu).filter(complete) {
                    entry(ui, info, report, out);
                }
                match menu {
                    "File" => recent(ui, report, out),
                    "View" => view(ui, dock, settings, out),
                    _ => {}
                }
            });
        }
    });
}

/// One menu entry; disabled with the reason as its tooltip when it can't be used.
pub fn entry(ui: &mut Ui, info: &OperatorInfo, report: &Report, out: &mut Vec<Action>) {
    let reason = info.when.reason(report);
    let button = Button::new(info.title).shortcut_text(info.shortcut);
    let response = ui.add_enabled(reason.is_none(), button);
    crate::widget::named(&response, WidgetType::Button, info.title);
    if response.clicked() {
        out.push(Action::Invoke(plain_call(info, report)));
        ui.close();
    }
    match reason {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response.on_hover_text(info.docs),
    };
}

/// The menus that have entries, in their order.
pub fn menus(operators: Operators) -> Vec<&'static str> {
    let mut menus: Vec<&'static str> = ORDER.to_vec();
    for info in operators.iter() {
        if !info.menu.is_empty() && !menus.contains(&info.menu) {
            menus.insert(menus.len() - 1, info.menu);
        }
    }
    menus.retain(|menu| *menu == "View" || operators.iter().any(|info| info.menu == *menu));
    menus
}

fn recent(ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
    ui.separator();
    ui.add_enabled_ui(!report.scene.recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for path in &report.scene.recent {
                if ui.button(path.as_str()).clicked() {
                    out.push(Action::Invoke(Invocation::new("scene.open").text("path", path)));
                    ui.close();
                }
            }
        });
    });
}

fn view(ui: &mut Ui, dock: &Dock, settings: &Settings, out: &mut Vec<Action>) {
    ui.separator();
    ui.menu_button("Panels", |ui| {
        for tab in Tab::BUILT_IN.into_iter().chain(dock.plugin_tabs()) {
            let title = dock.title(&tab).to_owned();
            if ui.add(Button::selectable(dock.is_open(&tab), title)).clicked() {
                out.push(Action::Invoke(Invocation::new("view.show").text("panel", tab.id())));
                ui.close();
            }
        }
    });
    ui.menu_button("Theme", |ui| {
        for (name, title, choice) in [
            ("system", "As the desktop", theme::Choice::System),
            ("dark", "Dark", theme::Choice::Dark),
            ("light", "Light", theme::Choice::Light),
        ] {
            if ui.radio(settings.theme == choice, title).clicked() {
                out.push(Action::Invoke(Invocation::new("view.theme").text("value", name)));
                ui.close();
            }
        }
    });
    ui.menu_button("Scale", |ui| {
        for percent in [75, 90, 100, 110, 125, 150, 175, 200, 250, 300_u16] {
            let now = (settings.scale * 100.0).round() as u16 == percent;
            if ui.radio(now, format!("{percent} %")).clicked() {
                let value = Value::Int(i128::from(percent));
                out.push(Action::Invoke(Invocation::new("view.scale").with("value", value)));
                ui.close();
            }
        }
    });
}

/// A context menu of operators about the selection.
pub fn context(ui: &mut Ui, operators: Operators, ids: &[&str], report: &Report, out: &mut Vec<Action>) {
    ui.set_min_width(180.0);
    for id in ids {
        match operators.get(id) {
            Some(info) => entry(ui, info, report, out),
            None => drop(ui.add_enabled(false, egui::Button::new(*id))),
        }
    }
}

//! What can be done with a module: reload, roll back, plan, pin, switch off and on. What can't be done says why.

use super::table;
use crate::action::Action;
use crate::{units, widget};
use eframe::egui::{Button, Ui, WidgetType};
use playground::ecs::Value;
use playground::editor::Invocation;
use playground::editor::report::{Fared, ModuleKind, ModuleRow, ModuleState};
use playground::egui_phosphor::regular as icon;

/// One button. `reason` says why it can't be pressed.
struct Act<'a> {
    icon: &'a str,
    text: &'a str,
    /// Its accessible name.
    name: &'a str,
    about: &'a str,
    reason: Option<&'a str>,
}

impl Act<'_> {
    fn clicked(&self, ui: &mut Ui) -> bool {
        let button = Button::new(format!("{} {}", self.icon, self.text)).small();
        let response = ui.add_enabled(self.reason.is_none(), button);
        widget::named(&response, WidgetType::Button, self.name);
        let clicked = response.clicked();
        response.on_hover_text(self.about).on_disabled_hover_text(self.reason.unwrap_or_default());
        clicked
    }
}

/// All of them, for a module that is a library of its own.
pub fn all(ui: &mut Ui, row: &ModuleRow, blocked: Option<&str>, out: &mut Vec<Action>) {
    let short = units::module(&row.name);
    reload(ui, row, &format!("Reload {short}"), blocked, out);
    roll_back(ui, row, short, out);
    plan(ui, row, short, blocked, out);
    pin(ui, row, short, out);
    switch(ui, row, short, out);
}

fn call(row: &ModuleRow, operator: &str) -> Action {
    Action::Invoke(Invocation::new(operator).text("name", &row.name))
}

fn busy(row: &ModuleRow) -> Option<&'static str> {
    (row.state == ModuleState::Building).then_some("It is being built")
}

/// Builds the module and puts it in place of the running generation. `name` is the button's accessible name.
pub fn reload(ui: &mut Ui, row: &ModuleRow, name: &str, blocked: Option<&str>, out: &mut Vec<Action>) {
    let pinned = row.pinned.then_some("It is pinned; unpin it first");
    let reason = blocked.or(busy(row)).or(pinned);
    let about = "Builds it and puts it in place of the running generation, with all entities kept";
    if (Act { icon: icon::ARROW_CLOCKWISE, text: "Reload", name, about, reason }).clicked(ui) {
        out.push(call(row, "module.reload"));
    }
}

/// The newest generation before the running one that was not taken back itself.
fn before(row: &ModuleRow) -> Option<u32> {
    let earlier = row.generations.iter().filter(|one| one.number < row.generation && one.fared != Fared::RolledBack);
    earlier.map(|one| one.number).max()
}

fn roll_back(ui: &mut Ui, row: &ModuleRow, short: &str, out: &mut Vec<Action>) {
    let before = before(row);
    let reason = before.is_none().then_some("No earlier generation ran well");
    let about = before.map_or(String::new(), |number| {
        format!("Back to generation {number}, without a build, with the world as it is; every generation is kept")
    });
    let name = format!("Roll back {short}");
    let act = Act { icon: icon::ARROW_COUNTER_CLOCKWISE, text: "Roll back", name: &name, about: &about, reason };
    if let (true, Some(number)) = (act.clicked(ui), before) {
        out.push(go_back(row, number));
    }
}

/// Goes back to a generation.
pub fn go_back(row: &ModuleRow, number: u32) -> Action {
    let call = Invocation::new("module.rollback").text("name", &row.name);
    Action::Invoke(call.with("to", Value::Int(number.into())))
}

fn plan(ui: &mut Ui, row: &ModuleRow, short: &str, blocked: Option<&str>, out: &mut Vec<Action>) {
    let about = "Builds it and says what a reload would do to its components; nothing is changed";
    let name = format!("Plan reload of {short}");
    let reason = blocked.or(busy(row));
    if (Act { icon: icon::LIST_MAGNIFYING_GLASS, text: "Plan", name: &name, about, reason }).clicked(ui) {
        out.push(call(row, "module.plan"));
    }
}

/// Keeps a module as it is while its source is worked on.
fn pin(ui: &mut Ui, row: &ModuleRow, short: &str, out: &mut Vec<Action>) {
    let (icon, text, operator) = match row.pinned {
        true => (icon::PUSH_PIN_SLASH, "Unpin", "module.unpin"),
        false => (icon::PUSH_PIN, "Pin", "module.pin"),
    };
    let about = "A pinned module stays as it is, whatever is saved";
    if (Act { icon, text, name: &format!("{text} {short}"), about, reason: None }).clicked(ui) {
        out.push(call(row, operator));
    }
}

/// Switches a plugin off, or on again.
fn switch(ui: &mut Ui, row: &ModuleRow, short: &str, out: &mut Vec<Action>) {
    let off = table::is_off(row);
    let (icon, text, operator, about) = match off {
        true => (icon::PLAY, "Enable", "module.enable", "Calls it again, with the code as it is"),
        false => {
            let about = "Calls none of its systems, subscriptions, panels and operators until it is enabled";
            (icon::PAUSE, "Disable", "module.disable", about)
        }
    };
    let reason = match row.state {
        _ if row.kind == ModuleKind::System => Some("Others call it all the time; only plugins can be disabled"),
        ModuleState::Declared | ModuleState::Failed => Some("It is not loaded"),
        _ => busy(row),
    };
    if (Act { icon, text, name: &format!("{text} {short}"), about, reason }).clicked(ui) {
        out.push(call(row, operator));
    }
}

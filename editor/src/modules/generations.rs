//! The generations of a module: which runs, how the others fared, and the way back to them.

use crate::action::Action;
use crate::{theme, units, widget};
use eframe::egui::{self, Button, Color32, RichText, Ui};
use playground::ecs::Value;
use playground::editor::Invocation;
use playground::editor::report::{Fared, GenerationRow, ModuleRow};
use playground::egui_phosphor::regular as icon;
use std::time::SystemTime;

/// Draws the generations, the newest first.
pub fn ui(ui: &mut Ui, row: &ModuleRow, out: &mut Vec<Action>) {
    if row.generations.is_empty() {
        return;
    }
    ui.label(RichText::new("Generations").strong());
    for generation in &row.generations {
        line(ui, row, generation, out);
    }
    ui.add_space(theme::STEP);
}

fn line(ui: &mut Ui, row: &ModuleRow, generation: &GenerationRow, out: &mut Vec<Action>) {
    let (icon, word, color) = fared(generation, theme::tokens(ui));
    ui.horizontal(|ui| {
        widget::number(ui, 24.0, generation.number.to_string());
        let state = ui.label(RichText::new(format!("{icon} {word}")).color(color));
        if !generation.why.is_empty() {
            state.on_hover_text(&generation.why);
        }
        let age = SystemTime::now().duration_since(generation.loaded_at).unwrap_or_default();
        widget::note(ui, format!("{} ago, in {}", units::age(age), units::time(generation.took)));
        if !generation.running {
            let name = format!("Go back to generation {} of {}", generation.number, units::module(&row.name));
            let button = ui.add(Button::new(format!("{} Go back", icon::ARROW_COUNTER_CLOCKWISE)).small());
            widget::named(&button, egui::WidgetType::Button, &name);
            if button.on_hover_text(&name).clicked() {
                let call = Invocation::new("module.rollback").text("name", &row.name);
                out.push(Action::Invoke(call.with("to", Value::Int(generation.number.into()))));
            }
        }
    });
}

/// The icon, word and colour of how a generation fared.
fn fared(generation: &GenerationRow, tokens: &theme::Tokens) -> (&'static str, &'static str, Color32) {
    match generation.fared {
        Fared::OnProbation if generation.running => (icon::HOURGLASS, "first frames", tokens.accent),
        Fared::Proven if generation.running => (icon::CHECK_CIRCLE, "running", tokens.good),
        Fared::RolledBack => (icon::ARROW_U_UP_LEFT, "taken back", tokens.warn),
        _ => (icon::CIRCLE, "before", tokens.muted),
    }
}

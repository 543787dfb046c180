//! The generations of a module: which runs, how the others fared, and the way back to them.

use super::actions;
use crate::action::Action;
use crate::{theme, units, widget};
use eframe::egui::{Button, Color32, RichText, Ui, WidgetType};
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
    let earlier = row.generations.last().map_or(0, |oldest| oldest.number.saturating_sub(1));
    if earlier > 0 {
        widget::note(ui, format!("and {earlier} earlier")).on_hover_text("`module.history` lists all of them");
    }
    ui.add_space(theme::STEP);
}

fn line(ui: &mut Ui, row: &ModuleRow, generation: &GenerationRow, out: &mut Vec<Action>) {
    let (icon, word, color) = fared(generation, theme::tokens(ui));
    ui.horizontal(|ui| {
        let age = SystemTime::now().duration_since(generation.loaded_at).unwrap_or_default();
        let parts = [
            widget::number(ui, 24.0, generation.number.to_string()),
            ui.label(RichText::new(format!("{icon} {word}")).color(color)),
            widget::note(ui, format!("{} ago", units::age(age))),
        ];
        let about = about(generation, word);
        parts.into_iter().for_each(|part| drop(part.on_hover_text(&about)));
        if !generation.threads.is_empty() && !generation.running {
            let text = format!("{} {}", icon::WARNING, threads(generation.threads.len()));
            let left = format!("Still running its code: {}", generation.threads.join(", "));
            ui.label(RichText::new(text).color(theme::tokens(ui).warn)).on_hover_text(left);
        }
        if !generation.running {
            let name = format!("Go back to generation {} of {}", generation.number, units::module(&row.name));
            let button = ui.add(Button::new(format!("{} Go back", icon::ARROW_COUNTER_CLOCKWISE)).small());
            widget::named(&button, WidgetType::Button, &name);
            if button.on_hover_text(&name).clicked() {
                out.push(actions::go_back(row, generation.number));
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

/// What the tooltip says: how it fared and why, from what it was loaded, and how long each stage took.
fn about(generation: &GenerationRow, word: &str) -> String {
    let verdict = match generation.fared {
        Fared::OnProbation if generation.running => "its first frames are being watched",
        Fared::Proven if generation.running => "it runs, and came through its first frames",
        Fared::RolledBack => "it was taken back",
        _ => "another generation took its place",
    };
    let mut lines = vec![format!("Generation {}, {word}: {verdict}", generation.number)];
    if !generation.why.is_empty() {
        lines.push(generation.why.clone());
    }
    if !generation.digest.is_empty() {
        lines.push(format!("Library {}, source {}", generation.digest, generation.source));
    }
    lines.push(format!("{} {}", units::size(generation.size), generation.library));
    if !generation.threads.is_empty() {
        lines.push(format!("Threads: {}", generation.threads.join(", ")));
    }
    let stages = generation.stages.iter().map(|(name, time)| format!("{name} {}", units::time(*time)));
    let stages: Vec<String> = stages.collect();
    if !stages.is_empty() {
        lines.push(format!("In {}: {}", units::time(generation.took), stages.join(" · ")));
    }
    lines.join("\n")
}

fn threads(count: usize) -> String {
    if count == 1 { "1 thread".to_owned() } else { format!("{count} threads") }
}

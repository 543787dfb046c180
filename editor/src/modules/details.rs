//! One module in detail: what it brings, who uses it, its generations, its last reload, and what the next one would do.

use super::{actions, generations, plan, table, waterfall};
use crate::action::Action;
use crate::operators::Operators;
use crate::{theme, units, widget};
use eframe::egui::{self, RichText, ScrollArea, Ui};
use playground::editor::Report;
use playground::editor::report::{ModuleKind, ModuleRow};

/// Draws the details of a module.
pub fn ui(ui: &mut Ui, row: &ModuleRow, operators: Operators, report: &Report, out: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(8).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&row.name).strong());
                let (icon, word, color) = table::state(row, theme::tokens(ui));
                ui.label(RichText::new(format!("{icon} {word}")).color(color));
            });
            if row.kind != ModuleKind::Core {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = theme::STEP;
                    actions::all(ui, row, operators.reason("module.reload", report), out);
                });
            }
            facts(ui, row, report);
            if !row.problem.is_empty() {
                let color = theme::tokens(ui).bad;
                ui.add(egui::Label::new(RichText::new(&row.problem).monospace().color(color)).wrap().selectable(true));
            }
            if row.kind == ModuleKind::Core {
                return;
            }
            ui.add_space(theme::STEP);
            if let Some(planned) = report.plan.as_ref().filter(|planned| planned.module == row.name) {
                plan::planned(ui, planned);
            }
            generations::ui(ui, row, out);
            waterfall::ui(ui, &row.stages);
            plan::done(ui, &row.last_plan);
        });
    });
}

/// What it brings, implements and uses.
fn facts(ui: &mut Ui, row: &ModuleRow, report: &Report) {
    let mut lines: Vec<String> = Vec::new();
    if let Some(contract) = &row.implements {
        lines.push(format!("implements {}", units::module(contract)));
    }
    for binding in report.bindings.iter() {
        let view = units::module(&binding.view);
        if let Some(user) = binding.users.iter().find(|user| user.name == row.name) {
            lines.push(format!("uses {view}: {}", user.uses.join(", ")));
        }
        let is_bound = binding.bound.as_ref().is_some_and(|bound| bound.module == row.name);
        if is_bound || binding.view == row.name {
            let users: Vec<&str> = binding.users.iter().map(|user| units::module(&user.name)).collect();
            lines.push(format!("used by {}", users.join(", ")));
        }
    }
    if !row.components.is_empty() {
        lines.push(format!("components: {}", row.components.join(", ")));
    }
    if !row.panels.is_empty() {
        lines.push(format!("panels: {}", row.panels.join(", ")));
    }
    if !row.operators.is_empty() {
        lines.push(format!("operators: {}", row.operators.join(", ")));
    }
    if row.off {
        lines.push("Off: none of its systems, subscriptions, observers, panels and operators is called".to_owned());
    }
    let muted = theme::tokens(ui).muted;
    for line in lines {
        ui.add(egui::Label::new(RichText::new(line).size(theme::SMALL).color(muted)).wrap());
    }
    if row.retired_size > 0 {
        let text = format!("{} of earlier generations stay mapped", units::size(row.retired_size));
        widget::note(ui, text).on_hover_text("A library is never unloaded: something of it could still be in use.");
    }
}

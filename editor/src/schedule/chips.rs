//! What a system uses, as chips: what it writes stands out.

use crate::{hierarchy, theme};
use eframe::egui::{Align2, Color32, FontId, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, vec2};
use playground::ecs::model::schedule::SystemInfo;
use playground::egui_phosphor::regular as icon;

/// Draws the chips of one system.
pub fn ui(ui: &mut Ui, row: &SystemInfo) {
    let tokens = theme::tokens(ui);
    ui.spacing_mut().item_spacing.x = theme::STEP;
    for used in &row.access {
        let (symbol, verb, color) = match (used.event, used.write) {
            (false, true) => (icon::PENCIL_SIMPLE, "writes", tokens.accent),
            (false, false) => (icon::EYE, "reads", tokens.muted),
            (true, true) => (icon::LIGHTNING, "emits", tokens.accent),
            (true, false) => (icon::LIGHTNING, "hears", tokens.muted),
        };
        chip(ui, &format!("{symbol} {}", hierarchy::short(used.name)), &format!("{verb} {}", used.name), color);
    }
    if row.commands {
        chip(ui, &format!("{} Commands", icon::PLUS), "spawns, ends or changes entities after the stage", tokens.warn);
    }
}

fn chip(ui: &mut Ui, text: &str, about: &str, color: Color32) {
    let tokens = theme::tokens(ui);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::proportional(theme::SMALL), color);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 12.0, 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, about));
    let painter = ui.painter();
    painter.rect(rect, 9.0, tokens.raised, (1.0, tokens.line), StrokeKind::Inside);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size()).min;
    painter.galley(at, galley, color);
    response.on_hover_text(about);
}

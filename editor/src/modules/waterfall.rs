//! The stages of a reload, each a bar that starts where the one before ended.

use crate::{theme, units, widget};
use eframe::egui::{Align2, FontId, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use std::time::Duration;

/// Draws the stages, or says that there was no reload yet.
pub fn ui(ui: &mut Ui, stages: &[(&'static str, Duration)]) {
    if stages.is_empty() {
        return drop(widget::note(ui, "Not reloaded yet. Its stages with their times appear here."));
    }
    let total: Duration = stages.iter().map(|(_, time)| *time).sum();
    widget::note(ui, format!("Last reload: {}", units::time(total)));
    let mut before = Duration::ZERO;
    for (name, time) in stages {
        bar(ui, name, before, *time, total);
        before += *time;
    }
}

fn bar(ui: &mut Ui, name: &str, before: Duration, time: Duration, total: Duration) {
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{name}: {}", units::time(time))));
    let (label, value) = (88.0, 64.0);
    let room = (rect.width() - label - value).max(8.0);
    let part = |time: Duration| (time.as_secs_f32() / total.as_secs_f32().max(1e-9)) * room;
    let left = rect.left() + label + part(before);
    let bar = Rect::from_min_max(pos2(left, rect.top() + 4.0), pos2(left + part(time).max(1.5), rect.bottom() - 4.0));
    let painter = ui.painter();
    let middle = rect.center().y;
    painter.text(pos2(rect.left(), middle), Align2::LEFT_CENTER, name, FontId::proportional(theme::SMALL), tokens.text);
    painter.rect_filled(bar, 2.0, tokens.accent);
    painter.text(pos2(rect.right(), middle), Align2::RIGHT_CENTER, units::time(time), theme::digits(), tokens.muted);
}

//! The schedule: which systems run when, with what, and how long they take.

mod chips;

use crate::action::Action;
use crate::widget::Column;
use crate::{theme, units, widget};
use eframe::egui::{
    self, Align, Align2, Checkbox, Rect, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use playground::ecs::Stage;
use playground::ecs::model::schedule::SystemInfo;
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;
use std::time::Duration;

/// The table's columns; what a system uses stands behind them.
const COLUMNS: [Column; 10] = [
    Column::left("", 22.0),
    Column::left("System", 150.0).about("In the order in which they run"),
    Column::left("Module", 84.0).about("The module that brought it"),
    Column::right("Wave", 44.0).about("Systems of one wave exclude each other in nothing and may run at the same time"),
    Column::left("Average", 130.0)
        .about("A moving average of its runs; the longest bar is the slowest system")
        .after(GAP),
    Column::right("Last", 68.0).about("The last run"),
    Column::right("Longest", 68.0).about("The longest run since its module was loaded"),
    Column::right("Runs", 66.0).about("How often it ran since its module was loaded"),
    Column::left("When", 150.0).about("Its rate and its conditions").after(GAP),
    Column::left("", 28.0),
];

/// Between a number and what stands at its right, points.
const GAP: f32 = theme::STEP * 2.0;

/// Warnings above the table at most; the table has to stay in sight.
const MOST_WARNINGS: usize = 3;

/// The panel's state.
#[derive(Default)]
pub struct Schedule {
    /// Whether systems that are switched off are hidden.
    only_on: bool,
}

impl Schedule {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
        if report.systems.is_empty() {
            let text = "A plugin brings systems: functions that run over the world's entities in every frame. \
                        Write `systems: |app| app.system(Update, advance)` in its `playground::plugin!`.";
            return widget::empty(ui, icon::LIST_NUMBERS, "No systems yet", text, |_| ());
        }
        self.summary(ui, &report.systems);
        problems(ui, report);
        let slowest = report.systems.iter().map(|row| row.stats.average).max().unwrap_or_default();
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            heading(ui);
            for stage in Stage::ALL {
                let rows: Vec<&SystemInfo> = report.systems.iter().filter(|row| row.stage == stage).collect();
                if rows.is_empty() {
                    continue;
                }
                stage_heading(ui, stage, &rows);
                for row in rows.into_iter().filter(|row| !self.only_on || row.wave.is_some()) {
                    system(ui, row, slowest, out);
                }
            }
        });
    }

    fn summary(&mut self, ui: &mut Ui, rows: &[SystemInfo]) {
        let off = rows.iter().filter(|row| row.wave.is_none()).count();
        let all: Duration = rows.iter().filter(|row| row.wave.is_some()).map(|row| row.stats.average).sum();
        widget::strip(ui, |ui| {
            let plural = if rows.len() == 1 { "" } else { "s" };
            ui.label(format!("{} system{plural}, together {}", rows.len(), units::time(all)));
            if off > 0 {
                ui.add_space(theme::STEP * 2.0);
                ui.checkbox(&mut self.only_on, format!("Hide {off} switched off"));
            }
        });
    }
}

/// Cycles and warnings, above the table so that they are seen wherever it is scrolled to.
fn problems(ui: &mut Ui, report: &Report) {
    let tokens = theme::tokens(ui);
    let warned = report.systems.iter().flat_map(|row| row.warnings.iter().map(move |text| (row, text)));
    // A cycle is told once, not for each of its members.
    let warned: Vec<_> = warned.filter(|(_, text)| !report.cycles.iter().any(|cycle| text.contains(cycle))).collect();
    if report.cycles.is_empty() && warned.is_empty() {
        return;
    }
    egui::Frame::new().inner_margin(egui::Margin::symmetric(10, 6)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        for cycle in report.cycles.iter() {
            let labels: Vec<&str> = cycle.split(" after ").map(units::module).collect();
            let text = format!("{} These systems wait for each other: {}", icon::X_CIRCLE, labels.join(" after "));
            ui.add(egui::Label::new(RichText::new(text).color(tokens.bad)).wrap())
                .on_hover_text("Among them the order of registration holds. Take one `before` or `after` away.");
        }
        for (row, text) in warned.iter().take(MOST_WARNINGS) {
            let text = format!("{} {}::{}: {text}", icon::WARNING, units::module(&row.module), row.name);
            ui.add(egui::Label::new(RichText::new(text).color(tokens.warn)).wrap());
        }
        if warned.len() > MOST_WARNINGS {
            widget::note(ui, format!("and {} more, at the systems' names below", warned.len() - MOST_WARNINGS));
        }
    });
    let y = ui.cursor().top() - ui.spacing().item_spacing.y;
    ui.painter().hline(ui.max_rect().x_range(), y, (1.0, tokens.line));
}

fn heading(ui: &mut Ui) {
    ui.horizontal(|ui| {
        widget::titles(ui, &COLUMNS);
        widget::note(ui, "Uses").on_hover_text(
            "What it reads and writes; two systems of which one writes what the other uses never overlap",
        );
    });
    widget::rule(ui);
}

fn stage_heading(ui: &mut Ui, stage: Stage, rows: &[&SystemInfo]) {
    let tokens = theme::tokens(ui);
    let waves = rows.iter().filter_map(|row| row.wave).max().map_or(0, |last| last + 1);
    let time: Duration = rows.iter().filter(|row| row.wave.is_some()).map(|row| row.stats.average).sum();
    let when = if stage == Stage::Editor { "every frame" } else { "while playing" };
    let plural = if waves == 1 { "" } else { "s" };
    let rect = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), theme::ROW));
    ui.painter().rect_filled(rect, 0.0, tokens.canvas);
    ui.horizontal(|ui| {
        ui.set_min_height(theme::ROW);
        ui.add_space(10.0);
        ui.label(RichText::new(stage.name()).strong());
        widget::note(ui, format!("{when} · {waves} wave{plural} · {}", units::time(time)));
    });
}

fn system(ui: &mut Ui, row: &SystemInfo, slowest: Duration, out: &mut Vec<Action>) {
    let tokens = theme::tokens(ui);
    let widths = COLUMNS.map(|column| column.width);
    let module = units::module(&row.module);
    let label = format!("{module}::{}", row.name);
    let rect = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), theme::ROW + 2.0));
    if ui.rect_contains_pointer(rect) {
        ui.painter().rect_filled(rect, 0.0, tokens.hover);
    }
    let color = if row.wave.is_some() { tokens.text } else { tokens.muted };
    ui.horizontal(|ui| {
        ui.set_min_height(theme::ROW + 2.0);
        ui.add_space(8.0);
        switch(ui, row, &label, widths[0], out);
        let mark = if row.warnings.is_empty() { String::new() } else { format!("{} ", icon::WARNING) };
        let text = RichText::new(format!("{mark}{}", row.name));
        let text = if mark.is_empty() { text.color(color) } else { text.color(tokens.warn) };
        widget::cell(ui, widths[1], Align::Min, text).on_hover_text(about(row));
        let text = RichText::new(module).color(tokens.muted);
        widget::cell(ui, widths[2], Align::Min, text).on_hover_text(&row.module);
        widget::number(ui, widths[3], row.wave.map_or("–".into(), |wave| (wave + 1).to_string()));
        ui.add_space(GAP);
        bar(ui, row, &label, widths[4], slowest);
        let time = |time: Duration| if row.stats.runs > 0 { units::time(time) } else { "–".into() };
        widget::number(ui, widths[5], time(row.stats.last));
        widget::number(ui, widths[6], time(row.stats.max));
        let skipped = format!("{} times a condition kept it from running", units::count(row.stats.skipped));
        widget::number(ui, widths[7], units::count(row.stats.runs)).on_hover_text(skipped);
        ui.add_space(GAP);
        let (short, long) = when(row);
        widget::cell(ui, widths[8], Align::Min, RichText::new(short).color(tokens.muted)).on_hover_text(long);
        if widget::icon_button(ui, icon::PLAY, &format!("Run {label} once"), true).clicked() {
            out.push(Action::Invoke(call("system.run_once", row)));
        }
        chips::ui(ui, row);
    });
}

fn call(operator: &str, row: &SystemInfo) -> Invocation {
    Invocation::new(operator).text("name", format!("{}::{}", row.module, row.name))
}

/// The check box that switches a system on and off.
fn switch(ui: &mut Ui, row: &SystemInfo, label: &str, width: f32, out: &mut Vec<Action>) {
    let mut on = row.enabled;
    let layout = egui::Layout::left_to_right(Align::Center);
    let response = ui
        .allocate_ui_with_layout(vec2(width, theme::ROW), layout, |ui| {
            ui.set_min_size(vec2(width, theme::ROW));
            ui.add_enabled(row.module_enabled, Checkbox::without_text(&mut on))
        })
        .inner;
    response.widget_info(|| {
        WidgetInfo::selected(WidgetType::Checkbox, row.module_enabled, row.enabled, format!("Enable {label}"))
    });
    if response.changed() {
        out.push(Action::Invoke(call(if on { "system.enable" } else { "system.disable" }, row)));
    }
    response
        .on_hover_text(if row.enabled { "Switch it off" } else { "Switch it on" })
        .on_disabled_hover_text("Its module is switched off. Correct it and reload it.");
}

/// The average as a bar beside those of the other systems.
fn bar(ui: &mut Ui, row: &SystemInfo, label: &str, width: f32, slowest: Duration) {
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::ROW), Sense::hover());
    let text = if row.stats.runs > 0 { units::time(row.stats.average) } else { "–".to_owned() };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{label} takes {text}")));
    let room = width - 64.0;
    let part = row.stats.average.as_secs_f32() / slowest.as_secs_f32().max(1e-9);
    let left = rect.left() + 60.0;
    let line = Rect::from_min_max(pos2(left, rect.center().y - 3.0), pos2(left + room, rect.center().y + 3.0));
    let color = if row.wave.is_some() { tokens.accent } else { tokens.muted };
    let painter = ui.painter();
    painter.text(pos2(left - 6.0, rect.center().y), Align2::RIGHT_CENTER, text, theme::digits(), tokens.text);
    painter.rect_filled(line, 2.0, tokens.line);
    if row.stats.runs > 0 {
        let filled = Rect::from_min_size(line.min, vec2((room * part).max(1.5), line.height()));
        painter.rect_filled(filled, 2.0, color);
    }
}

/// Rate and conditions, in short and in words.
fn when(row: &SystemInfo) -> (String, String) {
    let rate = row.rate.map(|hz| format!("{} Hz", units::rate(hz)));
    let short: Vec<String> =
        rate.iter().cloned().chain(row.conditions.iter().map(|name| format!("if {name}"))).collect();
    let long = match &rate {
        Some(rate) => format!("{rate} of the world's time"),
        None => "once in every run of its stage".to_owned(),
    };
    let conditions = row.conditions.iter().map(|name| format!("\nif {name}"));
    (short.join(", "), std::iter::once(long).chain(conditions).collect())
}

/// What the name's tooltip says.
fn about(row: &SystemInfo) -> String {
    let mut lines = vec![format!("{}::{}", row.module, row.name)];
    lines.extend(row.after.iter().map(|name| format!("after {name}")));
    lines.extend(row.before.iter().map(|name| format!("before {name}")));
    lines.extend(row.warnings.iter().cloned());
    lines.join("\n")
}

//! The table of modules: filtered by words, sorted by a click on a title.

use super::{Modules, actions};
use crate::action::Action;
use crate::operators::Operators;
use crate::widget::{self, Column, Sort};
use crate::{theme, units};
use eframe::egui::{self, Align, Color32, Layout, RichText, ScrollArea, Ui, vec2};
use playground::editor::Report;
use playground::editor::report::{ModuleKind, ModuleRow, ModuleState};
use playground::egui_phosphor::regular as icon;
use std::cmp::Ordering;

/// The table's columns.
const COLUMNS: [Column; 11] = [
    Column::left("Module", 90.0),
    Column::left("Kind", 52.0),
    Column::left("State", 96.0),
    Column::left("", 70.0),
    Column::right("Gen", 36.0).about("The generation that runs"),
    Column::right("API", 64.0).about("Hash of the contract that it was compiled with"),
    Column::right("State format", 80.0).about("Hash of the model that it was compiled with"),
    Column::right("Schema", 64.0).about("Hash over the fields of its components"),
    Column::right("Load", 60.0).about("How long opening its library took"),
    Column::right("Size", 66.0).about("Its library"),
    Column::right("Retired", 66.0).about("Libraries of its earlier generations, which stay mapped"),
];

impl Modules {
    /// Draws the rows that pass the filter.
    pub(super) fn table(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        let rows = shown(&report.modules, &self.filter, self.sort);
        if rows.is_empty() {
            let text = "All words must be found in a module's name, kind, state, contract, components or panels.";
            let title = format!("No module matches “{}”", self.filter.trim());
            return widget::empty(ui, icon::MAGNIFYING_GLASS, &title, text, |ui| {
                if ui.button("Clear filter").clicked() {
                    self.filter.clear();
                }
            });
        }
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.horizontal(|ui| widget::sorting_titles(ui, &COLUMNS, &mut self.sort));
            widget::rule(ui);
            let blocked = operators.reason("module.reload", report);
            for row in rows {
                self.row(ui, row, blocked, out);
            }
        });
    }

    fn row(&mut self, ui: &mut Ui, row: &ModuleRow, blocked: Option<&str>, out: &mut Vec<Action>) {
        let tokens = theme::tokens(ui);
        let selected = self.selected.as_ref() == Some(&row.name);
        let short = units::module(&row.name);
        let start = ui.cursor().min;
        let width = ui.available_width();
        let rect = egui::Rect::from_min_size(start, vec2(width, theme::ROW + 2.0));
        let response = ui.interact(rect, ui.id().with(("module", &row.name)), egui::Sense::click());
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, selected, format!("Module {short}"))
        });
        if selected || response.hovered() {
            ui.painter().rect_filled(rect, 0.0, if selected { tokens.selected } else { tokens.hover });
        }
        widget::focus_ring(ui, &response, rect);
        if response.clicked() {
            self.selected = Some(row.name.clone());
        }
        ui.horizontal(|ui| {
            ui.set_min_height(theme::ROW + 2.0);
            ui.add_space(8.0);
            names(ui, row, short, selected);
            // Beside the state, where it is in sight however narrow the panel is.
            let size = vec2(COLUMNS[3].width, theme::ROW);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                match row.kind {
                    ModuleKind::Core => drop(ui.label(RichText::new("built in").color(secondary(selected, tokens)))),
                    _ => actions::reload(ui, row, &format!("Reload module {short}"), blocked, out),
                }
            });
            numbers(ui, row);
            if !row.problem.is_empty() {
                let text = RichText::new(row.problem.lines().next().unwrap_or_default()).color(tokens.bad);
                ui.label(text).on_hover_text(&row.problem);
            }
        });
    }
}

/// The rows that pass the filter, in the order asked for; rows that are equal stay in the order of declaration.
fn shown<'a>(rows: &'a [ModuleRow], filter: &str, sort: Option<Sort>) -> Vec<&'a ModuleRow> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let mut rows: Vec<&ModuleRow> = rows.iter().filter(|row| passes(row, &words)).collect();
    if let Some(Sort { column, descending }) = sort {
        rows.sort_by(|a, b| {
            let order = compare(a, b, column);
            if descending { order.reverse() } else { order }
        });
    }
    rows
}

fn passes(row: &ModuleRow, words: &[String]) -> bool {
    let pinned = if row.pinned { "pinned" } else { "" };
    let texts = [units::module(&row.name), kind(row), state_word(row), pinned, row.implements.as_deref().unwrap_or("")];
    let texts: Vec<String> =
        texts.iter().chain(&row.components).chain(&row.panels).map(|text| text.to_lowercase()).collect();
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn compare(a: &ModuleRow, b: &ModuleRow, column: usize) -> Ordering {
    match column {
        0 => units::module(&a.name).cmp(units::module(&b.name)),
        1 => kind(a).cmp(kind(b)),
        2 => state_word(a).cmp(state_word(b)),
        4 => a.generation.cmp(&b.generation),
        5 => a.api_version.cmp(&b.api_version),
        6 => a.state_format_version.cmp(&b.state_format_version),
        7 => a.schema_hash.cmp(&b.schema_hash),
        8 => a.load_time.cmp(&b.load_time),
        9 => a.size.cmp(&b.size),
        _ => a.retired_size.cmp(&b.retired_size),
    }
}

/// The icon, word and colour of a module's state.
pub(super) fn state(row: &ModuleRow, tokens: &theme::Tokens) -> (&'static str, &'static str, Color32) {
    let (icon, color) = match row.state {
        ModuleState::Declared => (icon::CIRCLE, tokens.muted),
        ModuleState::Building => (icon::CIRCLE_NOTCH, tokens.accent),
        ModuleState::Running => (icon::CHECK_CIRCLE, tokens.good),
        ModuleState::Quarantined => (icon::WARNING, tokens.warn),
        ModuleState::Disabled => (icon::PAUSE_CIRCLE, tokens.warn),
        ModuleState::Failed => (icon::X_CIRCLE, tokens.bad),
    };
    (icon, state_word(row), color)
}

/// Whether a module's code is there and not called.
pub(super) fn is_off(row: &ModuleRow) -> bool {
    matches!(row.state, ModuleState::Disabled | ModuleState::Quarantined)
}

/// A module's state as one word.
pub(super) fn state_word(row: &ModuleRow) -> &'static str {
    match row.state {
        ModuleState::Declared => "declared",
        ModuleState::Building => "building",
        ModuleState::Running => "running",
        ModuleState::Quarantined => "quarantined",
        ModuleState::Disabled => "disabled",
        ModuleState::Failed => "failed",
    }
}

/// What a module is, as one word.
pub(super) fn kind(row: &ModuleRow) -> &'static str {
    match row.kind {
        ModuleKind::Core => "core",
        ModuleKind::System => "system",
        ModuleKind::Plugin => "plugin",
    }
}

/// Secondary text could not be read on a selected row.
fn secondary(selected: bool, tokens: &theme::Tokens) -> Color32 {
    if selected { tokens.text } else { tokens.muted }
}

fn names(ui: &mut Ui, row: &ModuleRow, short: &str, selected: bool) {
    let tokens = theme::tokens(ui);
    let called = if row.pinned { format!("{short} {}", icon::PUSH_PIN) } else { short.to_owned() };
    widget::cell(ui, COLUMNS[0].width, Align::Min, RichText::new(called).strong()).on_hover_text(&row.name);
    let of_kind = RichText::new(kind(row)).color(secondary(selected, tokens));
    let response = widget::cell(ui, COLUMNS[1].width, Align::Min, of_kind);
    if row.kind == ModuleKind::Core {
        response.on_hover_text("Part of the engine library; it changes with a new build of the editor");
    }
    let (icon, word, color) = state(row, tokens);
    widget::cell(ui, COLUMNS[2].width, Align::Min, RichText::new(format!("{icon} {word}")).color(color));
}

fn numbers(ui: &mut Ui, row: &ModuleRow) {
    let loaded = row.generation > 0 && row.kind != ModuleKind::Core;
    let bytes = |bytes: u64| if bytes > 0 { units::size(bytes) } else { "–".into() };
    let texts = [
        if row.generation > 0 { row.generation.to_string() } else { "–".into() },
        units::hash(row.api_version),
        units::hash(row.state_format_version),
        units::hash(row.schema_hash),
        if loaded { units::time(row.load_time) } else { "–".into() },
        bytes(row.size),
        bytes(row.retired_size),
    ];
    for (text, column) in texts.into_iter().zip(&COLUMNS[4..]) {
        widget::number(ui, column.width, text);
    }
}

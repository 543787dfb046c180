//! The module registry: what is loaded, in which generation, and how the last reload went.

mod generations;
mod waterfall;

use crate::action::Action;
use crate::operators::Operators;
use crate::widget::Column;
use crate::{theme, units, widget};
use eframe::egui::{self, Align, Button, Color32, RichText, ScrollArea, Ui, vec2};
use playground::editor::report::{ModuleKind, ModuleRow, ModuleState};
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;

/// The table's columns.
const COLUMNS: [Column; 9] = [
    Column::left("Module", 120.0),
    Column::left("Kind", 60.0),
    Column::left("State", 96.0),
    Column::right("Gen", 40.0),
    Column::right("API", 76.0),
    Column::right("State format", 84.0),
    Column::right("Schema", 76.0),
    Column::right("Load", 76.0),
    Column::right("Size", 80.0),
];

/// The panel's state.
#[derive(Default)]
pub struct Modules {
    /// The row whose details are shown; the first plugin until another one is chosen.
    selected: Option<String>,
}

impl Modules {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        if report.modules.is_empty() {
            let text = "Modules are declared in the editor's Cargo.toml; their state appears here.";
            return widget::empty(ui, icon::PUZZLE_PIECE, "No modules", text, |_| ());
        }
        let first = || report.modules.iter().find(|row| row.kind == ModuleKind::Plugin).map(|row| row.name.clone());
        self.selected = self.selected.take().or_else(first);
        let selected = self.selected.as_ref().and_then(|name| report.modules.iter().find(|row| row.name == *name));
        if let Some(row) = selected {
            egui::Panel::right("module details").resizable(true).default_size(300.0).show(ui, |ui| {
                details(ui, row, out);
            });
        }
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.horizontal(|ui| widget::titles(ui, &COLUMNS));
            widget::rule(ui);
            let blocked = operators.reason("module.reload", report);
            for row in report.modules.iter() {
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
        if response.clicked() {
            self.selected = Some(row.name.clone());
        }
        ui.horizontal(|ui| {
            ui.set_min_height(theme::ROW + 2.0);
            ui.add_space(8.0);
            cells(ui, row, short);
            reload(ui, row, short, blocked, out);
            if !row.problem.is_empty() {
                let text = RichText::new(row.problem.lines().next().unwrap_or_default()).color(tokens.bad);
                ui.label(text).on_hover_text(&row.problem);
            }
        });
    }
}

/// The icon, word and colour of a module's state.
fn state(row: &ModuleRow, tokens: &theme::Tokens) -> (&'static str, &'static str, Color32) {
    match row.state {
        ModuleState::Declared => (icon::CIRCLE, "declared", tokens.muted),
        ModuleState::Building => (icon::CIRCLE_NOTCH, "building", tokens.accent),
        ModuleState::Running => (icon::CHECK_CIRCLE, "running", tokens.good),
        ModuleState::Quarantined => (icon::WARNING, "quarantined", tokens.warn),
        ModuleState::Failed => (icon::X_CIRCLE, "failed", tokens.bad),
    }
}

fn kind(row: &ModuleRow) -> &'static str {
    match row.kind {
        ModuleKind::Core => "core",
        ModuleKind::System => "system",
        ModuleKind::Plugin => "plugin",
    }
}

fn cells(ui: &mut Ui, row: &ModuleRow, short: &str) {
    let tokens = theme::tokens(ui);
    let [name, kind_of, state_of, generation, api, format, schema, load, size] = COLUMNS.map(|column| column.width);
    let called = if row.pinned { format!("{short} {}", icon::PUSH_PIN) } else { short.to_owned() };
    widget::cell(ui, name, Align::Min, RichText::new(called).strong()).on_hover_text(&row.name);
    widget::cell(ui, kind_of, Align::Min, RichText::new(kind(row)).color(tokens.muted));
    let (icon, word, color) = state(row, tokens);
    widget::cell(ui, state_of, Align::Min, RichText::new(format!("{icon} {word}")).color(color));
    widget::number(ui, generation, row.generation.to_string());
    widget::number(ui, api, units::hash(row.api_version));
    widget::number(ui, format, units::hash(row.state_format_version));
    widget::number(ui, schema, units::hash(row.schema_hash));
    let loaded = row.generation > 0 && row.kind != ModuleKind::Core;
    widget::number(ui, load, if loaded { units::time(row.load_time) } else { "–".into() });
    widget::number(ui, size, if row.size > 0 { units::size(row.size) } else { "–".into() });
}

fn reload(ui: &mut Ui, row: &ModuleRow, short: &str, blocked: Option<&str>, out: &mut Vec<Action>) {
    if row.kind == ModuleKind::Core {
        widget::note(ui, "part of the engine library");
        return;
    }
    let name = format!("Reload module {short}");
    let busy = row.state == ModuleState::Building;
    let response =
        ui.add_enabled(blocked.is_none() && !busy, Button::new(format!("{} Reload", icon::ARROW_CLOCKWISE)).small());
    widget::named(&response, egui::WidgetType::Button, &name);
    if response.clicked() {
        out.push(Action::Invoke(Invocation::new("module.reload").text("name", &row.name)));
    }
    response.on_hover_text(&name).on_disabled_hover_text(blocked.unwrap_or("It is being built"));
}

/// Keeps a module as it is while its source is worked on.
fn pin(ui: &mut Ui, row: &ModuleRow, out: &mut Vec<Action>) {
    if row.kind == ModuleKind::Core {
        return;
    }
    let short = units::module(&row.name);
    let (icon, verb, operator) = match row.pinned {
        true => (icon::PUSH_PIN_SLASH, "Unpin", "module.unpin"),
        false => (icon::PUSH_PIN, "Pin", "module.pin"),
    };
    let button = ui.add(Button::new(format!("{icon} {verb}")).small());
    widget::named(&button, egui::WidgetType::Button, &format!("{verb} {short}"));
    let about = "A pinned module stays as it is, whatever is saved";
    if button.on_hover_text(about).clicked() {
        out.push(Action::Invoke(Invocation::new(operator).text("name", &row.name)));
    }
}

fn details(ui: &mut Ui, row: &ModuleRow, out: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(8).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(&row.name).strong());
                pin(ui, row, out);
            });
            if let Some(contract) = &row.implements {
                widget::note(ui, format!("implements {contract}"));
            }
            if !row.components.is_empty() {
                widget::note(ui, format!("components: {}", row.components.join(", ")));
            }
            if !row.panels.is_empty() {
                widget::note(ui, format!("panels: {}", row.panels.join(", ")));
            }
            if row.retired_size > 0 {
                let text = format!("{} of earlier generations stay mapped", units::size(row.retired_size));
                widget::note(ui, text)
                    .on_hover_text("A library is never unloaded: something of it could still be in use.");
            }
            if !row.problem.is_empty() {
                let color = theme::tokens(ui).bad;
                ui.add(egui::Label::new(RichText::new(&row.problem).monospace().color(color)).wrap().selectable(true));
            }
            ui.add_space(theme::STEP);
            generations::ui(ui, row, out);
            waterfall::ui(ui, &row.stages);
        });
    });
}

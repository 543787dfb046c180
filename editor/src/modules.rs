//! The module registry: what is loaded, in which generation, what is bound to what, and how the last reload went.

mod actions;
mod bindings;
mod details;
mod generations;
mod plan;
mod table;
mod waterfall;

use crate::action::Action;
use crate::operators::Operators;
use crate::widget::{self, Sort};
use crate::{theme, units};
use eframe::egui::{self, Align, Button, Layout, Ui, WidgetInfo, WidgetType};
use playground::editor::Report;
use playground::editor::report::{ModuleKind, ModuleRow};
use playground::egui_phosphor::regular as icon;

/// Below this the details stand under the table instead of beside it, points.
const WIDE: f32 = 780.0;

/// Below this there is no room for details under the table, points.
const HIGH: f32 = 260.0;

/// The panel's state.
#[derive(Default)]
pub struct Modules {
    /// The module whose details are shown; the first plugin until another one is chosen.
    selected: Option<String>,
    /// What was typed to filter the table.
    filter: String,
    /// By which column the table is sorted; in the order of declaration if by none.
    sort: Option<Sort>,
    /// Whether the graph of bindings is shown in place of the table.
    graph: bool,
    /// Whether details are shown, if the user said so; else they are where there is room.
    details: Option<bool>,
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
        let details = self.strip(ui, report);
        let selected = self.selected.as_ref().and_then(|name| report.modules.iter().find(|row| row.name == *name));
        if let Some(row) = selected.filter(|_| details) {
            let (width, height) = (ui.available_width(), ui.available_height());
            let panel = match (width >= WIDE, height >= HIGH) {
                (true, _) => egui::Panel::right("module details").default_size(412.0),
                (_, true) => egui::Panel::bottom("module details below").default_size(height * 0.5),
                _ => egui::Panel::right("module details where there is no room").default_size(width * 0.5),
            };
            panel.resizable(true).show(ui, |ui| details::ui(ui, row, operators, report, out));
        }
        if self.graph {
            bindings::ui(ui, report, &mut self.selected);
        } else {
            self.table(ui, operators, report, out);
        }
    }

    /// What is shown, the filter, and the sums. Returns whether details are shown.
    fn strip(&mut self, ui: &mut Ui, report: &Report) -> bool {
        let roomy = ui.available_width() >= WIDE || ui.available_height() >= HIGH + 2.0 * theme::ROW;
        let details = self.details.unwrap_or(roomy);
        widget::strip(ui, |ui| {
            ui.spacing_mut().item_spacing.x = theme::STEP / 2.0;
            for (graph, icon, text, name) in [
                (false, icon::TABLE, "Table", "Table of modules"),
                (true, icon::GRAPH, "Bindings", "Graph of bindings"),
            ] {
                let selected = self.graph == graph;
                let response = ui.add(Button::selectable(selected, format!("{icon} {text}")));
                response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, selected, name));
                if response.on_hover_text(name).clicked() {
                    self.graph = graph;
                }
            }
            ui.add_space(theme::STEP * 2.0);
            if !self.graph {
                widget::search(ui, &mut self.filter, "Filter modules", 150.0)
                    .on_hover_text("By name, kind, state, contract, component or panel; all words must be found");
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = if details { "Hide details" } else { "Show details" };
                if widget::icon_button(ui, icon::SIDEBAR_SIMPLE, name, true).clicked() {
                    self.details = Some(!details);
                }
                sums(ui, &report.modules);
            });
        });
        self.details.unwrap_or(roomy)
    }
}

/// How many modules there are, and the memory that their libraries take.
fn sums(ui: &mut Ui, rows: &[ModuleRow]) {
    let (size, retired) =
        rows.iter().fold((0, 0), |(size, retired), row| (size + row.size, retired + row.retired_size));
    let modules = units::counted(rows.len() as u64, "module", "modules");
    let mut text = format!("{modules} · {} loaded", units::size(size));
    if retired > 0 {
        text.push_str(&format!(" · {} retired", units::size(retired)));
    }
    ui.add(egui::Label::new(egui::RichText::new(text).size(theme::SMALL).color(theme::tokens(ui).muted)).truncate())
        .on_hover_text("Libraries of the running generations, and of those before, which stay mapped");
}

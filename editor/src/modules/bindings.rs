//! The graph of bindings: users at the left, contracts in the middle, and what is bound to each at the right.
//!
//! A line means that code is called through the contract, a dashed one that features of it are required. What is
//! pointed at, focused or selected has its lines emphasised; a click on a module selects it.

mod draw;
mod nodes;

use crate::{theme, units, widget};
use draw::Place;
use eframe::egui::{ScrollArea, Ui};
use nodes::Graph;
use playground::editor::Report;
use playground::editor::report::ModuleKind;
use playground::egui_phosphor::regular as icon;

/// Draws the graph; `selected` is the module whose details are shown.
pub fn ui(ui: &mut Ui, report: &Report, selected: &mut Option<String>) {
    if report.bindings.is_empty() {
        let text =
            "A core module with a trait has a contract; the app's Cargo.toml declares which systems implement it.";
        return widget::empty(ui, icon::PLUGS, "No contracts", text, |_| ());
    }
    let graph = Graph::new(report);
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        let place = Place::new(ui, &graph);
        if let Some(module) = draw::ui(ui, &graph, &place, selected.as_deref()) {
            *selected = Some(module);
        }
        footer(ui, report);
    });
}

/// What the lines mean, and the core modules that have no contract.
fn footer(ui: &mut Ui, report: &Report) {
    ui.horizontal_wrapped(|ui| {
        ui.add_space(draw::MARGIN);
        let mut text = "Solid: calls it, or is run by it · Dashed: requires features of it".to_owned();
        let bare = |name: &str| report.bindings.iter().all(|binding| binding.view != name);
        let data = report.modules.iter().filter(|row| row.kind == ModuleKind::Core && bare(&row.name));
        let data: Vec<&str> = data.map(|row| units::module(&row.name)).collect();
        if !data.is_empty() {
            text.push_str(&format!(" · Only data, no contract: {}", data.join(", ")));
        }
        widget::note(ui, text);
    });
    ui.add_space(theme::STEP * 2.0);
}

//! Panels of plugins: installed, replaced and drawn, with a panic kept inside the panel's own tab.

use crate::action::Action;
use crate::dock::Dock;
use crate::presence::Presence;
use crate::{theme, units, widget};
use eframe::egui::{RichText, Ui};
use playground::core_types::Who;
use playground::editor::report::ModuleRow;
use playground::editor::{Invocation, Panel, PanelContext, Report};
use playground::egui_phosphor::regular as icon;
use playground::types::erase::guarded;
use playground_engine_host::PanelChange;
use std::collections::BTreeMap;

/// The panels that are loaded.
#[derive(Default)]
pub struct Plugins {
    panels: BTreeMap<String, Installed>,
    /// What panels saved that are not there at the moment, for their next generation.
    saved: BTreeMap<String, String>,
    /// Where the window's thread is, for whoever watches it.
    pub presence: Presence,
    /// Modules whose panels panicked, and how, since somebody looked last.
    pub failed: Vec<(String, String)>,
}

struct Installed {
    module: String,
    panel: Box<dyn Panel>,
    /// Its number for whoever watches.
    who: Who,
    /// Why it is not called any more.
    broken: Option<String>,
}

impl Plugins {
    /// Takes over a module's panels; those of its generation before go, what they saved is handed on.
    pub fn change(&mut self, change: PanelChange, dock: &mut Dock) {
        let PanelChange { module, panels } = change;
        let old: Vec<String> =
            self.panels.iter().filter(|(_, installed)| installed.module == module).map(|(id, _)| id.clone()).collect();
        for id in old {
            if let Some(installed) = self.panels.remove(&id) {
                // One that panics here is gone anyway; its next generation begins without what it would have saved.
                if let Ok(saved) = guarded(|| installed.panel.save()) {
                    self.saved.insert(id.clone(), saved);
                }
                dock.remove_plugin(&id);
                // What it leaves is nobody's any more.
                let _ = guarded(|| drop(installed));
            }
        }
        for panel in panels {
            self.install(&module, panel, dock);
        }
    }

    fn install(&mut self, module: &str, mut panel: Box<dyn Panel>, dock: &mut Dock) {
        let saved = self.saved.get(panel.id()).cloned();
        let prepared = guarded(|| {
            if let Some(saved) = saved.filter(|saved| !saved.is_empty()) {
                panel.restore(&saved);
            }
            (panel.id().to_owned(), panel.title().to_owned())
        });
        let (id, title) = match prepared {
            Ok(named) => named,
            // A panel that panics before it has a name can't be shown anywhere.
            Err(why) => return self.failed.push((module.to_owned(), format!("a panel panicked at its start: {why}"))),
        };
        dock.add_plugin(&id, &title);
        let who = self.presence.number(module, &title);
        self.panels.insert(id, Installed { module: module.to_owned(), panel, who, broken: None });
    }

    /// Draws the panel of that id, or says why it is not there.
    pub fn ui(&mut self, ui: &mut Ui, id: &str, report: &Report, out: &mut Vec<Action>) {
        let Some(installed) = self.panels.get_mut(id) else {
            let text = format!("The plugin that draws the panel “{id}” is not loaded. Its tab is kept for when it is.");
            return widget::empty(ui, icon::PUZZLE_PIECE, "Not loaded", &text, |_| ());
        };
        if let Some(row) = report.modules.iter().find(|row| row.off && row.name == installed.module) {
            return off(ui, row, out);
        }
        if let Some(problem) = &installed.broken {
            return broken(ui, &installed.module, problem, out);
        }
        let mut context = PanelContext::new(report);
        let panel = &mut installed.panel;
        self.presence.enter(installed.who);
        let drawn = guarded(|| {
            ui.push_id(id, |ui| panel.ui(ui, &mut context));
        });
        self.presence.leave();
        out.extend(context.invocations.into_iter().map(Action::Invoke));
        if let Err(message) = drawn {
            self.failed.push((installed.module.clone(), format!("its panel {id} panicked: {message}")));
            installed.broken = Some(message);
            ui.ctx().request_repaint();
        }
    }
}

/// A panel of a module that is switched off: it comes back with the module.
fn off(ui: &mut Ui, row: &ModuleRow, out: &mut Vec<Action>) {
    let tokens = theme::tokens(ui);
    let short = units::module(&row.name);
    let text = format!("This panel comes with the module {short}, of which nothing is called at the moment.");
    widget::empty(ui, icon::PAUSE, "Switched off", &text, |ui| {
        if !row.problem.is_empty() {
            ui.label(RichText::new(&row.problem).monospace().color(tokens.bad));
            ui.add_space(theme::STEP);
        }
        if ui.button(format!("Enable module {short}")).clicked() {
            out.push(Action::Invoke(Invocation::new("module.enable").text("name", &row.name)));
        }
    });
}

fn broken(ui: &mut Ui, module: &str, problem: &str, out: &mut Vec<Action>) {
    let tokens = theme::tokens(ui);
    let short = units::module(module);
    widget::empty(
        ui,
        icon::WARNING,
        "This panel panicked",
        "It is not called again until its module is reloaded.",
        |ui| {
            ui.label(RichText::new(problem).monospace().color(tokens.bad));
            ui.add_space(theme::STEP);
            if ui.button(format!("Reload module {short}")).clicked() {
                out.push(Action::Invoke(Invocation::new("module.reload").text("name", module)));
            }
        },
    );
}

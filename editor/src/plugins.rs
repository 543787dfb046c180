//! Panels of plugins: installed, replaced and drawn, with a panic kept inside the panel's own tab.

use crate::action::Action;
use crate::dock::Dock;
use crate::{theme, units, widget};
use eframe::egui::{RichText, Ui};
use playground::editor::{Invocation, Panel, PanelContext, Report};
use playground::egui_phosphor::regular as icon;
use playground_engine_host::PanelChange;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The panels that are loaded.
#[derive(Default)]
pub struct Plugins {
    panels: BTreeMap<String, Installed>,
    /// What panels saved that are not there at the moment, for their next generation.
    saved: BTreeMap<String, String>,
}

struct Installed {
    module: String,
    panel: Box<dyn Panel>,
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
                if let Ok(saved) = catch_unwind(AssertUnwindSafe(|| installed.panel.save())) {
                    self.saved.insert(id.clone(), saved);
                }
                dock.remove_plugin(&id);
            }
        }
        for panel in panels {
            self.install(&module, panel, dock);
        }
    }

    fn install(&mut self, module: &str, mut panel: Box<dyn Panel>, dock: &mut Dock) {
        let saved = self.saved.get(panel.id()).cloned();
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            if let Some(saved) = saved.filter(|saved| !saved.is_empty()) {
                panel.restore(&saved);
            }
            (panel.id().to_owned(), panel.title().to_owned())
        }));
        // A panel that panics before it has a name can't be shown anywhere; its module's row says that it is loaded.
        let Ok((id, title)) = prepared else { return };
        dock.add_plugin(&id, &title);
        self.panels.insert(id, Installed { module: module.to_owned(), panel, broken: None });
    }

    /// Draws the panel of that id, or says why it is not there.
    pub fn ui(&mut self, ui: &mut Ui, id: &str, report: &Report, out: &mut Vec<Action>) {
        let Some(installed) = self.panels.get_mut(id) else {
            let text = format!("The plugin that draws the panel “{id}” is not loaded. Its tab is kept for when it is.");
            return widget::empty(ui, icon::PUZZLE_PIECE, "Not loaded", &text, |_| ());
        };
        if let Some(problem) = &installed.broken {
            return broken(ui, &installed.module, problem, out);
        }
        let mut context = PanelContext::new(report);
        let panel = &mut installed.panel;
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            ui.push_id(id, |ui| panel.ui(ui, &mut context));
        }));
        out.extend(context.invocations.into_iter().map(Action::Invoke));
        if let Err(payload) = drawn {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            installed.broken = Some(text.unwrap_or_else(|| "a panic without words".to_owned()));
            ui.ctx().request_repaint();
        }
    }
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

//! The question before unsaved changes are dropped.

use crate::action::Action;
use crate::widget;
use eframe::egui::{self, Key, RichText};
use playground::editor::{Invocation, Report};

/// The question, while it is asked.
#[derive(Default)]
pub struct Unsaved {
    waiting: Option<Invocation>,
}

/// Whether the operator drops what is not saved.
pub fn drops_changes(operator: &str) -> bool {
    matches!(operator, "scene.new" | "scene.open" | "scene.open_dialog" | "app.quit")
}

impl Unsaved {
    /// Asks before running `next`, if there is something to lose. Returns whether it is asked.
    pub fn ask(&mut self, next: &Invocation, report: &Report) -> bool {
        let asks = report.scene.dirty && drops_changes(&next.operator);
        if asks {
            self.waiting = Some(next.clone());
        }
        asks
    }

    /// Draws the question, if it is asked.
    pub fn ui(&mut self, ctx: &egui::Context, report: &Report, out: &mut Vec<Action>) {
        let Some(next) = &self.waiting else { return };
        let mut answer = None;
        let closed = widget::dialog(ctx, "unsaved", 360.0, |ui| {
            let name = report.scene.path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("the new scene");
            ui.label(RichText::new(format!("Save the changes to {name}?")).strong());
            ui.label("They are lost if you don't.");
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let save = ui.button("Save");
                if ui.memory(|memory| memory.focused().is_none()) {
                    save.request_focus();
                }
                if save.clicked() {
                    answer = Some(true);
                }
                if ui.button("Discard").clicked() {
                    answer = Some(false);
                }
                ui.button("Cancel").clicked()
            })
            .inner
        });
        let cancelled = closed || ctx.input(|input| input.key_pressed(Key::Escape));
        match answer {
            Some(true) => {
                let id = if report.scene.path.is_empty() { "scene.save_as_dialog" } else { "scene.save" };
                out.push(Action::Chain(Invocation::new(id), next.clone()));
                self.waiting = None;
            }
            Some(false) => {
                out.push(Action::Force(next.clone()));
                self.waiting = None;
            }
            None if cancelled => self.waiting = None,
            None => {}
        }
    }
}

//! The question before a reload loses values.

use crate::action::Action;
use crate::{units, widget};
use eframe::egui::{self, Key, RichText};
use playground::editor::Report;
use playground::editor::report::Question;

/// Fields that are listed; the others are counted.
const SHOWN: usize = 8;

/// The question, while it is asked.
#[derive(Default)]
pub struct Lossy {
    /// The number of the question that was answered last.
    answered: u64,
}

impl Lossy {
    /// Draws the question, if there is one without an answer.
    pub fn ui(&mut self, ctx: &egui::Context, report: &Report, out: &mut Vec<Action>) {
        let Some(question) = report.question.as_ref().filter(|question| question.number > self.answered) else {
            return;
        };
        let (mut allowed, mut refused) = (false, false);
        widget::dialog(ctx, "lossy", 420.0, |ui| {
            let modules: Vec<&str> = question.modules.iter().map(|name| units::module(name)).collect();
            ui.label(RichText::new(format!("Change {} and lose values?", modules.join(", "))).strong());
            ui.label("The new code has no place for these. Nothing was changed so far.");
            ui.add_space(4.0);
            lost(ui, question);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let keep = ui.button("Keep the code from before");
                if ui.memory(|memory| memory.focused().is_none()) {
                    keep.request_focus();
                }
                refused = keep.clicked();
                allowed = ui.button("Change and lose them").clicked();
            });
        });
        refused |= ctx.input(|input| input.key_pressed(Key::Escape));
        if allowed {
            out.push(Action::Invoke(question.call.clone()));
        }
        if allowed || refused {
            self.answered = question.number;
        }
    }
}

fn lost(ui: &mut egui::Ui, question: &Question) {
    for (field, count) in question.lost.iter().take(SHOWN) {
        let plural = if *count == 1 { "component" } else { "components" };
        ui.horizontal(|ui| {
            ui.label(RichText::new(field).monospace());
            widget::note(ui, format!("in {} {plural}", units::count(*count as u64)));
        });
    }
    let more = question.lost.len().saturating_sub(SHOWN);
    if more > 0 {
        widget::note(ui, format!("and {more} more"));
    }
}

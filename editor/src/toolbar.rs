//! The toolbar: play controls in the middle, undo at the left, reload at the right.

use crate::action::Action;
use crate::operators::{Operators, plain_call};
use crate::{theme, units, widget};
use eframe::egui::{self, Align, Button, ComboBox, Layout, RichText, Ui, vec2};
use playground::editor::report::{ModuleKind, ModuleRow, PlayState};
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;
use std::collections::BTreeMap;

/// The toolbar's state.
#[derive(Default)]
pub struct Toolbar {
    /// The module that the reload button is about, if the user chose one.
    chosen: Option<String>,
    /// Generations seen, to know which module was reloaded last.
    generations: BTreeMap<String, u32>,
}

impl Toolbar {
    /// Draws the bar.
    pub fn ui(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        self.follow(report);
        let rect = ui.max_rect();
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (symbol, id) in [
                (icon::FLOPPY_DISK, "scene.save"),
                (icon::ARROW_U_UP_LEFT, "edit.undo"),
                (icon::ARROW_U_UP_RIGHT, "edit.redo"),
            ] {
                operator(ui, operators, symbol, id, report, out);
            }
        });
        let middle = egui::Rect::from_center_size(rect.center(), vec2(132.0, rect.height()));
        let mut inner =
            ui.new_child(egui::UiBuilder::new().max_rect(middle).layout(Layout::left_to_right(Align::Center)));
        play(&mut inner, operators, report, out);
        let right = egui::UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center));
        self.reload(&mut ui.new_child(right), operators, report, out);
    }

    /// The module that a plain *Reload module* is about: the one that was chosen, or reloaded last.
    pub fn module<'a>(&self, report: &'a Report) -> Option<&'a ModuleRow> {
        let chosen = self.chosen.as_ref().and_then(|name| report.modules.iter().find(|row| row.name == *name));
        chosen.or_else(|| report.modules.iter().find(|row| row.kind == ModuleKind::Plugin))
    }

    fn follow(&mut self, report: &Report) {
        for row in report.modules.iter() {
            let seen = self.generations.insert(row.name.clone(), row.generation);
            if seen.is_some_and(|seen| seen > 0 && row.generation > seen) {
                self.chosen = Some(row.name.clone());
            }
        }
    }

    fn reload(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        operator(ui, operators, icon::ARROWS_CLOCKWISE, "module.reload_all", report, out);
        let Some(module) = self.module(report).map(|row| row.name.clone()) else { return };
        let short = units::module(&module);
        let reason = operators.reason("module.reload", report);
        let accent = theme::tokens(ui).accent;
        let text = RichText::new(format!("{}  Reload module", icon::ARROW_CLOCKWISE)).color(accent);
        let response = ui.add_enabled(reason.is_none(), Button::new(text).min_size(vec2(0.0, 24.0)));
        widget::named(&response, egui::WidgetType::Button, "Reload module");
        if response.clicked() {
            out.push(Action::Invoke(Invocation::new("module.reload").text("name", &module)));
        }
        let keys = operators.get("module.reload").map_or("", |info| info.shortcut);
        response
            .on_hover_text(format!("Rebuild and swap {short}, with all state kept   {keys}"))
            .on_disabled_hover_text(reason.unwrap_or_default());
        let combo = ComboBox::from_id_salt("module to reload").selected_text(short).width(96.0).show_ui(ui, |ui| {
            for row in report.modules.iter().filter(|row| row.kind != ModuleKind::Core) {
                if ui.selectable_label(row.name == module, units::module(&row.name)).clicked() {
                    self.chosen = Some(row.name.clone());
                }
            }
        });
        widget::label(&combo.response, "Module to reload");
    }
}

fn play(ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    let tokens = theme::tokens(ui);
    let running = report.play == PlayState::Playing;
    for (symbol, id, color) in [
        (icon::PLAY, "play.start", if running { tokens.good } else { tokens.text }),
        (icon::PAUSE, "play.pause", if report.play == PlayState::Paused { tokens.warn } else { tokens.text }),
        (icon::SKIP_FORWARD, "play.step", tokens.text),
        (icon::STOP, "play.stop", tokens.text),
    ] {
        ui.scope(|ui| {
            ui.visuals_mut().override_text_color = operators.reason(id, report).is_none().then_some(color);
            operator(ui, operators, symbol, id, report, out);
        });
    }
}

/// An icon that runs an operator; its tooltip has the title, the keys and why it can't be used.
fn operator(ui: &mut Ui, operators: Operators, symbol: &str, id: &str, report: &Report, out: &mut Vec<Action>) {
    let Some(info) = operators.get(id) else { return };
    let reason = info.when.reason(report);
    let button = Button::new(RichText::new(symbol).size(16.0)).frame_when_inactive(false).min_size(vec2(28.0, 24.0));
    let response = ui.add_enabled(reason.is_none(), button);
    widget::named(&response, egui::WidgetType::Button, info.title);
    if response.clicked() {
        out.push(Action::Invoke(plain_call(info, report)));
    }
    let what = match id {
        "edit.undo" => report.undo.as_ref().map(|step| format!("Undo: {step}")),
        "edit.redo" => report.redo.as_ref().map(|step| format!("Redo: {step}")),
        _ => None,
    };
    let text = what.unwrap_or_else(|| info.title.to_owned());
    response.on_hover_text(format!("{text}   {}", info.shortcut)).on_disabled_hover_text(format!(
        "{}: {}",
        info.title,
        reason.unwrap_or_default()
    ));
}

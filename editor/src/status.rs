//! The status bar: project, scene, play state, a running build; times and counts at the right.

use crate::action::Action;
use crate::{theme, units, widget};
use eframe::egui::{Align, Button, Label, Layout, RichText, Ui};
use playground::editor::report::{PlayState, Runner};
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;
use std::time::Duration;

/// What the window knows and the report does not.
#[derive(Clone, Debug, Default)]
pub struct WindowStatus {
    /// The project's name.
    pub project: String,
    /// What draws.
    pub renderer: String,
    /// How long the last frame of the window took on the CPU.
    pub frame: Duration,
    /// What the engine is in and does not come back from.
    pub stuck: Vec<(Runner, Duration)>,
    /// The age of the work that was kept last.
    pub kept: Option<Duration>,
}

/// Draws the bar.
pub fn bar(ui: &mut Ui, report: &Report, window: &WindowStatus, out: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        let tokens = theme::tokens(ui);
        small(ui, &window.project);
        scene(ui, report);
        let (symbol, word, color) = match report.play {
            PlayState::Stopped => (icon::STOP, "Editing", tokens.muted),
            PlayState::Playing => (icon::PLAY, "Playing", tokens.good),
            PlayState::Paused => (icon::PAUSE, "Paused", tokens.warn),
        };
        ui.label(RichText::new(format!("{symbol} {word}")).size(theme::SMALL).color(color));
        build(ui, report, out);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| figures(ui, report, window));
    });
}

fn small(ui: &mut Ui, text: &str) -> eframe::egui::Response {
    ui.label(RichText::new(text).size(theme::SMALL).color(theme::tokens(ui).muted))
}

fn scene(ui: &mut Ui, report: &Report) {
    let tokens = theme::tokens(ui);
    let path = &report.scene.path;
    let name = path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or("new scene");
    let (text, color) =
        if report.scene.dirty { (format!("{name} ●"), tokens.text) } else { (name.to_owned(), tokens.muted) };
    let hint = match (path.is_empty(), report.scene.dirty) {
        (true, _) => "Not saved to a file yet".to_owned(),
        (_, true) => format!("{path} has changes that are not saved"),
        (_, false) => path.clone(),
    };
    ui.label(RichText::new(text).size(theme::SMALL).color(color)).on_hover_text(hint);
}

fn build(ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
    let Some(build) = &report.build else {
        if let Some((left, all)) = report.starting {
            widget::progress(ui, 160.0, 1.0 - left as f32 / all.max(1) as f32, "Loading modules");
        }
        return;
    };
    let names: Vec<&str> = build.modules.iter().map(|name| units::module(name)).collect();
    let what = if names.len() > 3 { format!("{} modules", names.len()) } else { names.join(", ") };
    let done = build.done as f32 / build.total.max(1) as f32;
    ui.spacing_mut().item_spacing.x = 6.0;
    widget::progress(ui, 200.0, done, &format!("Building {what}  {}/{}", build.done, build.total))
        .on_hover_text(&build.activity);
    let response = ui.add(Button::new(RichText::new("Cancel").size(theme::SMALL)).small());
    widget::named(&response, eframe::egui::WidgetType::Button, "Cancel build");
    if response.on_hover_text("The running code stays as it is").clicked() {
        out.push(Action::Invoke(Invocation::new("build.cancel")));
    }
    ui.add(Label::new(RichText::new(&build.activity).size(theme::SMALL).color(theme::tokens(ui).muted)).truncate());
}

fn figures(ui: &mut Ui, report: &Report, window: &WindowStatus) {
    ui.spacing_mut().item_spacing.x = 12.0;
    let figure = |ui: &mut Ui, name: &str, value: String, hint: &str| {
        let tokens = theme::tokens(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            // The layout runs from right to left.
            ui.label(RichText::new(value).font(theme::digits()).color(tokens.text)).on_hover_text(hint);
            small(ui, name).on_hover_text(hint);
        });
    };
    small(ui, &window.renderer).on_hover_text("What draws the world and the window");
    figure(ui, "entities", units::count(report.entity_count as u64), "Entities in the world");
    figure(ui, "tick", units::time(report.tick), "Work of the engine's last frame");
    figure(ui, "picture", units::time(report.viewport.cpu), "CPU time of the last picture of the world");
    figure(ui, "window", units::time(window.frame), "CPU time of the window's last frame");
}

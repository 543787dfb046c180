//! What the compiler said about the last build.

use crate::{theme, units, widget};
use eframe::egui::{self, CollapsingHeader, Label, RichText, ScrollArea, Ui};
use playground::editor::Report;
use playground::editor::report::Diagnostic;
use playground::egui_phosphor::regular as icon;
use std::path::Path;
use std::process::{Command, Stdio};

/// The panel's state.
#[derive(Default)]
pub struct Diagnostics {
    warnings_hidden: bool,
}

impl Diagnostics {
    /// Draws the panel. `root` is the folder that the diagnostics' paths start from.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report, root: &Path) {
        let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.error).count();
        let warnings = report.diagnostics.len() - errors;
        if report.diagnostics.is_empty() {
            let text =
                "Errors and warnings of the last build appear here, with the code that runs meanwhile unchanged.";
            return widget::empty(ui, icon::CHECK_CIRCLE, "The compiler has nothing to say", text, |_| ());
        }
        widget::strip(ui, |ui| {
            let tokens = theme::tokens(ui);
            ui.label(RichText::new(format!("{} {errors} errors", icon::X_CIRCLE)).color(tokens.bad));
            ui.label(RichText::new(format!("{} {warnings} warnings", icon::WARNING)).color(tokens.warn));
            let mut shown = !self.warnings_hidden;
            if ui.checkbox(&mut shown, "Show warnings").changed() {
                self.warnings_hidden = !shown;
            }
        });
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            egui::Frame::new().inner_margin(8).show(ui, |ui| {
                // Errors first: the first error is what the user looks for.
                for error in [true, false] {
                    let shown =
                        report.diagnostics.iter().enumerate().filter(|(_, diagnostic)| diagnostic.error == error);
                    for (at, diagnostic) in shown.filter(|(_, diagnostic)| diagnostic.error || !self.warnings_hidden) {
                        ui.push_id(at, |ui| message(ui, diagnostic, root));
                    }
                }
            });
        });
    }
}

fn message(ui: &mut Ui, diagnostic: &Diagnostic, root: &Path) {
    let tokens = theme::tokens(ui);
    let (icon, color) = if diagnostic.error { (icon::X_CIRCLE, tokens.bad) } else { (icon::WARNING, tokens.warn) };
    ui.horizontal(|ui| {
        ui.label(RichText::new(icon).color(color));
        ui.label(RichText::new(&diagnostic.message).strong());
        widget::note(ui, units::module(&diagnostic.module));
    });
    ui.horizontal(|ui| {
        ui.add_space(20.0);
        if !diagnostic.file.is_empty() {
            let place = format!("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
            let response = ui.link(RichText::new(&place).monospace());
            let response = response.on_hover_text(
                "Open in your editor ($PLAYGROUND_EDITOR, VS Code or the desktop's); right-click copies",
            );
            if response.clicked() {
                open(ui, root, diagnostic);
            }
            if response.secondary_clicked() {
                ui.ctx().copy_text(place);
            }
        }
        if widget::icon_button(ui, icon::COPY, "Copy message", true).clicked() {
            ui.ctx().copy_text(diagnostic.rendered.clone());
        }
    });
    if !diagnostic.rendered.is_empty() {
        let header = CollapsingHeader::new("Compiler output").id_salt("rendered").default_open(diagnostic.error);
        header.show(ui, |ui| {
            egui::Frame::new().fill(tokens.canvas).corner_radius(4).inner_margin(8).show(ui, |ui| {
                ui.add(Label::new(RichText::new(diagnostic.rendered.trim_end()).monospace()).selectable(true).extend());
            });
        });
    }
    ui.add_space(theme::STEP);
}

/// Opens the file where the message points. Without a program that can, the place is copied instead.
fn open(ui: &Ui, root: &Path, diagnostic: &Diagnostic) {
    let file = root.join(&diagnostic.file);
    let place = format!("{}:{}:{}", file.display(), diagnostic.line, diagnostic.column);
    let chosen = std::env::var("PLAYGROUND_EDITOR").ok();
    let start = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().is_ok()
    };
    let opened = match &chosen {
        Some(program) => start(program, &[&place]),
        None => start("code", &["--goto", &place]) || start("xdg-open", &[&file.display().to_string()]),
    };
    if !opened {
        ui.ctx().copy_text(place);
    }
}

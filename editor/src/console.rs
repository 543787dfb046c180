//! What the engine and its modules say, and a line to answer them.

use crate::action::Action;
use crate::{theme, widget};
use eframe::egui::{self, Color32, FontId, Key, Label, RichText, ScrollArea, TextEdit, Ui};
use playground::editor::report::{ConsoleLine, Level};
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;

/// The panel's state.
pub struct Console {
    filter: String,
    shown: [bool; 4],
    input: String,
    history: Vec<String>,
    /// Which line of the history is shown, from the newest.
    recalled: Option<usize>,
    /// The last line that is not shown any more.
    cleared: u64,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            filter: String::new(),
            shown: [true; 4],
            input: String::new(),
            history: Vec::new(),
            recalled: None,
            cleared: 0,
        }
    }
}

const LEVELS: [Level; 4] = [Level::Success, Level::Info, Level::Warning, Level::Error];

/// The icon, the word and the colour of a level.
pub fn look(level: Level, tokens: &theme::Tokens) -> (&'static str, &'static str, Color32) {
    match level {
        Level::Success => (icon::CHECK_CIRCLE, "Success", tokens.good),
        Level::Info => (icon::INFO, "Info", tokens.muted),
        Level::Warning => (icon::WARNING, "Warnings", tokens.warn),
        Level::Error => (icon::X_CIRCLE, "Errors", tokens.bad),
    }
}

impl Console {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
        widget::strip(ui, |ui| self.controls(ui, report));
        let filter = self.filter.to_lowercase();
        let lines: Vec<&ConsoleLine> = report
            .console
            .iter()
            .filter(|line| line.number > self.cleared && self.shown[position(line.level)])
            .filter(|line| filter.is_empty() || contains(line, &filter))
            .collect();
        egui::Panel::bottom("console input")
            .frame(egui::Frame::new().inner_margin(4))
            .show(ui, |ui| self.prompt(ui, out));
        if lines.is_empty() {
            let text = "What modules print appears here. Type an operator below, such as operator.list.";
            return widget::empty(ui, icon::TERMINAL_WINDOW, "Nothing to show", text, |_| ());
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::both().auto_shrink(false).stick_to_bottom(true);
        area.show_rows(ui, 18.0, lines.len(), |ui, range| lines[range].iter().for_each(|line| row(ui, line)));
    }

    fn controls(&mut self, ui: &mut Ui, report: &Report) {
        let tokens = theme::tokens(ui);
        widget::search(ui, &mut self.filter, "Filter lines", 180.0);
        for (at, level) in LEVELS.into_iter().enumerate() {
            let count = report.console.iter().filter(|line| line.level == level && line.number > self.cleared).count();
            let (icon, name, color) = look(level, tokens);
            let color = if self.shown[at] { color } else { tokens.muted };
            let text = RichText::new(format!("{icon} {count}")).color(color);
            let response = ui.add(egui::Button::selectable(self.shown[at], text));
            widget::named(&response, egui::WidgetType::Button, name);
            if response.on_hover_text(format!("Show or hide: {name}")).clicked() {
                self.shown[at] = !self.shown[at];
            }
        }
        if widget::icon_button(ui, icon::PROHIBIT, "Clear console", true).clicked() {
            self.cleared = report.console.last().map_or(0, |line| line.number);
        }
    }

    fn prompt(&mut self, ui: &mut Ui, out: &mut Vec<Action>) {
        let prompt = RichText::new(icon::CARET_RIGHT).color(theme::tokens(ui).accent);
        let edit = TextEdit::singleline(&mut self.input)
            .font(FontId::monospace(12.0))
            .hint_text("entity.spawn name=Probe")
            .prefix(prompt)
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        widget::label(&response, "Console input");
        if response.has_focus() {
            self.recall(ui);
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            let line = self.input.trim().to_owned();
            if !line.is_empty() {
                out.push(Action::Invoke(Invocation::new("console.run").text("line", &line)));
                self.history.retain(|old| *old != line);
                self.history.push(line);
                self.input.clear();
            }
            self.recalled = None;
            response.request_focus();
        }
    }

    /// The arrow keys walk through what was typed before.
    fn recall(&mut self, ui: &Ui) {
        let older = ui.input(|input| input.key_pressed(Key::ArrowUp));
        let newer = ui.input(|input| input.key_pressed(Key::ArrowDown));
        let next = match self.recalled {
            None if older => Some(0),
            Some(at) if older => Some((at + 1).min(self.history.len().saturating_sub(1))),
            Some(0) if newer => None,
            Some(at) if newer => Some(at - 1),
            _ => return,
        };
        self.recalled = next;
        let line = next.and_then(|back| self.history.iter().rev().nth(back));
        self.input = line.cloned().unwrap_or_default();
    }
}

fn position(level: Level) -> usize {
    LEVELS.iter().position(|other| *other == level).unwrap_or(0)
}

fn contains(line: &ConsoleLine, filter: &str) -> bool {
    line.text.to_lowercase().contains(filter) || line.source.to_lowercase().contains(filter)
}

fn row(ui: &mut Ui, line: &ConsoleLine) {
    let tokens = theme::tokens(ui);
    let (icon, name, color) = look(line.level, tokens);
    ui.horizontal(|ui| {
        ui.set_min_height(18.0);
        ui.add_space(8.0);
        ui.label(RichText::new(icon).color(color)).on_hover_text(name);
        let source = RichText::new(&line.source).size(theme::SMALL).color(tokens.muted);
        ui.add_sized([84.0, 16.0], Label::new(source).truncate());
        let color = if line.level == Level::Info { tokens.text } else { color };
        let text = RichText::new(line.text.replace('\n', " ⏎ ")).font(FontId::monospace(12.0)).color(color);
        ui.add(Label::new(text).selectable(true).extend()).on_hover_text(&line.text);
    });
}

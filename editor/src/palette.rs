//! The command palette: operators and entities by a few letters, or a whole call with its arguments.

use crate::action::Action;
use crate::fuzzy::Search;
use crate::hierarchy::display_name;
use crate::operators::{Operators, missing, plain_call};
use crate::{theme, units, widget};
use eframe::egui::{
    self, Align2, Area, FontId, Frame, Id, Key, Order, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, pos2, vec2,
};
use playground::editor::{Invocation, OperatorInfo, Report};
use playground::egui_phosphor::regular as icon;

/// How many results are listed.
const RESULTS: usize = 40;
/// Entities are listed from this many typed letters on: before that they would bury the operators.
const LETTERS: usize = 2;

/// The palette's state.
#[derive(Default)]
pub struct Palette {
    open: bool,
    fresh: bool,
    query: String,
    chosen: usize,
    search: Search,
}

enum Entry<'a> {
    Operator(&'static OperatorInfo),
    Entity { id: u64, name: String },
    Call(Invocation),
    Mistake(String),
    Hint(&'a str),
}

impl Palette {
    /// Opens the palette with a text in it.
    pub fn open(&mut self, query: impl Into<String>) {
        *self = Self { open: true, fresh: true, query: query.into(), ..Self::default() };
    }

    /// Opens the palette, or closes it if it is open.
    pub fn toggle(&mut self) {
        if self.open { self.open = false } else { self.open("") }
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Draws the palette above everything, if it is open.
    pub fn ui(&mut self, ctx: &egui::Context, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        if !self.open {
            return;
        }
        let area = Area::new(Id::new("palette")).order(Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, 72.0));
        let shown = area.show(ctx, |ui| {
            let frame = Frame::popup(ui.style()).inner_margin(8);
            frame.show(ui, |ui| {
                ui.set_width(560.0);
                self.content(ui, operators, report, out);
            });
        });
        let outside = ctx.input(|input| input.pointer.any_pressed())
            && ctx.pointer_interact_pos().is_some_and(|at| !shown.response.rect.contains(at));
        if outside && !self.fresh || ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape)) {
            self.open = false;
        }
        self.fresh = false;
    }

    fn content(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        let (down, up, enter) = ui.input_mut(|input| {
            let mut take = |key| input.consume_key(egui::Modifiers::NONE, key);
            (take(Key::ArrowDown), take(Key::ArrowUp), take(Key::Enter))
        });
        let hint = "Run an operator, or find an entity";
        let edit =
            TextEdit::singleline(&mut self.query).hint_text(hint).desired_width(f32::INFINITY).cursor_at_end(true);
        let response = ui.add(edit.id(Id::new("palette query")));
        widget::label(&response, "Command palette");
        response.request_focus();
        if response.changed() {
            self.chosen = 0;
        }
        let entries = self.entries(operators, report);
        let last = entries.len().saturating_sub(1);
        self.chosen = (self.chosen + usize::from(down)).saturating_sub(usize::from(up)).min(last);
        let mut run = enter.then_some(self.chosen);
        ui.add_space(theme::STEP);
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for (at, entry) in entries.iter().enumerate() {
                let response = row(ui, entry, operators, report, at == self.chosen);
                if (down || up) && at == self.chosen {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    run = Some(at);
                }
            }
        });
        if let Some(entry) = run.and_then(|at| entries.into_iter().nth(at)) {
            self.run(entry, report, out);
        }
    }

    fn entries<'a>(&mut self, operators: Operators, report: &Report) -> Vec<Entry<'a>> {
        let query = self.query.trim().to_owned();
        let first = query.split_whitespace().next().unwrap_or_default();
        if query.contains('=') || (self.query.ends_with(' ') && operators.get(first).is_some()) {
            return match Invocation::parse(&query) {
                Ok(call) => match operators.get(&call.operator).and_then(|info| info.parameters.first()) {
                    Some(parameter) => vec![Entry::Call(call), Entry::Hint(parameter.docs)],
                    None => vec![Entry::Call(call)],
                },
                Err(error) => vec![Entry::Mistake(error.to_string())],
            };
        }
        let table: Vec<&'static OperatorInfo> = operators.iter().filter(|info| info.id != "app.palette").collect();
        let texts: Vec<String> = table.iter().map(|info| format!("{} {}", info.title, info.id)).collect();
        let mut found: Vec<(u32, Entry)> = self
            .search
            .scored(&query, texts.iter().map(String::as_str), RESULTS)
            .into_iter()
            .map(|(score, at)| (score, Entry::Operator(table[at])))
            .collect();
        if query.chars().count() >= LETTERS {
            let names = report.hierarchy.iter().map(|row| row.name.as_str());
            let entities = self.search.scored(&query, names, RESULTS / 2);
            found.extend(entities.into_iter().map(|(score, at)| {
                let row = &report.hierarchy[at];
                (score, Entry::Entity { id: row.id, name: display_name(row) })
            }));
        }
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        if found.is_empty() {
            return vec![Entry::Mistake("Nothing matches.".to_owned())];
        }
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    fn run(&mut self, entry: Entry, report: &Report, out: &mut Vec<Action>) {
        match entry {
            Entry::Operator(info) => {
                if info.when.reason(report).is_some() {
                    return;
                }
                let call = plain_call(info, report);
                if let Some(parameter) = missing(info, &call) {
                    // The operator can't run yet: its call stays in the field, to be completed.
                    self.query = format!("{call} {parameter}=");
                    return;
                }
                out.push(Action::Invoke(call));
            }
            Entry::Entity { id, .. } => out.push(Action::Invoke(Invocation::new("selection.set").entities(&[id]))),
            Entry::Call(call) => out.push(Action::Invoke(call)),
            Entry::Mistake(_) | Entry::Hint(_) => return,
        }
        self.open = false;
    }
}

fn row(ui: &mut Ui, entry: &Entry, operators: Operators, report: &Report, chosen: bool) -> egui::Response {
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme::ROW + 2.0), Sense::click());
    let (symbol, text, side, enabled) = describe(entry, report);
    let role = egui::WidgetType::SelectableLabel;
    response.widget_info(|| egui::WidgetInfo::selected(role, enabled, chosen, &text));
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, 4.0, if chosen { tokens.selected } else { tokens.hover });
    }
    let painter = ui.painter().with_clip_rect(rect);
    let color = if enabled { tokens.text } else { tokens.muted };
    let middle = rect.center().y;
    painter.text(
        pos2(rect.left() + 8.0, middle),
        Align2::LEFT_CENTER,
        symbol,
        FontId::proportional(13.0),
        tokens.muted,
    );
    painter.text(
        pos2(rect.left() + 30.0, middle),
        Align2::LEFT_CENTER,
        &text,
        FontId::proportional(theme::BODY),
        color,
    );
    let place = Rect::from_min_max(pos2(rect.right() - 220.0, rect.top()), rect.max);
    painter.text(
        place.right_center() - vec2(8.0, 0.0),
        Align2::RIGHT_CENTER,
        side,
        FontId::proportional(theme::SMALL),
        tokens.muted,
    );
    match entry {
        Entry::Operator(info) => response.on_hover_text(about(info, operators)),
        _ => response,
    }
}

/// What an operator does, how it is called from the command line, and who brought it.
fn about(info: &OperatorInfo, operators: Operators) -> RichText {
    let of = operators.module_of(info.id).map_or(String::new(), |module| format!(" of {}", units::module(module)));
    RichText::new(format!("{}\n{}{of}", info.docs, info.id))
}

/// Icon, text, text at the side, and whether it can be run.
fn describe(entry: &Entry, report: &Report) -> (&'static str, String, String, bool) {
    match entry {
        Entry::Operator(info) => match info.when.reason(report) {
            Some(reason) => (icon::COMMAND, info.title.to_owned(), reason.to_owned(), false),
            None => (icon::COMMAND, info.title.to_owned(), info.shortcut.to_owned(), true),
        },
        Entry::Entity { id, name } => (icon::CUBE, name.clone(), format!("entity #{id}"), true),
        Entry::Call(call) => (icon::CARET_RIGHT, call.to_string(), "Enter runs it".to_owned(), true),
        Entry::Mistake(text) => (icon::WARNING, text.clone(), String::new(), false),
        Entry::Hint(text) => (icon::INFO, (*text).to_owned(), String::new(), false),
    }
}

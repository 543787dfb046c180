//! Small widgets that several panels use, each with a role and a name for assistive technology.

use crate::theme;
use eframe::egui::{
    self, Align, Align2, Button, Color32, FontId, Layout, Response, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2,
};

/// A button that shows an icon only. `name` is its accessible name and its tooltip.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str, enabled: bool) -> Response {
    let button = Button::new(RichText::new(icon).size(15.0)).frame_when_inactive(false).min_size(vec2(26.0, 24.0));
    let response = ui.add_enabled(enabled, button);
    named(&response, WidgetType::Button, name);
    response.on_hover_text(name).on_disabled_hover_text(name)
}

/// Gives a widget an accessible name.
pub fn named(response: &Response, role: WidgetType, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, response.enabled(), name));
}

/// Gives a widget that has a value already (a drag value, a text field) an accessible name beside it.
pub fn label(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// One-line text in the secondary colour.
pub fn muted(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = theme::tokens(ui).muted;
    ui.label(RichText::new(text).color(color))
}

/// Small text in the secondary colour.
pub fn note(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = theme::tokens(ui).muted;
    ui.label(RichText::new(text).size(theme::SMALL).color(color))
}

/// A state that teaches: what this place is for and what to do first. Buttons go into `actions`.
pub fn empty<R>(ui: &mut Ui, icon: &str, title: &str, text: &str, actions: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = theme::tokens(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.28).min(120.0));
        ui.label(RichText::new(icon).size(28.0).color(tokens.muted));
        ui.add_space(theme::STEP);
        ui.label(RichText::new(title).strong());
        ui.add(egui::Label::new(RichText::new(text).color(tokens.muted)).wrap());
        ui.add_space(theme::STEP * 2.0);
        actions(ui)
    })
    .inner
}

/// A strip at the top of a panel with controls in it and a line below.
pub fn strip<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = theme::tokens(ui);
    let inner = egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
        let size = vec2(ui.available_width(), theme::ROW + 2.0);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(size.x);
            content(ui)
        })
        .inner
    });
    let rect = inner.response.rect;
    ui.painter().hline(ui.max_rect().x_range(), rect.bottom(), (1.0, tokens.line));
    ui.add_space(1.0 - ui.spacing().item_spacing.y);
    inner.inner
}

/// A search field with its icon. Returns whether the text changed.
pub fn search(ui: &mut Ui, text: &mut String, hint: &str, width: f32) -> Response {
    let icon = RichText::new(playground::egui_phosphor::regular::MAGNIFYING_GLASS).color(theme::tokens(ui).muted);
    let edit = egui::TextEdit::singleline(text).hint_text(hint.to_owned()).prefix(icon).desired_width(width);
    let response = ui.add(edit);
    label(&response, hint);
    response
}

/// A small round mark before a text.
pub fn mark(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(8.0, theme::ROW), Sense::hover());
    ui.painter().circle_filled(rect.center(), 3.5, color);
}

/// One cell of a table: text cut to the width, aligned as asked, whole text as tooltip when it was cut.
pub fn cell(ui: &mut Ui, width: f32, align: Align, text: RichText) -> Response {
    let size = vec2(width, theme::ROW);
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        ui.add(egui::Label::new(text).truncate())
    })
    .inner
}

/// A column of a table.
#[derive(Clone, Copy)]
pub struct Column {
    title: &'static str,
    /// How wide it is, points.
    pub width: f32,
    align: Align,
    about: &'static str,
    gap: f32,
}

impl Column {
    /// A column aligned at its left.
    pub const fn left(title: &'static str, width: f32) -> Self {
        Self { title, width, align: Align::Min, about: "", gap: 0.0 }
    }

    /// A column aligned at its right, as numbers are.
    pub const fn right(title: &'static str, width: f32) -> Self {
        Self { align: Align::Max, ..Self::left(title, width) }
    }

    /// The title's tooltip.
    pub const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Leaves `gap` points to its left.
    pub const fn after(self, gap: f32) -> Self {
        Self { gap, ..self }
    }
}

/// The titles of a table's columns, for a horizontal layout that may have more behind them.
pub fn titles(ui: &mut Ui, columns: &[Column]) {
    let muted = theme::tokens(ui).muted;
    ui.add_space(8.0);
    for column in columns {
        if column.gap > 0.0 {
            ui.add_space(column.gap);
        }
        let text = RichText::new(column.title).size(theme::SMALL).color(muted);
        let response = cell(ui, column.width, column.align, text);
        if !column.about.is_empty() {
            response.on_hover_text(column.about);
        }
    }
}

/// By which column a table is sorted, and in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's place.
    pub column: usize,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// What a click on the title of `column` makes of `sort`: up, down, and back to the table's own order.
    pub fn clicked(sort: Option<Self>, column: usize) -> Option<Self> {
        match sort {
            Some(Self { column: known, descending }) if known == column => {
                (!descending).then_some(Self { column, descending: true })
            }
            _ => Some(Self { column, descending: false }),
        }
    }
}

/// The titles of a table's columns, each of which sorts the table by its column.
pub fn sorting_titles(ui: &mut Ui, columns: &[Column], sort: &mut Option<Sort>) {
    ui.add_space(8.0);
    for (at, column) in columns.iter().enumerate() {
        if column.gap > 0.0 {
            ui.add_space(column.gap);
        }
        if column.title.is_empty() {
            ui.add_space(column.width + ui.spacing().item_spacing.x);
            continue;
        }
        let direction = sort.filter(|sort| sort.column == at).map(|sort| sort.descending);
        let response = sorting_title(ui, column, direction);
        if response.clicked() {
            *sort = Sort::clicked(*sort, at);
        }
        let about = if column.about.is_empty() { String::new() } else { format!("{}\n", column.about) };
        response.on_hover_text(format!("{about}Click to sort"));
    }
}

fn sorting_title(ui: &mut Ui, column: &Column, descending: Option<bool>) -> Response {
    use playground::egui_phosphor::regular as icon;
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(column.width, theme::ROW), Sense::click());
    named(&response, WidgetType::Button, &format!("Sort by {}", column.title));
    response.ctx.accesskit_node_builder(response.id, |node| match descending {
        Some(true) => node.set_sort_direction(egui::accesskit::SortDirection::Descending),
        Some(false) => node.set_sort_direction(egui::accesskit::SortDirection::Ascending),
        None => node.clear_sort_direction(),
    });
    let arrow = descending.map_or("", |descending| if descending { icon::CARET_DOWN } else { icon::CARET_UP });
    let color = if arrow.is_empty() && !response.hovered() { tokens.muted } else { tokens.text };
    let font = FontId::proportional(theme::SMALL);
    let (anchor, at, text) = match column.align {
        Align::Max => (Align2::RIGHT_CENTER, rect.right_center(), format!("{arrow} {}", column.title)),
        _ => (Align2::LEFT_CENTER, rect.left_center(), format!("{} {arrow}", column.title)),
    };
    ui.painter().text(at, anchor, text.trim(), font, color);
    focus_ring(ui, &response, rect);
    response
}

/// Shows that a widget that is drawn by hand has the keyboard.
pub fn focus_ring(ui: &Ui, response: &Response, rect: egui::Rect) {
    if response.has_focus() {
        let stroke = (1.0, theme::tokens(ui).accent);
        ui.painter().rect_stroke(rect, 4.0, stroke, egui::StrokeKind::Inside);
    }
}

/// A line below what was drawn last, such as the titles of a table whose rows stand close together.
pub fn rule(ui: &mut Ui) {
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, (1.0, theme::tokens(ui).line));
    ui.add_space(1.0);
}

/// A number in a table, right-aligned in digits of one width.
pub fn number(ui: &mut Ui, width: f32, text: impl Into<String>) -> Response {
    cell(ui, width, Align::Max, RichText::new(text).font(theme::digits()))
}

/// A bar that shows how much is done, with text on it.
pub fn progress(ui: &mut Ui, width: f32, done: f32, text: &str) -> Response {
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 14.0), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, tokens.raised);
    let mut filled = rect;
    filled.set_width(rect.width() * done.clamp(0.0, 1.0));
    painter.rect_filled(filled, 3.0, tokens.selected);
    painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(10.5), tokens.text);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::ProgressIndicator, true, text);
        info.value = Some(f64::from(done));
        info
    });
    response
}

/// A question in the middle of the window, which waits for its answer.
pub fn dialog<R>(ctx: &egui::Context, id: &str, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let modal = egui::Modal::new(egui::Id::new(id));
    let shown = modal.show(ctx, |ui| {
        egui::Frame::new().inner_margin(10).show(ui, |ui| {
            ui.set_width(width);
            content(ui)
        })
    });
    shown.inner.inner
}

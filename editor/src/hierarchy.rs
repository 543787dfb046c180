//! The tree of entities with their components beneath: select, filter, rename, reparent.
//!
//! Draws the rows that are visible and no others, so that the number of entities does not matter.

mod filter;
mod rows;

use crate::action::Action;
use crate::operators::Operators;
use crate::{menu, theme, units, widget};
use eframe::egui::{
    self, Align2, FontId, Key, Modifiers, Rect, Response, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use filter::Filter;
use playground::editor::report::EntityRow;
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;
use playground::scene::GENERATED_FIRST;
use playground::types::Value;
use rows::{Row, Rows};

/// What the context menu of an entity offers.
const ABOUT_ENTITY: [&str; 5] = ["entity.spawn", "entity.duplicate", "entity.rename", "view.focus", "entity.despawn"];

/// The panel's state.
#[derive(Default)]
pub struct Hierarchy {
    filter: String,
    rows: Rows,
    /// Where a range of selected rows starts.
    anchor: Option<u64>,
    rename: Option<Rename>,
    /// The entity that was selected last frame: when another one is selected elsewhere, its row is scrolled to.
    shown: Option<u64>,
}

struct Rename {
    entity: u64,
    text: String,
    started: bool,
}

/// Entities that are being dragged, by their stable numbers.
#[derive(Clone)]
pub struct Dragged(pub Vec<u64>);

/// The selected entities' stable numbers.
pub fn selection_of(report: &Report) -> Vec<u64> {
    report.selection.clone()
}

/// What an entity is called where it has no name.
pub fn display_name(row: &EntityRow) -> String {
    match row.id.checked_sub(GENERATED_FIRST) {
        _ if !row.name.is_empty() => row.name.clone(),
        Some(number) => format!("Generated {number}"),
        None => format!("Entity {}", row.id),
    }
}

impl Hierarchy {
    /// Starts renaming the entity that was selected last.
    pub fn start_rename(&mut self, report: &Report) {
        let Some(entity) = report.selection.last().copied() else { return };
        let name = report.hierarchy.iter().find(|row| row.id == entity).map(|row| row.name.clone());
        self.rename = Some(Rename { entity, text: name.unwrap_or_default(), started: false });
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        widget::strip(ui, |ui| {
            let width = ui.available_width() - 34.0;
            widget::search(ui, &mut self.filter, "Filter entities", width).on_hover_text(
                "Words match the name or a component. has:Light only with, not:Light only without the component.",
            );
            if widget::icon_button(ui, icon::PLUS, "New entity", true).clicked() {
                out.push(Action::Invoke(Invocation::new("entity.spawn")));
            }
        });
        if report.hierarchy.is_empty() {
            return empty(ui, report, out);
        }
        self.rows.update(&report.hierarchy, &Filter::new(&self.filter));
        if self.rows.visible.is_empty() {
            return widget::empty(ui, icon::MAGNIFYING_GLASS, "Nothing matches", "No entity fits the filter.", |ui| {
                if ui.button("Clear filter").clicked() {
                    self.filter.clear();
                }
            });
        }
        self.keyboard(ui, report, out);
        self.list(ui, operators, report, out);
    }

    fn list(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let total = self.rows.visible.len();
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(offset) = self.scroll_target(ui, report) {
            area = area.vertical_scroll_offset(offset);
        }
        area.show_rows(ui, theme::ROW, total, |ui, range| {
            for at in range {
                match self.rows.visible[at] {
                    Row::Entity(index) => self.entity(ui, operators, at, &report.hierarchy[index], report, out),
                    Row::Component(index, component) => {
                        component_row(ui, &report.hierarchy[index], component, self.rows.flat)
                    }
                }
            }
        });
        let rest = ui.interact(ui.max_rect(), ui.id().with("rest"), Sense::hover());
        if let Some(dragged) = rest.dnd_release_payload::<Dragged>() {
            reparent(&dragged.0, None, report, out);
        }
    }

    /// Where to scroll to so that an entity that was selected elsewhere, in the viewport or by a script, is seen.
    fn scroll_target(&mut self, ui: &Ui, report: &Report) -> Option<f32> {
        let selected = report.selection.last().copied();
        if selected == self.shown {
            return None;
        }
        self.shown = selected;
        let selected = selected?;
        if ui.ui_contains_pointer() || !self.rows.reveal(&report.hierarchy, selected) {
            return None;
        }
        self.rows.update(&report.hierarchy, &Filter::new(&self.filter));
        let at = self.rows.position(&report.hierarchy, selected)?;
        Some((at as f32 * theme::ROW - ui.available_height() / 2.0).max(0.0))
    }

    fn entity(
        &mut self,
        ui: &mut Ui,
        operators: Operators,
        at: usize,
        row: &EntityRow,
        report: &Report,
        out: &mut Vec<Action>,
    ) {
        let selected = report.selection.contains(&row.id);
        let open = self.rows.is_open(row);
        let (rect, response) = line(ui, ("entity", row.id), Sense::click_and_drag());
        let depth = if self.rows.flat { 0 } else { row.depth };
        let indent = rect.left() + 6.0 + f32::from(depth) * 14.0;
        let name = display_name(row);
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &name));
        ground(ui, rect, &response, selected);
        self.toggle(ui, row, Rect::from_min_size(pos2(indent, rect.top()), vec2(14.0, rect.height())), open, &name);
        if self.rename.as_ref().is_some_and(|rename| rename.entity == row.id) {
            return self.rename_field(ui, Rect::from_min_max(pos2(indent + 16.0, rect.top()), rect.max), out);
        }
        paint_row(ui, rect, indent + 16.0, icon_of(row), &name, row.descendants, false);
        self.select(ui, &response, at, row.id, report, out);
        if response.double_clicked() {
            self.rename = Some(Rename { entity: row.id, text: row.name.clone(), started: false });
        }
        drag(ui, &response, row, selected, report, out);
        response.context_menu(|ui| menu::context(ui, operators, &ABOUT_ENTITY, report, out));
    }

    fn toggle(&mut self, ui: &mut Ui, row: &EntityRow, rect: Rect, open: bool, name: &str) {
        let response = ui.interact(rect, row_id(("toggle", row.id)), Sense::click());
        let word = if open { "Collapse" } else { "Expand" };
        widget::named(&response, WidgetType::Button, &format!("{word} {name}"));
        let tokens = theme::tokens(ui);
        let caret = if open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let color = if response.hovered() { tokens.text } else { tokens.muted };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, caret, FontId::proportional(11.0), color);
        if response.clicked() {
            self.rows.set_open(row, !open);
        }
    }

    fn select(&mut self, ui: &Ui, response: &Response, at: usize, id: u64, report: &Report, out: &mut Vec<Action>) {
        let pressed_elsewhere = response.secondary_clicked() && !report.selection.contains(&id);
        if !response.clicked() && !pressed_elsewhere {
            return;
        }
        let modifiers = ui.input(|input| input.modifiers);
        let selection = if modifiers.shift {
            self.rows.range(&report.hierarchy, self.anchor.unwrap_or(id), at)
        } else {
            self.anchor = Some(id);
            toggled(&report.selection, id, modifiers)
        };
        self.shown = selection.last().copied();
        out.push(Action::Invoke(Invocation::new("selection.set").entities(&selection)));
    }

    fn rename_field(&mut self, ui: &mut Ui, rect: Rect, out: &mut Vec<Action>) {
        let Some(rename) = &mut self.rename else { return };
        let edit =
            egui::TextEdit::singleline(&mut rename.text).desired_width(rect.width() - 8.0).margin(vec2(4.0, 2.0));
        let response = ui.put(rect.shrink2(vec2(0.0, 1.0)), edit);
        widget::label(&response, "Rename entity");
        if !rename.started {
            response.request_focus();
            rename.started = true;
            return;
        }
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.rename = None;
        } else if response.lost_focus() || ui.input(|input| input.key_pressed(Key::Enter)) {
            let call = Invocation::new("entity.rename").entities(&[rename.entity]).text("name", rename.text.trim());
            out.push(Action::Invoke(call));
            self.rename = None;
        }
    }

    /// Arrow keys move through the rows while a row has the focus.
    fn keyboard(&mut self, ui: &Ui, report: &Report, out: &mut Vec<Action>) {
        let focused = ui.ctx().memory(|memory| memory.focused());
        let rows = &self.rows;
        let Some(at) = report.selection.last().and_then(|id| rows.position(&report.hierarchy, *id)) else { return };
        let Row::Entity(index) = rows.visible[at] else { return };
        let row = &report.hierarchy[index];
        if focused != Some(row_id(("entity", row.id))) {
            return;
        }
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let next = if pressed(Key::ArrowDown) {
            rows.visible[at + 1..].iter().find_map(Row::entity)
        } else if pressed(Key::ArrowUp) {
            rows.visible[..at].iter().rev().find_map(Row::entity)
        } else {
            None
        };
        if let Some(index) = next {
            let id = report.hierarchy[index].id;
            ui.ctx().memory_mut(|memory| memory.request_focus(row_id(("entity", id))));
            out.push(Action::Invoke(Invocation::new("selection.set").entities(&[id])));
        }
        if pressed(Key::ArrowRight) || pressed(Key::ArrowLeft) {
            self.rows.set_open(row, pressed(Key::ArrowRight));
        }
    }
}

/// The selection after a click on one row.
fn toggled(selection: &[u64], id: u64, modifiers: Modifiers) -> Vec<u64> {
    if !modifiers.command {
        return vec![id];
    }
    let mut selection: Vec<u64> = selection.to_vec();
    match selection.iter().position(|selected| *selected == id) {
        Some(at) => drop(selection.remove(at)),
        None => selection.push(id),
    }
    selection
}

fn reparent(entities: &[u64], parent: Option<u64>, report: &Report, out: &mut Vec<Action>) {
    let moved: Vec<u64> = entities
        .iter()
        .copied()
        .filter(|id| Some(*id) != parent && report.hierarchy.iter().any(|row| row.id == *id && row.parent != parent))
        .collect();
    if !moved.is_empty() {
        let parent = Value::Int(i128::from(parent.unwrap_or(0)));
        out.push(Action::Invoke(Invocation::new("entity.reparent").entities(&moved).with("parent", parent)));
    }
}

fn drag(ui: &Ui, response: &Response, row: &EntityRow, selected: bool, report: &Report, out: &mut Vec<Action>) {
    if response.drag_started() {
        let dragged = if selected { report.selection.clone() } else { vec![row.id] };
        response.dnd_set_drag_payload(Dragged(dragged));
    }
    if response.dnd_hover_payload::<Dragged>().is_some() {
        let stroke = (1.0, theme::tokens(ui).accent);
        ui.painter().rect_stroke(response.rect.shrink(0.5), 3.0, stroke, egui::StrokeKind::Inside);
    }
    if let Some(dragged) = response.dnd_release_payload::<Dragged>() {
        reparent(&dragged.0, Some(row.id), report, out);
    }
}

fn component_row(ui: &mut Ui, row: &EntityRow, component: usize, flat: bool) {
    let Some(name) = row.components.get(component) else { return };
    let (rect, response) = line(ui, ("component", row.id, component), Sense::hover());
    let depth = if flat { 1 } else { row.depth + 1 };
    widget::named(&response, WidgetType::Label, &format!("{name} of {}", display_name(row)));
    ground(ui, rect, &response, false);
    paint_row(ui, rect, rect.left() + 22.0 + f32::from(depth) * 14.0, icon::DOT_OUTLINE, short(name), 0, true);
}

/// A component's name without the crate it comes from.
pub fn short(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// The id of a row's widget, wherever the panel is docked.
fn row_id(key: impl std::hash::Hash + std::fmt::Debug) -> egui::Id {
    egui::Id::new("hierarchy").with(key)
}

fn line(ui: &mut Ui, key: impl std::hash::Hash + std::fmt::Debug, sense: Sense) -> (Rect, Response) {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), theme::ROW));
    (rect, ui.interact(rect, row_id(key), sense))
}

fn ground(ui: &Ui, rect: Rect, response: &Response, selected: bool) {
    let tokens = theme::tokens(ui);
    if selected {
        ui.painter().rect_filled(rect, 0.0, tokens.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, tokens.hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(0.5), 0.0, (1.0, tokens.accent), egui::StrokeKind::Inside);
    }
}

fn paint_row(ui: &Ui, rect: Rect, left: f32, icon: &str, name: &str, descendants: u32, weak: bool) {
    let tokens = theme::tokens(ui);
    let color = if weak { tokens.muted } else { tokens.text };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let middle = rect.center().y;
    painter.text(pos2(left, middle), Align2::LEFT_CENTER, icon, FontId::proportional(13.0), tokens.muted);
    let size = if weak { theme::SMALL } else { theme::BODY };
    painter.text(pos2(left + 19.0, middle), Align2::LEFT_CENTER, name, FontId::proportional(size), color);
    if descendants > 0 {
        let text = units::count(u64::from(descendants));
        painter.text(pos2(rect.right() - 10.0, middle), Align2::RIGHT_CENTER, text, theme::digits(), tokens.muted);
    }
}

fn icon_of(row: &EntityRow) -> &'static str {
    let has = |name: &str| row.components.iter().any(|component| short(component) == name);
    match () {
        () if has("Light") => icon::SUN,
        () if has("Camera") => icon::VIDEO_CAMERA,
        () if has("Shape") => icon::CUBE,
        () if row.descendants > 0 => icon::TREE_STRUCTURE,
        () => icon::CIRCLE,
    }
}

fn empty(ui: &mut Ui, report: &Report, out: &mut Vec<Action>) {
    if report.starting.is_some() {
        return widget::empty(
            ui,
            icon::CIRCLE_NOTCH,
            "Starting",
            "Entities appear when the modules are loaded.",
            |_| (),
        );
    }
    let text = "A scene is a tree of entities; components say what each one is.";
    widget::empty(ui, icon::TREE_STRUCTURE, "No entities yet", text, |ui| {
        if ui.button("New entity").clicked() {
            out.push(Action::Invoke(Invocation::new("entity.spawn")));
        }
        if ui.button("Open scene").clicked() {
            out.push(Action::Invoke(Invocation::new("scene.open_dialog")));
        }
    });
}

//! The list of components that can be added, with fuzzy search and their docs.

use crate::action::Action;
use crate::fuzzy::Search;
use crate::hierarchy::short;
use crate::{theme, units, widget};
use eframe::egui::{self, Button, Key, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui, vec2};
use playground::editor::Invocation;
use playground::editor::report::{ComponentRow, EntityDetail};
use playground::egui_phosphor::regular as icon;

/// The button and its popup.
#[derive(Default)]
pub struct AddComponent {
    query: String,
    search: Search,
    open_next: bool,
    fresh: bool,
}

impl AddComponent {
    /// Opens the popup in the next frame.
    pub fn open_next(&mut self) {
        self.open_next = true;
    }

    /// Draws the button, and the list while it is open.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        components: &[ComponentRow],
        entity: &EntityDetail,
        selection: &[u64],
        reason: Option<&str>,
        out: &mut Vec<Action>,
    ) {
        let button = Button::new(format!("{}  Add component", icon::PLUS)).min_size(vec2(160.0, 26.0));
        let response = ui.add_enabled(reason.is_none(), button);
        widget::named(&response, egui::WidgetType::Button, "Add component");
        if response.clicked() {
            self.fresh = true;
        }
        let popup = Popup::menu(&response).width(280.0).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        if std::mem::take(&mut self.open_next) {
            self.fresh = true;
            Popup::open_id(ui.ctx(), popup.get_id());
        }
        let shown = popup.show(|ui| self.list(ui, components, entity));
        if let Some(name) = shown.and_then(|shown| shown.inner) {
            let call = Invocation::new("component.add").entities(selection).text("component", name);
            out.push(Action::Invoke(call));
            self.query.clear();
            Popup::close_all(ui.ctx());
        }
    }

    fn list(&mut self, ui: &mut Ui, components: &[ComponentRow], entity: &EntityDetail) -> Option<&'static str> {
        let field = widget::search(ui, &mut self.query, "Search components", 260.0);
        if std::mem::take(&mut self.fresh) {
            field.request_focus();
        }
        let has = |name: &str| entity.components.iter().any(|component| component.name == name);
        let addable: Vec<&ComponentRow> = components.iter().filter(|row| !has(row.name)).collect();
        let best = self.search.best(&self.query, addable.iter().map(|row| short(row.name)), 50);
        let mut chosen = None;
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for at in &best {
                let row = addable[*at];
                let button = Button::new(short(row.name)).right_text(
                    RichText::new(units::module(&row.module)).size(theme::SMALL).color(theme::tokens(ui).muted),
                );
                let response =
                    ui.add(button.frame_when_inactive(false).min_size(vec2(ui.available_width(), theme::ROW)));
                widget::named(&response, egui::WidgetType::Button, &format!("Add {}", short(row.name)));
                if response.clicked() {
                    chosen = Some(row.name);
                }
                if !row.schema.docs.is_empty() {
                    response.on_hover_text(row.schema.docs);
                }
            }
            if best.is_empty() {
                widget::note(ui, "No other component matches.");
            }
        });
        if ui.input(|input| input.key_pressed(Key::Enter)) && chosen.is_none() {
            chosen = best.first().map(|at| addable[*at].name);
        }
        chosen
    }
}

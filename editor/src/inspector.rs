//! The values of the selected entities: edited field by field, as their schemas say.
//!
//! Every edit goes out as `component.set`; what is shown comes back in the next report. What is being typed or dragged
//! is kept apart until then.

mod add;
mod draft;
mod expression;
mod field;
mod number;
mod vector;
mod zero;

use crate::action::Action;
use crate::hierarchy::short;
use crate::operators::Operators;
use crate::{theme, widget};
use add::AddComponent;
use draft::{Drafts, Edit};
use eframe::egui::{self, Align, CollapsingHeader, Label, Layout, RichText, ScrollArea, TextEdit, Ui};
use playground::editor::report::{ComponentDetail, EntityDetail};
use playground::editor::{Invocation, Report};
use playground::egui_phosphor::regular as icon;
use playground::types::{TypeKind, Value, text};

/// Components that the header shows instead.
const IN_HEADER: [&str; 2] = ["Name", "Parent"];

/// The panel's state.
#[derive(Default)]
pub struct Inspector {
    drafts: Drafts,
    add: AddComponent,
    filter: String,
    name: Option<(Vec<u64>, String)>,
}

impl Inspector {
    /// Opens the list of components to add, as the operator `component.add` without a component asks for.
    pub fn open_add(&mut self) {
        self.add.open_next();
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, operators: Operators, report: &Report, out: &mut Vec<Action>) {
        let Some(first) = report.inspected.first() else {
            return widget::empty(
                ui,
                icon::SLIDERS_HORIZONTAL,
                "Nothing selected",
                "Select an entity to see its values.",
                |_| (),
            );
        };
        self.drafts.begin(ui);
        widget::strip(ui, |ui| self.header(ui, &report.inspected, report, out));
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            egui::Frame::new().inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
                for component in shared(&report.inspected) {
                    self.component(ui, component, &report.inspected, report, out);
                }
                if let [only] = &report.inspected[..] {
                    orphans(ui, only);
                }
                ui.add_space(theme::STEP * 2.0);
                ui.vertical_centered(|ui| {
                    let reason = operators.reason("component.add", report);
                    self.add.ui(ui, &report.components, first, &report.selection, reason, out);
                });
            });
        });
    }

    fn header(&mut self, ui: &mut Ui, inspected: &[EntityDetail], report: &Report, out: &mut Vec<Action>) {
        let tokens = theme::tokens(ui);
        ui.label(RichText::new(icon::CUBE).color(tokens.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(TextEdit::singleline(&mut self.filter).hint_text("Search").desired_width(70.0));
            if let [entity] = inspected {
                ui.label(RichText::new(format!("#{}", entity.id)).font(theme::digits()).color(tokens.muted))
                    .on_hover_text("The entity's stable number");
                self.name_field(ui, entity, out);
            } else {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let names: Vec<&str> = inspected.iter().map(|entity| entity.name.as_str()).collect();
                    ui.add(Label::new(format!("{} entities", report.selection.len())).truncate())
                        .on_hover_text(names.join(", "));
                });
            }
        });
    }

    fn name_field(&mut self, ui: &mut Ui, entity: &EntityDetail, out: &mut Vec<Action>) {
        let of = vec![entity.id];
        let mut text = match &self.name {
            Some((entities, text)) if *entities == of => text.clone(),
            _ => entity.name.clone(),
        };
        let edit = TextEdit::singleline(&mut text).hint_text("Unnamed").desired_width(ui.available_width() - 8.0);
        let response = ui.add(edit);
        widget::label(&response, "Entity name");
        if response.has_focus() {
            self.name = Some((of, text));
        } else if let Some((of, text)) = self.name.take_if(|_| response.lost_focus())
            && text != entity.name
            && of == [entity.id]
        {
            out.push(Action::Invoke(Invocation::new("entity.rename").entities(&of).text("name", text.trim())));
        }
    }

    fn component(
        &mut self,
        ui: &mut Ui,
        shown: &ComponentDetail,
        inspected: &[EntityDetail],
        report: &Report,
        out: &mut Vec<Action>,
    ) {
        let title = short(shown.name);
        if IN_HEADER.contains(&title) || !self.passes(shown) {
            return;
        }
        let entities: Vec<u64> = inspected.iter().map(|entity| entity.id).collect();
        let header = CollapsingHeader::new(title).id_salt(shown.name).default_open(true).show_unindented(ui, |ui| {
            let mut edit = Edit {
                component: shown.name,
                entities: &entities,
                others: others(inspected, shown.name),
                default: &shown.default,
                tree: &report.hierarchy,
                drafts: &mut self.drafts,
                out,
            };
            match shown.schema.kind {
                TypeKind::Struct([]) => drop(widget::note(ui, "No fields: the component is a mark.")),
                TypeKind::Struct(fields) => field::fields(ui, &mut edit, fields, "", &shown.value),
                _ => field::field(ui, &mut edit, &field::Place::whole(shown.schema), &shown.value),
            }
            ui.add_space(theme::STEP);
        });
        let response = header.header_response;
        remove_button(ui, &response, shown.name, &entities, out);
        if !shown.schema.docs.is_empty() {
            response.on_hover_text(shown.schema.docs);
        }
        let below = ui.cursor().top();
        ui.painter().hline(ui.clip_rect().x_range(), below - 2.0, (1.0, theme::tokens(ui).line));
    }

    fn passes(&self, component: &ComponentDetail) -> bool {
        let filter = self.filter.to_lowercase();
        let fields = component.schema.fields().iter().map(|field| field.name);
        filter.is_empty() || fields.chain([component.name]).any(|name| name.to_lowercase().contains(&filter))
    }
}

/// Components that nobody can edit, as no module knows what they mean.
fn orphans(ui: &mut Ui, entity: &EntityDetail) {
    for (name, value) in &entity.orphans {
        let note = widget::note(ui, format!("{}: its module is not loaded; it is kept until that is.", short(name)));
        note.on_hover_text(format!("{name}: {}", text::write(value)));
    }
}

/// The components that all inspected entities have, as the last of them has them.
fn shared(inspected: &[EntityDetail]) -> impl Iterator<Item = &ComponentDetail> {
    let shown = inspected.last().map_or(&[][..], |entity| &entity.components);
    shown.iter().filter(|component| {
        inspected.iter().all(|entity| entity.components.iter().any(|other| other.name == component.name))
    })
}

/// The same component of the other entities.
fn others<'a>(inspected: &'a [EntityDetail], name: &str) -> Vec<&'a Value> {
    let but_last = &inspected[..inspected.len().saturating_sub(1)];
    let of = |entity: &'a EntityDetail| entity.components.iter().find(|component| component.name == name);
    but_last.iter().filter_map(of).map(|component| &component.value).collect()
}

fn remove_button(ui: &mut Ui, header: &egui::Response, name: &'static str, entities: &[u64], out: &mut Vec<Action>) {
    let size = egui::vec2(22.0, header.rect.height());
    let rect = egui::Rect::from_min_size(egui::pos2(ui.clip_rect().right() - 8.0 - size.x, header.rect.top()), size);
    let response = ui.interact(rect, header.id.with("remove"), egui::Sense::click());
    widget::named(&response, egui::WidgetType::Button, &format!("Remove component {}", short(name)));
    let tokens = theme::tokens(ui);
    let color = if response.hovered() { tokens.bad } else { tokens.muted };
    let font = egui::FontId::proportional(13.0);
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icon::TRASH, font, color);
    if response.clicked() {
        out.push(Action::Invoke(Invocation::new("component.remove").entities(entities).text("component", name)));
    }
    response.on_hover_text("Remove component");
}

//! One field: its label, its default mark, and the editor that its schema asks for.

use super::draft::Edit;
use super::number::{self, Look};
use super::{vector, zero};
use crate::hierarchy::Dragged;
use crate::{theme, widget};
use eframe::egui::{Align, Button, Checkbox, CollapsingHeader, ComboBox, Layout, RichText, Sense, TextEdit, Ui, vec2};
use playground::editor::Invocation;
use playground::egui_phosphor::regular as icon;
use playground::types::{Entity, FieldSchema, TypeKind, TypeSchema, Value, VariantSchema};

/// Where a value is and how it is described.
pub struct Place {
    /// The path from the component, such as `colors[2].x`.
    pub path: String,
    /// What its label says.
    pub name: String,
    /// Its type.
    pub schema: &'static TypeSchema,
    /// Its doc comment.
    pub docs: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its sensible range.
    pub range: Option<(f64, f64)>,
}

impl Place {
    /// A whole component that is no struct.
    pub fn whole(schema: &'static TypeSchema) -> Self {
        Self {
            path: String::new(),
            name: "value".into(),
            schema: schema.held(),
            docs: schema.docs,
            unit: "",
            range: None,
        }
    }

    fn of(field: &FieldSchema, parent: &str) -> Self {
        let path = if parent.is_empty() { field.name.to_owned() } else { format!("{parent}.{}", field.name) };
        let Some(docs) = Some(field.docs).filter(|docs| !docs.is_empty()) else {
            return Self { docs: field.ty.docs, ..Self::of_documented(field, path) };
        };
        Self { docs, ..Self::of_documented(field, path) }
    }

    fn of_documented(field: &FieldSchema, path: String) -> Self {
        let schema = field.ty.held();
        Self { path, name: words(field.name), schema, docs: "", unit: field.unit, range: field.range }
    }

    fn inside(&self, part: &str, name: String, schema: &'static TypeSchema) -> Self {
        Self {
            path: format!("{}{part}", self.path),
            name,
            schema: schema.held(),
            docs: schema.docs,
            unit: self.unit,
            range: self.range,
        }
    }

    fn look(&self, ui: &Ui, mixed: bool) -> Look<'_> {
        let (low, high) = self.range.unwrap_or(bounds(self.schema));
        let speed = self.range.map_or(0.0, |(low, high)| (high - low) / 400.0);
        let whole = matches!(self.schema.kind, TypeKind::Int { .. });
        Look {
            name: &self.name,
            unit: self.unit,
            range: low..=high,
            speed: if whole { 0.0 } else { speed },
            decimals: if whole { 0 } else { 4 },
            whole,
            mixed,
            axis: None,
            width: ui.available_width().min(140.0),
        }
    }
}

/// What a number type can hold.
fn bounds(schema: &TypeSchema) -> (f64, f64) {
    match schema.kind {
        TypeKind::Int { bits, signed: true } => (-(2_f64.powi(bits as i32 - 1)), 2_f64.powi(bits as i32 - 1) - 1.0),
        TypeKind::Int { bits, signed: false } => (0.0, 2_f64.powi(bits as i32) - 1.0),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// `orbit_radius` as `Orbit radius`.
fn words(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut chars = spaced.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// All fields of a struct, one below the other.
pub fn fields(ui: &mut Ui, edit: &mut Edit, fields: &'static [FieldSchema], parent: &str, value: &Value) {
    for schema in fields {
        if let Some(value) = value.field(schema.name) {
            field(ui, edit, &Place::of(schema, parent), value);
        }
    }
}

/// One field with its label.
pub fn field(ui: &mut Ui, edit: &mut Edit, place: &Place, value: &Value) {
    match (&place.schema.kind, value) {
        (TypeKind::Struct(inner), Value::Struct(_)) => {
            group(ui, edit, place, "", |ui, edit| fields(ui, edit, inner, &place.path, value));
        }
        (TypeKind::List(inner), Value::List(items)) => {
            let count = format!("{}", items.len());
            group(ui, edit, place, &count, |ui, edit| list(ui, edit, place, inner, items));
        }
        (TypeKind::Array(inner, _), Value::List(items)) => {
            let count = format!("{}", items.len());
            group(ui, edit, place, &count, |ui, edit| entries(ui, edit, place, inner, items));
        }
        _ => row(ui, edit, place, value),
    }
    if let (TypeKind::Enum(variants), Value::Variant(name, fields)) = (&place.schema.kind, value)
        && let Some(variant) = variants.iter().find(|variant| variant.name == name)
    {
        variant_fields(ui, edit, place, variant, fields);
    }
    if let (TypeKind::Option(inner), Value::Some(value)) = (&place.schema.kind, value)
        && !is_leaf(inner)
    {
        ui.indent(&place.path, |ui| field(ui, edit, &place.inside("", place.name.clone(), inner), value));
    }
}

fn is_leaf(schema: &TypeSchema) -> bool {
    !matches!(schema.kind, TypeKind::Struct(_) | TypeKind::List(_) | TypeKind::Array(..) | TypeKind::Option(_))
}

fn group(ui: &mut Ui, edit: &mut Edit, place: &Place, note: &str, body: impl FnOnce(&mut Ui, &mut Edit)) {
    let title = if note.is_empty() { place.name.clone() } else { format!("{} ({note})", place.name) };
    let shown = CollapsingHeader::new(title).id_salt(edit.key(&place.path)).show(ui, |ui| body(ui, edit));
    if !place.docs.is_empty() {
        shown.header_response.on_hover_text(place.docs);
    }
}

fn row(ui: &mut Ui, edit: &mut Edit, place: &Place, value: &Value) {
    let tokens = theme::tokens(ui);
    let changed = edit.default_at(&place.path).is_some_and(|default| default != value);
    let full = ui.available_width();
    ui.allocate_ui_with_layout(vec2(full, theme::ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let label = (full * 0.3).clamp(64.0, 160.0);
        let (dot, _) = ui.allocate_exact_size(vec2(5.0, theme::ROW), Sense::hover());
        if changed {
            ui.painter().circle_filled(dot.center(), 2.0, tokens.accent);
        }
        let response = widget::cell(ui, label, Align::Min, RichText::new(&place.name).color(tokens.muted));
        let unit = if place.unit.is_empty() { String::new() } else { format!(" ({})", place.unit) };
        if !place.docs.is_empty() || !unit.is_empty() {
            response.on_hover_text(format!("{}{unit}", place.docs));
        }
        let space = ui.available_width() - 20.0;
        ui.allocate_ui_with_layout(vec2(space, theme::ROW), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(space);
            editor(ui, edit, place, value);
        });
        if changed {
            revert(ui, edit, place);
        }
    });
}

fn revert(ui: &mut Ui, edit: &mut Edit, place: &Place) {
    let text = RichText::new(icon::ARROW_COUNTER_CLOCKWISE).size(12.0).color(theme::tokens(ui).muted);
    let response = ui.add(Button::new(text).frame(false));
    widget::named(&response, eframe::egui::WidgetType::Button, &format!("Revert {}", place.name));
    if response.on_hover_text("Set back to the default").clicked()
        && let Some(default) = edit.default_at(&place.path).cloned()
    {
        edit.set(&place.path, default);
    }
}

/// The editor of a value that fits on one row.
fn editor(ui: &mut Ui, edit: &mut Edit, place: &Place, value: &Value) {
    let mixed = edit.mixed(&place.path, value);
    let path = &place.path;
    match (&place.schema.kind, value) {
        (TypeKind::Bool, Value::Bool(on)) => {
            let mut on = *on;
            let response = ui.add(Checkbox::without_text(&mut on).indeterminate(mixed));
            widget::label(&response, &place.name);
            if response.changed() {
                edit.set(path, Value::Bool(on));
            }
        }
        (TypeKind::Int { .. } | TypeKind::Float { .. }, _) => {
            number::field(ui, edit, path, value, &place.look(ui, mixed));
        }
        (TypeKind::Text, Value::Text(text)) => text_field(ui, edit, place, text, mixed),
        (TypeKind::Entity, Value::Entity(entity)) => entity_field(ui, edit, place, *entity, mixed),
        (TypeKind::Vector { .. }, _) if place.schema.name == "Quat" => {
            vector::rotation(ui, edit, path, value, &place.look(ui, mixed));
        }
        (TypeKind::Vector { len: 3 | 4 }, _) if is_color(&place.name) => {
            vector::color(ui, edit, path, value, &place.look(ui, mixed));
        }
        (TypeKind::Vector { .. }, _) => vector::vector(ui, edit, path, value, &place.look(ui, mixed)),
        (TypeKind::Enum(variants), Value::Variant(name, _)) => choice(ui, edit, place, variants, name, mixed),
        (TypeKind::Option(inner), Value::None) => optional(ui, edit, place, inner, None),
        (TypeKind::Option(inner), Value::Some(value)) => optional(ui, edit, place, inner, Some(value)),
        (_, value) => drop(widget::note(ui, playground::types::text::write(value))),
    }
}

fn is_color(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("color") || name.ends_with("colour")
}

fn text_field(ui: &mut Ui, edit: &mut Edit, place: &Place, text: &str, mixed: bool) {
    let key = edit.key(&place.path);
    let mut shown = edit.drafts.text(&key).unwrap_or(if mixed { "" } else { text }).to_owned();
    let hint = if mixed { "—" } else { "" };
    let response = ui.push_id(&key, |ui| {
        ui.add(TextEdit::singleline(&mut shown).hint_text(hint).desired_width(ui.available_width() - 8.0))
    });
    widget::label(&response.inner, &place.name);
    if response.inner.has_focus() {
        edit.drafts.keep_text(&key, shown);
    } else if response.inner.lost_focus()
        && let Some(typed) = edit.drafts.take_text(&key)
        && typed != text
    {
        edit.set(&place.path, Value::Text(typed));
    }
}

/// A reference: click selects it, dropping an entity from the hierarchy sets it.
fn entity_field(ui: &mut Ui, edit: &mut Edit, place: &Place, entity: Entity, mixed: bool) {
    let row = edit.tree.iter().find(|row| row.id == entity.bits());
    let name = match row {
        _ if mixed => "—".to_owned(),
        Some(row) => crate::hierarchy::display_name(row),
        None if entity == Entity::NONE => "none".to_owned(),
        None => format!("missing #{}", entity.bits()),
    };
    let response = ui.add(Button::new(name).truncate()).on_hover_text("Drop an entity here; click to select it");
    widget::label(&response, &place.name);
    if response.clicked() && row.is_some() {
        edit.out.push(crate::action::Action::Invoke(Invocation::new("selection.set").entities(&[entity.bits()])));
    }
    if let Some(dropped) = response.dnd_release_payload::<Dragged>()
        && let Some(id) = dropped.0.first()
    {
        edit.set(&place.path, Value::Entity(Entity::from_bits(*id)));
    }
    if entity != Entity::NONE && widget::icon_button(ui, icon::X, "Clear", true).clicked() {
        edit.set(&place.path, Value::Entity(Entity::NONE));
    }
}

fn choice(ui: &mut Ui, edit: &mut Edit, place: &Place, variants: &'static [VariantSchema], now: &str, mixed: bool) {
    let width = ui.available_width().min(160.0);
    let shown = if mixed { "—" } else { now };
    let combo = ComboBox::from_id_salt(edit.key(&place.path)).width(width).selected_text(shown).show_ui(ui, |ui| {
        for variant in variants {
            let response = ui.selectable_label(!mixed && variant.name == now, variant.name);
            if response.clicked() {
                edit.set(&place.path, zero::variant(variant));
            }
            if !variant.docs.is_empty() {
                response.on_hover_text(variant.docs);
            }
        }
    });
    widget::label(&combo.response, &place.name);
}

fn variant_fields(ui: &mut Ui, edit: &mut Edit, place: &Place, variant: &'static VariantSchema, value: &Value) {
    for (at, schema) in variant.fields.iter().enumerate() {
        let value = match value {
            Value::List(items) => items.get(at),
            value => value.field(schema.name),
        };
        if let Some(value) = value {
            ui.indent((&place.path, at), |ui| field(ui, edit, &Place::of(schema, &place.path), value));
        }
    }
}

fn optional(ui: &mut Ui, edit: &mut Edit, place: &Place, inner: &'static TypeSchema, value: Option<&Value>) {
    let mut present = value.is_some();
    let response = ui.add(Checkbox::without_text(&mut present));
    widget::label(&response, &format!("{} is given", place.name));
    if response.changed() {
        let value = if present { Value::Some(Box::new(zero::of(inner))) } else { Value::None };
        edit.set(&place.path, value);
    }
    match value {
        Some(value) if is_leaf(inner) => editor(ui, edit, &place.inside("", place.name.clone(), inner), value),
        Some(_) => {}
        None => drop(widget::note(ui, "none")),
    }
}

fn entries(ui: &mut Ui, edit: &mut Edit, place: &Place, inner: &'static TypeSchema, items: &[Value]) {
    for (at, item) in items.iter().enumerate() {
        field(ui, edit, &place.inside(&format!("[{at}]"), format!("{at}"), inner), item);
    }
}

fn list(ui: &mut Ui, edit: &mut Edit, place: &Place, inner: &'static TypeSchema, items: &[Value]) {
    let mut changed: Option<Vec<Value>> = None;
    for (at, item) in items.iter().enumerate() {
        field(ui, edit, &place.inside(&format!("[{at}]"), format!("{at}"), inner), item);
        ui.horizontal(|ui| {
            ui.add_space(ui.spacing().indent);
            let copy = || items.to_vec();
            if at > 0 && widget::icon_button(ui, icon::ARROW_UP, &format!("Move entry {at} up"), true).clicked() {
                let mut items = copy();
                items.swap(at, at - 1);
                changed = Some(items);
            }
            if widget::icon_button(ui, icon::X, &format!("Remove entry {at}"), true).clicked() {
                let mut items = copy();
                items.remove(at);
                changed = Some(items);
            }
        });
    }
    if ui.button("Add entry").clicked() {
        let mut items = items.to_vec();
        items.push(zero::of(inner));
        changed = Some(items);
    }
    if let Some(items) = changed {
        edit.set(&place.path, Value::List(items));
    }
}

//! Editors of vectors, rotations and colours.

use super::draft::Edit;
use super::number::{Look, drag};
use crate::{theme, widget};
use eframe::egui::Ui;
use playground::glam::{EulerRot, Quat};
use playground::types::Value;

/// The parts of a vector's value.
pub fn parts(value: &Value) -> Option<Vec<f32>> {
    let Value::List(items) = value else { return None };
    items
        .iter()
        .map(|item| match item {
            Value::F32(part) => Some(*part),
            Value::F64(part) => Some(*part as f32),
            Value::Int(part) => Some(*part as f32),
            _ => None,
        })
        .collect()
}

fn list(parts: impl IntoIterator<Item = f32>) -> Value {
    Value::List(parts.into_iter().map(Value::F32).collect())
}

fn four(parts: impl Iterator<Item = f64>) -> [f64; 4] {
    let mut all = [0.0; 4];
    all.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    all
}

/// Two to four numbers side by side. Each is set by itself, so that differing values beside it stay.
pub fn vector(ui: &mut Ui, edit: &mut Edit, path: &str, value: &Value, look: &Look) {
    let Some(parts) = parts(value) else { return };
    let key = edit.key(path);
    let mut shown = edit.drafts.numbers(&key, four(parts.iter().map(|part| f64::from(*part))));
    let width = part_width(ui, parts.len());
    for (axis, part) in parts.iter().enumerate() {
        let letter = ["x", "y", "z", "w"][axis.min(3)];
        let path = if path.is_empty() { letter.to_owned() } else { format!("{path}.{letter}") };
        let name = format!("{} {letter}", look.name);
        let look = Look {
            name: &name,
            mixed: edit.mixed(&path, &Value::F32(*part)),
            axis: Some(axis),
            width,
            unit: "",
            decimals: 3,
            ..look.clone()
        };
        let touched = drag(ui, &edit.key(&path), shown[axis], &look);
        if touched.dragged {
            edit.drafts.hold(&key);
        }
        if let Some(changed) = touched.changed {
            shown[axis] = changed;
            edit.drafts.keep_numbers(&key, shown);
            edit.set(&path, Value::F32(changed as f32));
        }
    }
}

fn part_width(ui: &Ui, parts: usize) -> f32 {
    let gaps = ui.spacing().item_spacing.x * (parts.max(1) - 1) as f32;
    ((ui.available_width() - gaps) / parts.max(1) as f32).max(24.0)
}

/// A rotation as angles about x, y and z, in degrees, applied in the order y, x, z.
pub fn rotation(ui: &mut Ui, edit: &mut Edit, path: &str, value: &Value, look: &Look) {
    let Some(parts) = parts(value) else { return };
    let [x, y, z, w] = parts[..] else { return };
    let (about_y, about_x, about_z) = Quat::from_xyzw(x, y, z, w).normalize().to_euler(EulerRot::YXZ);
    let key = edit.key(path);
    // A quarter turn about x has many triples of angles: the ones that were typed stay until the report moves on.
    let reported = four([about_x, about_y, about_z].iter().map(|angle| tidy(f64::from(angle.to_degrees()))));
    let mut shown = edit.drafts.numbers(&key, reported);
    let width = part_width(ui, 3);
    let mixed = edit.mixed(path, value);
    for axis in 0..3 {
        let name = format!("{} {}", look.name, ["x", "y", "z"][axis]);
        let look =
            Look { name: &name, unit: "", decimals: 2, speed: 0.5, mixed, axis: Some(axis), width, ..look.clone() };
        let touched = drag(ui, &format!("{key}.{axis}"), shown[axis], &look);
        if touched.dragged {
            edit.drafts.hold(&key);
        }
        if let Some(changed) = touched.changed {
            shown[axis] = changed;
            edit.drafts.keep_numbers(&key, shown);
            let [x, y, z, _] = shown.map(|angle| (angle as f32).to_radians());
            edit.set(path, list(Quat::from_euler(EulerRot::YXZ, y, x, z).to_array()));
        }
    }
}

/// Angles come back from a rotation with a few millionths too much; people typed 45.
fn tidy(degrees: f64) -> f64 {
    let rounded = (degrees * 1e3).round() / 1e3;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// A colour in sRGB, 0 to 1, with or without opacity.
pub fn color(ui: &mut Ui, edit: &mut Edit, path: &str, value: &Value, look: &Look) {
    let Some(parts) = parts(value) else { return };
    let [r, g, b, ref rest @ ..] = parts[..] else { return };
    let mut bytes = theme::srgb([r, g, b]);
    let response = ui.color_edit_button_srgb(&mut bytes);
    widget::label(&response, look.name);
    if response.changed() {
        edit.set(path, list(bytes.iter().map(|byte| f32::from(*byte) / 255.0).chain(rest.iter().copied())));
    }
    let text = if edit.mixed(path, value) {
        "—".to_owned()
    } else {
        format!("#{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2])
    };
    ui.label(eframe::egui::RichText::new(text).font(theme::digits()).color(theme::tokens(ui).muted));
}

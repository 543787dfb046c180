//! Editors of numbers: dragged, typed, or computed.

use super::draft::Edit;
use super::expression::evaluate;
use crate::{theme, widget};
use eframe::egui::{DragValue, RichText, Ui, vec2};
use playground::types::Value;
use std::ops::RangeInclusive;

/// How a number is shown and what it may be.
#[derive(Clone, Debug)]
pub struct Look<'a> {
    /// Its accessible name.
    pub name: &'a str,
    /// Shown behind it.
    pub unit: &'a str,
    /// What it may be.
    pub range: RangeInclusive<f64>,
    /// Change per point of dragging; chosen by the value if zero.
    pub speed: f64,
    /// How many digits are shown behind the point, at most.
    pub decimals: usize,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
    /// Whether the selected entities differ here.
    pub mixed: bool,
    /// The axis it belongs to: 0 is x.
    pub axis: Option<usize>,
    /// Width, points.
    pub width: f32,
}

/// What the user did to a number.
pub struct Touched {
    /// Its new value, if it changed.
    pub changed: Option<f64>,
    /// Whether it is being dragged.
    pub dragged: bool,
}

/// One number. `id` must be unique in the panel.
pub fn drag(ui: &mut Ui, id: &str, mut value: f64, look: &Look) -> Touched {
    let old = value;
    let by_size = if look.whole { 0.15 } else { (old.abs() * 0.01).clamp(0.01, 1000.0) };
    let speed = if look.speed > 0.0 { look.speed } else { by_size };
    let tokens = theme::tokens(ui);
    let response = ui
        .push_id(id, |ui| {
            ui.spacing_mut().button_padding.x = 4.0;
            let mut drag = DragValue::new(&mut value)
                .speed(speed)
                .range(look.range.clone())
                .clamp_existing_to_range(false)
                .update_while_editing(false)
                .custom_parser(evaluate)
                .max_decimals(look.decimals);
            if !look.unit.is_empty() {
                drag = drag.suffix(format!(" {}", look.unit));
            }
            if let Some(axis) = look.axis {
                let letter = ["X", "Y", "Z", "W"][axis.min(3)];
                let color = tokens.axes.get(axis).copied().unwrap_or(tokens.muted);
                drag = drag.prefix(RichText::new(format!("{letter} ")).size(10.5).color(color));
            }
            if look.mixed {
                drag = drag.custom_formatter(|_, _| "—".to_owned());
            }
            ui.add_sized(vec2(look.width, theme::ROW - 2.0), drag)
        })
        .inner;
    widget::label(&response, look.name);
    // A typed text that shows the same digits as before is no edit, though it may round the value.
    let shown = 0.5 * 10_f64.powi(-(look.decimals as i32));
    let same = !look.mixed && (value - old).abs() < shown && !response.dragged();
    Touched { changed: (value != old && !same).then_some(value), dragged: response.dragged() }
}

/// A number that is a field of its own.
pub fn field(ui: &mut Ui, edit: &mut Edit, path: &str, value: &Value, look: &Look) {
    let reported = match value {
        Value::Int(value) => *value as f64,
        Value::F32(value) => f64::from(*value),
        Value::F64(value) => *value,
        _ => return,
    };
    let key = edit.key(path);
    let [shown, ..] = edit.drafts.numbers(&key, [reported, 0.0, 0.0, 0.0]);
    let touched = drag(ui, &key, shown, look);
    if touched.dragged {
        edit.drafts.hold(&key);
    }
    if let Some(changed) = touched.changed {
        edit.drafts.keep_numbers(&key, [changed, 0.0, 0.0, 0.0]);
        edit.set(
            path,
            match value {
                Value::Int(_) => Value::Int(changed.round() as i128),
                Value::F32(_) => Value::F32(changed as f32),
                _ => Value::F64(changed),
            },
        );
    }
}

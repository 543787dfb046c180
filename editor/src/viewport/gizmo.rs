//! The three axes as the camera sees them, in the corner of the picture.

use super::orbit::Orbit;
use crate::theme;
use eframe::egui::{Align2, FontId, Rect, Ui, pos2, vec2};
use playground::glam::Vec3;

/// Length of an axis, points.
const LENGTH: f32 = 26.0;

/// Draws the axes with their letters, the nearest last.
pub fn axes(ui: &Ui, rect: Rect, orbit: &Orbit) {
    let tokens = theme::tokens(ui);
    let centre = pos2(rect.right() - 44.0, rect.top() + 44.0);
    let (right, up, backward) = (orbit.right(), orbit.up(), orbit.backward());
    let mut axes = [(Vec3::X, 0), (Vec3::Y, 1), (Vec3::Z, 2)];
    axes.sort_by(|(a, _), (b, _)| a.dot(backward).total_cmp(&b.dot(backward)));
    let painter = ui.painter();
    for (axis, at) in axes {
        let away = axis.dot(backward) < -0.05;
        let color = if away { tokens.axes[at].gamma_multiply(0.55) } else { tokens.axes[at] };
        let tip = centre + vec2(axis.dot(right), -axis.dot(up)) * LENGTH;
        painter.line_segment([centre, tip], (2.0, color));
        painter.circle_filled(tip, 8.0, color);
        painter.text(tip, Align2::CENTER_CENTER, ["X", "Y", "Z"][at], FontId::proportional(10.0), tokens.canvas);
    }
}

//! The picture of the world with its camera, and why there is none.

mod gizmo;
pub mod orbit;
pub mod picture;

use crate::action::Action;
use crate::{theme, units, widget};
use eframe::egui::{
    self, Align2, Color32, FontId, Image, Key, PointerButton, Rect, Response, Sense, Ui, Vec2, WidgetInfo, WidgetType,
    pos2, vec2,
};
use orbit::{Orbit, Side};
use picture::Picture;
use playground::editor::Report;
use playground::egui_phosphor::regular as icon;
use playground::glam::Vec3;
use playground::rendering::Camera;

/// The panel's state.
#[derive(Default)]
pub struct Viewport {
    orbit: Orbit,
    /// What the engine was last told.
    told: Option<((u32, u32), Camera)>,
    /// Whether the panel was drawn in this frame.
    drawn: bool,
    /// Whether the camera flies, so that letters are no key bindings.
    pub flying: bool,
}

impl Viewport {
    /// From where it looks.
    pub fn orbit(&self) -> Orbit {
        self.orbit
    }

    /// Looks from there.
    pub fn look_from(&mut self, orbit: Orbit) {
        self.orbit = orbit;
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, report: &Report, picture: Option<Picture>, out: &mut Vec<Action>) {
        self.drawn = true;
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "Viewport"));
        let pixels = ui.ctx().pixels_per_point();
        let size = ((rect.width() * pixels).round().max(0.0) as u32, (rect.height() * pixels).round().max(0.0) as u32);
        self.navigate(ui, &response);
        self.views(ui, &response);
        match picture {
            Some(picture) => {
                Image::new(egui::load::SizedTexture::new(picture.texture, rect.size())).paint_at(ui, rect);
                gizmo::axes(ui, rect, &self.orbit);
                self.pick(ui, &response, rect, pixels, out);
            }
            None => {
                ui.painter().rect_filled(rect, 0.0, theme::tokens(ui).canvas);
                explain(ui, rect, report);
            }
        }
        let flight = if self.flying { "WASD move · Q E down, up · Shift faster" } else { "" };
        overlay(ui, rect, report, flight);
        self.tell((size, self.orbit.camera()), out);
    }

    /// Call it once per frame, after all panels: a viewport that was not drawn need not be rendered either.
    pub fn end_frame(&mut self, out: &mut Vec<Action>) {
        if !std::mem::take(&mut self.drawn) {
            self.flying = false;
            self.tell(((0, 0), self.orbit.camera()), out);
        }
    }

    /// Moves the camera so that it looks at the selected entities.
    pub fn focus(&mut self, report: &Report) {
        let places: Vec<Vec3> =
            report.inspected.iter().filter_map(|entity| entity.position).map(Vec3::from_array).collect();
        let centre = places.iter().copied().sum::<Vec3>() / places.len().max(1) as f32;
        let radius = places.iter().map(|place| place.distance(centre)).fold(1.0, f32::max);
        self.orbit.look_at(centre, radius * 3.5);
    }

    fn tell(&mut self, view: ((u32, u32), Camera), out: &mut Vec<Action>) {
        if self.told != Some(view) {
            self.told = Some(view);
            out.push(Action::View { size: view.0, camera: view.1 });
        }
    }

    fn navigate(&mut self, ui: &Ui, response: &Response) {
        let (modifiers, delta, seconds) = ui.input(|input| (input.modifiers, input.pointer.delta(), input.stable_dt));
        let left = response.dragged_by(PointerButton::Primary) && modifiers.alt;
        let middle = response.dragged_by(PointerButton::Middle);
        if middle && modifiers.shift {
            self.orbit.pan(delta, response.rect.height());
        } else if left || middle {
            self.orbit.turn(delta);
        }
        self.flying =
            response.dragged_by(PointerButton::Secondary) || (self.flying && ui.input(|i| i.pointer.secondary_down()));
        if self.flying {
            self.orbit.look(delta);
            let step = self.fly_direction(ui) * seconds.min(0.1) * if modifiers.shift { 4.0 } else { 1.0 };
            self.orbit.fly(step);
            ui.ctx().request_repaint();
        }
        if response.hovered() {
            let wheel = ui.input(|input| input.smooth_scroll_delta().y);
            self.orbit.zoom(wheel);
        }
    }

    /// Right, up and forward, each -1 to 1.
    fn fly_direction(&self, ui: &Ui) -> Vec3 {
        let axis = |plus, minus| ui.input(|input| f32::from(input.key_down(plus)) - f32::from(input.key_down(minus)));
        Vec3::new(axis(Key::D, Key::A), axis(Key::E, Key::Q), axis(Key::W, Key::S))
    }

    fn views(&mut self, ui: &Ui, response: &Response) {
        if !response.hovered() || ui.ctx().text_edit_focused() {
            return;
        }
        for (key, side) in [(Key::Num1, Side::Front), (Key::Num3, Side::Right), (Key::Num7, Side::Top)] {
            if ui.input(|input| input.key_pressed(key)) {
                self.orbit.look_from(side);
            }
        }
    }

    fn pick(&self, ui: &Ui, response: &Response, rect: Rect, pixels: f32, out: &mut Vec<Action>) {
        let modifiers = ui.input(|input| input.modifiers);
        if response.clicked()
            && !modifiers.alt
            && let Some(at) = response.interact_pointer_pos()
        {
            let at = (at - rect.min) * pixels;
            out.push(Action::Pick { x: at.x, y: at.y, extend: modifiers.command || modifiers.shift });
        }
    }
}

/// Why there is no picture, in the middle of the panel.
fn explain(ui: &mut Ui, rect: Rect, report: &Report) {
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(24.0)));
    let ui = &mut inner;
    if let Some((left, all)) = report.starting {
        let (done, count, what) = match &report.build {
            Some(build) => (build.done, build.total, format!("Building: {}", build.activity)),
            None => (all.saturating_sub(left), all, "Loading".to_owned()),
        };
        return widget::empty(ui, icon::PACKAGE, "Getting the modules ready", &what, |ui| {
            widget::progress(ui, 280.0, done as f32 / count.max(1) as f32, &format!("{done} of {count}"));
            if report.build.is_some() {
                widget::note(ui, "The first build takes a few minutes; later ones take moments.");
            }
        });
    }
    let problem =
        if report.viewport.problem.is_empty() { "Waiting for the first picture." } else { &report.viewport.problem };
    widget::empty(ui, icon::EYE, "No picture", problem, |_| ());
}

/// What the picture shows, small, in its corner.
fn overlay(ui: &Ui, rect: Rect, report: &Report, flight: &str) {
    let tokens = theme::tokens(ui);
    let view = &report.viewport;
    if view.texture.is_none() {
        return;
    }
    let mut left = format!(
        "{} × {}   {} instances   {}",
        view.size.0,
        view.size.1,
        units::count(view.instances.into()),
        units::time(view.cpu)
    );
    if !view.problem.is_empty() {
        left = view.problem.clone();
    }
    let color = if view.problem.is_empty() { tokens.muted } else { tokens.bad };
    chip(ui, pos2(rect.left() + 8.0, rect.bottom() - 8.0), Align2::LEFT_BOTTOM, &left, color);
    if !flight.is_empty() {
        chip(ui, pos2(rect.center().x, rect.bottom() - 8.0), Align2::CENTER_BOTTOM, flight, tokens.text);
    }
}

fn chip(ui: &Ui, at: egui::Pos2, align: Align2, text: &str, color: Color32) {
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(theme::SMALL), color);
    let rect = align.anchor_size(at, galley.size() + vec2(12.0, 6.0));
    painter.rect_filled(rect, 4.0, theme::tokens(ui).canvas.gamma_multiply(0.85));
    painter.galley(rect.min + Vec2::new(6.0, 3.0), galley, color);
}

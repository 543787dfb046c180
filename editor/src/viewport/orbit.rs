//! A camera that turns about a point and can fly away from it.

use eframe::egui::Vec2;
use playground::glam::Vec3;
use playground::rendering::Camera;
use serde::{Deserialize, Serialize};
use std::f32::consts::{FRAC_PI_2, TAU};

/// Radians per point of dragging.
const TURN: f32 = 0.007;
/// Flying speed in distances to the target per second.
const FLIGHT: f32 = 0.8;

/// Where the viewport looks from, as people steer it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Orbit {
    /// What it turns about, m.
    target: Vec3,
    /// About the up axis, rad; 0 looks along -Z.
    yaw: f32,
    /// Above the horizon, rad.
    pitch: f32,
    /// To the target, m.
    distance: f32,
}

/// As it is remembered: target, yaw, pitch, distance.
#[derive(Serialize, Deserialize)]
struct Written([f32; 3], f32, f32, f32);

impl From<Orbit> for Written {
    fn from(orbit: Orbit) -> Self {
        Self(orbit.target.to_array(), orbit.yaw, orbit.pitch, orbit.distance)
    }
}

impl From<Written> for Orbit {
    fn from(Written(target, yaw, pitch, distance): Written) -> Self {
        let orbit = Self { target: Vec3::from_array(target), yaw, pitch: pitch.clamp(-FRAC_PI_2, FRAC_PI_2), distance };
        // A file that somebody edited must not show nothing for ever.
        let is_sound = orbit.target.is_finite() && yaw.is_finite() && pitch.is_finite() && distance > 1e-3;
        if is_sound && distance.is_finite() { orbit } else { Self::default() }
    }
}

/// A view along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From +Z.
    Front,
    /// From +X.
    Right,
    /// From +Y.
    Top,
}

impl Default for Orbit {
    fn default() -> Self {
        let camera = Camera::default();
        let from = camera.eye - camera.target;
        let distance = from.length().max(0.01);
        Self { target: camera.target, yaw: from.x.atan2(from.z), pitch: (from.y / distance).asin(), distance }
    }
}

impl Orbit {
    /// From the target to the eye, length 1.
    pub fn backward(&self) -> Vec3 {
        let flat = self.pitch.cos();
        Vec3::new(self.yaw.sin() * flat, self.pitch.sin(), self.yaw.cos() * flat)
    }

    /// To the right in the picture, length 1.
    pub fn right(&self) -> Vec3 {
        Vec3::new(self.yaw.cos(), 0.0, -self.yaw.sin())
    }

    /// Up in the picture, length 1.
    pub fn up(&self) -> Vec3 {
        self.backward().cross(self.right())
    }

    /// The camera to draw with.
    pub fn camera(&self) -> Camera {
        let camera = Camera::default();
        Camera { eye: self.target + self.backward() * self.distance, target: self.target, up: self.up(), ..camera }
    }

    /// Turns about the target.
    pub fn turn(&mut self, delta: Vec2) {
        self.yaw = (self.yaw - delta.x * TURN) % TAU;
        self.pitch = (self.pitch + delta.y * TURN).clamp(-FRAC_PI_2 + 1e-3, FRAC_PI_2 - 1e-3);
    }

    /// Turns about the eye.
    pub fn look(&mut self, delta: Vec2) {
        let eye = self.target + self.backward() * self.distance;
        self.turn(delta * 0.6);
        self.target = eye - self.backward() * self.distance;
    }

    /// Moves the target along the picture so that it stays under the pointer; `height` is the picture's, in points.
    pub fn pan(&mut self, delta: Vec2, height: f32) {
        let camera = Camera::default();
        let metres = 2.0 * self.distance * (camera.fov_y / 2.0).tan() / height.max(1.0);
        self.target += (self.up() * delta.y - self.right() * delta.x) * metres;
    }

    /// Comes closer by points of the wheel.
    pub fn zoom(&mut self, wheel: f32) {
        if wheel != 0.0 {
            self.distance = (self.distance * (-wheel * 0.003).exp()).clamp(0.05, 1500.0);
        }
    }

    /// Moves right, up and forward; 1 is a second of flight.
    pub fn fly(&mut self, step: Vec3) {
        let speed = FLIGHT * self.distance.clamp(1.0, 50.0);
        self.target += (self.right() * step.x + Vec3::Y * step.y - self.backward() * step.z) * speed;
    }

    /// Looks at a place from a distance, in the direction it looks already.
    pub fn look_at(&mut self, target: Vec3, distance: f32) {
        self.target = target;
        self.distance = distance.clamp(0.5, 1500.0);
    }

    /// Looks along an axis.
    pub fn look_from(&mut self, side: Side) {
        (self.yaw, self.pitch) = match side {
            Side::Front => (0.0, 0.0),
            Side::Right => (FRAC_PI_2, 0.0),
            Side::Top => (0.0, FRAC_PI_2 - 1e-3),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Orbit, Side};
    use eframe::egui::vec2;
    use playground::glam::Vec3;
    use playground::rendering::Camera;

    fn near(a: Vec3, b: Vec3) -> bool {
        a.distance(b) < 1e-3
    }

    #[test]
    fn the_first_view_is_the_renderers_own() {
        let camera = Orbit::default().camera();
        assert!(near(camera.eye, Camera::default().eye) && near(camera.target, Camera::default().target));
    }

    #[test]
    fn looking_around_keeps_the_eye_and_turning_keeps_the_target() {
        let mut orbit = Orbit::default();
        let eye = orbit.camera().eye;
        orbit.look(vec2(120.0, -40.0));
        assert!(near(orbit.camera().eye, eye));
        let target = orbit.camera().target;
        orbit.turn(vec2(-70.0, 15.0));
        assert!(near(orbit.camera().target, target));
    }

    #[test]
    fn the_sides_are_where_people_expect_them() {
        let mut orbit = Orbit::default();
        orbit.look_from(Side::Front);
        assert!(near(orbit.backward(), Vec3::Z) && near(orbit.right(), Vec3::X) && near(orbit.up(), Vec3::Y));
        orbit.look_from(Side::Right);
        assert!(near(orbit.backward(), Vec3::X) && near(orbit.up(), Vec3::Y));
    }
}

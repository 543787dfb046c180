//! The camera and its matrices.
//!
//! Right-handed, Y up. Clip space is wgpu's: x right, y up, depth 0 (near) to 1 (far).

use glam::camera::rh::{proj::directx::perspective, view::look_at_mat4};
use glam::{Mat4, Vec2, Vec3};

/// A perspective camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Where it is, m.
    pub eye: Vec3,
    /// What it looks at, m.
    pub target: Vec3,
    /// Which way is up in the picture; need not be at a right angle to the line of sight.
    pub up: Vec3,
    /// Vertical field of view, rad.
    pub fov_y: f32,
    /// Nearest visible distance, m.
    pub near: f32,
    /// Farthest visible distance, m.
    pub far: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            eye: Vec3::new(9.0, 6.5, 12.0),
            target: Vec3::ZERO,
            up: Vec3::Y,
            fov_y: 50.0_f32.to_radians(),
            near: 0.05,
            far: 2_000.0,
        }
    }
}

/// Why a camera shows nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CameraError {
    /// A number that is not finite.
    #[error("the camera's {0} is not a finite number; reset the view")]
    NotFinite(&'static str),
    /// Eye and target in one place.
    #[error("the camera looks at its own place; move the eye or the target")]
    NoDirection,
    /// A field of view that no lens has.
    #[error("the camera's field of view is {0} rad; it must lie between 0 and pi")]
    FieldOfView(f32),
    /// Depth range empty or behind the eye.
    #[error("the camera sees from {near} m to {far} m; near must be above 0 and below far")]
    DepthRange {
        /// Nearest visible distance, m.
        near: f32,
        /// Farthest visible distance, m.
        far: f32,
    },
    /// A picture without a shape.
    #[error("the picture's aspect ratio is {0}")]
    Aspect(f32),
}

/// A camera's matrices for one aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewMatrices {
    /// From world to clip space.
    pub clip_from_world: Mat4,
    /// From clip space to world.
    pub world_from_clip: Mat4,
}

impl Camera {
    /// Finds what is wrong with the camera, if anything is.
    ///
    /// # Errors
    /// Naming the first field that makes a picture impossible.
    pub fn check(&self) -> Result<(), CameraError> {
        let places = [("eye", self.eye), ("target", self.target), ("up direction", self.up)];
        if let Some((name, _)) = places.into_iter().find(|(_, place)| !place.is_finite()) {
            return Err(CameraError::NotFinite(name));
        }
        if !self.fov_y.is_finite() {
            return Err(CameraError::NotFinite("field of view"));
        }
        if self.fov_y <= 1e-4 || self.fov_y >= std::f32::consts::PI - 1e-4 {
            return Err(CameraError::FieldOfView(self.fov_y));
        }
        let in_order = self.near > 0.0 && self.far > self.near && self.far.is_finite();
        if !in_order {
            return Err(CameraError::DepthRange { near: self.near, far: self.far });
        }
        if (self.target - self.eye).try_normalize().is_none() {
            return Err(CameraError::NoDirection);
        }
        Ok(())
    }

    /// The camera's matrices for a picture that is `aspect` times as wide as it is high.
    ///
    /// # Errors
    /// When the camera or the aspect ratio makes a picture impossible.
    pub fn matrices(&self, aspect: f32) -> Result<ViewMatrices, CameraError> {
        self.check()?;
        if !aspect.is_finite() || aspect <= 0.0 {
            return Err(CameraError::Aspect(aspect));
        }
        let view_from_world = look_at_mat4(self.eye, self.target, self.upright());
        let clip_from_view = perspective(self.fov_y, aspect, self.near, self.far);
        let clip_from_world = clip_from_view * view_from_world;
        // Inverted one by one: the product of both loses a digit or two far from the origin.
        let world_from_clip = view_from_world.inverse() * clip_from_view.inverse();
        match clip_from_world.is_finite() && world_from_clip.is_finite() {
            true => Ok(ViewMatrices { clip_from_world, world_from_clip }),
            false => Err(CameraError::NotFinite("projection")),
        }
    }

    /// The matrix from world to clip space for a picture that is `aspect` times as wide as it is high.
    ///
    /// # Errors
    /// When the camera or the aspect ratio makes a picture impossible.
    pub fn clip_from_world(&self, aspect: f32) -> Result<Mat4, CameraError> {
        Ok(self.matrices(aspect)?.clip_from_world)
    }

    /// The unit direction of sight; zero if the camera has none.
    pub fn forward(&self) -> Vec3 {
        (self.target - self.eye).normalize_or_zero()
    }

    /// An up direction that is never along the line of sight.
    fn upright(&self) -> Vec3 {
        let forward = self.forward();
        let up = self.up.normalize_or(Vec3::Y);
        if forward.cross(up).length_squared() > 1e-8 {
            return up;
        }
        if forward.y.abs() > 0.9 { Vec3::NEG_Z } else { Vec3::Y }
    }
}

impl ViewMatrices {
    /// The ray through a point of the picture, `(-1, -1)` at the lower left and `(1, 1)` at the upper right: where it
    /// starts on the near plane, and its unit direction.
    pub fn ray(&self, point: Vec2) -> (Vec3, Vec3) {
        let near = self.world_from_clip.project_point3(point.extend(0.0));
        let far = self.world_from_clip.project_point3(point.extend(1.0));
        (near, (far - near).normalize_or_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_in_the_middle_and_depth_runs_from_zero_to_one() {
        let camera = Camera::default();
        let matrices = camera.matrices(1.5).unwrap();
        let clip = |point: Vec3| matrices.clip_from_world.project_point3(point);
        assert!(clip(camera.target).truncate().length() < 1e-5);
        assert!(clip(camera.eye + camera.forward() * camera.near).z.abs() < 1e-4);
        assert!((clip(camera.eye + camera.forward() * camera.far).z - 1.0).abs() < 1e-4);
        let above = clip(camera.target + Vec3::Y);
        assert!(above.y > 0.0 && above.x.abs() < 1e-5);
    }

    #[test]
    fn a_ray_goes_through_the_point_that_it_was_made_for() {
        let matrices = Camera::default().matrices(16.0 / 9.0).unwrap();
        for point in [Vec3::new(1.0, 2.0, 3.0), Vec3::new(-4.0, 0.0, 2.0), Vec3::ZERO] {
            let (start, direction) = matrices.ray(matrices.clip_from_world.project_point3(point).truncate());
            assert!((point - start).cross(direction).length() < 1e-3, "{point}");
        }
    }

    #[test]
    fn looking_straight_down_works() {
        let camera = Camera { eye: Vec3::new(0.0, 10.0, 0.0), ..Camera::default() };
        assert!(camera.matrices(1.0).unwrap().clip_from_world.is_finite());
    }

    #[test]
    fn impossible_cameras_are_named() {
        let good = Camera::default();
        let check = |camera: Camera, aspect: f32, part: &str| {
            let error = camera.matrices(aspect).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        check(Camera { eye: Vec3::splat(f32::NAN), ..good }, 1.0, "eye");
        check(Camera { up: Vec3::splat(f32::INFINITY), ..good }, 1.0, "up");
        check(Camera { fov_y: f32::NAN, ..good }, 1.0, "field of view");
        check(Camera { fov_y: 4.0, ..good }, 1.0, "field of view");
        check(Camera { target: good.eye, ..good }, 1.0, "own place");
        check(Camera { near: 0.0, ..good }, 1.0, "near");
        check(Camera { far: f32::NAN, ..good }, 1.0, "near");
        check(good, f32::NAN, "aspect");
        check(good, 0.0, "aspect");
    }
}

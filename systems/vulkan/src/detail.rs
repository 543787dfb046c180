//! How many triangles a body is worth: round bodies that are small in the picture get a coarser mesh.

use playground::glam::Vec3;
use playground::rendering::{Bounds, Camera, Instance};

/// From this radius on, the corners of a coarse mesh would show, px: they are then a third of a pixel off the circle.
const FINE_RADIUS_PX: f32 = 22.0;

/// Measures how large bodies are in a picture.
#[derive(Clone, Copy)]
pub struct Detail {
    eye: Vec3,
    /// Size in the picture of one metre at a distance of one metre, px.
    pixels: f32,
}

impl Detail {
    /// For a picture that is `height` pixels high.
    pub fn new(camera: &Camera, height: u32) -> Self {
        Self { eye: camera.eye, pixels: height as f32 * 0.5 / (camera.fov_y * 0.5).tan() }
    }

    /// Whether the body is so large that it needs the fine mesh.
    pub fn is_fine(self, instance: &Instance, bounds: Bounds) -> bool {
        let matrix = &instance.world_from_model;
        let axes = [matrix.x_axis, matrix.y_axis, matrix.z_axis].map(|axis| axis.truncate().length_squared());
        let radius = bounds.radius * axes.into_iter().fold(0.0, f32::max).sqrt();
        let distance = self.eye.distance(matrix.transform_point3(bounds.center)) - radius;
        radius * self.pixels > FINE_RADIUS_PX * distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::glam::Mat4;

    #[test]
    fn near_and_large_bodies_are_fine() {
        let camera = Camera { eye: Vec3::ZERO, ..Camera::default() };
        let detail = Detail::new(&camera, 720);
        let check = |distance: f32, scale: f32, expected: bool| {
            let place = Mat4::from_translation(Vec3::Z * distance);
            let instance =
                Instance { world_from_model: place * Mat4::from_scale(Vec3::splat(scale)), ..Instance::default() };
            let bounds = Bounds { center: Vec3::ZERO, radius: 0.5 };
            assert_eq!(detail.is_fine(&instance, bounds), expected, "{distance} {scale}");
        };
        check(10.0, 1.0, true);
        check(30.0, 1.0, false);
        check(30.0, 3.0, true);
        check(0.0, 0.001, true);
        check(f32::NAN, 1.0, false);
    }
}

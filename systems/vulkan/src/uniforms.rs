//! What the shaders know of a frame: `Frame` in shaders/frame.wgsl, as numbers.

use playground::glam::{Vec3, Vec4};
use playground::rendering::{DrawList, ViewMatrices};

/// Number of lights that the shaders know.
pub const LIGHTS: usize = 4;
/// Length of [`FrameUniforms`], floats: two matrices, five vectors, two vectors per light.
pub const FLOATS: usize = 2 * 16 + 5 * 4 + LIGHTS * 8;

/// `Frame` in shaders/frame.wgsl.
pub type FrameUniforms = [f32; FLOATS];

/// The uniforms of a frame of `size` pixels. Lights that are not numbers are left dark.
pub fn frame_uniforms(list: &DrawList, matrices: &ViewMatrices, size: [u32; 2]) -> FrameUniforms {
    let [width, height] = size.map(|side| side as f32);
    let eye = list.camera.eye;
    let ambient = list.ambient;
    let mut floats = Vec::with_capacity(FLOATS);
    floats.extend(matrices.clip_from_world.to_cols_array());
    floats.extend(matrices.world_from_clip.to_cols_array());
    floats.extend(eye.extend(eye.y).to_array());
    floats.extend([width, height, width.recip(), height.recip()]);
    floats.extend(linear(list.clear_color, 1.0).to_array());
    floats.extend(linear(ambient.sky, ambient.strength).to_array());
    floats.extend(linear(ambient.ground, ambient.strength).to_array());
    let lights: [(Vec3, Vec4); LIGHTS] = std::array::from_fn(|at| match list.lights.get(at) {
        Some(light) => (-light.direction.normalize_or_zero(), linear(light.color, light.strength)),
        None => (Vec3::ZERO, Vec4::ZERO),
    });
    lights.iter().for_each(|(direction, _)| floats.extend(direction.extend(0.0).to_array()));
    lights.iter().for_each(|(_, color)| floats.extend(color.to_array()));
    std::array::from_fn(|at| floats[at])
}

/// A colour as on screen, as an amount of light. Zero if it is not a number.
fn linear(color: [f32; 3], strength: f32) -> Vec4 {
    let [red, green, blue] = color.map(|channel| {
        let c = channel.clamp(0.0, 1.0);
        if c < 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    let light = Vec3::new(red, green, blue) * strength.clamp(0.0, 1_000.0);
    if light.is_finite() { light.extend(1.0) } else { Vec4::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::rendering::DirectionalLight;

    #[test]
    fn nonsense_lights_are_dark() {
        let mut list = DrawList::default();
        let good = DirectionalLight::default();
        list.lights = vec![
            DirectionalLight { direction: Vec3::NAN, ..good },
            DirectionalLight { color: [f32::NAN; 3], ..good },
            DirectionalLight { strength: f32::INFINITY, ..good },
        ];
        list.lights.extend([good; 6]);
        list.ambient.strength = f32::NAN;
        let matrices = list.camera.matrices(1.0).unwrap();
        assert!(frame_uniforms(&list, &matrices, [64, 64]).iter().all(|float| float.is_finite()));
    }

    #[test]
    fn colours_become_light() {
        assert_eq!(linear([0.0, 1.0, 2.0], 1.0), Vec4::new(0.0, 1.0, 1.0, 1.0));
        assert!((linear([0.5; 3], 1.0).x - 0.2140).abs() < 1e-4);
    }
}

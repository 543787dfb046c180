//! The module that every peer reloads: the function of `plugins/orbit` over as many bodies, without an engine around.

/// The source.
pub const MODULE: &str = r#"//! Bodies that circle their parent.

use glam::{Quat, Vec3, vec3};

const SPEED: f32 = 1.0;
const SWING: f32 = 0.35;
const SPIN: f32 = 1.2;

/// A body and its circular path.
#[derive(Clone, Default)]
pub struct Body {
    pub translation: Vec3,
    pub rotation: Quat,
    pub radius: f32,
    pub phase: f32,
    pub speed: f32,
    pub tilt: f32,
}

/// `count` bodies on paths of their own.
pub fn bodies(count: usize) -> Vec<Body> {
    let body = |at: usize| Body { radius: at as f32 * 0.1, speed: 1.0, ..Body::default() };
    (0..count).map(body).collect()
}

pub fn advance(bodies: &mut Vec<Body>, delta: f32) -> f32 {
    for body in bodies.iter_mut() {
        body.phase += SPEED * body.speed * delta;
        let flat = vec3(body.phase.cos(), 0.0, body.phase.sin()) * body.radius;
        let swing = Vec3::Y * SWING * (body.phase * 3.0).sin();
        body.translation = Quat::from_rotation_z(body.tilt) * (flat + swing);
        body.rotation *= Quat::from_rotation_y(SPIN * delta);
    }
    SPIN
}
"#;

/// The value of the constant in [`MODULE`].
pub const VALUE: f64 = 1.2;
/// The function of [`MODULE`] that is called again and again.
pub const FUNCTION: &str = "pub fn advance";
/// What it is compiled with besides a peer's own crates.
pub const GLAM: &str = "0.34";
/// As in our dev profile.
pub const PROFILE: &str = r#"
[profile.dev]
opt-level = 1
debug = "line-tables-only"

[profile.dev.package."*"]
opt-level = 2
debug = false
"#;

const DECLARED: &str = "const SPIN: f32 = 1.2;";

/// The source with another value of the constant.
pub fn with(value: f64) -> String {
    MODULE.replace(DECLARED, &format!("const SPIN: f32 = {value:.6};"))
}

#[cfg(test)]
mod tests {
    use super::{DECLARED, FUNCTION, GLAM, MODULE, PROFILE, VALUE, with};
    use toml::Table;

    #[test]
    fn the_constant_and_the_function_stand_once_in_the_module() {
        assert_eq!((MODULE.matches(DECLARED).count(), MODULE.matches(FUNCTION).count()), (1, 1));
        assert_eq!(with(VALUE).replace("1.200000", "1.2"), MODULE);
    }

    #[test]
    fn both_sides_are_compiled_with_the_same_settings() {
        let root = crate::root();
        let ours: Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
        let theirs: Table = PROFILE.parse().unwrap();
        assert_eq!(theirs["profile"]["dev"], ours["profile"]["dev"]);
        assert_eq!(ours["workspace"]["dependencies"]["glam"]["version"].as_str(), Some(GLAM));
    }
}

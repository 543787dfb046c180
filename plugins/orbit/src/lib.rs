//! Bodies that circle their parent.

use playground::prelude::*;

/// How fast everything turns, as a multiple of each body's own speed. Change it, save, and watch.
const SPEED: f32 = 1.0;
/// How far bodies bob up and down, m.
const SWING: f32 = 0.35;
/// How fast bodies spin around themselves, rad/s.
const SPIN: f32 = 1.2;

/// A circular path around the parent entity.
#[derive(Component, Clone, Default)]
pub struct Orbit {
    /// Distance from the parent.
    #[component(unit = "m", range = 0.0..=50.0)]
    pub radius: f32,
    /// Angle along the path.
    #[component(unit = "rad")]
    pub phase: f32,
    /// How fast the angle grows.
    #[component(unit = "rad/s", range = -5.0..=5.0)]
    pub speed: f32,
    /// How much the path leans over.
    #[component(unit = "rad")]
    pub tilt: f32,
}

fn advance(time: Time, mut bodies: Query<(&mut Transform, &mut Orbit)>) {
    bodies.for_each(|(transform, orbit)| {
        orbit.phase += SPEED * orbit.speed * time.delta();
        let flat = vec3(orbit.phase.cos(), 0.0, orbit.phase.sin()) * orbit.radius;
        let swing = Vec3::Y * SWING * (orbit.phase * 3.0).sin();
        transform.translation = Quat::from_rotation_z(orbit.tilt) * (flat + swing);
        transform.rotation *= Quat::from_rotation_y(SPIN * time.delta());
    });
}

playground::plugin!(Orbits, components: [Orbit], systems: |app| app.system(Update, advance));

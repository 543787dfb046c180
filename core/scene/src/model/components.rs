//! The components.

use glam::{Mat4, Quat, Vec3};
use playground_core_ecs::{Component, Entity, Reflect};

/// A number that names an entity in scenes, undo steps and commands, across saves and restarts.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, hidden)]
pub struct StableId {
    /// From 1; unique in its world.
    pub value: u64,
}

/// What people call the entity.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
pub struct Name {
    /// Any text; it need not be unique.
    pub value: String,
}

/// The entity that this one belongs to and moves with.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
pub struct Parent {
    /// The parent.
    pub entity: Entity,
}

/// Where the entity is, relative to its parent.
#[derive(Component, Clone)]
#[component(crate = playground_core_ecs)]
pub struct Transform {
    /// Position.
    #[component(unit = "m")]
    pub translation: Vec3,
    /// Orientation.
    pub rotation: Quat,
    /// Size along each axis; 1 is as modelled.
    pub scale: Vec3,
}

impl Default for Transform {
    fn default() -> Self {
        Self { translation: Vec3::ZERO, rotation: Quat::IDENTITY, scale: Vec3::ONE }
    }
}

impl Transform {
    /// The matrix from the entity's own space into its parent's.
    pub fn parent_from_model(&self) -> Mat4 {
        Mat4::from_scale_rotation_translation(self.scale, self.rotation, self.translation)
    }
}

/// What the entity looks like.
#[derive(Component, Clone)]
#[component(crate = playground_core_ecs)]
pub struct Shape {
    /// Which solid.
    pub kind: ShapeKind,
    /// Red, green and blue, 0 to 1, as on screen (sRGB).
    #[component(range = 0.0..=1.0)]
    pub color: Vec3,
}

impl Default for Shape {
    fn default() -> Self {
        Self { kind: ShapeKind::Cube, color: Vec3::splat(0.8) }
    }
}

/// A solid of about one metre.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[component(crate = playground_core_ecs)]
pub enum ShapeKind {
    /// Edge 1 m.
    #[default]
    Cube,
    /// Diameter 1 m.
    Sphere,
    /// Diameter and height 1 m.
    Cylinder,
    /// 1 m by 1 m, facing up.
    Plane,
}

/// A light that is infinitely far away and shines along the entity's -Z axis.
#[derive(Component, Clone)]
#[component(crate = playground_core_ecs)]
pub struct Light {
    /// Red, green and blue, 0 to 1 (sRGB).
    #[component(range = 0.0..=1.0)]
    pub color: Vec3,
    /// Brightness; 1 lights a white surface fully.
    #[component(range = 0.0..=10.0)]
    pub strength: f32,
}

impl Default for Light {
    fn default() -> Self {
        Self { color: Vec3::ONE, strength: 1.0 }
    }
}

/// Components of a scene whose module is not loaded, kept as their text so that saving writes them back.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, hidden)]
pub struct Orphans {
    /// The components' names.
    pub names: Vec<String>,
    /// The components' values in RON, in the order of the names.
    pub values: Vec<String>,
}

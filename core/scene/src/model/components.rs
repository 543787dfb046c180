//! The components.

use glam::{Mat4, Quat, Vec3, Vec4};
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

/// The entity that this one belongs to and moves with. A parent that has ended counts as none.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
pub struct Parent {
    /// The parent.
    pub entity: Entity,
}

/// Where the entity stands among its siblings: lower comes first. Entities without it stand at their stable number, so
/// one of them can be moved without a change of the others.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs)]
pub struct Place {
    /// Compared with the places and stable numbers of the siblings.
    pub value: f64,
}

/// The first stable number of [`Generated`] entities. They have numbers of their own and take free ones again, so that
/// those of a scene stay small, and an entity that is made anew is called as before.
pub const GENERATED_FIRST: u64 = 1_000_000_000;

/// Marks an entity that a system makes anew from others whenever a scene is opened. It is not saved, not copied with
/// what it belongs to, and ends with its parent without a step of undo of its own.
#[derive(Component, Clone, Default)]
#[component(crate = playground_core_ecs, hidden)]
pub struct Generated {}

/// Where the entity is, relative to its parent.
#[derive(Component, Clone, Copy)]
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
    /// The transform of a matrix. Shear, which no transform can say, is lost.
    pub fn of(parent_from_model: Mat4) -> Self {
        let (scale, rotation, translation) = parent_from_model.to_scale_rotation_translation();
        Self { translation, rotation, scale }
    }

    /// The matrix from the entity's own space into its parent's.
    #[inline]
    pub fn parent_from_model(&self) -> Mat4 {
        Mat4::from_scale_rotation_translation(self.scale, self.rotation, self.translation)
    }
}

/// Where the entity is in the world: its [`Transform`] and those of all that it belongs to. Kept up to date by the
/// engine, which gives one to every entity with a transform.
#[derive(Component, Clone, Copy, PartialEq)]
#[component(crate = playground_core_ecs, hidden)]
pub struct WorldTransform {
    /// The columns of the matrix from the entity's own space into the world's.
    pub columns: [Vec4; 4],
}

impl Default for WorldTransform {
    fn default() -> Self {
        Self::new(Mat4::IDENTITY)
    }
}

impl WorldTransform {
    /// Of a matrix from the entity's own space into the world's.
    #[inline]
    pub fn new(world_from_model: Mat4) -> Self {
        Self {
            columns: [
                world_from_model.x_axis,
                world_from_model.y_axis,
                world_from_model.z_axis,
                world_from_model.w_axis,
            ],
        }
    }

    /// The matrix from the entity's own space into the world's.
    #[inline]
    pub fn world_from_model(&self) -> Mat4 {
        let [x, y, z, w] = self.columns;
        Mat4::from_cols(x, y, z, w)
    }

    /// Where the entity's origin is, m.
    #[inline]
    pub fn position(&self) -> Vec3 {
        self.columns[3].truncate()
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
    /// The hashes of the schemas that the values have, in the order of the names; 0 for one that is not known.
    pub schemas: Vec<u64>,
}

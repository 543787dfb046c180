//! Everything that one frame shows.
//!
//! Colours are as on screen (sRGB), 0 to 1.

use crate::{Camera, MeshId};
use glam::{Mat4, Vec3};

/// Everything that one frame shows.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawList {
    /// From where.
    pub camera: Camera,
    /// What, sorted by mesh. A mesh may have several batches.
    pub batches: Vec<Batch>,
    /// Light from far away. Renderers use at least the first four.
    pub lights: Vec<DirectionalLight>,
    /// Light from everywhere.
    pub ambient: Ambient,
    /// Colour behind everything. Renderers may shade it towards the edges.
    pub clear_color: [f32; 3],
    /// Whether the ground grid and the axes are shown.
    pub grid: bool,
}

/// All instances of one mesh.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The mesh.
    pub mesh: MeshId,
    /// Where and in which colour.
    pub instances: Vec<Instance>,
}

/// One body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instance {
    /// From the mesh's own space into the world.
    pub world_from_model: Mat4,
    /// Red, green, blue, and alpha, which is reserved: bodies are opaque.
    pub color: [f32; 4],
    /// What picking answers: the bits of the entity.
    pub id: u64,
    /// Whether it is highlighted.
    pub selected: bool,
}

/// Light that comes from one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectionalLight {
    /// The way the light goes; any length but zero.
    pub direction: Vec3,
    /// Red, green, blue.
    pub color: [f32; 3],
    /// Brightness; 1 lights a white surface fully.
    pub strength: f32,
}

/// Light from everywhere: a hemisphere above and one below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ambient {
    /// What falls on a surface that faces up.
    pub sky: [f32; 3],
    /// What falls on a surface that faces down.
    pub ground: [f32; 3],
    /// Brightness of both.
    pub strength: f32,
}

impl Default for DrawList {
    fn default() -> Self {
        Self {
            camera: Camera::default(),
            batches: Vec::new(),
            lights: vec![DirectionalLight::default()],
            ambient: Ambient::default(),
            clear_color: [0.115, 0.122, 0.137],
            grid: true,
        }
    }
}

impl Default for DirectionalLight {
    fn default() -> Self {
        Self { direction: Vec3::new(-0.45, -1.0, -0.6), color: [1.0, 0.97, 0.92], strength: 0.85 }
    }
}

impl Default for Ambient {
    fn default() -> Self {
        Self { sky: [0.64, 0.72, 0.86], ground: [0.40, 0.36, 0.34], strength: 0.75 }
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self { world_from_model: Mat4::IDENTITY, color: [0.8, 0.8, 0.8, 1.0], id: 0, selected: false }
    }
}

impl Instance {
    /// Whether its place and colour are numbers. Others are left out of the frame and counted.
    pub fn is_drawable(&self) -> bool {
        self.world_from_model.is_finite() && self.color.iter().all(|channel| channel.is_finite())
    }
}

impl DrawList {
    /// The instances of `mesh`, to add to. Searches, so keep the result while adding many.
    pub fn batch_mut(&mut self, mesh: MeshId) -> &mut Vec<Instance> {
        let at = self.batches.iter().position(|batch| batch.mesh == mesh).unwrap_or_else(|| {
            self.batches.push(Batch { mesh, instances: Vec::new() });
            self.batches.len() - 1
        });
        &mut self.batches[at].instances
    }

    /// Number of instances in all batches.
    pub fn instance_count(&self) -> usize {
        self.batches.iter().map(|batch| batch.instances.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_collected_by_mesh() {
        let mut list = DrawList::default();
        list.batch_mut(MeshId::CUBE).push(Instance::default());
        list.batch_mut(MeshId::SPHERE).push(Instance::default());
        list.batch_mut(MeshId::CUBE).push(Instance::default());
        assert_eq!((list.batches.len(), list.instance_count()), (2, 3));
    }

    #[test]
    fn what_is_not_a_number_is_not_drawable() {
        assert!(Instance::default().is_drawable());
        assert!(!Instance { color: [f32::NAN; 4], ..Instance::default() }.is_drawable());
        let world_from_model = Mat4::from_translation(Vec3::splat(f32::INFINITY));
        assert!(!Instance { world_from_model, ..Instance::default() }.is_drawable());
    }
}

//! The meshes, on the CPU for picking and for the next device, and on the GPU for drawing.

use playground::core_types::Handle;
use playground::glam::Vec3;
use playground::rendering::{Bounds, Mesh, MeshError, MeshId, RenderError};
use playground::{bytemuck, wgpu};
use std::collections::{BTreeMap, HashMap};
use wgpu::util::{BufferInitDescriptor, DeviceExt};

/// Floats per corner: position, normal, direction of the outline.
pub const CORNER_FLOATS: usize = 9;

/// Built-in round meshes, each with the one that replaces it where it is small in the picture.
const COARSE: [(MeshId, MeshId); 2] =
    [(MeshId::SPHERE, MeshId::from_name("sphere, coarse")), (MeshId::CYLINDER, MeshId::from_name("cylinder, coarse"))];

/// All meshes.
#[derive(Default)]
pub struct Meshes(BTreeMap<MeshId, MeshEntry>);

/// One mesh.
pub struct MeshEntry {
    /// Its stable name.
    pub name: String,
    /// What it is made of.
    pub solid: Handle<Solid>,
    /// Its copy on the device, if there is a device.
    pub buffers: Option<MeshBuffers>,
}

/// A mesh with what picking needs to know of it.
pub struct Solid {
    /// The triangles.
    pub mesh: Mesh,
    /// A sphere around them.
    pub bounds: Bounds,
}

/// A mesh on the device.
pub struct MeshBuffers {
    /// Corners.
    pub corners: wgpu::Buffer,
    /// Three per triangle, 32 bit.
    pub indices: wgpu::Buffer,
    /// Number of indices.
    pub index_count: u32,
}

impl Meshes {
    /// The built-in meshes.
    pub fn new() -> Self {
        let mut meshes = Self::default();
        for (name, id, mesh) in Mesh::built_in() {
            meshes.insert(id, name, mesh, None);
        }
        let coarse = [Mesh::sphere(2), Mesh::cylinder(16)];
        for ((_, id), mesh) in COARSE.into_iter().zip(coarse) {
            meshes.insert(id, "coarse", mesh, None);
        }
        meshes
    }

    /// The mesh to use instead where `id` is small in the picture. A replaced built-in mesh has none.
    pub fn coarse(&self, id: MeshId) -> Option<MeshId> {
        let (_, coarse) = COARSE.into_iter().find(|(fine, _)| *fine == id)?;
        self.0.contains_key(&coarse).then_some(coarse)
    }

    /// Takes a mesh; it was checked.
    pub fn insert(&mut self, id: MeshId, name: &str, mesh: Mesh, buffers: Option<MeshBuffers>) {
        if let Some(coarse) = self.coarse(id) {
            self.0.remove(&coarse);
        }
        let bounds = mesh.bounds();
        self.0.insert(id, MeshEntry { name: name.to_owned(), solid: Handle::new(Solid { mesh, bounds }), buffers });
    }

    /// Ends a mesh.
    ///
    /// # Errors
    /// When there is none.
    pub fn remove(&mut self, id: MeshId) -> Result<(), RenderError> {
        self.0.remove(&id).map(drop).ok_or(RenderError::UnknownMesh(id))
    }

    /// One mesh.
    pub fn get(&self, id: MeshId) -> Option<&MeshEntry> {
        self.0.get(&id)
    }

    /// Names and ids, by name.
    pub fn list(&self) -> Vec<(String, MeshId)> {
        let mut names: Vec<_> = self.0.iter().map(|(id, entry)| (entry.name.clone(), *id)).collect();
        names.retain(|(_, id)| !is_coarse(*id));
        names.sort();
        names
    }

    /// The meshes that were made by users of the renderer.
    pub fn own(&self) -> Vec<(&str, &Mesh)> {
        let built_in = Mesh::built_in().map(|(_, id, mesh)| (id, mesh));
        let is_own = |(id, entry): &(&MeshId, &MeshEntry)| {
            !is_coarse(**id) && !built_in.iter().any(|(known, mesh)| known == *id && *mesh == entry.solid.mesh)
        };
        self.0.iter().filter(is_own).map(|(_, entry)| (entry.name.as_str(), &entry.solid.mesh)).collect()
    }

    /// Copies all meshes to a device.
    ///
    /// # Errors
    /// When one is too large for it.
    pub fn upload(&mut self, device: &wgpu::Device) -> Result<(), RenderError> {
        for entry in self.0.values_mut() {
            entry.buffers = Some(MeshBuffers::new(device, &entry.name, &entry.solid.mesh)?);
        }
        Ok(())
    }

    /// Forgets the copies on the device.
    pub fn unload(&mut self) {
        self.0.values_mut().for_each(|entry| entry.buffers = None);
    }
}

impl MeshBuffers {
    /// Copies a mesh to a device; call it in an error scope.
    ///
    /// # Errors
    /// When it is too large for the device.
    pub fn new(device: &wgpu::Device, name: &str, mesh: &Mesh) -> Result<Self, RenderError> {
        let limit = device.limits().max_buffer_size;
        let bytes = (mesh.positions.len() * CORNER_FLOATS).max(mesh.indices.len()) as u64 * 4;
        if bytes > limit || mesh.indices.len() > u32::MAX as usize {
            return Err(RenderError::Mesh { name: name.to_owned(), cause: MeshError::TooLarge { bytes, limit } });
        }
        let corners = corners(mesh);
        let buffer =
            |contents, usage| device.create_buffer_init(&BufferInitDescriptor { label: Some(name), contents, usage });
        Ok(Self {
            corners: buffer(bytemuck::cast_slice(&corners), wgpu::BufferUsages::VERTEX),
            indices: buffer(bytemuck::cast_slice(&mesh.indices), wgpu::BufferUsages::INDEX),
            index_count: mesh.indices.len() as u32,
        })
    }
}

fn is_coarse(id: MeshId) -> bool {
    COARSE.iter().any(|(_, coarse)| *coarse == id)
}

/// Position, normal and outline direction of each corner.
fn corners(mesh: &Mesh) -> Vec<[f32; CORNER_FLOATS]> {
    let outwards = outline_directions(mesh);
    let parts = mesh.positions.iter().zip(&mesh.normals).zip(&outwards);
    parts
        .map(|((position, normal), outline)| {
            let floats = [position, normal, outline].map(|part| part.to_array());
            std::array::from_fn(|at| floats[at / 3][at % 3])
        })
        .collect()
}

/// Where an outline grows to: the mean of the normals of all corners in one place, so that it has no gaps at sharp
/// edges; away from the middle where those normals cancel, as on a sheet.
fn outline_directions(mesh: &Mesh) -> Vec<Vec3> {
    let key = |position: Vec3| position.to_array().map(|part| (part + 0.0).to_bits());
    let mut sums: HashMap<[u32; 3], Vec<Vec3>> = HashMap::new();
    for (position, normal) in mesh.positions.iter().zip(&mesh.normals) {
        let normals = sums.entry(key(*position)).or_default();
        // A flat face that shares the corner through two triangles, or the pole of a sphere, counts once.
        if !normals.iter().any(|known| known.dot(*normal) > 0.999) {
            normals.push(*normal);
        }
    }
    let center = mesh.bounds().center;
    let direction = |position: &Vec3| {
        let sum: Vec3 = sums.get(&key(*position)).into_iter().flatten().sum();
        if sum.length_squared() > 1e-4 { sum.normalize() } else { (*position - center).normalize_or(Vec3::Y) }
    };
    mesh.positions.iter().map(direction).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarse_meshes_are_nobody_elses_business() {
        let mut meshes = Meshes::new();
        let names: Vec<String> = meshes.list().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["cube", "cylinder", "plane", "sphere"]);
        assert!(meshes.own().is_empty() && meshes.coarse(MeshId::SPHERE).is_some());
        meshes.insert(MeshId::SPHERE, "sphere", Mesh::cube(), None);
        assert!(meshes.coarse(MeshId::SPHERE).is_none());
        assert_eq!(meshes.own().len(), 1);
    }

    #[test]
    fn outlines_grow_outwards_and_without_gaps() {
        for (name, _, mesh) in Mesh::built_in() {
            let directions = outline_directions(&mesh);
            for (position, direction) in mesh.positions.iter().zip(&directions) {
                assert!((direction.length() - 1.0).abs() < 1e-5, "{name}");
                assert!(*position == Vec3::ZERO || direction.dot(*position) > 0.0, "{name} at {position}");
            }
        }
        let cube = outline_directions(&Mesh::cube());
        let diagonal = Vec3::splat(1.0).normalize();
        assert!(cube.iter().all(|direction| (direction.abs() - diagonal).length() < 1e-5));
    }
}

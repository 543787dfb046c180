//! From a draw list to one buffer of instances and the draws that use it.

use crate::detail::Detail;
use crate::meshes::Meshes;
use playground::glam::Mat3;
use playground::rendering::{DrawList, Instance, MeshId};
use playground::{bytemuck, wgpu};
use std::ops::Range;

/// Floats per instance: three rows of its matrix, its colour, whether it is selected.
pub const INSTANCE_FLOATS: usize = 17;
/// Bytes per instance.
pub const INSTANCE_BYTES: u64 = INSTANCE_FLOATS as u64 * 4;

/// An instance as the shader reads it.
pub type PackedInstance = [f32; INSTANCE_FLOATS];

/// What a draw paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Lit surfaces.
    Body,
    /// Outlines of selected bodies.
    Outline,
}

/// One draw call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The mesh.
    pub mesh: MeshId,
    /// Which instances of the buffer.
    pub instances: Range<u32>,
    /// What it paints.
    pub paint: Paint,
    /// Whether the instances are mirrored, so that their triangles turn the other way.
    pub mirrored: bool,
}

/// The instances of one frame. Kept from frame to frame for its memory.
#[derive(Default)]
pub struct PackedFrame {
    /// The content of the buffer.
    pub instances: Vec<PackedInstance>,
    /// Bodies first, then outlines.
    pub draws: Vec<Draw>,
    /// Bodies drawn.
    pub bodies: u32,
    /// Triangles of those bodies.
    pub triangles: u64,
    /// Bodies left out.
    pub skipped: u32,
    mirrored: Vec<PackedInstance>,
    outlined: [Vec<(MeshId, PackedInstance)>; 2],
}

impl PackedFrame {
    /// Packs `list`, at most `capacity` instances, for a picture that is `height` pixels high.
    pub fn pack(&mut self, list: &DrawList, meshes: &Meshes, height: u32, capacity: usize) {
        self.clear();
        let detail = Detail::new(&list.camera, height);
        for batch in &list.batches {
            let Some(entry) = meshes.get(batch.mesh) else {
                self.skipped = self.skipped.saturating_add(batch.instances.len() as u32);
                continue;
            };
            let Some(coarse) = meshes.coarse(batch.mesh) else {
                self.pack_batch(batch.mesh, &batch.instances, |_| true, capacity);
                continue;
            };
            let is_fine = |instance: &Instance| detail.is_fine(instance, entry.solid.bounds);
            self.pack_batch(batch.mesh, &batch.instances, is_fine, capacity);
            self.pack_batch(coarse, &batch.instances, |instance| !is_fine(instance), capacity);
        }
        self.pack_outlines(capacity);
        let bodies = self.draws.iter().filter(|draw| draw.paint == Paint::Body);
        let triangles = |draw: &Draw| meshes.get(draw.mesh).map_or(0, |entry| entry.solid.mesh.triangle_count());
        self.triangles = bodies.map(|draw| draw.instances.len() as u64 * triangles(draw) as u64).sum();
    }

    fn clear(&mut self) {
        self.instances.clear();
        self.draws.clear();
        self.outlined.iter_mut().for_each(Vec::clear);
        (self.bodies, self.triangles, self.skipped) = (0, 0, 0);
    }

    /// Packs the instances that `is_meant` chooses.
    fn pack_batch(
        &mut self,
        mesh: MeshId,
        instances: &[Instance],
        is_meant: impl Fn(&Instance) -> bool,
        capacity: usize,
    ) {
        let start = self.instances.len();
        self.mirrored.clear();
        for instance in instances.iter().filter(|instance| is_meant(instance)) {
            let full = self.instances.len() + self.mirrored.len() >= capacity;
            if full || !instance.is_drawable() {
                self.skipped += 1;
                continue;
            }
            let packed = pack(instance);
            let mirrored = Mat3::from_mat4(instance.world_from_model).determinant() < 0.0;
            if mirrored {
                self.mirrored.push(packed);
            } else {
                self.instances.push(packed);
            }
            if instance.selected {
                self.outlined[usize::from(mirrored)].push((mesh, packed));
            }
        }
        let middle = self.instances.len();
        self.instances.append(&mut self.mirrored);
        let end = self.instances.len();
        self.bodies += (end - start) as u32;
        self.push_draw(mesh, start..middle, Paint::Body, false);
        self.push_draw(mesh, middle..end, Paint::Body, true);
    }

    fn pack_outlines(&mut self, capacity: usize) {
        for mirrored in [false, true] {
            let outlined = std::mem::take(&mut self.outlined[usize::from(mirrored)]);
            for same_mesh in outlined.chunk_by(|a, b| a.0 == b.0) {
                let start = self.instances.len();
                let room = capacity.saturating_sub(start);
                self.instances.extend(same_mesh.iter().take(room).map(|(_, packed)| *packed));
                self.push_draw(same_mesh[0].0, start..self.instances.len(), Paint::Outline, mirrored);
            }
            self.outlined[usize::from(mirrored)] = outlined;
        }
    }

    fn push_draw(&mut self, mesh: MeshId, instances: Range<usize>, paint: Paint, mirrored: bool) {
        if !instances.is_empty() {
            let instances = instances.start as u32..instances.end as u32;
            self.draws.push(Draw { mesh, instances, paint, mirrored });
        }
    }
}

fn pack(instance: &Instance) -> PackedInstance {
    let matrix = &instance.world_from_model;
    let rows = [matrix.row(0), matrix.row(1), matrix.row(2)].map(|row| row.to_array());
    std::array::from_fn(|at| match at {
        0..12 => rows[at / 4][at % 4],
        12..16 => instance.color[at - 12],
        _ => f32::from(u8::from(instance.selected)),
    })
}

/// The instances on the device.
pub struct InstanceBuffer {
    buffer: wgpu::Buffer,
    capacity: usize,
}

impl InstanceBuffer {
    /// An empty buffer.
    pub fn new(device: &wgpu::Device) -> Self {
        Self::with_capacity(device, 1_024)
    }

    fn with_capacity(device: &wgpu::Device, capacity: usize) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("instances"),
            size: capacity as u64 * INSTANCE_BYTES,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { buffer, capacity }
    }

    /// Replaces the content. Grows by doubling, so that a growing scene costs few allocations; never beyond
    /// [`most_instances`], which the caller packed for.
    pub fn write(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, instances: &[PackedInstance]) {
        if instances.len() > self.capacity {
            let capacity = instances.len().next_power_of_two().min(most_instances(device));
            *self = Self::with_capacity(device, capacity);
        }
        if !instances.is_empty() {
            queue.write_buffer(&self.buffer, 0, bytemuck::cast_slice(instances));
        }
    }

    /// The whole buffer, to draw from.
    pub fn slice(&self) -> wgpu::BufferSlice<'_> {
        self.buffer.slice(..)
    }
}

/// How many instances fit into one buffer of the device.
pub fn most_instances(device: &wgpu::Device) -> usize {
    // Above 16 million the buffer alone would take a gigabyte.
    (device.limits().max_buffer_size / INSTANCE_BYTES).min(1 << 24) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::glam::{Mat4, Vec3};

    fn at(x: f32, selected: bool, scale: Vec3) -> Instance {
        let world_from_model = Mat4::from_translation(Vec3::X * x) * Mat4::from_scale(scale);
        Instance { world_from_model, selected, ..Instance::default() }
    }

    #[test]
    fn a_mesh_is_one_draw_and_its_selected_bodies_one_more() {
        let mut list = DrawList::default();
        *list.batch_mut(MeshId::CUBE) = (0..10).map(|x| at(x as f32, x < 2, Vec3::ONE)).collect();
        *list.batch_mut(MeshId::SPHERE) = vec![at(0.0, false, Vec3::ONE)];
        let mut frame = PackedFrame::default();
        frame.pack(&list, &Meshes::new(), 10_000, 100);
        let draws: Vec<_> = frame.draws.iter().map(|draw| (draw.mesh, draw.instances.clone(), draw.paint)).collect();
        let expected = [
            (MeshId::CUBE, 0..10, Paint::Body),
            (MeshId::SPHERE, 10..11, Paint::Body),
            (MeshId::CUBE, 11..13, Paint::Outline),
        ];
        assert_eq!(draws, expected);
        assert_eq!((frame.bodies, frame.skipped, frame.triangles), (11, 0, 10 * 12 + 1_280));
    }

    #[test]
    fn small_bodies_are_drawn_with_fewer_triangles() {
        let mut list = DrawList::default();
        *list.batch_mut(MeshId::SPHERE) = vec![at(0.0, true, Vec3::ONE), at(0.0, false, Vec3::splat(0.01))];
        list.batch_mut(MeshId::SPHERE).push(at(f32::NAN, true, Vec3::ONE));
        let mut frame = PackedFrame::default();
        frame.pack(&list, &Meshes::new(), 1_000, 100);
        assert_eq!((frame.draws.len(), frame.bodies, frame.skipped, frame.triangles), (3, 2, 1, 1_280 + 320));
    }

    #[test]
    fn mirrored_bodies_are_drawn_apart() {
        let mut list = DrawList::default();
        let mirrored = at(0.0, true, Vec3::new(-1.0, 1.0, 1.0));
        *list.batch_mut(MeshId::CUBE) = vec![mirrored, at(1.0, false, Vec3::ONE)];
        let mut frame = PackedFrame::default();
        frame.pack(&list, &Meshes::new(), 10_000, 100);
        let kinds: Vec<_> = frame.draws.iter().map(|draw| (draw.paint, draw.mirrored)).collect();
        assert_eq!(kinds, [(Paint::Body, false), (Paint::Body, true), (Paint::Outline, true)]);
        assert_eq!(frame.instances[1], pack(&mirrored));
    }

    #[test]
    fn what_can_not_be_drawn_is_counted() {
        let mut list = DrawList::default();
        *list.batch_mut(MeshId::CUBE) = vec![at(f32::NAN, true, Vec3::ONE), at(0.0, true, Vec3::ONE)];
        list.batch_mut(MeshId::CUBE).extend([at(0.0, true, Vec3::ONE); 5]);
        *list.batch_mut(MeshId::from_name("no such mesh")) = vec![at(0.0, false, Vec3::ONE); 3];
        let mut frame = PackedFrame::default();
        frame.pack(&list, &Meshes::new(), 10_000, 4);
        assert_eq!((frame.bodies, frame.skipped, frame.instances.len()), (4, 3 + 3, 4));
        assert_eq!(frame.draws.len(), 1);
    }

    #[test]
    fn rows_colour_and_selection_are_where_the_shader_reads_them() {
        let packed = pack(&at(7.0, true, Vec3::new(1.0, 2.0, 3.0)));
        assert_eq!(packed[..4], [1.0, 0.0, 0.0, 7.0]);
        assert_eq!((packed[5], packed[10], packed[16]), (2.0, 3.0, 1.0));
        assert_eq!(packed[12..16], [0.8, 0.8, 0.8, 1.0]);
    }
}

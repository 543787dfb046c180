//! Which body is under a point: a ray against spheres, then against triangles. On the CPU, because a frame that was
//! drawn for this alone would arrive too late.

use crate::meshes::{Meshes, Solid};
use playground::core_types::Handle;
use playground::glam::{Vec3, vec2};
use playground::rendering::{DrawList, Instance, ViewMatrices};

/// A frame with all that finding a body in it takes.
pub struct Scene {
    /// What was drawn.
    pub list: Handle<DrawList>,
    /// From where.
    pub matrices: ViewMatrices,
    /// Size of the picture, px.
    pub size: [u32; 2],
    /// The mesh of each batch; `None` if there is no such mesh.
    pub solids: Vec<Option<Handle<Solid>>>,
}

/// Where a ray starts, and its direction; distances along it are in units of the direction's length.
#[derive(Clone, Copy)]
struct Ray {
    start: Vec3,
    direction: Vec3,
}

impl Scene {
    /// A frame and its meshes.
    pub fn new(list: Handle<DrawList>, matrices: ViewMatrices, size: [u32; 2], meshes: &Meshes) -> Self {
        let solid = |mesh| meshes.get(mesh).map(|entry| entry.solid.clone());
        let solids = list.batches.iter().map(|batch| solid(batch.mesh)).collect();
        Self { list, matrices, size, solids }
    }

    /// The nearest body at a point, in pixels from the upper left corner.
    pub fn pick(&self, x: f32, y: f32) -> Option<u64> {
        let [width, height] = self.size.map(|side| side as f32);
        let inside = (0.0..width).contains(&x) && (0.0..height).contains(&y);
        if !inside {
            return None;
        }
        let (start, direction) = self.matrices.ray(vec2(x / width * 2.0 - 1.0, 1.0 - y / height * 2.0));
        let ray = Ray { start, direction };
        let mut nearest: Option<(f32, u64)> = None;
        for (batch, solid) in self.list.batches.iter().zip(&self.solids) {
            let Some(solid) = solid else { continue };
            for instance in batch.instances.iter().filter(|instance| instance.is_drawable()) {
                let limit = nearest.map_or(f32::INFINITY, |(distance, _)| distance);
                if let Some(distance) = distance_to(instance, solid, ray, limit) {
                    nearest = Some((distance, instance.id));
                }
            }
        }
        nearest.map(|(_, id)| id)
    }
}

/// How far along `ray` the body is, if it is nearer than `limit`.
fn distance_to(instance: &Instance, solid: &Solid, ray: Ray, limit: f32) -> Option<f32> {
    let model_from_world = instance.world_from_model.inverse();
    if !model_from_world.is_finite() {
        return None; // Flattened to nothing.
    }
    // The direction keeps its length in the model's space, so that distances along it are the same in both.
    let ray = Ray {
        start: model_from_world.transform_point3(ray.start),
        direction: model_from_world.transform_vector3(ray.direction),
    };
    if !meets_sphere(ray, solid, limit) {
        return None;
    }
    let hits = solid.mesh.triangles().filter_map(|triangle| meet_triangle(ray, triangle));
    hits.filter(|distance| *distance < limit).min_by(f32::total_cmp)
}

/// Whether the ray comes near the mesh before `limit`.
fn meets_sphere(ray: Ray, solid: &Solid, limit: f32) -> bool {
    let to_center = solid.bounds.center - ray.start;
    let along = to_center.dot(ray.direction) / ray.direction.length_squared();
    let reach = solid.bounds.radius * 1.001 + 1e-6;
    let miss = to_center - ray.direction * along.max(0.0);
    let depth = reach / ray.direction.length();
    miss.length_squared() <= reach * reach && along - depth < limit
}

/// Möller and Trumbore 1997, both sides of the triangle.
fn meet_triangle(ray: Ray, [a, b, c]: [Vec3; 3]) -> Option<f32> {
    let (edge_b, edge_c) = (b - a, c - a);
    let across = ray.direction.cross(edge_c);
    let determinant = edge_b.dot(across);
    if determinant == 0.0 {
        return None;
    }
    let from_a = ray.start - a;
    let share_b = from_a.dot(across) / determinant;
    let up = from_a.cross(edge_b);
    let share_c = ray.direction.dot(up) / determinant;
    let distance = edge_c.dot(up) / determinant;
    let inside = share_b >= 0.0 && share_c >= 0.0 && share_b + share_c <= 1.0;
    (inside && distance >= 0.0).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::glam::{Mat4, Quat};
    use playground::rendering::{Camera, MeshId};

    fn scene(bodies: &[(MeshId, Vec3, Vec3)]) -> Scene {
        let mut list = DrawList { camera: Camera { eye: Vec3::Z * 10.0, ..Camera::default() }, ..DrawList::default() };
        for (id, (mesh, place, scale)) in bodies.iter().enumerate() {
            let world_from_model = Mat4::from_scale_rotation_translation(*scale, Quat::from_rotation_y(0.3), *place);
            list.batch_mut(*mesh).push(Instance { world_from_model, id: id as u64 + 1, ..Instance::default() });
        }
        let matrices = list.camera.matrices(1.0).unwrap();
        Scene::new(Handle::new(list), matrices, [200, 200], &Meshes::new())
    }

    #[test]
    fn the_nearest_body_answers() {
        let far_and_near = scene(&[(MeshId::CUBE, Vec3::ZERO, Vec3::ONE), (MeshId::SPHERE, Vec3::Z * 3.0, Vec3::ONE)]);
        assert_eq!(far_and_near.pick(100.0, 100.0), Some(2));
        assert_eq!(far_and_near.pick(3.0, 3.0), None);
        let near_and_far = scene(&[(MeshId::CUBE, Vec3::Z * 3.0, Vec3::ONE), (MeshId::SPHERE, Vec3::ZERO, Vec3::ONE)]);
        assert_eq!(near_and_far.pick(100.0, 100.0), Some(1));
    }

    #[test]
    fn the_shape_counts_not_its_sphere() {
        let flat = scene(&[(MeshId::CUBE, Vec3::ZERO, Vec3::new(6.0, 0.05, 0.05))]);
        assert_eq!(flat.pick(100.0, 100.0), Some(1));
        assert_eq!(flat.pick(100.0, 90.0), None);
        let huge_and_mirrored = scene(&[(MeshId::SPHERE, Vec3::ZERO, Vec3::new(-4.0, 4.0, 4.0))]);
        assert_eq!(huge_and_mirrored.pick(120.0, 120.0), Some(1));
    }

    #[test]
    fn nonsense_finds_nothing() {
        let bodies = [(MeshId::CUBE, Vec3::ZERO, Vec3::ZERO), (MeshId::SPHERE, Vec3::NAN, Vec3::ONE)];
        let scene = scene(&bodies);
        for (x, y) in [(100.0, 100.0), (f32::NAN, 100.0), (100.0, f32::INFINITY), (-1.0, 5.0), (200.0, 5.0)] {
            assert_eq!(scene.pick(x, y), None);
        }
    }
}

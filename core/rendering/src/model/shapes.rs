//! Meshes made by rule. All are about one metre and centred on the origin.

use crate::{Mesh, MeshId};
use glam::{Vec3, vec3};
use std::collections::BTreeMap;
use std::f32::consts::TAU;

impl Mesh {
    /// The meshes that every renderer has, with their names.
    pub fn built_in() -> [(&'static str, MeshId, Mesh); 4] {
        [
            ("cube", MeshId::CUBE, Mesh::cube()),
            ("sphere", MeshId::SPHERE, Mesh::sphere(3)),
            ("cylinder", MeshId::CYLINDER, Mesh::cylinder(40)),
            ("plane", MeshId::PLANE, Mesh::plane()),
        ]
    }

    /// A cube with edges of 1 m and flat faces.
    pub fn cube() -> Mesh {
        let mut mesh = Mesh::default();
        for normal in [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z] {
            let right = if normal.y == 0.0 { Vec3::Y.cross(normal) } else { Vec3::X };
            mesh.push_square(normal * 0.5, right, normal.cross(right));
        }
        mesh
    }

    /// A square of 1 m by 1 m that faces up, with a back so that it is seen from below too.
    pub fn plane() -> Mesh {
        let mut mesh = Mesh::default();
        mesh.push_square(Vec3::ZERO, Vec3::X, Vec3::NEG_Z);
        mesh.push_square(Vec3::ZERO, Vec3::X, Vec3::Z);
        mesh
    }

    /// A sphere 1 m across: an icosahedron whose triangles are split in four `subdivisions` times (at most 7) and
    /// pushed out to the sphere.
    pub fn sphere(subdivisions: u32) -> Mesh {
        let (mut directions, mut indices) = icosahedron();
        for _ in 0..subdivisions.min(7) {
            indices = split_triangles(&mut directions, &indices);
        }
        Mesh { positions: directions.iter().map(|direction| *direction * 0.5).collect(), normals: directions, indices }
    }

    /// An upright cylinder 1 m across and 1 m high with `sides` sides (at least 3), smooth around and flat at the ends.
    pub fn cylinder(sides: u32) -> Mesh {
        let sides = sides.clamp(3, 4_096);
        let mut mesh = Mesh::default();
        let around = |side: u32| {
            let angle = TAU * (side % sides) as f32 / sides as f32;
            vec3(angle.cos(), 0.0, -angle.sin())
        };
        for side in 0..=sides {
            let normal = around(side);
            mesh.push_corner(normal * 0.5 - Vec3::Y * 0.5, normal);
            mesh.push_corner(normal * 0.5 + Vec3::Y * 0.5, normal);
        }
        for side in 0..sides {
            let [low, high, next_low, next_high] = [0, 1, 2, 3].map(|at| side * 2 + at);
            mesh.indices.extend([low, next_low, next_high, low, next_high, high]);
        }
        for normal in [Vec3::Y, Vec3::NEG_Y] {
            let center = mesh.push_corner(normal * 0.5, normal);
            for side in 0..sides {
                mesh.push_corner(around(side) * 0.5 + normal * 0.5, normal);
            }
            for side in 0..sides {
                let (this, next) = (center + 1 + side, center + 1 + (side + 1) % sides);
                mesh.indices.extend(if normal.y > 0.0 { [center, this, next] } else { [center, next, this] });
            }
        }
        mesh
    }

    fn push_corner(&mut self, position: Vec3, normal: Vec3) -> u32 {
        self.positions.push(position);
        self.normals.push(normal);
        self.positions.len() as u32 - 1
    }

    /// A square of 1 m by 1 m whose sides run along the unit vectors `right` and `up`.
    fn push_square(&mut self, center: Vec3, right: Vec3, up: Vec3) {
        let normal = right.cross(up);
        let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)];
        let [a, b, c, d] = corners.map(|(x, y)| self.push_corner(center + right * x + up * y, normal));
        self.indices.extend([a, b, c, a, c, d]);
    }
}

/// Unit directions of the corners, and the faces.
fn icosahedron() -> (Vec<Vec3>, Vec<u32>) {
    let golden = (1.0 + 5.0_f32.sqrt()) / 2.0;
    let mut directions = Vec::with_capacity(12);
    for (long, short) in [(golden, 1.0), (golden, -1.0), (-golden, 1.0), (-golden, -1.0)] {
        directions.extend([vec3(0.0, short, long), vec3(short, long, 0.0), vec3(long, 0.0, short)]);
    }
    // Three corners are a face if each is a neighbour of the others; edges are 2 long before normalising.
    let neighbours = |a: usize, b: usize| (directions[a].distance_squared(directions[b]) - 4.0).abs() < 1e-3;
    let mut indices = Vec::with_capacity(60);
    for a in 0..12 {
        for b in a + 1..12 {
            for c in b + 1..12 {
                if neighbours(a, b) && neighbours(b, c) && neighbours(a, c) {
                    let normal = (directions[b] - directions[a]).cross(directions[c] - directions[a]);
                    let outwards = normal.dot(directions[a]) > 0.0;
                    let face = if outwards { [a, b, c] } else { [a, c, b] };
                    indices.extend(face.map(|corner| corner as u32));
                }
            }
        }
    }
    directions.iter_mut().for_each(|direction| *direction = direction.normalize());
    (directions, indices)
}

/// Each triangle as four; new corners are shared between neighbours.
fn split_triangles(directions: &mut Vec<Vec3>, indices: &[u32]) -> Vec<u32> {
    let mut middles = BTreeMap::new();
    let mut split = Vec::with_capacity(indices.len() * 4);
    for face in indices.chunks_exact(3) {
        let [a, b, c] = [face[0], face[1], face[2]];
        let [ab, bc, ca] = [(a, b), (b, c), (c, a)].map(|(from, to)| {
            *middles.entry((from.min(to), from.max(to))).or_insert_with(|| {
                directions.push((directions[from as usize] + directions[to as usize]).normalize());
                directions.len() as u32 - 1
            })
        });
        split.extend([a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca]);
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_meshes_are_sound_and_face_outwards() {
        for (name, id, mesh) in Mesh::built_in() {
            assert_eq!(mesh.check(), Ok(()), "{name}");
            assert_eq!(id, MeshId::from_name(name));
            assert!(mesh.normals.iter().all(|normal| (normal.length() - 1.0).abs() < 1e-5), "{name}");
            for (triangle, corners) in mesh.triangles().zip(mesh.indices.chunks_exact(3)) {
                let facing = (triangle[1] - triangle[0]).cross(triangle[2] - triangle[0]);
                assert!(facing.length() > 1e-6, "{name} has an empty triangle");
                for corner in corners {
                    assert!(facing.dot(mesh.normals[*corner as usize]) > 0.0, "{name} is inside out");
                }
            }
        }
    }

    #[test]
    fn sizes_are_one_metre() {
        let check = |mesh: Mesh, volume: f32, tolerance: f32| {
            // Divergence theorem: the volume is the sum over the triangles of a · (b × c) / 6.
            let sum: f32 = mesh.triangles().map(|[a, b, c]| a.dot(b.cross(c)) / 6.0).sum();
            assert!((sum - volume).abs() < tolerance, "{sum}");
        };
        check(Mesh::cube(), 1.0, 1e-5);
        check(Mesh::sphere(4), TAU / 12.0, 0.003);
        check(Mesh::cylinder(128), TAU / 8.0, 0.001);
        check(Mesh::plane(), 0.0, 1e-6);
    }

    #[test]
    fn a_sphere_is_closed_and_shares_its_corners() {
        let mesh = Mesh::sphere(3);
        assert_eq!((mesh.positions.len(), mesh.triangle_count()), (642, 1_280));
        assert_eq!(Mesh::sphere(0).triangle_count(), 20);
    }
}

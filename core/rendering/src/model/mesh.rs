//! Triangles.

use glam::Vec3;
use playground_engine_types::id::hash_name;
use std::fmt;

/// Names a mesh, by its stable name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeshId(pub u64);

impl MeshId {
    /// A cube with edges of 1 m. Every renderer has it.
    pub const CUBE: MeshId = MeshId::from_name("cube");
    /// A sphere 1 m across. Every renderer has it.
    pub const SPHERE: MeshId = MeshId::from_name("sphere");
    /// A cylinder 1 m across and 1 m high, upright. Every renderer has it.
    pub const CYLINDER: MeshId = MeshId::from_name("cylinder");
    /// A square of 1 m by 1 m that faces up. Every renderer has it.
    pub const PLANE: MeshId = MeshId::from_name("plane");

    /// The id of a stable name.
    pub const fn from_name(name: &str) -> Self {
        Self(hash_name(name))
    }
}

impl fmt::Debug for MeshId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CUBE => f.write_str("cube"),
            Self::SPHERE => f.write_str("sphere"),
            Self::CYLINDER => f.write_str("cylinder"),
            Self::PLANE => f.write_str("plane"),
            Self(id) => write!(f, "MeshId({id:016x})"),
        }
    }
}

/// Triangles, counter-clockwise when seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Corners, m.
    pub positions: Vec<Vec3>,
    /// Unit normals, one per corner.
    pub normals: Vec<Vec3>,
    /// Three per triangle.
    pub indices: Vec<u32>,
}

/// Why a mesh can't be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeshError {
    /// Nothing in it.
    #[error("it has no triangles")]
    Empty,
    /// Not three indices per triangle.
    #[error("it has {0} indices, which is not a multiple of three")]
    Indices(usize),
    /// Another number of normals than of positions.
    #[error("it has {positions} positions but {normals} normals")]
    Normals {
        /// Number of positions.
        positions: usize,
        /// Number of normals.
        normals: usize,
    },
    /// An index that names no corner.
    #[error("index {index} is out of range: it has {positions} positions")]
    OutOfRange {
        /// The index.
        index: u32,
        /// Number of positions.
        positions: usize,
    },
    /// A corner that is nowhere.
    #[error("the position or normal of corner {0} is not a finite number")]
    NotFinite(usize),
    /// More than the device holds.
    #[error("it takes {bytes} bytes, the device allows {limit}")]
    TooLarge {
        /// Bytes needed.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
}

/// A sphere around all corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The middle, m.
    pub center: Vec3,
    /// The radius, m.
    pub radius: f32,
}

impl Mesh {
    /// Finds what is wrong with the mesh, if anything is.
    ///
    /// # Errors
    /// Naming the first thing that makes drawing impossible.
    pub fn check(&self) -> Result<(), MeshError> {
        let positions = self.positions.len();
        if self.indices.is_empty() || positions == 0 {
            return Err(MeshError::Empty);
        }
        if !self.indices.len().is_multiple_of(3) {
            return Err(MeshError::Indices(self.indices.len()));
        }
        if self.normals.len() != positions {
            return Err(MeshError::Normals { positions, normals: self.normals.len() });
        }
        if let Some(&index) = self.indices.iter().find(|&&index| index as usize >= positions) {
            return Err(MeshError::OutOfRange { index, positions });
        }
        let finite = |at: &usize| !(self.positions[*at].is_finite() && self.normals[*at].is_finite());
        match (0..positions).find(finite) {
            Some(at) => Err(MeshError::NotFinite(at)),
            None => Ok(()),
        }
    }

    /// Number of triangles.
    pub fn triangle_count(&self) -> usize {
        self.indices.len() / 3
    }

    /// The corners of each triangle.
    pub fn triangles(&self) -> impl Iterator<Item = [Vec3; 3]> + '_ {
        self.indices.chunks_exact(3).map(|corners| [0, 1, 2].map(|at| self.positions[corners[at] as usize]))
    }

    /// A sphere around all corners: the middle of their box, and the farthest corner from there.
    pub fn bounds(&self) -> Bounds {
        let Some(&first) = self.positions.first() else {
            return Bounds { center: Vec3::ZERO, radius: 0.0 };
        };
        let low = self.positions.iter().fold(first, |low, corner| low.min(*corner));
        let high = self.positions.iter().fold(first, |high, corner| high.max(*corner));
        let center = (low + high) * 0.5;
        let radius = self.positions.iter().map(|corner| corner.distance_squared(center)).fold(0.0, f32::max).sqrt();
        Bounds { center, radius }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_meshes_are_named() {
        let good = Mesh::cube();
        let check = |change: fn(&mut Mesh), expected: MeshError| {
            let mut mesh = good.clone();
            change(&mut mesh);
            assert_eq!(mesh.check(), Err(expected));
        };
        check(|mesh| mesh.indices.clear(), MeshError::Empty);
        check(|mesh| mesh.indices.truncate(35), MeshError::Indices(35));
        check(|mesh| mesh.normals.truncate(23), MeshError::Normals { positions: 24, normals: 23 });
        check(|mesh| mesh.indices[4] = 24, MeshError::OutOfRange { index: 24, positions: 24 });
        check(|mesh| mesh.positions[3].x = f32::NAN, MeshError::NotFinite(3));
        assert_eq!(good.check(), Ok(()));
    }

    #[test]
    fn bounds_hold_every_corner() {
        let mut mesh = Mesh::cylinder(12);
        mesh.positions.iter_mut().for_each(|corner| *corner += Vec3::new(5.0, 0.0, -2.0));
        let bounds = mesh.bounds();
        assert!(bounds.center.distance(Vec3::new(5.0, 0.0, -2.0)) < 1e-5);
        assert!(mesh.positions.iter().all(|corner| corner.distance(bounds.center) <= bounds.radius));
        assert_eq!(Mesh::default().bounds().radius, 0.0);
    }
}

//! The meshes that a renderer holds.

use crate::{Mesh, MeshId, RenderError};

/// Making and ending meshes.
pub trait MeshView: Send + Sync {
    /// Takes a mesh under a stable name. A mesh of that name is replaced.
    ///
    /// # Errors
    /// When the mesh can't be drawn; one of that name then stays.
    fn create_mesh(&self, name: &str, mesh: &Mesh) -> Result<MeshId, RenderError>;
    /// Ends a mesh. Bodies that use it are left out from then on.
    ///
    /// # Errors
    /// When there is no such mesh.
    fn destroy_mesh(&self, mesh: MeshId) -> Result<(), RenderError>;
    /// All meshes by name, in order of their names.
    fn meshes(&self) -> Vec<(String, MeshId)>;
}

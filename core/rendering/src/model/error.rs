//! What can go wrong while drawing.

use crate::{CameraError, MeshError, MeshId, TargetId};

/// Why a renderer did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// No device was attached yet, or it was detached.
    #[error("the renderer has no graphics device; attach one first")]
    NotAttached,
    /// The device is gone.
    #[error("the graphics device was lost ({adapter}); a new device is needed")]
    DeviceLost {
        /// The hardware's name.
        adapter: String,
    },
    /// A picture without pixels.
    #[error("a render target of {width} by {height} pixels has no pixels")]
    EmptyTarget {
        /// Width, px.
        width: u32,
        /// Height, px.
        height: u32,
    },
    /// No such target.
    #[error("there is no render target {0:?}; it was destroyed or belongs to another renderer")]
    UnknownTarget(TargetId),
    /// No such mesh.
    #[error("there is no mesh {0:?}")]
    UnknownMesh(MeshId),
    /// A mesh that can't be drawn.
    #[error("mesh {name} can't be drawn: {cause}")]
    Mesh {
        /// The mesh's name.
        name: String,
        /// What is wrong.
        cause: MeshError,
    },
    /// A camera that shows nothing.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// Nothing to capture.
    #[error("nothing was drawn into {0:?} yet")]
    NothingDrawn(TargetId),
    /// The GPU did not answer in time.
    #[error("the GPU did not finish within {waited_ms} ms")]
    Timeout {
        /// How long was waited, ms.
        waited_ms: u64,
    },
    /// The graphics interface refused the work.
    #[error("{during} was refused by the graphics device: {message}")]
    Gpu {
        /// What was being done.
        during: &'static str,
        /// The device's own words.
        message: String,
    },
}

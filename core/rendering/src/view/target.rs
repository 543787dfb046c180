//! What is drawn into.

use crate::{RenderError, RenderTargetDesc, TargetFrames, TargetId};

/// Making, resizing and ending render targets.
pub trait TargetView: Send + Sync {
    /// Makes a render target.
    ///
    /// # Errors
    /// When it would have no pixels, or the device refuses it.
    fn create_render_target(&self, desc: RenderTargetDesc) -> Result<TargetId, RenderError>;
    /// Gives a target another size. Does nothing if it has it already; textures published before stay valid.
    ///
    /// # Errors
    /// When it would have no pixels; the target then stays as it was.
    fn resize(&self, target: TargetId, width: u32, height: u32) -> Result<(), RenderError>;
    /// Ends a target.
    ///
    /// # Errors
    /// When there is no such target.
    fn destroy_render_target(&self, target: TargetId) -> Result<(), RenderError>;
    /// The textures that the target's frames arrive in.
    ///
    /// # Errors
    /// When there is no such target.
    fn target_frames(&self, target: TargetId) -> Result<TargetFrames, RenderError>;
}

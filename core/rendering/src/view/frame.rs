//! Drawing.

use crate::{DrawList, FinishedFrame, FrameOutput, FrameStatistics, RenderError, TargetId};
use playground_core_types::Handle;

/// Drawing frames and learning what became of them.
pub trait FrameView: Send + Sync {
    /// Hands a frame to the GPU and returns at once. The target keeps `list` for picking.
    ///
    /// When the GPU is behind, the frame is left out and `submitted` is `None`. `finished` is the newest frame that
    /// can be shown, usually one of the frames before.
    ///
    /// # Errors
    /// When the camera shows nothing, the device is lost or it refuses the work; what was published before stays.
    fn render_frame(&self, target: TargetId, list: Handle<DrawList>) -> Result<FrameOutput, RenderError>;
    /// The newest frame that can be shown; `None` before the first, and after a resize until a frame of the new size
    /// is complete.
    ///
    /// # Errors
    /// When there is no such target.
    fn finished_frame(&self, target: TargetId) -> Result<Option<FinishedFrame>, RenderError>;
    /// What the newest submitted frame cost and contained.
    ///
    /// # Errors
    /// When there is no such target.
    fn statistics(&self, target: TargetId) -> Result<FrameStatistics, RenderError>;
}

//! Pictures for files and tests.

use crate::{CapturedImage, RenderError, TargetId};

/// Copying frames to the CPU.
pub trait CaptureView: Send + Sync {
    /// The newest submitted frame, as a picture. Waits for the GPU, some milliseconds; not for every frame.
    ///
    /// # Errors
    /// When nothing was drawn yet, or the GPU does not finish in time.
    fn capture(&self, target: TargetId) -> Result<CapturedImage, RenderError>;
}

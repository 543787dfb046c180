//! What is under the pointer.

use crate::{RenderError, TargetId};

/// Finding the body at a pixel.
pub trait PickView: Send + Sync {
    /// The id of the nearest body at a point of the newest submitted frame, in pixels from the upper left corner;
    /// `None` if there is none, also outside the picture.
    ///
    /// # Errors
    /// When there is no such target.
    fn pick(&self, target: TargetId, x: f32, y: f32) -> Result<Option<u64>, RenderError>;
}

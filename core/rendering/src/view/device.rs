//! The device that is drawn with.

use crate::{Capabilities, GraphicsDevice, RenderError};

/// Taking up a device and letting it go.
pub trait DeviceView: Send + Sync {
    /// Draws with this device from now on. Targets of a device before it are gone; meshes stay.
    ///
    /// # Errors
    /// When the device refuses what the renderer needs; the renderer then has no device.
    fn attach(&self, graphics: GraphicsDevice) -> Result<(), RenderError>;
    /// Lets go of the device and of all targets. Frames that were published stay valid.
    fn detach(&self);
    /// Whether there is a device.
    fn is_attached(&self) -> bool;
    /// Whether the device is gone, so that a new one must be attached.
    fn device_lost(&self) -> bool;
    /// What can be done with the device.
    ///
    /// # Errors
    /// When there is no device.
    fn capabilities(&self) -> Result<Capabilities, RenderError>;
}

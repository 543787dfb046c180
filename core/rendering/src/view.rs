//! The contract of rendering, in fragments; [`RenderingViewTrait`] requires all of them.
//!
//! All functions may be called from any thread, and none waits for the GPU, except [`CaptureView::capture`].

pub mod capture;
pub mod device;
pub mod frame;
pub mod mesh;
pub mod pick;
pub mod target;

pub use capture::CaptureView;
pub use device::DeviceView;
pub use frame::FrameView;
pub use mesh::MeshView;
pub use pick::PickView;
pub use target::TargetView;

use playground_engine_types::{ViewId, ViewTrait};

/// The contract's stable name.
pub const NAME: &str = "playground-core-rendering";
/// The contract's id.
pub const VIEW_ID: ViewId = ViewId::from_name(NAME);

/// The whole contract. A system that lacks a fragment does not compile.
pub trait RenderingViewTrait:
    ViewTrait + DeviceView + TargetView + MeshView + FrameView + PickView + CaptureView
{
}

impl<T: ViewTrait + DeviceView + TargetView + MeshView + FrameView + PickView + CaptureView> RenderingViewTrait for T {}

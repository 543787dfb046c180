//! Rendering: what is to be drawn ([`model`]) and who draws it ([`view`]).
//!
//! Knows nothing of the ECS, of windows or of how a frame is made.

pub mod model;
pub mod view;

pub use model::camera::{Camera, CameraError, ViewMatrices};
pub use model::device::{Capabilities, GraphicsDevice};
pub use model::draw_list::{Ambient, Batch, DirectionalLight, DrawList, Instance};
pub use model::error::RenderError;
pub use model::frame::{CapturedImage, FinishedFrame, FrameOutput, FrameStatistics};
pub use model::mesh::{Bounds, Mesh, MeshError, MeshId};
pub use model::target::{Antialiasing, RenderTargetDesc, TargetFrames, TargetId};
pub use view::{CaptureView, DeviceView, FrameView, MeshView, PickView, RenderingViewTrait, TargetView};

/// Hash of this contract's source.
pub const API_VERSION: u64 = playground_engine_types::id::decimal(env!("API_VERSION"));
/// Hash of this model's source.
pub const STATE_FORMAT_VERSION: u64 = playground_engine_types::id::decimal(env!("STATE_FORMAT_VERSION"));

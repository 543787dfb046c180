//! What is drawn into.

/// Names one render target of one renderer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub u32);

/// What a render target should be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderTargetDesc {
    /// Width, px. Clamped to what the device allows.
    pub width: u32,
    /// Height, px. Clamped to what the device allows.
    pub height: u32,
    /// Whether edges are smoothed.
    pub antialiasing: Antialiasing,
}

impl RenderTargetDesc {
    /// A target of `width` by `height` pixels, the rest left to the renderer.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, antialiasing: Antialiasing::Auto }
    }
}

/// Whether edges are smoothed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Antialiasing {
    /// On, unless the device draws on the CPU.
    #[default]
    Auto,
    /// Never.
    Off,
    /// Always, if the device can.
    On,
}

/// The textures that finished frames of a target arrive in, `Rgba8Unorm` with gamma-encoded values: show them as they
/// are.
#[derive(Clone, Debug)]
pub struct TargetFrames {
    /// Changes with every resize; textures of another ring are no longer drawn to, but stay valid.
    pub ring: u64,
    /// Size, px.
    pub size: [u32; 2],
    /// Views of the textures, by slot.
    pub views: Vec<wgpu::TextureView>,
}

//! What came of a frame.

/// A frame that the GPU has completed.
#[derive(Clone, Debug)]
pub struct FinishedFrame {
    /// Number of the frame, from 1, per target.
    pub frame: u64,
    /// Which of the target's textures it is in.
    pub slot: usize,
    /// Which ring of textures: changes with every resize.
    pub ring: u64,
    /// Size, px.
    pub size: [u32; 2],
    /// The texture. It keeps its content until a later frame has been published.
    pub view: wgpu::TextureView,
}

/// The outcome of asking for a frame.
#[derive(Clone, Debug, Default)]
pub struct FrameOutput {
    /// Number of the frame that was handed to the GPU; `None` if it still works on the frames before, so this one was
    /// left out.
    pub submitted: Option<u64>,
    /// The newest frame that is complete and can be shown.
    pub finished: Option<FinishedFrame>,
}

/// What the newest submitted frame of a target cost and contained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameStatistics {
    /// Number of the frame.
    pub frame: u64,
    /// Time on the CPU, ns.
    pub cpu_ns: u64,
    /// Time on the GPU, ns, of the newest frame for which it is known; `None` if the device can't measure it.
    pub gpu_ns: Option<u64>,
    /// Draw calls.
    pub draws: u32,
    /// Bodies drawn.
    pub instances: u32,
    /// Triangles of those bodies.
    pub triangles: u64,
    /// Bodies left out: no such mesh, not a number, or more than the device holds.
    pub skipped: u32,
    /// Frames left out since the target was made, because the GPU was behind.
    pub frames_dropped: u64,
}

/// A picture in the memory of the CPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedImage {
    /// Width, px.
    pub width: u32,
    /// Height, px.
    pub height: u32,
    /// Red, green, blue, alpha, one byte each, rows from the top, without padding.
    pub pixels: Vec<u8>,
}

impl CapturedImage {
    /// Red, green, blue and alpha of one pixel; `None` outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        self.pixels.get(at..at + 4)?.try_into().ok()
    }
}

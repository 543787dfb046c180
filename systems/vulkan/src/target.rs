//! A render target: a ring of colour textures, so that one can be shown and one finished while another is drawn.

use crate::pipelines::{COLOR_FORMAT, DEPTH_FORMAT};
use playground::core_types::{Atomic, Handle};
use playground::rendering::{
    Antialiasing, DrawList, FinishedFrame, FrameStatistics, RenderError, TargetFrames, ViewMatrices,
};
use playground::wgpu;

/// Textures per ring: one shown, one finished or being finished, one being drawn.
const SLOTS: usize = 3;
/// Largest side, px, whatever the device allows: three textures and depth of that size take a gigabyte.
const MAX_SIDE: u32 = 8_192;

/// A render target.
pub struct Target {
    /// Whether edges are smoothed.
    pub antialiasing: Antialiasing,
    /// The textures.
    pub ring: Ring,
    /// Number of the newest submitted frame; 0 before the first.
    pub frame: u64,
    /// The newest submitted frame, for picking.
    pub shown: Option<(Handle<DrawList>, ViewMatrices)>,
    /// What the newest submitted frame cost.
    pub statistics: FrameStatistics,
}

/// The textures of one size.
pub struct Ring {
    /// Which ring of the renderer.
    pub number: u64,
    /// Size, px.
    pub size: [u32; 2],
    /// Samples per pixel.
    pub samples: u32,
    /// Where frames arrive.
    pub slots: Vec<Slot>,
    /// Depth, for all slots: frames are drawn one after the other.
    pub depth: wgpu::TextureView,
    /// Where all samples are kept before they are merged into the slot, if there are several.
    pub multisampled: Option<wgpu::TextureView>,
}

/// One texture of a ring.
pub struct Slot {
    /// The texture.
    pub texture: wgpu::Texture,
    /// Its view.
    pub view: wgpu::TextureView,
    /// The frame in it; 0 if none.
    pub frame: u64,
    /// The frame that the GPU last completed in it.
    pub completed: Atomic<u64>,
}

/// Clamps a size to what the device and reason allow.
///
/// # Errors
/// When it is empty.
pub fn clamp_size(device: &wgpu::Device, width: u32, height: u32) -> Result<[u32; 2], RenderError> {
    if width == 0 || height == 0 {
        return Err(RenderError::EmptyTarget { width, height });
    }
    let limit = max_side(device);
    Ok([width.min(limit), height.min(limit)])
}

/// Largest side of a target, px.
pub fn max_side(device: &wgpu::Device) -> u32 {
    device.limits().max_texture_dimension_2d.min(MAX_SIDE)
}

impl Ring {
    /// Makes the textures; call it in an error scope.
    pub fn new(device: &wgpu::Device, number: u64, size: [u32; 2], samples: u32) -> Self {
        use wgpu::TextureUsages as Usage;
        let texture = |label, format, sample_count, usage| {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage,
                view_formats: &[],
            })
        };
        let view = |texture: &wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        let slot = |_| {
            let usage = Usage::RENDER_ATTACHMENT | Usage::TEXTURE_BINDING | Usage::COPY_SRC;
            let texture = texture("target", COLOR_FORMAT, 1, usage);
            Slot { view: view(&texture), texture, frame: 0, completed: Atomic::new(0) }
        };
        let attachment = |label, format| view(&texture(label, format, samples, Usage::RENDER_ATTACHMENT));
        Self {
            number,
            size,
            samples,
            slots: (0..SLOTS).map(slot).collect(),
            depth: attachment("depth", DEPTH_FORMAT),
            multisampled: (samples > 1).then(|| attachment("samples", COLOR_FORMAT)),
        }
    }

    /// Width divided by height.
    pub fn aspect(&self) -> f32 {
        self.size[0] as f32 / self.size[1] as f32
    }

    /// The slot with the newest complete frame.
    pub fn finished_slot(&self) -> Option<usize> {
        let complete = |slot: &&Slot| slot.frame > 0 && !slot.is_busy();
        let newest = self.slots.iter().filter(complete).map(|slot| slot.frame).max()?;
        self.slots.iter().position(|slot| slot.frame == newest)
    }

    /// A slot to draw into: neither in work nor the one that is shown.
    pub fn free_slot(&self) -> Option<usize> {
        let finished = self.finished_slot();
        (0..self.slots.len()).find(|at| !self.slots[*at].is_busy() && Some(*at) != finished)
    }

    /// The newest complete frame.
    pub fn finished(&self) -> Option<FinishedFrame> {
        let slot = self.finished_slot()?;
        let Slot { view, frame, .. } = &self.slots[slot];
        Some(FinishedFrame { frame: *frame, slot, ring: self.number, size: self.size, view: view.clone() })
    }

    /// All textures, for registering them where they are shown.
    pub fn frames(&self) -> TargetFrames {
        let views = self.slots.iter().map(|slot| slot.view.clone()).collect();
        TargetFrames { ring: self.number, size: self.size, views }
    }
}

impl Slot {
    /// Whether the GPU still works on it.
    fn is_busy(&self) -> bool {
        self.completed.load() < self.frame
    }
}

impl Target {
    /// The texture of the newest submitted frame.
    pub fn newest_texture(&self) -> Option<&wgpu::Texture> {
        let newest = self.ring.slots.iter().max_by_key(|slot| slot.frame)?;
        (newest.frame > 0).then_some(&newest.texture)
    }
}
